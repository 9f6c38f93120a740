"""Measures fills: the program's own pipeline beside OpenCV's, on frozen faces and holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.landmarks import Landmarks
from core.edit.editor import Editor
from core.edit.requests import InpaintRequest
from core.image_io.photo import photo_from_array
from core.imaging.arrays import Image, Mask
from core.models.base import Inpainter, RegionInpainter
from core.runtime import tensors
from core.runtime.membrane import smooth_fill
from core.training.data import holes
from core.training.data.array_types import HoleMasks, Images
from core.training.data.batches import TensorBatch
from core.training.data.contact_sheet import fill_batch
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import Batch, FrameSource, MakeHole, SampleMix, stroke_holes
from core.training.data.label_maps import known_labels, load_labelled_faces
from core.training.frozen.openface import OpenFaceFeatures, perceptual_distance, pool_features
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics

FACE_SIZE = 256
FRAME_SIZE = 128

_CLASSIC_RADIUS = 3
_MAX_YAW = 30.0
_TITLES = [f"free-form {low:.0%}-{high:.0%}" for low, high in holes.RATIO_BINS]


@dataclass(frozen=True, eq=False)
class FrozenHoles:
    """The same faces and holes at every run: one kind of hole."""

    title: str
    faces: Images
    """(N, 256, 256, 3) canonical frames."""
    landmarks: Sequence[Landmarks]
    masks: Sequence[Mask]

    @property
    def holes(self) -> HoleMasks:
        """(N, 256, 256), true in the hole."""
        return np.stack(self.masks) > 0

    @property
    def file_name(self) -> str:
        """The title without signs that a file's name should not have."""
        return self.title.replace(" ", "-").replace("%", "")

    @property
    def share(self) -> float:
        """Mean share of the frame that is hole."""
        return float(self.holes.mean())


class FillFigures(NamedTuple):
    """One row of the table."""

    hole_psnr: float
    hole_ssim: float
    psnr: float
    ssim: float
    perceptual: float
    kernel: tuple[float, float]
    sharpness: float
    seam: float


Fill = Callable[[Image, Mask, Landmarks], Image]
"""(face, hole, landmarks) -> composite."""


def frozen_holes(folder: Path, count: int, kinds: Mapping[str, MakeHole]) -> Iterator[FrozenHoles]:
    """Draw `count` validation faces for every kind of hole; seed 0."""
    faces = load_faces(folder, ["faces256"], "val")
    for title, make_hole in kinds.items():
        yield freeze_holes(title, faces, make_hole, count)


def freeze_holes(
    title: str, faces: Sequence[TrainingFace], make_hole: MakeHole, count: int
) -> FrozenHoles:
    """Draw faces and hard-edged holes; the same arguments give the same ones."""
    rng = np.random.default_rng(0)
    chosen = [faces[i] for i in rng.permutation(len(faces))[:count]]
    frames = [face.canonical.resized(FACE_SIZE) for face in chosen]
    points = [frame.to_frame(face.landmarks) for frame, face in zip(frames, chosen, strict=True)]
    masks = [make_hole(rng, FACE_SIZE, own) for own in points]
    return FrozenHoles(
        title,
        np.stack([frame.crop(face.image) for frame, face in zip(frames, chosen, strict=True)]),
        points,
        [np.where(mask > 0, 255, 0).astype(np.uint8) for mask in masks],
    )


def fill_methods(editor: Editor, *systems: str) -> dict[str, Fill]:
    """Return what is compared, by the title of its row."""

    def run(system: str, image: Image, mask: Mask, *faces: Landmarks) -> Image:
        result = editor.run(InpaintRequest(image, mask, faces, model=system))
        photo = photo_from_array(image)
        return photo.with_patch(result.patch, result.left, result.top, result.coverage).image

    def run_blind(system: str, image: Image, mask: Mask, _: Landmarks) -> Image:
        return run(system, image, mask)

    compared: dict[str, Fill] = {
        "Telea": lambda image, mask, _: classic_fill(image, mask, cv2.INPAINT_TELEA),
        "Navier-Stokes": lambda image, mask, _: classic_fill(image, mask, cv2.INPAINT_NS),
        "membrane": lambda image, mask, _: _membrane(image, mask),
    }
    for system in systems:
        compared[f"{system}, no lines"] = partial(run_blind, system)
        compared[f"{system}, lines"] = partial(run, system)
    return compared


def _free_form() -> dict[str, MakeHole]:
    bins = zip(_TITLES, holes.RATIO_BINS, strict=True)
    return {title: stroke_holes(low, high) for title, (low, high) in bins}


FILL_KINDS: dict[str, MakeHole] = {**_free_form(), "mouth": holes.whole_mouth}
PART_KINDS: dict[str, MakeHole] = {
    "eye": holes.eye,
    "nose": holes.nose,
    "half face": holes.half_face,
}


def fill_all(fill: Fill, frozen: FrozenHoles) -> Images:
    """Fill every frozen hole; (N, 256, 256, 3)."""
    rows = zip(frozen.faces, frozen.masks, frozen.landmarks, strict=True)
    return np.stack([np.asarray(fill(*row), np.uint8) for row in rows])


