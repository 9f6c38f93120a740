"""How much a project may ask for: decided before anything of it is unpacked."""

MAX_JSON_BYTES = 256 << 20
MAX_PNG_BYTES = 2 << 30
"""Of one member with pixels; 200 megapixels of 16 bits and four channels are 1.6 GB."""
MAX_DECODED_BYTES = 16 << 30
"""Of all pixels together; fifty results that cover 24 megapixels have 5 GB."""
