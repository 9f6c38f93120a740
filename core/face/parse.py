"""Which region of a face every pixel of a photo belongs to.

The parser sees a frame of 256 pixels around the face, and then what is small there from near;
its scores, not its labels, are enlarged to the photo's pixels, so that borders are smooth at any
resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import MIRRORED_REGIONS, LabelMap, Region
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Image, Image8, Mask, Window
from core.imaging.depth import to_8_bit
from core.imaging.masks import fill_polygon
from core.imaging.windows import is_empty
from core.models.face_parser import SIZE, FaceParser
from core.runtime import tensors
from core.runtime.device import fast_arithmetic

FRAME_SIDE = 1.25
"""Side of the frame in sides of the canonical one: hair and neck are in it."""


class NearLook(NamedTuple):
    """A part of the face that the parser looks at again, larger."""

    centre: tuple[float, float]
    """In the canonical frame, as fractions of its side."""
    side: float
    """In sides of the canonical frame."""


NEAR_LOOKS = (NearLook((0.5005, 0.45), 0.62), NearLook((0.5005, 0.7), 0.46))
"""Brows and eyes; nose and mouth."""

_UPSAMPLING = 2
"""Scores are enlarged so far by cubic interpolation, then by linear, which takes a third of it."""
_UNRELIABLE_PX = 2
"""Width of the frame's border where the parser, which sees nothing beyond it, is often wrong."""

_NEAR_FADE = 0.15
"""Of a near look's side: how far from its border it is not believed alone."""

Scores = npt.NDArray[np.float32]
"""(L, S, S), one map a label."""


class ScoredFrame(NamedTuple):
    """What the parser found in a frame of the photo."""

    scores: Scores
    frame: Frame


def parse_face(image: Image, landmarks: Landmarks, network: FaceParser) -> LabelMap:
    """Label the pixels of one face, its hair, neck and ears, and what it wears.

    Args:
        image: (H, W, 3), uint8 or uint16.
        landmarks: (68, 2) of the face.
        network: the loaded parser.

    Returns:
        (H, W), a `Region` in each pixel; beyond the parsing frame all is background.
    """
    return parse_canonical(image, canonical_frame(landmarks), network)


def parse_canonical(
    image: Image, canonical: Frame, network: FaceParser, looks: Sequence[NearLook] = NEAR_LOOKS
) -> LabelMap:
    """Label a face as `parse_face` does, given its canonical frame and what to see again larger."""
    frames = [parsing_frame(canonical)]
    frames += [sub_frame(canonical, look.centre, look.side, SIZE) for look in looks]
    pictures = np.stack([to_8_bit(frame.crop(image)) for frame in frames])
    scored = map(ScoredFrame, score_frames(network, pictures), frames)
    return labels_from_scores(next(scored), list(scored), image.shape[:2])


def parsing_frame(canonical: Frame) -> Frame:
    """Return the frame in which a face is parsed, given its canonical one."""
    return sub_frame(canonical, (0.5, 0.5), FRAME_SIDE, SIZE)


def label_frame(network: FaceParser, image: Image8) -> LabelMap:
    """Label every pixel of one frame (S, S, 3) uint8 RGB; (S, S), a `Region` each."""
    return np.asarray(score_frame(network, image).argmax(axis=0), np.uint8)


def score_frame(network: FaceParser, image: Image8) -> Scores:
    """Score every label in every pixel of one frame (S, S, 3) uint8 RGB; (L, S, S) logits."""
    return np.asarray(score_frames(network, image[None])[0])


def score_frames(network: FaceParser, images: Image8) -> npt.NDArray[np.float32]:
    """Score every label in every pixel of frames (N, S, S, 3) uint8 RGB; (N, L, S, S) logits.

    The scores are the mean over a frame and its mirror image.
    """
    device = network.to_scores.weight.device
    pairs = tensors.from_images(np.concatenate([images, images[:, :, ::-1]])).to(device)
    with torch.inference_mode(), fast_arithmetic(device):
        scores: npt.NDArray[np.float32] = network(pairs).float().cpu().numpy()
    plain, mirrored = scores[: len(images)], scores[len(images) :, ..., ::-1]
    return np.asarray((plain + mirrored[:, MIRRORED_REGIONS[: scores.shape[1]]]) / 2)


