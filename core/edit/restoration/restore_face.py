"""Restores a face: reduced to the size of its detail, enlarged by a network, and laid back.

A soft face shows less than its pixels could. At the size at which its detail fills the pixels it
looks like the small, worn pictures that the network was trained on. What comes back is detail:
the low tones, and with them colour, light and likeness, stay the photo's.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import (
    CONTEXT_PX,
    cut_8_bit,
    frame_to_window,
    resample_mask,
)
from core.edit.compositing.grain import add_grain
from core.edit.networks import Networks
from core.edit.requests import EditResult, RestoreRequest
from core.face.align import Frame, canonical_frame
from core.face.parse import FRAME_SIDE, parsing_frame
from core.imaging.arrays import Floats, Image, Image8, Mask, Pixels, Window
from core.imaging.masks import dilate, feather, scale_coverage
from core.imaging.resampling import resize
from core.progress import Report

_SIDES = (48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Of the canonical frame, in pixels, at which a face is searched for detail."""
_LARGEST = 256
"""Detail beyond this side of the canonical frame is the photo's to keep: no network sees it."""
_LEAST_DETAIL = 0.5
"""Deviation of a face's finest octave over the next one's: 0.6 to 1 in sharp photos, below 0.45
from the first octave on that blur took."""
_CENTRE = (0.2, 0.85)  # of the canonical frame's side: the features, no background
_BLOCK, _CALM_PERCENTILE = 4, 20.0
"""Side of blocks in pixels, and the percentile of their energies that grain alone would reach."""
_SOFT_FROM = 1.5
"""Photo pixels per pixel of detail from which on a face is soft."""
_SHARP_SHARE = 0.4
"""How much of the effect a small face gets that is as sharp as its pixels: it is only cleaned."""
_FRAME_SIZES = (round(FRAME_SIDE * _LARGEST), 160, 80)
"""Sides in pixels of the frames that the network enlarges, at most; smaller where memory is
short."""
_LOW_TONES_PX = 1.0
"""Deviation of the blur that parts the photo's tones from the network's detail, in pixels of the
reduced frame."""
_GROWN_PX, _FEATHER_PX = 4, 5.0  # of the parsing frame, around the head
_BORDER_PX = 12  # of the parsing frame, where what leaves it fades


def restore_face(request: RestoreRequest, networks: Networks, report: Report) -> EditResult:
    """Restore one face.

    Raises:
        InvalidRequestError: there is no such model.
        CheckpointError: weights of the network or of the parser are missing or damaged.
    """
    if request.strength == 0:
        return EditResult.unchanged(request)
    image, canonical = request.image, canonical_frame(request.landmarks)
    report(0.0, "Measuring detail")
    detail = detail_side(image, request.landmarks)
    if detail > _LARGEST:
        return EditResult.unchanged(request, ("This face is sharp already; nothing was changed.",))
    is_soft = canonical.size / canonical.scale > _SOFT_FROM * detail
    report(0.1, "Finding the head")
    frame = parsing_frame(canonical)
    window = frame.window(image.shape, margin=CONTEXT_PX)
    labels = networks.parse_face(cut_8_bit(image, frame))
    coverage = resample_mask(head_area(labels), frame, window)

    def enlarge(device: torch.device, size: int) -> tuple[Floats, Frame]:
        report(0.3, "Loading model")
        small = frame.resized(min(size, round(FRAME_SIDE * detail)))
        cut = cut_8_bit(image, small)
        report(0.4, "Generating")
        enlarged = networks.enlarge(request.model, device, cut)
        return keep_low_tones(cut, enlarged), small.resized(len(enlarged))

    (enlarged, large), notices = networks.run(enlarge, _FRAME_SIZES)
    report(0.9, "Compositing")
    restored = image[window].copy()
    restored[coverage > 0] = _to_photo(enlarged, large, window, image)[coverage > 0]
    whole = np.where(coverage > 0, 255, 0).astype(np.uint8)
    add_grain(restored, whole, whole)
    if not is_soft:
        notices += ("This face is as sharp as its pixels allow; it was only cleaned.",)
    share = request.strength * (1.0 if is_soft else _SHARP_SHARE)
    return EditResult.trimmed(restored, scale_coverage(coverage, share), window, request, notices)


