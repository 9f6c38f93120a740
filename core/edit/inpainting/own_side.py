"""Fills holes of a face with what its other side shows, where that is seen and looks alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks, interocular_distance
from core.edit.compositing.frame_resampling import resample_mask
from core.edit.inpainting.mirrored_face import MirroredFace, mirror_face
from core.edit.inpainting.side_comparison import FaceAreas, SideComparison, SideDifference
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest, FillSource, InpaintRequest
from core.edit.transfer.masked_transfer import transfer_under_mask
from core.edit.transfer.occlusion import find_occlusion
from core.edit.transfer.prepared_exemplar import LEAST_EYE_DISTANCE_PX
from core.face.face_windows import head_window
from core.face.pose import estimate_yaw
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Mask, Points, Window
from core.imaging.windows import bounding_window, whole_window, windows_overlap
from core.progress import Report

_MOST_YAW = 20.0
"""Degrees beyond which the far side of a head shows too little of its face."""
_LEAST_ON_FACE, _LEAST_SEEN = 0.6, 0.75
"""Shares of a hole that lie on the face, and whose mirror image is seen."""
_LEAST_SKIN = 0.5
"""Share of what surrounds a hole that is skin on both sides."""
_MOST_LIGHT = 0.4
"""Natural logarithm of how many times brighter one side may be than the other: beyond it seams and
shadows of the other side show."""
_MOST_LIGHT_MOUTH = 0.1
"""The same where `FillSource.AUTO` chooses, for mouths and noses without an eye: the network paints
these better where the light is not even."""


class _Refusal(StrEnum):
    """Why a hole is not filled from the other side, as the user reads it."""

    NO_FACE = "lies beside the faces"
    SMALL = "lies on a face with too few pixels"
    TURNED = "lies on a head that is turned too far"
    HIDDEN = "is hidden on the other side, too"
    COVERED = "lies where hair or something else covers one side"
    PLAIN = "is plain skin, which it paints as well"
    LIGHT = "lies where the two sides are lit differently"


def take_own_side(
    result: EditResult, networks: Networks, report: Report, lent: Mask | None = None
) -> EditResult:
    """Replace what a network painted by the face's other side, hole by hole, where that can be.

    Args:
        result: the network's fill of an `InpaintRequest`.
        networks: the loaded networks.
        report: of the progress.
        lent: (H, W) uint8, above 0 where other photos lent parts: holes there stay as they are.

    Returns:
        The same with another patch, and with one more notice that says what filled the holes.

    Raises:
        CheckpointError: the weights of the harmonizer are missing or damaged.
    """
    request = result.request
    assert isinstance(request, InpaintRequest)
    mask = request.mask if lent is None else _without_holes(request.mask, lent)
    if not mask.any():
        return result
    request = replace(request, mask=mask)
    if request.source is FillSource.AUTO and (plain := _plain_holes(request)) is not None:
        return replace(result, notices=(*result.notices, _tell(plain)))
    filled = request.image.copy()
    np.copyto(filled[result.window], result.patch, where=(result.coverage > 0)[..., None])
    faces = [
        _TwoSides.of(filled, request.mask, landmarks, networks)
        for landmarks in request.faces
        if windows_overlap(head_window(landmarks, request.mask.shape), result.window)
    ]
    holes = [np.zeros(request.mask.shape, np.uint8) for _ in faces]
    refusals = list[_Refusal | None]()
    for points in _holes(request.mask):
        number, refusal = _judge(faces, points.astype(np.float64), request.source)
        refusals.append(refusal)
        if refusal is None:
            holes[number][points[:, 1], points[:, 0]] = 255
    for face, hole in zip(faces, holes, strict=True):
        if hole.any():
            face.composite_mirrored(filled, hole, networks, report)
    notices = (*result.notices, _tell(refusals))
    return replace(result, patch=filled[result.window].copy(), notices=notices)


@dataclass(frozen=True, eq=False)
class _TwoSides:
    """A face that can lend holes its other side."""

    window: Window
    """Of the photo, with the head."""
    landmarks: Landmarks
    """(68, 2) in pixels of the window."""
    mirrored: MirroredFace
    """Of the window."""
    comparison: SideComparison

    @classmethod
    def of(cls, filled: Image, mask: Mask, landmarks: Landmarks, networks: Networks) -> Self:
        """Mirror a face, and compare its sides.

        Args:
            filled: (H, W, 3) the photo, with its holes filled by a network.
            mask: (H, W) uint8, above 0 in the holes.
            landmarks: (68, 2) of the face, in the photo.
            networks: the loaded networks.
        """
        window = head_window(landmarks, mask.shape)
        points = landmarks - [window[1].start, window[0].start]
        mirrored = mirror_face(filled[window], points)
        occlusion = find_occlusion(filled[window], points, networks)
        comparison = SideComparison.of(filled[window], mask[window], points, mirrored, occlusion)
        return cls(window, points, mirrored, comparison)

    def refusal(self, points: Points, source: FillSource) -> _Refusal | None:
        """Tell why a hole is not filled from the other side.

        Args:
            points: (K, 2) its pixels, in the photo.
            source: what was asked for.
        """
        inside = points - [self.window[1].start, self.window[0].start]
        difference = self.comparison.around(inside)
        checks = (
            (self.share_on_face(points) < _LEAST_ON_FACE, _Refusal.NO_FACE),
            (interocular_distance(self.landmarks) < LEAST_EYE_DISTANCE_PX, _Refusal.SMALL),
            (abs(estimate_yaw(self.landmarks)) > _MOST_YAW, _Refusal.TURNED),
            (self.comparison.share_seen(inside) < _LEAST_SEEN, _Refusal.HIDDEN),
            (difference.skin < _LEAST_SKIN, _Refusal.COVERED),
            (difference.light > _MOST_LIGHT, _Refusal.LIGHT),
        )
        refusal = next((reason for applies, reason in checks if applies), None)
        if refusal is None and source is FillSource.AUTO:
            return self._refuse_as_worse(inside, difference)
        return refusal

    def _refuse_as_worse(self, inside: Points, difference: SideDifference) -> _Refusal | None:
        """Tell why the network is expected to paint a hole at least as well."""
        areas = self.comparison.areas
        if areas.touch_eyes(inside):
            return None
        if not areas.touch_mouth_or_nose(inside):
            return _Refusal.PLAIN
        return _Refusal.LIGHT if difference.light > _MOST_LIGHT_MOUTH else None

    def share_on_face(self, points: Points) -> float:
        """Return the share, 0..1, of (K, 2) pixels of the photo that lie on the face."""
        inside = points - [self.window[1].start, self.window[0].start]
        return self.comparison.areas.share_on_face(inside)

    def composite_mirrored(
        self, filled: Image, hole: Mask, networks: Networks, report: Report
    ) -> None:
        """Composite the mirror image into holes, in place; beyond the face they stay as they are.

        Args:
            filled: (H, W, 3) the photo.
            hole: (H, W) uint8, 255 where it is composited.
            networks: the loaded networks.
            report: of the progress.
        """
        shape = filled[self.window].shape
        lendable = resample_mask(
            self.comparison.lendable, self.comparison.areas.canonical, whole_window(*shape[:2])
        )
        request = ExemplarRequest(
            filled[self.window],
            self.landmarks,
            self.mirrored.image,
            self.mirrored.landmarks,
            mask=np.minimum(lendable, hole[self.window]),
            shape=1.0,
            any_yaw=True,
        )
        result = transfer_under_mask(request, networks, report)
        composite(filled[self.window][result.window], result.patch, result.coverage)


def _plain_holes(request: InpaintRequest) -> list[_Refusal | None] | None:
    """Tell why the network fills all holes, without a look at the faces' other sides.

    Returns:
        A reason for each hole; None if one lies on a feature, so that the other side may be better.
    """
    faces = [FaceAreas.of(landmarks) for landmarks in request.faces]
    reasons = list[_Refusal | None]()
    for pixels in _holes(request.mask):
        points = pixels.astype(np.float64)
        if any(face.touch_eyes(points) or face.touch_mouth_or_nose(points) for face in faces):
            return None
        share = max((face.share_on_face(points) for face in faces), default=0.0)
        reasons.append(_Refusal.PLAIN if share >= _LEAST_ON_FACE else _Refusal.NO_FACE)
    return reasons


def _without_holes(mask: Mask, lent: Mask) -> Mask:
    """Leave out of an (H, W) mask the connected holes that were lent something."""
    if not lent.any():
        return mask
    left = mask.copy()
    for points in _holes(mask):
        rows, columns = points[:, 1], points[:, 0]
        if lent[rows, columns].any():
            left[rows, columns] = 0
    return left


def _holes(mask: Mask) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the (K, 2) pixels of every connected hole of an (H, W) mask, x then y."""
    window = bounding_window(mask)
    _, numbers = cv2.connectedComponents((mask[window] > 0).astype(np.uint8))
    rows, columns = np.nonzero(mask[window])
    found = np.asarray(numbers)[rows, columns]
    order = np.argsort(found, kind="stable")
    pixels = np.column_stack([columns, rows])[order] + [window[1].start, window[0].start]
    yield from np.split(pixels.astype(np.intp), np.flatnonzero(np.diff(found[order])) + 1)


def _judge(
    faces: Sequence[_TwoSides], points: Points, source: FillSource
) -> tuple[int, _Refusal | None]:
    """Choose the face on which a hole, (K, 2) pixels, lies most, and tell why it cannot lend."""
    if not faces:
        return -1, _Refusal.NO_FACE
    number = int(np.argmax([face.share_on_face(points) for face in faces]))
    return number, faces[number].refusal(points, source)


def _tell(refusals: Sequence[_Refusal | None]) -> str:
    """Say in one sentence what filled which holes, and why the network did."""
    if len(refusals) == 1 and refusals[0] is None:
        return "The hole was filled from the face's other side."
    if len(refusals) == 1:
        return f"The network filled the hole, because it {refusals[0]}."
    counts = Counter(refusals)
    parts = [f"{counts.pop(None)} from the face's other side"] if None in counts else []
    parts += [f"{count} by the network, where one {reason}" for reason, count in counts.items()]
    return f"Of {len(refusals)} holes, {', '.join(parts)}."
