"""How much a project may ask for: decided before anything of it is unpacked."""

MAX_MEMBERS = 100_000
"""Of an archive; a layer that was painted all over in 24 megapixels has 1500 tiles."""
MAX_UNPACKED_BYTES = 32 << 30
"""Of all members together, by what the archive says of them; no more of one is ever unpacked."""
MAX_JSON_BYTES = 256 << 20
MAX_PNG_BYTES = 2 << 30
"""Of one member with pixels; 200 megapixels of 16 bits and four channels are 1.6 GB."""
MAX_DECODED_BYTES = 16 << 30
"""Of all pixels together; fifty results that cover 24 megapixels have 5 GB."""
MAX_PHOTO_BYTES = 2 << 30
"""Of the photo's own file."""
