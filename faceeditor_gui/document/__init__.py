"""What is saved and undone: photo, mask, faces, regions, exemplars, edit steps. No widget."""
