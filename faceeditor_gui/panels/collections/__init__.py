"""The panels of what is beyond the photo in hand: the library, the other open photos."""
