"""The column of edits that take one click."""
