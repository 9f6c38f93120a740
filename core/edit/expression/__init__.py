"""Moves a face: smiles and dragged landmarks, what they open, the light they cast."""
