"""Random augmentation of images that leaves their labels true."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.regions import Region
from core.training.data.label_choices import Choices, label_set

TrainingImage = npt.NDArray[np.uint8]
"""(S, S, 3) RGB."""

_GREY = 0.12  # shares of the samples
_BLUR = 0.25
_NOISE = 0.25
_HIDDEN = 0.25
_DYED = 0.15
_BACKGROUND, _HAIR = label_set([Region.BACKGROUND]), label_set([Region.HAIR])
_DYE_SIGMA_PX = 1.5


def jitter_colours(rng: np.random.Generator, image: TrainingImage) -> TrainingImage:
    """Change gamma, brightness, tint and saturation; at times blur, or add noise."""
    x = image.astype(np.float32) / 255.0
    grey = x @ np.array([0.3, 0.59, 0.11], np.float32)
    saturation = 0.0 if rng.random() < _GREY else np.exp(rng.normal(0, 0.35))
    x = grey[..., None] + (x - grey[..., None]) * np.float32(saturation)
    x = np.clip(x, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.3)))
    x *= np.exp(rng.normal(0, 0.15) + rng.normal(0, 0.08, 3)).astype(np.float32)
    if rng.random() < _BLUR:
        x = np.asarray(cv2.GaussianBlur(x, (0, 0), rng.uniform(0.5, 2.0)), np.float32)
    if rng.random() < _NOISE:
        x = x + rng.normal(0, rng.uniform(0.01, 0.05), x.shape).astype(np.float32)
    return np.asarray(np.clip(x * 255.0, 0, 255), np.uint8)


def dye_hair(rng: np.random.Generator, image: TrainingImage, choices: Choices) -> TrainingImage:
    """Give hair any colour at times, so that green hair is no hat."""
    if rng.random() > _DYED:
        return image
    weight = cv2.GaussianBlur((choices == _HAIR).astype(np.float32), (0, 0), _DYE_SIGMA_PX)
    weight *= np.float32(rng.uniform(0.4, 1.0))
    grey = image.astype(np.float32) @ np.array([0.3, 0.59, 0.11], np.float32)
    colour = rng.uniform(0.4, 1.6, 3).astype(np.float32)
    dyed = np.clip(grey[..., None] * colour, 0, 255)
    return np.asarray(np.rint(image + (dyed - image) * weight[..., None]), np.uint8)


def replace_background(
    image: TrainingImage, choices: Choices, background: TrainingImage
) -> TrainingImage:
    """Composite another image where only background is possible, with a soft border."""
    weight = cv2.GaussianBlur((choices == _BACKGROUND).astype(np.float32), (0, 0), 1.0)[..., None]
    return np.asarray(image * (1.0 - weight) + background * weight, np.uint8)


def hide_box(rng: np.random.Generator, image: TrainingImage) -> TrainingImage:
    """Blur a box, as a coarse fill would; its labels stay."""
    if rng.random() > _HIDDEN:
        return image
    side = image.shape[0]
    height, width = rng.integers(side // 10, side // 3, 2)
    top, left = rng.integers(0, side - height), rng.integers(0, side - width)
    part = (slice(top, top + height), slice(left, left + width))
    changed = image.copy()
    small = cv2.resize(changed[part], (3, 3), interpolation=cv2.INTER_AREA)
    changed[part] = cv2.resize(small, (int(width), int(height)), interpolation=cv2.INTER_LINEAR)
    return changed
