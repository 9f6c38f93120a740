"""The kinds of array in which batches of pictures pass between modules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pictures = npt.NDArray[np.uint8]
"""(N, H, W, 3) RGB."""
Holes = npt.NDArray[np.bool_]
"""(N, H, W), True in the hole."""
Numbers = npt.NDArray[np.float64]
"""(N,) or (N, K) figures, a row a picture."""
