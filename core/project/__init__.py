"""Projects on disk: OpenRaster for other programs, and all that edits need beside."""
