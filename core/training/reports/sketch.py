"""Measures whether what EXE-GAN paints keeps to a sketch of hair and contours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.models.exe_gan.model import ExeGANPainter
from core.training.data.batches import Tensors
from core.training.data.contact_sheet import show_holes, write_grid
from core.training.data.frames import FrameSource
from core.training.data.picture_types import Holes, Numbers, Pictures
from core.training.data.sketches import SKETCHED, sketched
from core.training.harness.markdown import markdown_table
from core.training.reports.style_frames import HAIR, WHOLE_FACE, encoded, frozen, painted, pictures

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
    model: ExeGANPainter, found: Mapping[str, Sequence[FrameSource]], out: Path | None
) -> str:
    """Measure photos and fills of hair and of whole faces as Markdown."""
    rows = []
    for title in (HAIR, WHOLE_FACE):
        batch = frozen(found[title])
        told = sketched(batch, 1.0, np.random.default_rng(0))
        drawn, codes = drawn_lines(batch, told), encoded(model, batch.image).roll(1, 0)
        made = {
            "the photo": pictures(batch.image),
            "with a sketch": painted(model, told, codes, 0),
            "without": painted(model, batch, codes, 0),
        }
        hidden = batch.mask[:, 0].numpy() > 0
        for name, fills in made.items():
            on_line, apart = on_lines(fills, drawn, hidden), distance(fills, drawn)
            rows.append([title, name, f"{on_line:.2f}", f"{apart:.2f}"])
        if out is not None:
            told_of = show_holes(made["the photo"], hidden.astype(np.uint8), _shown(told))
            cells = [stack[:_SHEET_ROWS] for stack in (told_of, *made.values())]
            write_grid(out / f"sketch-{title.split()[0]}.png", cells, columns=2)
    near, far = _BESIDE_PX
    text = _TEXT.format(count=len(batch.image), near=near, far=far, furthest=_FURTHEST_PX)
    return f"{text}\n\n{markdown_table(['hole', 'picture', 'on line', 'distance'], rows)}"


def drawn_lines(batch: Tensors, told: Tensors) -> Holes:
    """Return the pixels of a sketch that nothing else in a frame gives away; (N, S, S)."""
    known = batch.lines.amax(dim=1).numpy() > 0
    drawn = (told.lines - batch.lines)[:, SKETCHED].numpy() > 0
    clear = np.ones((2 * _CLEAR_PX + 1,) * 2, np.uint8)
    near = [cv2.dilate(one.astype(np.uint8), clear) for one in known]
    inside = [cv2.erode(one, clear) for one in batch.mask[:, 0].numpy().astype(np.uint8)]
    return np.asarray(drawn & (np.stack(near) == 0) & (np.stack(inside) > 0))


def on_lines(found: Pictures, drawn: Holes, hidden: Holes) -> float:
    """Divide the mean gradient on drawn lines by that a little beside them, in the holes."""
    on, beside = np.zeros(2), np.zeros(2)  # sum of gradients, number of pixels
    for picture, line, hole in zip(found, drawn, hidden, strict=True):
        steps, apart = _gradient(picture), _distance_to(line)
        near = hole & (apart >= _BESIDE_PX[0]) & (apart <= _BESIDE_PX[1])
        on += steps[line].sum(), line.sum()
        beside += steps[near].sum(), near.sum()
    return float((on[0] / max(on[1], 1)) / max(beside[0] / max(beside[1], 1), 1e-9))


def distance(found: Pictures, drawn: Holes) -> float:
    """Mean distance in pixels from drawn lines, if any, to the nearest edge of the picture."""
    apart = []
    for picture, line in zip(found, drawn, strict=True):
        edges = cv2.Canny(_smooth(picture), *_EDGE) > 0
        apart.append(np.minimum(_distance_to(edges), _FURTHEST_PX)[line])
    distances = np.concatenate(apart)
    return float(distances.mean()) if len(distances) else float("nan")


def _gradient(picture: Pictures) -> Numbers:
    smooth = _smooth(picture).astype(np.float64)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_64F, 1, 0), cv2.Sobel(smooth, cv2.CV_64F, 0, 1))


def _smooth(picture: Pictures) -> npt.NDArray[np.uint8]:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR_PX), np.uint8)


def _distance_to(marked: Holes) -> Numbers:
    """Distance of every pixel to the nearest marked one; far where there is none."""
    if not marked.any():
        return np.full(marked.shape, np.inf)
    away = cv2.distanceTransform((~marked).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away, np.float64)


def _shown(told: Tensors) -> Pictures:
    lines = (told.lines.permute(0, 2, 3, 1) * 255.0).round().to(torch.uint8)
    return np.asarray(lines.numpy())
