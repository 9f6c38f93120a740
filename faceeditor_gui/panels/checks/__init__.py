"""What the program says about an edited face: a line, and what it means."""
