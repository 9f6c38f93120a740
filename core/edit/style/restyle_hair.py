"""Hair in an exemplar's style: transferred as pixels first, then painted anew where it lies.

The pixels say where the hair ends, what is behind it and how its strands run; the style, its
mixes and variations, says how it looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.edit.compositing.frame_resampling import resample_mask
from core.edit.hair.hair_transfer import HairTransfer, compute_hair_transfer
from core.edit.inpainting.hole_lines import LINE_THRESHOLD
from core.edit.layered_result import LayeredResult
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest, StyleRequest
from core.edit.style.restyle import restyle
from core.face.align import canonical_frame
from core.imaging.arrays import Image, Mask, Points
from core.imaging.masks import dilate, fill_hull
from core.progress import Report, part_of

_TRANSFER_SHARE = 0.5  # of the progress
_MARGIN = 0.2  # around the canonical frame, of its side
_REPAINTED_FROM, _REPAINTED_WHOLLY = 0.8, 0.98
"""Coverage of hair from which on it is painted anew, and where all of it is: what shines through at
its edges stays as it was transferred."""
_RIM_PX, _SOFT_PX = 6, 2.5
"""Of the hair's frame: how wide the rim is that stays, and how softly it ends."""
_NEAR = 0.04
"""How far from the hair what is sketched may lie, of the frame's side."""


def restyle_hair(request: StyleRequest, networks: Networks, report: Report) -> EditResult:
    """Give a face hair in the style of the exemplar.

    Args:
        request: has an exemplar; only its hair counts.
        networks: the loaded networks.
        report: of the progress.

    Raises:
        InvalidRequestError: the exemplar's hair cannot be transferred.
        CheckpointError: the weights of a network are missing or damaged.
    """
    if request.strength == 0:
        return EditResult.unchanged(request)
    hair_request = replace(request, parts=())
    transfer = _transfer_cached(
        _pixel_request(hair_request), networks, part_of(report, 0.0, _TRANSFER_SHARE)
    )
    layers = LayeredResult(request)
    layers.add(transfer.result)
    hair = _repainted_mask(transfer, hair_request)
    if hair.any():
        repaint = replace(hair_request, image=layers.image, hair=False, mask=hair, strength=1.0)
        span = part_of(report, _TRANSFER_SHARE, 1.0)
        layers.add(restyle(repaint, networks, span, keeps_strands=True))
    return layers.flatten(request.strength)


def _transfer_cached(request: ExemplarRequest, networks: Networks, report: Report) -> HairTransfer:
    """Transfer the hair, or return it from the cache: mixes and variations paint over the same."""

    def transfer() -> HairTransfer:
        computed = compute_hair_transfer(request, networks, report)
        return computed._replace(result=replace(computed.result, request=_without_images(request)))

    cached = networks.hair_transfers.get_or_compute(
        f"hair {request.image.shape} {request.draft}",
        transfer,
        _head_crop(request.image, request.landmarks),
        request.landmarks,
        _head_crop(request.exemplar, request.exemplar_landmarks),
        request.exemplar_landmarks,
    )
    return cast(HairTransfer, cached)


def _without_images(request: ExemplarRequest) -> ExemplarRequest:
    """Return a request that a cache can keep: a photo takes a hundred megabytes."""
    image, exemplar = (pixels[:1, :1].copy() for pixels in (request.image, request.exemplar))
    return replace(request, image=image, exemplar=exemplar)


def _head_crop(image: Image, landmarks: Landmarks) -> Image:
    """Crop an (H, W, 3) image to all that a hair transfer depends on."""
    frame = canonical_frame(landmarks)
    return image[frame.window(image.shape, _MARGIN * frame.size / frame.scale)]


def _pixel_request(request: StyleRequest) -> ExemplarRequest:
    assert request.exemplar is not None
    return ExemplarRequest(
        request.image,
        request.landmarks,
        request.exemplar.image,
        request.exemplar.landmarks,
        hair=True,
        draft=request.draft,
    )


def _repainted_mask(transfer: HairTransfer, request: StyleRequest) -> Mask:
    """Cover what is painted anew: the transferred hair, and what the user sketched of it.

    Returns:
        (H, W) uint8 coverage, of the photo.
    """
    weights = (np.arange(256) / 255 - _REPAINTED_FROM) / (_REPAINTED_WHOLLY - _REPAINTED_FROM)
    table = np.rint(weights.clip(0, 1) * 255).astype(np.uint8)
    hair = _shrink(np.asarray(cv2.LUT(transfer.hair, table), np.uint8))
    if request.lines is not None:
        landmarks = transfer.frame.to_frame(request.landmarks)
        hair = np.maximum(hair, _sketched_area(request.lines, transfer, landmarks))
    height, width = request.image.shape[:2]
    return resample_mask(hair, transfer.frame, (slice(0, height), slice(0, width)))


def _shrink(hair: Mask) -> Mask:
    """Shrink (S, S) coverage of hair: the network must see hair around what it paints."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _RIM_PX + 1,) * 2)
    return np.asarray(cv2.GaussianBlur(cv2.erode(hair, disc), (0, 0), _SOFT_PX), np.uint8)


def _sketched_area(lines: Mask, transfer: HairTransfer, landmarks: Points) -> Mask:
    """Cover what lines at the hair go around, but not the inner face.

    Lines elsewhere are there for other edits.

    Args:
        lines: (H, W) uint8, of the photo.
        transfer: the hair.
        landmarks: (68, 2) of the face, in the hair's frame.

    Returns:
        (S, S) uint8, 0 or 255, in the hair's frame.
    """
    near = dilate(transfer.hair, _NEAR * transfer.frame.size) > 0
    covered = np.zeros_like(transfer.hair)
    for outline in _outlines(lines):
        inside = fill_hull(covered.shape, transfer.frame.to_frame(outline))
        if near[inside > 0].any():
            covered |= inside
    return covered & ~dilate(fill_hull(covered.shape, landmarks), 1)


def _outlines(lines: Mask) -> list[Points]:
    """List (K, 2) points around each of the lines."""
    drawn = np.asarray(cv2.inRange(lines, LINE_THRESHOLD + 1, 255), np.uint8)
    contours, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [np.asarray(contour[:, 0], np.float64) for contour in contours]
