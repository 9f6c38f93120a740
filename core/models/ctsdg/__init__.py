"""CTSDG: image inpainting via conditional texture and structure dual generation."""
