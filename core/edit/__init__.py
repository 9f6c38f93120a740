"""Edits: what is asked, how it is done, what comes back."""
