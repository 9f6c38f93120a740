"""Make-up at the photo's own resolution: lips, eyelids, lash line, cheeks and brows.

Colour is laid over skin in CIE Lab: differences between pores, wrinkles and hairs stay, and so do
reflections. Where it lies follows from the landmarks and from what the parser calls skin, lips
and brows, in a frame finer than any network's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    MIRRORED_INDICES,
    OUTER_LIPS,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import add_saturated, frame_to_window
from core.edit.networks import Networks
from core.edit.requests import EditResult, MakeUpRequest
from core.face.align import canonical_frame
from core.imaging.arrays import Floats, Image, Mask, Points, Window
from core.imaging.masks import fill_polygon, scale_coverage
from core.imaging.windows import bounding_window, is_empty
from core.progress import Report

_SIZE = 640
"""Side of the frame in which make-up is placed."""
_LIPS = (Region.UPPER_LIP, Region.LOWER_LIP)
_BROWS = (Region.LEFT_BROW, Region.RIGHT_BROW)
_BARE = (Region.SKIN, Region.NOSE, Region.LEFT_EYE, Region.RIGHT_EYE, *_BROWS, *_LIPS)
"""Labels of what make-up may lie on; hair, glasses and hands keep theirs."""

_LIP_OPACITY, _SHADOW_OPACITY, _LINER_OPACITY, _BLUSH_OPACITY = 0.85, 0.65, 0.85, 0.36
_LIP_LIGHTNESS, _SHADOW_LIGHTNESS, _LINER_LIGHTNESS, _BLUSH_LIGHTNESS = 0.55, 0.6, 1.0, 0.15
"""How far lightness goes to the swatch's; the rest of the difference is the skin's own."""
_OWN_VARIATION = 0.6
"""How much of the differences in colour below stays."""
_GLOSS, _MOST_GLOSS, _GLOSS_REACH = (6.0, 24.0), 0.5, 0.08
"""Lightness above what surrounds it from which, and to which, a reflection loses its make-up; how
much of it at most; how far around, of the layer's extent."""
_DARK = 8.0
"""Added to lightnesses before they are divided: in the dark colours are fainter."""
_LASH_THICKNESS, _WING = 0.045, 0.10
"""Of the distance between the eyes."""
_CHEEK = (0.36, 0.22)
"""Half axes of a blush, along and across the cheekbone, of that distance."""
_STRONGER, _FAINTER = 0.42, 0.75
"""How much darker a hair of the brow becomes, and how much of it goes, at the ends."""
_DARK_HAIR = 28.0
"""Lightness below the skin's at which a pixel of a brow is all hair."""

Lab = npt.NDArray[np.float32]


class _Paint(NamedTuple):
    """One layer of make-up."""

    coverage: Floats
    """(S, S) 0..1 in the frame."""
    apply: Callable[[Lab, Floats], Lab]
    """Makes (h, w, 3) of Lab and coverage (h, w) into Lab."""


class _Face(NamedTuple):
    """The face in the frame."""

    landmarks: Landmarks
    """(68, 2) in its pixels."""
    labels: LabelMap
    """(S, S)."""
    unit: float
    """Distance between the eyes in its pixels."""


