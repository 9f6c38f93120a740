"""What menus and panels ask for that takes more than one call."""
