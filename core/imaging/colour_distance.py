"""How far colours are from those of some samples, measured by how much these vary."""

from __future__ import annotations

import numpy as np

from core.imaging.arrays import Floats, Selection


def colour_distances(colours: Floats, samples: Selection, least_variance: float) -> Floats:
    """Measure each colour's squared Mahalanobis distance from the median of some samples.

    Args:
        colours: (H, W, 3) float32.
        samples: (H, W) bool, at least three of them.
        least_variance: added to the samples', in squared units of the colours.

    Returns:
        (H, W) float32, 0 or more; 9 is three standard deviations.
    """
    chosen = colours[samples]
    covariance = np.cov(chosen, rowvar=False) + least_variance * np.eye(3)
    centred = colours - np.median(chosen, axis=0).astype(np.float32)
    inverse = np.linalg.inv(covariance).astype(np.float32)
    return np.asarray(((centred @ inverse) * centred).sum(axis=-1), np.float32)
