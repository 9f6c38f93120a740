"""The canvas: what shows the photo and turns pointer gestures into strokes."""
