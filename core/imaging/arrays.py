"""The kinds of array that pass between modules, each with its layout and range."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""(H, W, 3) RGB; uint8, or uint16 for photos with 16 bits a channel."""
Image8 = npt.NDArray[np.uint8]
"""(H, W, 3) RGB with 8 bits a channel, as networks and screens see it."""
Mask = npt.NDArray[np.uint8]
"""(H, W) coverage: 0 keep .. 255 replace."""
Points = npt.NDArray[np.float64]
"""(K, 2), x then y, in pixels; pixel centres at whole numbers."""
Window = tuple[slice, slice]
"""Rows, then columns."""
Position = tuple[float, float]
"""x, y in pixels."""
Pixels = npt.NDArray[Any]
"""(H, W) or (H, W, C): an image or a mask."""
Matrix = npt.NDArray[np.float64]
"""(2, 3) affine transform of pixel coordinates."""
Selection = npt.NDArray[np.bool_]
"""(H, W), True where a pixel is chosen."""
Reals = npt.NDArray[np.floating[Any]]
"""Of any shape and precision."""
Floats = npt.NDArray[np.float32]
"""Intermediate values of any shape; whoever returns them says layout and units."""
Samples = npt.NDArray[np.unsignedinteger[Any]]
"""(H, W) grey or (H, W, 3) RGB, uint8 or uint16, in the colours of the photo's profile."""
