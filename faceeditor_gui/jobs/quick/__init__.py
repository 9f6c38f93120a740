"""Pictures of what one click would make of the face in hand."""
