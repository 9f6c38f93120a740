"""Transfers an exemplar's glasses to a face: their frame, dark lenses, and the shadow they throw.

They are turned as the face is, by the points of eyes, nose and temples, and go below its hair.
Eyes that are seen through the exemplar's lenses are not its glasses: the face keeps its own.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import frame_to_window
from core.edit.compositing.tone_matching import light_ratio
from core.edit.glasses.frame_mask import whole_glasses
from core.edit.hair.guided_matting import LinearMatte, guided_matte, matte_coverage
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, hair_matte_of
from core.edit.inpainting.glasses_hole import WornGlasses, find_glasses
from core.edit.networks import Networks
from core.edit.parse_regions import parse_regions
from core.edit.requests import EditResult, ExemplarRequest, ParseRequest
from core.edit.transfer.prepared_exemplar import prepare_exemplar
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.imaging.arrays import Floats, Image, Mask, Matrix, Pixels, Points
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, scale_coverage
from core.imaging.resampling import to_three_channels
from core.progress import Report, silent
from core.runtime.membrane import fill_membrane

_SIZE = 512  # of the frame in which glasses are cut out
_EDGE = 0.03
"""This and what follows in distances between the eyes: how far the edge of a frame may be wrong."""
_SHADOW, _SHADOW_SIGMA = 0.14, 0.03
"""Around a frame: how far its shadow is looked for, and how soft it is."""
_DARKEST = 0.6
"""Of the skin's brightness, in such a shadow."""
_ANCHORS = (
    *(LEFT_EYE[0], LEFT_EYE[3], RIGHT_EYE[0], RIGHT_EYE[3]),
    *(*NOSE_BRIDGE, NOSE_BASE[2], JAW[0], JAW[1], JAW[-2], JAW[-1]),
)
"""Landmarks by which glasses are placed."""
_MOST_WARPED = 0.25
"""How far perspective may move a point from where no perspective puts it, in those distances."""
_FRONT = (0.5, 0.6)
"""Around the middle of an eye: up to where glasses are their front, from where on their arms."""
_LEAST_VISIBLE = 0.5 / 255
_OWN_GLASSES = "The face wears glasses already; remove them first, by Face > Remove glasses."


class _CutOut(NamedTuple):
    """The exemplar's glasses in a frame of S = 512 pixels; maps are float32."""

    frame: Frame
    """In the exemplar's picture."""
    matte: LinearMatte
    near: Floats
    """(S, S) 0..1, factor of the matte's coverage."""
    shadow: Floats
    """(S, S) factor of the brightness of skin."""


def transfer_glasses(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer the exemplar's glasses to the photo's face.

    Raises:
        InvalidRequestError: the exemplar wears none, or is turned another way; the face does wear
            some, or lies outside the picture.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    exemplar = prepare_exemplar(request, canonical)
    if request.strength == 0:
        return EditResult.unchanged(request)
    points = exemplar.landmarks_in_image(canonical)
    report(0.1, "Looking for glasses")
    worn = whole_glasses(exemplar.image, _labels(exemplar.image, points, networks), points)
    own_labels = _labels(request.image, request.landmarks, networks)
    if find_glasses(request.image, own_labels, request.landmarks).are_worn:
        raise InvalidRequestError(_OWN_GLASSES)
    report(0.5, "Putting them on")
    cut = _cut_out(exemplar.image, worn, points)
    to_photo = fit_perspective(points, request.landmarks)
    window = canonical.window(request.image.shape)
    corner = np.array([window[1].start, window[0].start])
    to_window = np.array([[1, 0, -corner[0]], [0, 1, -corner[1]], [0, 0, 1]]) @ to_photo
    own_hair = hair_matte_of(request.image, request.landmarks, networks)
    beyond = np.maximum(own_hair.coverage, own_hair.labelled(Region.BACKGROUND))
    behind = beyond * _beside_eyes(own_hair.frame.to_frame(request.landmarks))
    hidden = frame_to_window(behind, own_hair.frame, window, cv2.INTER_LINEAR)
    shown = np.asarray(1 - hidden, np.float32)
    light = light_ratio(request.image, request.landmarks, exemplar.image, points)
    composited, coverage = _composite(
        request.image[window], exemplar.image, cut, to_window, shown, float(np.sqrt(light.mean()))
    )
    return EditResult.trimmed(
        composited,
        scale_coverage(coverage, request.strength),
        window,
        request,
        exemplar.notices,
        is_painted=False,
    )


def _labels(image: Image, landmarks: Landmarks, networks: Networks) -> LabelMap:
    return parse_regions(ParseRequest(image, landmarks), networks, silent).labels


def _beside_eyes(landmarks: Points) -> Floats:
    """Return (S, S) 0 around the eyes, where glasses lie over hair, 1 where their arms go below.

    Args:
        landmarks: (68, 2) in the frame of a hair matte.
    """
    rows, columns = np.indices((HAIR_FRAME_SIZE, HAIR_FRAME_SIZE))
    middles = [landmarks[list(eye)].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)]
    distance = np.minimum.reduce([np.hypot(columns - x, rows - y) for x, y in middles])
    near, far = np.array(_FRONT) * interocular_distance(landmarks)
    return np.asarray(((distance - near) / (far - near)).clip(0, 1), np.float32)


