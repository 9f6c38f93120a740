"""Trains and measures the face parser."""
