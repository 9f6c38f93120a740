"""Transfers an exemplar's hair to a face as its own pixels, with the skin that shows around it.

The face's own hair goes: what it hid is the exemplar's forehead or ears in the face's tones, or
the photo's background, continued by patches of it. What is smooth is laid out in a small
frame; strands and edges are those of the exemplar's full picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.edit.compositing import frame_resampling
from core.edit.compositing.grain import grain_texture
from core.edit.compositing.tone_matching import light_ratio
from core.edit.hair.exemplar_hair import hair_notices, hair_refusal
from core.edit.hair.hair_compositing import TILE_PX, HairCompositor
from core.edit.hair.hair_layout import HairLayout, lay_out_hair
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, hair_matte_of
from core.edit.hair.head_alignment import HeadAlignment, align_heads
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.prepared_exemplar import prepare_exemplar
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, compose_transforms, invert_transform
from core.imaging.arrays import Floats, Image, Mask
from core.imaging.masks import scale_coverage
from core.progress import Report

_NO_BACKGROUND = (
    "Hardly any background is seen beside the head: what the hair hid is filled smoothly."
)


_NO_HAT = "No hat is found on the face; its hair was replaced as a whole."


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
    refusal = hair_refusal(exemplar_matte)
    if refusal is not None:
        raise InvalidRequestError(refusal)
    own_matte = hair_matte_of(request.image, request.landmarks, networks)
    report(0.4, "Fitting the hair")
    landmarks = own_matte.frame.to_frame(request.landmarks)
    exemplar_to_own = align_heads(exemplar_matte.frame.to_frame(exemplar_landmarks), landmarks)
    alignment = HeadAlignment(
        own_matte, exemplar_matte, landmarks, exemplar_to_own, request.keeps_hat
    )
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
    notices = (*exemplar.notices, *hair_notices(exemplar_matte), *_own_notices(alignment, layout))
    coverage = scale_coverage(changed, request.strength)
    result = EditResult.trimmed(composited, coverage, window, request, notices, is_painted=False)
    return HairTransfer(result, hair, own_matte.frame)


def _own_notices(alignment: HeadAlignment, layout: HairLayout) -> tuple[str, ...]:
    """Say what of the face's own hair and hat does not go as it should."""
    is_smooth = layout.freed.any() and not layout.texture.coverage.any()
    has_no_hat = alignment.keeps_hat and not alignment.wears_hat
    return (*[_NO_BACKGROUND] * bool(is_smooth), *[_NO_HAT] * has_no_hat)


def _brightness(light: Floats) -> float:
    """Return the hair's brightness factor: eyes are small, and made up they tell a wrong hue."""
    return float(np.sqrt(light.mean()))


def _background_grain(photo: Image, layout: HairLayout, frame: Frame) -> Floats | None:
    """Make (`TILE_PX`, `TILE_PX`, 3) grain like that of the photo's background, in 0..1."""
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    unknown = frame_resampling.resample_mask(layout.head, frame, whole)
    texture = grain_texture(photo, unknown, TILE_PX)
    return None if texture is None else texture / np.float32(np.iinfo(photo.dtype).max)
