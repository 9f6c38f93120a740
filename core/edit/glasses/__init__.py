"""Glasses of an exemplar, put on a face."""
