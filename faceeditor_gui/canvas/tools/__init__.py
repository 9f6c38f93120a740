"""What the pointer does: brushes, selections, landmarks, regions."""
