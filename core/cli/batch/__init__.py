"""One edit on every photo of a folder: processes, progress, what is done already."""