def _cut_out(image: Pixels, worn: WornGlasses, landmarks: Landmarks) -> _CutOut:
    """Cut out glasses, and measure how much darker skin is beside their frame."""
    frame = canonical_frame(landmarks, _SIZE)
    unit = interocular_distance(frame.to_frame(landmarks))
    picture = np.asarray(to_8_bit(frame.crop(image)), np.float32) / np.float32(255)
    opaque = np.asarray(frame.crop(worn.opaque, cv2.INTER_LINEAR), np.float32) / np.float32(255)
    features = frame.crop(worn.features.astype(np.uint8), cv2.INTER_NEAREST) > 0
    edge = max(round(_EDGE * unit), 1)
    solid = np.where(opaque > 0.5, 255, 0).astype(np.uint8)
    around = dilate(solid, edge)
    near = cv2.GaussianBlur((around > 0).astype(np.float32), (0, 0), edge / 2)
    matte = guided_matte(picture, opaque, edge)
    hidden = np.maximum(around, features * np.uint8(255))
    reach = dilate(solid, _SHADOW * unit)
    bare = fill_membrane(picture, np.maximum(reach, hidden)).mean(axis=2)
    filled = fill_membrane(picture, hidden).mean(axis=2)
    ratio = (filled / np.maximum(bare, np.float32(0.05))).clip(_DARKEST, 1)
    sigma = _SHADOW_SIGMA * unit
    fade = cv2.GaussianBlur((reach > 0).astype(np.float32), (0, 0), sigma)
    shadow = 1 + (cv2.GaussianBlur(ratio, (0, 0), sigma) - 1) * fade
    return _CutOut(frame, matte, np.asarray(near, np.float32), np.asarray(shadow, np.float32))


def fit_perspective(source: Points, target: Points) -> Matrix:
    """Fit the projection that takes one face's eyes, nose and temples to another's.

    Args:
        source, target: (68, 2) landmarks, each in pixels of its picture.

    Returns:
        (3, 3), from pixels of the one to pixels of the other; without perspective where that would
        bend glasses more than a turned head does.
    """
    chosen = list(_ANCHORS)
    first, second = source[chosen].astype(np.float32), target[chosen].astype(np.float32)
    affine, _ = cv2.estimateAffine2D(first, second, ransacReprojThreshold=1e6)
    plain = np.vstack([np.asarray(affine, np.float64), [0, 0, 1]])
    projection, _ = cv2.findHomography(first, second)
    if projection is None:
        return plain
    moved = cv2.perspectiveTransform(first[None], np.asarray(projection))[0]
    unmoved = cv2.perspectiveTransform(first[None], plain)[0]
    limit = _MOST_WARPED * interocular_distance(target)
    is_gentle = np.linalg.norm(moved - unmoved, axis=1).max() < limit
    return np.asarray(projection, np.float64) if is_gentle else plain


def _composite(
    photo: Image, exemplar: Pixels, cut: _CutOut, matrix: Matrix, shown: Floats, light: float
) -> tuple[Image, Mask]:
    """Composite glasses into a window of the photo.

    Args:
        photo: (h, w, 3) uint8 or uint16, the window.
        exemplar: (H', W', 3) in the photo's depth.
        cut: of the exemplar.
        matrix: (3, 3) from pixels of the exemplar to the window's.
        shown: (h, w) 0..1, what no hair of the face's own lies over.
        light: factor of the frame's brightness.

    Returns:
        The composited (h, w, 3) window, and (h, w) uint8, 255 where it changed.
    """
    white = np.float32(np.iinfo(photo.dtype).max)
    to_exemplar = np.vstack([cut.frame.matrix, [0, 0, 1]])
    from_frame = matrix @ np.linalg.inv(to_exemplar)

    def project(values: Pixels, at: Matrix, outside: float) -> Floats:
        size, border = (photo.shape[1], photo.shape[0]), cv2.BORDER_CONSTANT
        warped = cv2.warpPerspective(
            values, at, size, flags=cv2.INTER_CUBIC, borderMode=border, borderValue=(outside,) * 4
        )
        return np.asarray(warped, np.float32)

    glasses = project(exemplar, matrix, 0) / white
    coverage = matte_coverage(
        project(cut.matte.slope, from_frame, 0), project(cut.matte.offset, from_frame, 0), glasses
    )
    coverage *= project(cut.near, from_frame, 0).clip(0, 1) * shown
    shadow = 1 + (project(cut.shadow, from_frame, 1) - 1) * shown
    below = photo.astype(np.float32) / white * to_three_channels(shadow)
    below += (glasses * np.float32(light) - below) * to_three_channels(coverage)
    changed = np.maximum(coverage, 1 - shadow) > _LEAST_VISIBLE
    result = np.rint(below.clip(0, 1) * white).astype(photo.dtype)
    return np.where(changed[..., None], result, photo), np.where(changed, 255, 0).astype(np.uint8)
