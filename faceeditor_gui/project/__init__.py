"""Turns the document into what projects hold, and back."""