def detail_side(image: Image, landmarks: Landmarks) -> int:
    """Measure how large a face can be shown before it turns soft.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.

    Returns:
        The side in pixels of the canonical frame that its detail fills: one of a few sizes, and
        at most about that of the face in the photo.
    """
    canonical = canonical_frame(landmarks)
    own_side, found = canonical.size / canonical.scale, _SIDES[0]
    for side in _SIDES[1:]:
        if side > own_side:
            break
        grey = _grey(cut_8_bit(image, canonical.resized(side)))
        half, quarter = _reduced(grey, 2), _reduced(grey, 4)
        finest = _deviation(grey - _enlarged(half, side))
        if finest < _LEAST_DETAIL * _deviation(half - _enlarged(quarter, side // 2)):
            break
        found = side
    return found


def head_area(labels: LabelMap) -> Mask:
    """Cover a head in its parsing frame, with soft edges, and fading where it leaves the frame.

    Args:
        labels: (256, 256), a `Region` each.

    Returns:
        (256, 256) uint8.
    """
    area = np.where(labels != Region.BACKGROUND, 255, 0).astype(np.uint8)
    area = dilate(area, _GROWN_PX)
    area[:_BORDER_PX] = area[-_BORDER_PX:] = 0
    area[:, :_BORDER_PX] = area[:, -_BORDER_PX:] = 0
    return feather(area, _FEATHER_PX)


def keep_low_tones(picture: Image8, enlarged: Image8) -> Floats:
    """Give an enlarged picture back the low tones of the one that it was made of.

    Args:
        picture: (S, S, 3) uint8.
        enlarged: (4S, 4S, 3) uint8.

    Returns:
        (4S, 4S, 3) float32 in 8-bit units.
    """
    reduced = resize(enlarged.astype(np.float32), picture.shape, cv2.INTER_AREA)
    lost = cv2.GaussianBlur(picture - reduced, (0, 0), _LOW_TONES_PX)
    return np.asarray(enlarged + resize(lost, enlarged.shape, cv2.INTER_CUBIC), np.float32)


def _to_photo(enlarged: Floats, frame: Frame, window: Window, image: Image) -> Pixels:
    """Resample what was enlarged into a window of the photo, in the photo's depth."""
    if frame.scale > 1:  # the photo is smaller: no pixel of the frame is skipped
        size = max(round(frame.size / frame.scale), 1)
        enlarged, frame = resize(enlarged, (size, size), cv2.INTER_AREA), frame.resized(size)
    most = np.iinfo(image.dtype).max
    values = frame_to_window(enlarged, frame, window, cv2.INTER_CUBIC) * np.float32(most / 255)
    return np.asarray(np.rint(values.clip(0, most)), image.dtype)


def _grey(image: Image8) -> Floats:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)


def _reduced(grey: Floats, times: int) -> Floats:
    side = len(grey) // times
    return resize(grey, (side, side), cv2.INTER_AREA)


def _enlarged(grey: Floats, side: int) -> Floats:
    return resize(grey, (side, side), cv2.INTER_CUBIC)


def _deviation(fine: Floats) -> float:
    """Return how far an octave deviates in the middle of a face, beyond what its calm blocks do."""
    first, last = (round(place * len(fine)) for place in _CENTRE)
    blocks = (last - first) // _BLOCK
    middle = fine[first : first + blocks * _BLOCK, first : first + blocks * _BLOCK]
    parted = np.square(middle).reshape(blocks, _BLOCK, blocks, _BLOCK)
    energy = parted.mean(axis=(1, 3))
    return float(np.sqrt(max(energy.mean() - np.percentile(energy, _CALM_PERCENTILE), 0.0)))
