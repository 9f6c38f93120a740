"""Brings small, old and compressed faces back to sharpness, by super-resolution."""
