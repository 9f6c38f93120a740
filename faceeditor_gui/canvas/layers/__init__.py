"""What the canvas shows, from the photo up to the drop zones."""
