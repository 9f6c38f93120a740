"""Compares an edited face with the photo: same person, no seam, nothing else changed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.edit.requests import CheckEditRequest, CheckEditResult
from core.face.descriptor import compute_descriptor, descriptor_distance
from core.imaging.arrays import Floats, Image, Mask
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate
from core.progress import Report

_RING_PX = 8
_LEVELS = (1, 128)
"""Coverages at which a border is looked for: where an edit begins, and where it prevails."""
_LEAST_CONTRAST = 1.0
"""Of what is around a border, in levels of 255: on smooth skin a step of one is not seen."""
_GREY = np.array([0.299, 0.587, 0.114], np.float32)
Flags = npt.NDArray[np.bool_]


def check_edit(request: CheckEditRequest, report: Report) -> CheckEditResult:
    """Compare.

    Raises:
        CheckpointError: dlib's weights are missing or damaged.
    """
    report(0.0, "Comparing with the photo")
    before = compute_descriptor(request.before, request.landmarks_before)
    report(0.4, "Comparing with the photo")
    after = compute_descriptor(request.after, request.landmarks_after)
    report(0.8, "Looking for seams")
    return CheckEditResult(
        descriptor_distance(before, after),
        seam_steepness(request.before, request.after, request.coverage),
        int((request.before != request.after).any(axis=2)[request.coverage == 0].sum()),
    )


def seam_steepness(before: Image, after: Image, coverage: Mask) -> float:
    """Measure how much steeper the border of an edit has become.

    Args:
        before: (h, w, 3) uint8 or uint16.
        after: the same, edited.
        coverage: (h, w) uint8 of the edit.

    Returns:
        The mean step across the border after less that before, over the mean step in the ring of
        8 pixels around it; at least 0.
    """
    first, second = (to_8_bit(one).astype(np.float32) @ _GREY for one in (before, after))
    return max(0.0, *(_excess(first, second, coverage >= level) for level in _LEVELS))


def _excess(before: Floats, after: Floats, inside: Flags) -> float:
    ring = (dilate(inside.astype(np.uint8), _RING_PX) > 0) & ~inside
    excess, border, contrast, beside = 0.0, 0, 0.0, 0
    for axis in (0, 1):
        old, new = (np.abs(np.diff(one, axis=axis)) for one in (before, after))
        crossing = np.diff(inside, axis=axis)
        around = _both(ring, axis)
        excess += float((new - old)[crossing].sum())
        contrast += float(old[around].sum())
        border, beside = border + int(crossing.sum()), beside + int(around.sum())
    return excess / max(border, 1) / max(contrast / max(beside, 1), _LEAST_CONTRAST)


def _both(flags: Flags, axis: int) -> Flags:
    """Tell of which two neighbours along an axis both are set."""
    first, last = (slice(None),) * axis + (slice(-1),), (slice(None),) * axis + (slice(1, None),)
    both: Flags = flags[first] & flags[last]
    return both