def labels_from_scores(
    whole: ScoredFrame, near: Sequence[ScoredFrame], shape: tuple[int, ...]
) -> LabelMap:
    """Enlarge the scores of a face to the photo's pixels, and label those.

    Args:
        whole: the parsing frame.
        near: frames within it, of the same labels, that take its place where they lie.
        shape: height and width of the photo.

    Returns:
        (H, W), a `Region` in each pixel.
    """
    labels = np.full((shape[0], shape[1]), Region.BACKGROUND, np.uint8)
    window = whole.frame.window(labels.shape)
    if is_empty(window):
        return labels
    part, frame = labels[window], whole.frame.within(window)
    patches = [_NearPatch.within(one, part.shape, window) for one in near]
    best_score = np.full(part.shape, -np.inf, np.float32)
    for label, score in enumerate(whole.scores):
        score_map = _enlarge(score, frame, part.shape)
        for patch in patches:
            patch.blend_into(score_map, label)
        part[score_map > best_score] = label
        np.maximum(best_score, score_map, out=best_score)
    part[_reliable_area(part.shape, frame) == 0] = Region.BACKGROUND
    return labels


class _NearPatch(NamedTuple):
    """Where a near look lies in the parsing frame's window, and how far it is believed."""

    scores: Scores
    window: Window
    frame: Frame
    """Within that window."""
    weight: npt.NDArray[np.float32]
    """(h, w), 0 at the frame's border, 1 in its middle."""

    @classmethod
    def within(cls, near: ScoredFrame, shape: tuple[int, ...], parent: Window) -> _NearPatch:
        frame = near.frame.within(parent)
        window = frame.window(shape)
        inner = frame.within(window)
        ramp = np.minimum(np.arange(SIZE), np.arange(SIZE)[::-1]) / (_NEAR_FADE * SIZE)
        weight = np.clip(np.minimum(ramp[:, None], ramp), 0, 1).astype(np.float32)
        if is_empty(window):
            return cls(near.scores, window, inner, weight[:0, :0])
        size = (window[0].stop - window[0].start, window[1].stop - window[1].start)
        return cls(near.scores, window, inner, _warp(weight, inner, size, cv2.BORDER_CONSTANT))

    def blend_into(self, score_map: npt.NDArray[np.float32], label: int) -> None:
        if is_empty(self.window):
            return
        there = score_map[self.window]
        near = _enlarge(self.scores[label], self.frame, there.shape)
        there += self.weight * (near - there)


def _enlarge(
    score: npt.NDArray[np.float32], frame: Frame, shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """Resample one label's scores (S, S) of a frame to the photo's pixels."""
    fine = frame.resized(_UPSAMPLING * frame.size)
    smooth = cv2.resize(score, (fine.size, fine.size), interpolation=cv2.INTER_CUBIC)
    return _warp(np.asarray(smooth, np.float32), fine, shape, cv2.BORDER_REPLICATE)


def _warp(
    values: npt.NDArray[np.float32], frame: Frame, shape: tuple[int, ...], border: int
) -> npt.NDArray[np.float32]:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (shape[1], shape[0])
    return np.asarray(
        cv2.warpAffine(values, frame.matrix, size, flags=flags, borderMode=border), np.float32
    )


def _reliable_area(shape: tuple[int, int], frame: Frame) -> Mask:
    """Cover a frame but for its border."""
    low, high = _UNRELIABLE_PX - 0.5, frame.size - _UNRELIABLE_PX - 0.5
    square = np.array([[low, low], [high, low], [high, high], [low, high]])
    return fill_polygon(shape, frame.to_photo(square))
