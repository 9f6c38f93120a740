"""Finding faces, their landmarks and their frames."""
