"""The panels beside the canvas, one file each."""
