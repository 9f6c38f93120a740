"""Which region of a face every pixel of a photo belongs to.

The parser sees a frame of 256 pixels around the face; its scores, not its labels, are enlarged
to the photo's pixels, so that borders are smooth at any resolution.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import MIRRORED_REGIONS, LabelMap, Region
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Image, Image8, Mask
from core.imaging.depth import to_8_bit
from core.imaging.masks import fill_polygon
from core.imaging.windows import is_empty
from core.models.face_parser import SIZE, FaceParser
from core.runtime import tensors
from core.runtime.device import fast_arithmetic

FRAME_SIDE = 1.25
"""Side of the frame in sides of the canonical one: hair and neck are in it."""
_UPSAMPLING = 2
"""Scores are enlarged so far by cubic interpolation, then by linear, which takes a third of it."""
_UNRELIABLE_PX = 2
"""Width of the frame's border where the parser, which sees nothing beyond it, is often wrong."""

Scores = npt.NDArray[np.float32]
"""(L, S, S), one map a label."""


def parse_face(image: Image, landmarks: Landmarks, network: FaceParser) -> LabelMap:
    """Label the pixels of one face, its hair, neck and ears; all else is background.

    Args:
        image: (H, W, 3), uint8 or uint16.
        landmarks: (68, 2) of the face.
        network: the loaded parser.

    Returns:
        (H, W), a `Region` in each pixel.
    """
    frame = parsing_frame(canonical_frame(landmarks))
    return labels_from_scores(
        score_frame(network, to_8_bit(frame.crop(image))), frame, image.shape[:2]
    )


def parsing_frame(canonical: Frame) -> Frame:
    """Return the frame in which a face is parsed, given its canonical one."""
    return sub_frame(canonical, (0.5, 0.5), FRAME_SIDE, SIZE)


def label_frame(network: FaceParser, image: Image8) -> LabelMap:
    """Label every pixel of one frame (S, S, 3) uint8 RGB; (S, S), a `Region` each."""
    return np.asarray(score_frame(network, image).argmax(axis=0), np.uint8)


def score_frame(network: FaceParser, image: Image8) -> Scores:
    """Score every label in every pixel of one frame (S, S, 3) uint8 RGB; (L, S, S) logits.

    The scores are the mean over the frame and its mirror image.
    """
    device = network.to_scores.weight.device
    pair = tensors.from_images(np.stack([image, image[:, ::-1]])).to(device)
    with torch.inference_mode(), fast_arithmetic(device):
        scores: Scores = network(pair).float().cpu().numpy()
    plain, mirrored = scores[0], scores[1, ..., ::-1]
    return np.asarray((plain + mirrored[MIRRORED_REGIONS[: len(mirrored)]]) / 2)


def labels_from_scores(scores: Scores, frame: Frame, shape: tuple[int, ...]) -> LabelMap:
    """Enlarge the scores of a frame to the photo's pixels, and label those.

    Args:
        scores: (L, S, S).
        frame: in which the scores are.
        shape: height and width of the photo.

    Returns:
        (H, W), a `Region` in each pixel.
    """
    labels = np.full((shape[0], shape[1]), Region.BACKGROUND, np.uint8)
    window = frame.window(labels.shape)
    if is_empty(window):
        return labels
    part, window_frame = labels[window], frame.within(window)
    fine = window_frame.resized(_UPSAMPLING * window_frame.size)
    best_score = np.full(part.shape, -np.inf, np.float32)
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    for label, score in enumerate(scores):
        smooth = cv2.resize(score, (fine.size, fine.size), interpolation=cv2.INTER_CUBIC)
        score_map = cv2.warpAffine(
            smooth, fine.matrix, part.shape[::-1], flags=flags, borderMode=border
        )
        part[score_map > best_score] = label
        np.maximum(best_score, score_map, out=best_score)
    part[_reliable_area(part.shape, window_frame) == 0] = Region.BACKGROUND
    return labels


def _reliable_area(shape: tuple[int, int], frame: Frame) -> Mask:
    """Cover a frame but for its border."""
    low, high = _UNRELIABLE_PX - 0.5, frame.size - _UNRELIABLE_PX - 0.5
    square = np.array([[low, low], [high, low], [high, high], [low, high]])
    return fill_polygon(shape, frame.to_photo(square))
