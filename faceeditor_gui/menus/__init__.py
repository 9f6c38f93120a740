"""The table of every action, and the menus made of it."""
