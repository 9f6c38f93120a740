"""The canvas: what shows the photo and turns gestures into strokes."""
