"""Brings what was painted in a frame back to the photo: seams, tones, detail, grain."""
