"""Arithmetic on arrays: windows, masks, compositing, resampling. Knows no face and no network."""
