"""Panels of swatches: the colour of hair, make-up."""
