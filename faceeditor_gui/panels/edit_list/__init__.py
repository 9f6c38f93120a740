"""The list of edits: its rows, their names and their order."""
