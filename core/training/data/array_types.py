"""The kinds of array in which batches of images pass between modules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
"""(N, H, W, 3) RGB."""
HoleMasks = npt.NDArray[np.bool_]
"""(N, H, W), True in the hole."""
Figures = npt.NDArray[np.float64]
"""(N,) or (N, K) figures, a row an image."""
