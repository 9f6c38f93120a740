"""Mask-Guided Portrait Editing: a face painted from a label map and five embedded components."""
