"""Trains the expression network and measures it."""
