"""Trains and measures mask-guided portraits."""
