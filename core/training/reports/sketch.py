"""Measures whether what EXE-GAN paints keeps to a sketch of hair and contours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.models.exe_gan.model import ExeGANInpainter
from core.training.data.array_types import Figures, HoleMasks, Images
from core.training.data.batches import TensorBatch
from core.training.data.contact_sheet import render_holes, write_grid
from core.training.data.frames import FrameSource
from core.training.data.sketches import SKETCH_CHANNEL, add_sketches
from core.training.harness.markdown import markdown_table
from core.training.reports.style_frames import (
    HAIR,
    WHOLE_FACE,
    encode_styles,
    frozen_batch,
    paint_batch,
    to_images,
)

_BLUR_PX = 1.0
_CLEAR_PX = 3
"""Lines nearer to the hole's border or to a line of landmarks tell nothing of the sketch."""
_BESIDE_PX = (3, 6)
_EDGE = (12, 30)
"""Canny's two limits for an edge of a fill."""
_FURTHEST_PX = 8.0
_SHEET_ROWS = 16
_TEXT = (
    "Sketches: long edges of the photo drawn into {count} holes a kind beside the landmarks' lines;"
    " fills in another face's style, with the sketch and without. On line: mean gradient on the"
    " drawn lines / {near}-{far} pixels beside them; distance: from the lines to the fill's nearest"
    " edge, in pixels of 128, at most {furthest:g}. Lines near the border or a landmark's line are"
    " left out."
)


def sketch_text(
    model: ExeGANInpainter, sources: Mapping[str, Sequence[FrameSource]], out: Path | None
) -> str:
    """Measure photos and fills of hair and of whole faces as Markdown."""
    rows = []
    for title in (HAIR, WHOLE_FACE):
        batch = frozen_batch(sources[title])
        with_sketch = add_sketches(batch, 1.0, np.random.default_rng(0))
        sketch_lines = drawn_lines(batch, with_sketch)
        codes = encode_styles(model, batch.image).roll(1, 0)
        fills_by_name = {
            "the photo": to_images(batch.image),
            "with a sketch": paint_batch(model, with_sketch, codes, 0),
            "without": paint_batch(model, batch, codes, 0),
        }
        holes = batch.mask[:, 0].numpy() > 0
        for name, images in fills_by_name.items():
            ratio = gradient_ratio(images, sketch_lines, holes)
            distance = edge_distance(images, sketch_lines)
            rows.append([title, name, f"{ratio:.2f}", f"{distance:.2f}"])
        if out is not None:
            sketch_sheet = render_holes(
                fills_by_name["the photo"], holes.astype(np.uint8), _lines_image(with_sketch)
            )
            cells = [stack[:_SHEET_ROWS] for stack in (sketch_sheet, *fills_by_name.values())]
            write_grid(out / f"sketch-{title.split()[0]}.png", cells, columns=2)
    near, far = _BESIDE_PX
    text = _TEXT.format(count=len(batch.image), near=near, far=far, furthest=_FURTHEST_PX)
    return f"{text}\n\n{markdown_table(['hole', 'picture', 'on line', 'distance'], rows)}"


def drawn_lines(batch: TensorBatch, with_sketch: TensorBatch) -> HoleMasks:
    """Return the lines of a sketch away from other lines and borders; (N, S, S) bool."""
    known = batch.lines.amax(dim=1).numpy() > 0
    sketch_lines = (with_sketch.lines - batch.lines)[:, SKETCH_CHANNEL].numpy() > 0
    clear = np.ones((2 * _CLEAR_PX + 1,) * 2, np.uint8)
    near = [cv2.dilate(one.astype(np.uint8), clear) for one in known]
    inside = [cv2.erode(one, clear) for one in batch.mask[:, 0].numpy().astype(np.uint8)]
    return np.asarray(sketch_lines & (np.stack(near) == 0) & (np.stack(inside) > 0))


def gradient_ratio(images: Images, sketch_lines: HoleMasks, holes: HoleMasks) -> float:
    """Divide the mean gradient on drawn lines by that a little beside them, in the holes."""
    on, beside = np.zeros(2), np.zeros(2)  # sum of gradients, number of pixels
    for image, line, hole in zip(images, sketch_lines, holes, strict=True):
        steps, distances = _gradient(image), _distance_to(line)
        near = hole & (distances >= _BESIDE_PX[0]) & (distances <= _BESIDE_PX[1])
        on += steps[line].sum(), line.sum()
        beside += steps[near].sum(), near.sum()
    return float((on[0] / max(on[1], 1)) / max(beside[0] / max(beside[1], 1), 1e-9))


def edge_distance(images: Images, sketch_lines: HoleMasks) -> float:
    """Mean distance in pixels from drawn lines, if any, to the nearest edge of the image."""
    parts = []
    for image, line in zip(images, sketch_lines, strict=True):
        edges = cv2.Canny(_smooth(image), *_EDGE) > 0
        parts.append(np.minimum(_distance_to(edges), _FURTHEST_PX)[line])
    distances = np.concatenate(parts)
    return float(distances.mean()) if len(distances) else float("nan")


def _gradient(image: Images) -> Figures:
    smooth = _smooth(image).astype(np.float64)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_64F, 1, 0), cv2.Sobel(smooth, cv2.CV_64F, 0, 1))


def _smooth(image: Images) -> npt.NDArray[np.uint8]:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR_PX), np.uint8)


def _distance_to(marked: HoleMasks) -> Figures:
    """Distance of every pixel to the nearest marked one; far where there is none."""
    if not marked.any():
        return np.full(marked.shape, np.inf)
    away = cv2.distanceTransform((~marked).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away, np.float64)


def _lines_image(with_sketch: TensorBatch) -> Images:
    lines = (with_sketch.lines.permute(0, 2, 3, 1) * 255.0).round().to(torch.uint8)
    return np.asarray(lines.numpy())
