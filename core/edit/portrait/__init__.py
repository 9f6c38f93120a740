"""Mask-guided portraits: components of another face, a map that the picture follows, make-up."""
