"""Moves the photo's own pixels along a smooth field."""
