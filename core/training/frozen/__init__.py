"""Published networks that training listens to and never changes."""
