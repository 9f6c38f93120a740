"""The face editor's engine: photos, faces, networks and edits. Never imports Qt."""
