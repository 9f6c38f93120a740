"""Gives a face components of an exemplar's as pixels: eyes, mouth, inner face, hair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.anatomy.landmarks import LEFT_EYE, NOSE_BRIDGE, RIGHT_EYE, Landmarks
from core.anatomy.parts import Component, FacePart, part_outlines
from core.edit.face_and_hair import transfer_pixels
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest, TransferRequest
from core.errors import InvalidRequestError
from core.imaging.arrays import Image, Mask
from core.imaging.masks import feather, fill_polygon
from core.progress import Report

_EYES = frozenset((Component.LEFT_EYE, Component.RIGHT_EYE))
_FEATHER = 0.06
"""Of the distance between the eyes: how softly own eyes or an own mouth end in a lent face."""
_MIDDLE_FADE = 0.15
"""Of that distance: how softly one lent eye ends towards the other, and the mouth above it."""


def lend_components(request: TransferRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer the asked components as pixels; what is not asked for keeps the face's own.

    Raises:
        InvalidRequestError: the exemplar does not suit.
        CheckpointError: the weights of a network are missing or damaged.
    """
    exemplar, chosen = request.exemplar, frozenset(request.parts)
    if exemplar is None:
        raise InvalidRequestError("Parts of another face need its picture.")
    parts = _face_parts(chosen)
    kept = _kept_outlines(chosen)
    result = transfer_pixels(
        ExemplarRequest(
            request.image,
            request.landmarks,
            exemplar.image,
            exemplar.landmarks,
            parts,
            hair=Component.HAIR in chosen,
            shape=0.0 if kept or len(chosen & _EYES) == 1 else None,
        ),
        networks,
        report,
    )
    landmarks = request.landmarks if result.landmarks is None else result.landmarks
    coverage = result.coverage
    if kept:
        coverage = np.minimum(coverage, ~_outlined(result, kept, landmarks))
    elif FacePart.EYES in parts and len(chosen & _EYES) == 1:
        coverage = np.minimum(coverage, _half(result, chosen, landmarks))
    return replace(result, coverage=coverage)


def _face_parts(chosen: frozenset[Component]) -> tuple[FacePart, ...]:
    if Component.SKIN in chosen:
        return (FacePart.FACE,)
    parts = [FacePart.EYES] if chosen & _EYES else []
    return (*parts, FacePart.MOUTH) if Component.MOUTH in chosen else tuple(parts)


def _kept_outlines(chosen: frozenset[Component]) -> tuple[Component, ...]:
    """Return which parts of a lent face stay the own."""
    if Component.SKIN not in chosen:
        return ()
    inner = (Component.LEFT_EYE, Component.RIGHT_EYE, Component.MOUTH)
    return tuple(part for part in inner if part not in chosen)


def _outlined(result: EditResult, kept: tuple[Component, ...], landmarks: Landmarks) -> Mask:
    """Cover the kept parts in a result's window, softly; (h, w)."""
    left, right = part_outlines(FacePart.EYES, landmarks)
    (mouth,) = part_outlines(FacePart.MOUTH, landmarks)
    outlines = {Component.LEFT_EYE: left, Component.RIGHT_EYE: right, Component.MOUTH: mouth}
    corner, shape = np.array([result.left, result.top]), result.coverage.shape
    covered = np.zeros(shape, np.uint8)
    for part in kept:
        height, width = shape
        np.maximum(covered, fill_polygon((height, width), outlines[part] - corner), out=covered)
    return feather(covered, _FEATHER * _eye_distance(landmarks))


def _half(result: EditResult, chosen: frozenset[Component], landmarks: Landmarks) -> Mask:
    """Cover the half of a result's window in which the chosen eye lies, and all below the eyes."""
    left = landmarks[list(LEFT_EYE)].mean(axis=0)
    along = landmarks[list(RIGHT_EYE)].mean(axis=0) - left
    distance = _eye_distance(landmarks)
    along = along / distance
    middle = landmarks[NOSE_BRIDGE[0]]
    rows, columns = np.mgrid[: result.coverage.shape[0], : result.coverage.shape[1]]
    x, y = columns + result.left - middle[0], rows + result.top - middle[1]
    towards_right = (x * along[0] + y * along[1]) / (_MIDDLE_FADE * distance)
    sign = 1.0 if Component.RIGHT_EYE in chosen else -1.0
    side = np.clip(0.5 + sign * towards_right, 0, 1)
    below = (y * along[0] - x * along[1]) / distance
    if Component.MOUTH in chosen:
        side = np.maximum(side, np.clip((below - _BELOW_EYES) / _MIDDLE_FADE, 0, 1))
    if Component.HAIR in chosen:
        side = np.where(_is_beside_eyes(x, y, along, distance), side, 1.0)
    return np.asarray(np.rint(side * 255), np.uint8)


_BELOW_EYES = 0.6
"""Of the distance between the eyes below the nose's root: there no eye reaches."""
_EYE_REACH = 0.95


def _is_beside_eyes(x: Image, y: Image, along: Landmarks, distance: float) -> Mask:
    """Tell which positions, relative to the nose's root, an eye's transfer may reach."""
    across = np.abs(x * along[0] + y * along[1]) / distance
    down = np.abs(y * along[0] - x * along[1]) / distance
    return np.asarray((across < _EYE_REACH) & (down < _BELOW_EYES))


def _eye_distance(landmarks: Landmarks) -> float:
    left, right = (landmarks[list(eye)].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE))
    return max(float(np.linalg.norm(right - left)), 1e-6)
