"""Transfers an exemplar's hair to a face as its own pixels, with the skin that shows around it.

The face's own hair goes: what it hid is the exemplar's forehead or ears in the face's tones, or
the photo's background, extrapolated from around the head. What is smooth is laid out in a small
frame; strands and edges are those of the exemplar's full picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.anatomy.regions import Region
from core.edit.compositing import frame_resampling
from core.edit.compositing.grain import grain_texture
from core.edit.compositing.tone_matching import light_ratio
from core.edit.hair.hair_compositing import TILE_PX, HairCompositor
from core.edit.hair.hair_layout import HairLayout, lay_out_hair
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, HairMatte, hair_matte_of
from core.edit.hair.head_alignment import HeadAlignment, align_heads
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.prepared_exemplar import prepare_exemplar
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, compose_transforms, invert_transform
from core.imaging.arrays import Floats, Image, Mask, Window
from core.imaging.masks import dilate, scale_coverage
from core.progress import Report

_LEAST_HAIR = 0.01  # of the frame
_MOST_HAT = 0.2  # of what the exemplar has on its head
_CUT_OFF_SHARE, _EDGE_PX = 0.045, 2
"""Share of the exemplar picture's edge that shows hair, of which the user is told."""

_CORNER = (0.3, 0.22)
"""Height and width, as fractions of the frame's side, of its upper corners; hair does not fill
most of both."""

_NO_HAIR = "No hair is seen around the exemplar's face; take another picture."
_UNCLEAR = (
    "The exemplar's hair cannot be told from what is behind it; take a picture with a plainer "
    "background."
)
_HAT = "The exemplar wears a hat, below which its hair is not seen; take another picture."
_CUT_OFF_NOTICE = "The exemplar's hair is cut off by the edge of its picture."


class HairTransfer(NamedTuple):
    """Hair that has been transferred to a face."""

    result: EditResult
    hair: Mask
    """(S, S) uint8 coverage of the exemplar's hair in a frame of the face."""
    frame: Frame


def transfer_hair(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer the exemplar's hair to the photo's face, as `compute_hair_transfer` does."""
    return compute_hair_transfer(request, networks, report).result


def compute_hair_transfer(
    request: ExemplarRequest, networks: Networks, report: Report
) -> HairTransfer:
    """Transfer the exemplar's hair to the photo's face, and tell where it lies.

    Raises:
        InvalidRequestError: the exemplar shows no hair, or the face lies outside the picture.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    exemplar = prepare_exemplar(request, canonical)
    if request.strength == 0:
        return HairTransfer(
            EditResult.unchanged(request),
            np.zeros((HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), np.uint8),
            canonical,
        )
    exemplar_landmarks = exemplar.landmarks_in_image(canonical)
    report(0.1, "Cutting out the hair")
    exemplar_matte = hair_matte_of(exemplar.image, exemplar_landmarks, networks)
    _check_hair(exemplar_matte)
    own_matte = hair_matte_of(request.image, request.landmarks, networks)
    report(0.4, "Fitting the hair")
    landmarks = own_matte.frame.to_frame(request.landmarks)
    exemplar_to_own = align_heads(exemplar_matte.frame.to_frame(exemplar_landmarks), landmarks)
    alignment = HeadAlignment(own_matte, exemplar_matte, landmarks, exemplar_to_own)
    layout = lay_out_hair(alignment)
    light = light_ratio(request.image, request.landmarks, exemplar.image, exemplar_landmarks)
    window = own_matte.frame.window(request.image.shape)
    photo, frame = request.image[window], own_matte.frame.within(window)
    to_exemplar = compose_transforms(
        invert_transform(exemplar_to_own), invert_transform(exemplar_matte.frame.matrix)
    )
    report(0.6, "Laying the hair")
    grain = None if request.draft else _background_grain(photo, layout, frame)
    composited, changed = HairCompositor(
        photo, exemplar.image, frame, to_exemplar, layout, _brightness(light), grain
    ).composite()
    hair = np.rint((alignment.new_hair * layout.allowed).clip(0, 1) * 255).astype(np.uint8)
    notices = exemplar.notices
    if _is_cut_off(exemplar_matte):
        notices = (*notices, _CUT_OFF_NOTICE)
    coverage = scale_coverage(changed, request.strength)
    result = EditResult.trimmed(composited, coverage, window, request, notices, is_painted=False)
    return HairTransfer(result, hair, own_matte.frame)


def _brightness(light: Floats) -> float:
    """Return the hair's brightness factor: eyes are small, and made up they tell a wrong hue."""
    return float(np.sqrt(light.mean()))


def _check_hair(matte: HairMatte) -> None:
    """Refuse an exemplar without hair, with a hat, or with a background that is taken for hair."""
    hat, hair = ((matte.labels == region).mean() for region in (Region.HAT, Region.HAIR))
    if hat > max(_MOST_HAT * (hat + hair), _LEAST_HAIR):
        raise InvalidRequestError(_HAT)
    if matte.coverage.mean() < _LEAST_HAIR:
        raise InvalidRequestError(_NO_HAIR)
    height, width = (round(share * HAIR_FRAME_SIZE) for share in _CORNER)
    corners = np.s_[:height, :width], np.s_[:height, -width:]
    if all(_is_mostly_hair(matte, corner) for corner in corners):
        raise InvalidRequestError(_UNCLEAR)


def _is_mostly_hair(matte: HairMatte, window: Window) -> bool:
    visible = matte.visible[window] >= 1
    return bool(visible.any() and (matte.coverage[window][visible] > 0.5).mean() > 0.5)


def _background_grain(photo: Image, layout: HairLayout, frame: Frame) -> Floats | None:
    """Make (`TILE_PX`, `TILE_PX`, 3) grain like that of the photo's background, in 0..1."""
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    unknown = frame_resampling.resample_mask(layout.head, frame, whole)
    texture = grain_texture(photo, unknown, TILE_PX)
    return None if texture is None else texture / np.float32(np.iinfo(photo.dtype).max)


def _is_cut_off(matte: HairMatte) -> bool:
    inside = matte.visible >= 1
    beyond = np.where(inside, 0, 255).astype(np.uint8)
    edge = inside & (dilate(beyond, _EDGE_PX) > 0)
    return bool(edge.any() and (matte.coverage[edge] > 0.5).mean() > _CUT_OFF_SHARE)