def make_up(request: MakeUpRequest, networks: Networks, report: Report) -> EditResult:
    """Make a face up.

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Finding the regions")
    if request.is_neutral:
        return EditResult.unchanged(request)
    frame = canonical_frame(request.landmarks).resized(_SIZE)
    labels, notices = networks.label_photo(request.image, request.landmarks)
    points = frame.to_frame(request.landmarks)
    cropped = np.asarray(frame.crop(labels, cv2.INTER_NEAREST), np.uint8)
    face = _Face(points, cropped, interocular_distance(points))
    report(0.5, "Making up")
    window = frame.window(request.image.shape)
    if is_empty(window):
        return EditResult.unchanged(request)
    patch, coverage = request.image[window].copy(), np.zeros(request.image[window].shape[:2])
    covered = coverage.astype(np.uint8)
    for paint in _paints(request, face):
        here = frame_to_window(paint.coverage, frame, window, cv2.INTER_LINEAR)
        _lay(patch, covered, np.asarray(here, np.float32), paint)
    covered = scale_coverage(covered, request.strength)
    return EditResult.trimmed(patch, covered, window, request, notices, is_painted=False)


def _lay(patch: Image, covered: Mask, here: Floats, paint: _Paint) -> None:
    """Lay one layer over a window of the photo, in place."""
    touched = np.where(here > 1 / 512, 255, 0).astype(np.uint8)
    if not touched.any():
        return
    inner: Window = bounding_window(touched)
    white = np.float32(np.iinfo(patch.dtype).max)
    values = patch[inner].astype(np.float32) / white
    lab = np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2LAB), np.float32)
    new = np.asarray(cv2.cvtColor(paint.apply(lab, here[inner]), cv2.COLOR_LAB2RGB), np.float32)
    whole = add_saturated(new * white, np.zeros_like(new), patch.dtype)
    patch[inner] = np.where(touched[inner][..., None] > 0, whole, patch[inner])
    np.maximum(covered, touched, out=covered)


def _paints(request: MakeUpRequest, face: _Face) -> list[_Paint]:
    """List the layers, the lowest first."""
    layers = []
    if request.blush is not None:
        layers.append(_coloured(_cheeks(face), request.blush, _BLUSH_OPACITY, _BLUSH_LIGHTNESS))
    if request.shadow is not None:
        layers.append(_coloured(_lids(face), request.shadow, _SHADOW_OPACITY, _SHADOW_LIGHTNESS))
    if request.liner is not None:
        layers.append(_coloured(_lash_lines(face), request.liner, _LINER_OPACITY, _LINER_LIGHTNESS))
    if request.brows:
        layers.append(_Paint(_brows(face), lambda lab, here: _with_brows(lab, here, request.brows)))
    if request.lips is not None:
        layers.append(_coloured(_lip_area(face), request.lips, _LIP_OPACITY, _LIP_LIGHTNESS))
    return layers


def _coloured(
    coverage: Floats, colour: tuple[int, int, int], opacity: float, lightness: float
) -> _Paint:
    swatch = np.array([[colour]], np.float32) / 255
    wanted = np.asarray(cv2.cvtColor(swatch, cv2.COLOR_RGB2LAB), np.float32)[0, 0]

    def apply(lab: Lab, here: Floats) -> Lab:
        mean = np.average(lab.reshape(-1, 3), axis=0, weights=here.ravel()).astype(np.float32)
        reach = 2 * max(round(_GLOSS_REACH * max(here.shape)), 1) + 1
        above = lab[..., 0] - cv2.blur(np.ascontiguousarray(lab[..., 0]), (reach, reach))
        shine = _MOST_GLOSS * np.clip((above - _GLOSS[0]) / (_GLOSS[1] - _GLOSS[0]), 0, 1)
        weight = (here * opacity * (1 - shine))[..., None]
        new = lab[..., 0] + lightness * (wanted[0] - mean[0])
        depth = np.clip((new + _DARK) / (wanted[0] + _DARK), 0, 1)[..., None]
        target = wanted * depth + (lab - mean) * np.float32(_OWN_VARIATION)
        target[..., 0] = new
        return np.asarray(lab + weight * (target - lab), np.float32)

    return _Paint(coverage, apply)


def _with_brows(lab: Lab, here: Floats, amount: float) -> Lab:
    """Darken the hairs of brows, or let them fade into the skin around."""
    around = here < here.max() * 0.25
    skin = np.median(lab[around].reshape(-1, 3), axis=0) if around.any() else lab.mean(axis=(0, 1))
    hair = np.clip((skin[0] - lab[..., 0]) / _DARK_HAIR, 0, 1)
    changed = lab.copy()
    if amount > 0:
        changed[..., 0] *= 1 - _STRONGER * amount * here * (0.3 + 0.7 * hair)
    else:
        share = (-amount * _FAINTER * here * hair)[..., None]
        changed += share * (skin.astype(np.float32) - lab)
    return changed


def _lip_area(face: _Face) -> Floats:
    """Cover the lips: where the parser sees them, near where the landmarks have them."""
    near = _polygon(face, face.landmarks[list(OUTER_LIPS)])
    steps = max(round(0.03 * face.unit), 1)
    near = np.asarray(cv2.dilate(near, np.ones((3, 3), np.uint8), iterations=steps), np.uint8)
    opening = _polygon(face, face.landmarks[list(INNER_LIPS)])
    seen = np.isin(face.labels, _LIPS)
    if not (seen & (near > 0)).any():
        seen = (near > 0) & (opening == 0)
    lips = np.where(seen & (near > 0), 255, 0).astype(np.uint8)
    gap = 2 * max(round(0.03 * face.unit), 1) + 1
    closed = np.asarray(cv2.morphologyEx(lips, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)))
    closed[np.isin(face.labels, (Region.INNER_MOUTH,))] = 0
    return _soft(closed.astype(np.uint8), 0.018 * face.unit)


def _lids(face: _Face) -> Floats:
    """Cover the upper lids, fading towards the brows."""
    covered = np.zeros(face.labels.shape, np.float32)
    for mirrored in (False, True):
        points = _one_side(face.landmarks, mirrored=mirrored)
        upper, brow = points[[36, 37, 38, 39]], points[list(LEFT_BROW)]
        rim = np.stack([np.interp(upper[:, 0], *_sorted_line(brow, axis)) for axis in (0, 1)], 1)
        high = upper + 0.62 * (rim - upper)
        wing = upper[0] + (upper[0] - upper[3]) * 0.18 + (high[0] - upper[0]) * 0.5
        outline = np.concatenate([upper, high[::-1], wing[None]])
        area = _soft(_polygon(face, outline), 0.035 * face.unit)
        height = max(float(np.linalg.norm(rim - upper, axis=1).mean()), 1.0)
        distance = _distance_to(_polyline(face, upper))
        covered = np.maximum(covered, area * np.exp(-np.square(distance / (0.55 * height))))
    return covered * _bare(face, without=_BROWS) * (1 - _eye_openings(face))


def _lash_lines(face: _Face) -> Floats:
    """Cover a line along the upper lashes, thicker outwards, with a short wing."""
    covered = np.zeros(face.labels.shape, np.float32)
    for mirrored in (False, True):
        points = _one_side(face.landmarks, mirrored=mirrored)
        upper = points[[36, 37, 38, 39]]
        outwards = (upper[0] - upper[3]) / max(float(np.linalg.norm(upper[0] - upper[3])), 1e-6)
        lift = np.array([0.0, -0.45])
        wing = upper[0] + (outwards + lift) * _WING * face.unit
        line = _smooth_line(np.concatenate([wing[None], upper]))
        steps = np.linspace(0, 1, len(line))
        thickness = (
            _LASH_THICKNESS * face.unit * np.interp(steps, [0, 0.2, 0.7, 1], [0.1, 1, 0.6, 0.3])
        )
        stroke = np.zeros(face.labels.shape, np.uint8)
        for start, end, width in zip(line[:-1], line[1:], thickness[:-1], strict=True):
            ends = [tuple(np.round(16 * one).astype(int).tolist()) for one in (start, end)]
            cv2.line(stroke, ends[0], ends[1], 255, max(round(width), 1), cv2.LINE_AA, 4)
        covered = np.maximum(covered, _soft(stroke, 0.008 * face.unit))
    return covered * _bare(face, without=())


def _cheeks(face: _Face) -> Floats:
    """Cover the apples of the cheeks, along the cheekbones."""
    rows, columns = np.mgrid[: face.labels.shape[0], : face.labels.shape[1]]
    covered = np.zeros(face.labels.shape, np.float32)
    for mirrored in (False, True):
        points = _one_side(face.landmarks, mirrored=mirrored)
        centre = 0.34 * points[36] + 0.33 * points[48] + 0.33 * points[2]
        along = points[1] - points[48]
        along = along / max(float(np.linalg.norm(along)), 1e-6)
        x, y = columns - centre[0], rows - centre[1]
        u, v = x * along[0] + y * along[1], y * along[0] - x * along[1]
        squared = np.square(u / (_CHEEK[0] * face.unit)) + np.square(v / (_CHEEK[1] * face.unit))
        covered = np.maximum(covered, np.exp(-squared).astype(np.float32))
    covered[covered < 0.02] = 0
    return covered * _bare(face, without=(*_BROWS, *_LIPS, Region.LEFT_EYE, Region.RIGHT_EYE))


def _brows(face: _Face) -> Floats:
    seen = np.where(np.isin(face.labels, _BROWS), 255, 0).astype(np.uint8)
    return _soft(seen, 0.03 * face.unit)


def _bare(face: _Face, without: tuple[Region, ...]) -> Floats:
    """Cover what make-up may lie on, softly."""
    allowed = [region for region in _BARE if region not in without]
    seen = np.where(np.isin(face.labels, allowed), 255, 0).astype(np.uint8)
    return _soft(seen, 0.012 * face.unit)


def _eye_openings(face: _Face) -> Floats:
    covered = np.zeros(face.labels.shape, np.uint8)
    for eye in (LEFT_EYE, RIGHT_EYE):
        np.maximum(covered, _polygon(face, face.landmarks[list(eye)]), out=covered)
    return _soft(covered, 0.008 * face.unit)


def _one_side(landmarks: Landmarks, *, mirrored: bool) -> Landmarks:
    """Return the points, those of the other side in the places of the left if `mirrored`."""
    return np.asarray(landmarks[MIRRORED_INDICES] if mirrored else landmarks)


def _sorted_line(points: Points, axis: int) -> tuple[Points, Points]:
    order = np.argsort(points[:, 0])
    return points[order, 0], points[order, axis]


def _smooth_line(points: Points, per_piece: int = 12) -> Points:
    """Return a curve through points."""
    steps = np.arange(len(points))
    fine = np.linspace(0, len(points) - 1, per_piece * (len(points) - 1) + 1)
    degree = min(3, len(points) - 1)
    return np.column_stack(
        [np.polyval(np.polyfit(steps, points[:, axis], degree), fine) for axis in (0, 1)]
    )


def _polygon(face: _Face, points: Points) -> Mask:
    height, width = face.labels.shape
    return fill_polygon((height, width), points)


def _polyline(face: _Face, points: Points) -> Mask:
    line = np.zeros(face.labels.shape, np.uint8)
    cv2.polylines(line, [np.round(points * 16).astype(np.int32)], False, 255, 1, cv2.LINE_8, 4)
    return line


def _distance_to(line: Mask) -> Floats:
    return np.asarray(cv2.distanceTransform(~line, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)


def _soft(mask: Mask, width: float) -> Floats:
    """Blur coverage by a Gaussian of that width in pixels; (S, S) 0..1."""
    values = mask.astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(values, (0, 0), max(width, 0.5)), np.float32)
