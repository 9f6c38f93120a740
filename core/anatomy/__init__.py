"""The words for faces: 68 landmarks, regions of a label map, parts. Holds no algorithm."""
