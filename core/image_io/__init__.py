"""Reads and writes photos, masks and label maps; everything that a file holds beside its pixels."""
