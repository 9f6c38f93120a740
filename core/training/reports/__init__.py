"""The tables and sheets of `evaluate`."""
