"""Fills what a mask covers."""
