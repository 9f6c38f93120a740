"""Transfers an exemplar's hair as its own pixels."""
