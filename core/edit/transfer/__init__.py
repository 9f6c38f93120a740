"""Transfers parts of an exemplar's face as its own pixels."""
