"""Face geometry as data: 68 landmarks, regions of a label map, parts."""
