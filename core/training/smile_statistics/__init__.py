"""What photos of people neutral and smiling tell: displacements and folds."""