def measure_fills(results: Images, frozen: FrozenHoles, features: OpenFaceFeatures) -> FillFigures:
    """Compare composites with the photos they were made from."""
    targets, hole = frozen.faces, frozen.holes
    hole_ssim, ssim = metrics.ssim(results, targets, hole)
    feature_maps = features.extract(results), features.extract(targets)
    return FillFigures(
        metrics.hole_psnr(results, targets, hole),
        hole_ssim,
        metrics.psnr(results, targets),
        ssim,
        perceptual_distance(*feature_maps),
        metrics.kernel_distance(pool_features(feature_maps[0]), pool_features(feature_maps[1])),
        metrics.sharpness_ratio(results, targets, hole),
        metrics.seam_score(results, hole),
    )


def fill_table(rows: Sequence[tuple[FrozenHoles, str, FillFigures]]) -> str:
    """Write the figures of every hole and method as Markdown."""
    head = "holes (share)|fill|hole PSNR|hole SSIM|PSNR|SSIM|perceptual|KID x 1000|sharp|seam (own)"
    return markdown_table(head.split("|"), [_cells(*row) for row in rows])


def frame_table(model: Inpainter, folder: Path, count: int, *, sees_regions: bool = False) -> str:
    """Measure hole PSNR on 128-pixel frames as training cuts them, the network alone."""

    def fill(one: TensorBatch) -> Tensor:
        inputs = one.image, one.mask, one.lines
        if sees_regions:
            return cast(RegionInpainter, model).inpaint(*inputs, one.labels)
        return model.inpaint(*inputs)

    rows = []
    for source in _frame_sources(folder):
        batch = SampleMix([source], FRAME_SIZE, seed=0).batch(count)
        hole = batch.mask > 0
        blind = batch._replace(lines=np.zeros_like(batch.lines), labels=None)
        results = (
            _classic_fills(batch, cv2.INPAINT_TELEA),
            _classic_fills(batch, cv2.INPAINT_NS),
            fill_batch(lambda one: smooth_fill(one.image, one.mask), batch, _CPU),
            fill_batch(fill, blind, _CPU),
            fill_batch(fill, batch, _CPU),
        )
        scores = [f"{metrics.hole_psnr(one, batch.image, hole):.2f}" for one in results]
        rows.append([f"{source.name} ({hole.mean():.3f})", *scores])
    head = "holes (share)|Telea|Navier-Stokes|membrane|network, no lines|network, lines"
    return markdown_table(head.split("|"), rows)


_CPU = torch.device("cpu")


def _frame_sources(folder: Path) -> list[FrameSource]:
    wide = load_labelled_faces(folder, ["faces256"], "val")
    close = load_labelled_faces(folder, ["hires768"], "val")
    speaking = [face for face in close if face.mouth_open > 0.03 and face.yaw < _MAX_YAW]
    frontal = [face for face in wide if face.yaw < _MAX_YAW]
    inner, whole = [(1.0, holes.inner_mouth)], [(1.0, holes.whole_mouth)]
    sources = [
        FrameSource("inner mouth", 1.0, speaking, (0.24, 0.5), inner, None),
        FrameSource("whole mouth", 1.0, frontal, (0.5, 0.66), whole, None),
        *(
            FrameSource(title, 1.0, wide, (0.9, 1.0), [(1.0, make_hole)], (0.5, 0.52))
            for title, make_hole in _free_form().items()
        ),
    ]
    return [replace(source, keep_lines=1.0, draw_labels=known_labels) for source in sources]


def _classic_fills(batch: Batch, method: int) -> Images:
    pairs = zip(batch.image, batch.mask, strict=True)
    return np.stack([classic_fill(image, mask, method) for image, mask in pairs])


def classic_fill(image: Image, mask: Mask, method: int) -> Images:
    """Fill a hole by one of OpenCV's methods; (H, W, 3)."""
    hole = np.where(mask > 0, 255, 0).astype(np.uint8)
    return np.asarray(cv2.inpaint(image, hole, _CLASSIC_RADIUS, method), np.uint8)


def _membrane(image: Image, mask: Mask) -> Images:
    pixels: Tensor = tensors.from_image(np.asarray(image, np.uint8))
    return tensors.to_image(smooth_fill(pixels, tensors.from_mask(mask)))


def _cells(frozen: FrozenHoles, title: str, row: FillFigures) -> list[str]:
    own = metrics.seam_score(frozen.faces, frozen.holes)
    kernel, error = row.kernel
    return [
        f"{frozen.title} ({frozen.share:.3f})",
        title,
        f"{row.hole_psnr:.2f}",
        f"{row.hole_ssim:.3f}",
        f"{row.psnr:.2f}",
        f"{row.ssim:.3f}",
        f"{row.perceptual:.4f}",
        f"{kernel * 1000:.2f} +- {error * 1000:.2f}",
        f"{row.sharpness:.2f}",
        f"{row.seam:.2f} ({own:.2f})",
    ]
