"""The window. Imports no torch before it is on screen."""
