"""What a face expresses: the panel of classes and sliders."""
