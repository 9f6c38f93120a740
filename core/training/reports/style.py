"""Measures EXE-GAN: whether an exemplar matters, whether styles differ, whether faces look real."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from core.anatomy.landmarks import Landmarks
from core.models.exe_gan import model as exe_gan
from core.models.exe_gan import weights as exe_gan_weights
from core.models.exe_gan.model import ExeGANInpainter
from core.runtime.checkpoints import weights_path
from core.training.data.array_types import HoleMasks, Images
from core.training.data.batches import TensorBatch
from core.training.data.contact_sheet import render_holes, write_grid
from core.training.data.self_exemplars import make_self_exemplars
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.frozen.openface import perceptual_distance, pool_features
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics
from core.training.reports.recovery import recovery_text
from core.training.reports.sketch import sketch_text
from core.training.reports.speed import median_time
from core.training.reports.style_frames import (
    FRAME_SIZE,
    WHOLE_FACE,
    encode_styles,
    frozen_batch,
    frozen_landmarks,
    paint_batch,
    sources_by_hole,
    to_images,
)
from core.training.reports.style_judge import (
    TEACHER,
    describe_faces,
    exemplar_distances,
    hole_features,
    recognition_auc,
)

_SEEDS = 4
_VARIED = 16
"""Number of images of which variations are painted."""
_SHEET_ROWS = 16
_REPEATS = 5
_CPU = torch.device("cpu")
_HEAD = (
    "hole (share)|PSNR own|PSNR other|to exemplar|to another|nearer (pasted)|judge|perceptual"
    "|KID x 1000|sharp|seam (own)|seeds|random styles"
)
_TEXT = (
    "{count} validation frames of {size} pixels a kind, the network alone, told the photo's lines."
    " PSNR in dB inside the hole, guided by a bent copy of the face itself and by another face; the"
    " next columns are of the latter. To exemplar, to another: squared distance, x 1000, between"
    " features averaged over the hole and over the same region of the exemplar, and of a"
    " face that did not guide; nearer: on how many the exemplar is nearer (half by chance), in"
    " brackets where its bent copy is pasted into the hole; judge: how often these features know a"
    " photo's region from another face's by its bent copy (half by chance). They are of a"
    " network that tells age and gender, which no loss used, and so are"
    " perceptual distance and KID (with standard error) to the photos, of the inner face; sharp"
    " is the energy of the 2-8 pixel band over the original's; seam has the photo's own score in"
    " brackets. Seeds and random styles: mean difference, of 255, in the hole between {seeds}"
    " variations with the exemplar kept and without one."
)


class StyledFills(NamedTuple):
    """What a network makes of some faces; face i is guided by face i - 1."""

    photos: Images
    holes: HoleMasks
    warped: Images
    """Copies of the faces themselves, turned, moved, mirrored and relit a little."""
    own: Images
    """Guided by those copies."""
    guided: Images
    """Guided by another face."""


def style_report(data: Path, weights: Path | None, count: int, out: Path | None) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    model = exe_gan_weights.build(weights or weights_path(exe_gan.NAME), _CPU)
    features = AgeGenderFeatures(data / "teachers" / TEACHER)
    rows, sources_by_title, recognition = [], sources_by_hole(data, count), ""
    for title, sources in sources_by_title.items():
        batch = frozen_batch(sources)
        fills = make_styled_fills(model, batch)
        share = f"{title} ({fills.holes.mean():.3f})"
        rows.append([share, *measure_styled_fills(fills, features), *measure_variety(model, batch)])
        if title == WHOLE_FACE:
            recognition = recognition_text(fills, frozen_landmarks(sources))
        if out is not None:
            columns = sheet_columns(model, batch, fills)
            write_grid(out / f"style-{title.split()[0]}.png", columns, columns=2)
    text = _TEXT.format(count=count, size=FRAME_SIZE, seeds=_SEEDS)
    yield f"{text}\n\n{markdown_table(_HEAD.split('|'), rows)}\n\n{recognition}"
    yield recovery_text(model, data, count, features, out)
    yield sketch_text(model, sources_by_title, out)
    yield speed_text(model)


@torch.inference_mode()
def make_styled_fills(model: ExeGANInpainter, batch: TensorBatch) -> StyledFills:
    """Paint every face in its own style and in that of the face before it."""
    warped = make_self_exemplars(batch.image, np.random.default_rng(0))
    codes = encode_styles(model, batch.image)
    return StyledFills(
        to_images(batch.image),
        batch.mask[:, 0].numpy() > 0,
        to_images(warped),
        paint_batch(model, batch, encode_styles(model, warped), 0),
        paint_batch(model, batch, codes.roll(1, 0), 0),
    )


def measure_styled_fills(fills: StyledFills, features: AgeGenderFeatures) -> list[str]:
    """Return the cells of one row, up to the variety."""
    photos, holes = fills.photos, fills.holes
    features_of_fills, target_features = features.extract(fills.guided), features.extract(photos)
    kid, error = metrics.kernel_distance(
        pool_features(features_of_fills), pool_features(target_features)
    )
    pasted = np.where(holes[..., None], np.roll(fills.warped, 1, 0), photos)
    faces, warped, fill_features, pasted_features = (
        hole_features(features, one, holes) for one in (photos, fills.warped, fills.guided, pasted)
    )
    near, far, nearer = exemplar_distances(fill_features, faces)
    seam, own_seam = (metrics.seam_score(one, holes) for one in (fills.guided, photos))
    return [
        f"{metrics.hole_psnr(fills.own, photos, holes):.2f}",
        f"{metrics.hole_psnr(fills.guided, photos, holes):.2f}",
        f"{1000 * near:.1f}",
        f"{1000 * far:.1f}",
        f"{nearer:.0%} ({exemplar_distances(pasted_features, faces).nearer:.0%})",
        f"{recognition_auc(faces, warped):.2f}",
        f"{perceptual_distance(features_of_fills, target_features):.3f}",
        f"{1000 * kid:.1f} ± {1000 * error:.1f}",
        f"{metrics.sharpness_ratio(fills.guided, photos, holes):.2f}",
        f"{seam:.2f} ({own_seam:.2f})",
    ]


def recognition_text(fills: StyledFills, landmarks: list[Landmarks]) -> str:
    """Say how dlib's descriptor sees whole faces."""
    photos = describe_faces(fills.photos, landmarks)
    own = np.linalg.norm(describe_faces(fills.own, landmarks) - photos, axis=1).mean()
    near, far, nearer = exemplar_distances(describe_faces(fills.guided, landmarks), photos, power=1)
    return (
        f"Whole faces by dlib's descriptor: {own:.2f} from the photo when guided by its bent copy;"
        f" guided by another face {near:.2f} from that, {far:.2f} from one that did not guide,"
        f" nearer to it on {nearer:.0%}."
    )


def measure_variety(model: ExeGANInpainter, batch: TensorBatch) -> list[str]:
    """Return how much fills differ between seeds, with an exemplar and without one."""
    rows = TensorBatch(batch.image[:_VARIED], batch.mask[:_VARIED], batch.lines[:_VARIED])
    codes = encode_styles(model, rows.image).roll(1, 0)
    holes = rows.mask[:, 0].numpy() > 0
    cells = []
    for styles in (codes, None):
        variants = [paint_batch(model, rows, styles, seed) for seed in range(_SEEDS)]
        cells.append(f"{mean_difference(variants, holes):.1f}")
    return cells


def mean_difference(variants: Sequence[Images], holes: HoleMasks) -> float:
    """Mean absolute difference, of 255, in the holes between variants (N, S, S, 3)."""
    return float(
        np.mean(
            [
                np.abs(first.astype(np.float32) - second)[holes].mean()
                for first, second in combinations(variants, 2)
            ]
        )
    )


def sheet_columns(model: ExeGANInpainter, batch: TensorBatch, fills: StyledFills) -> list[Images]:
    """Return photo, hole, exemplar, fill, another exemplar, its fill, two random styles."""
    rows = slice(_SHEET_ROWS)
    shown = TensorBatch(batch.image[rows], batch.mask[rows], batch.lines[rows])
    codes = encode_styles(model, batch.image)
    photos = fills.photos
    holes = np.where(fills.holes, 255, 0).astype(np.uint8)
    lines = (batch.lines.permute(0, 2, 3, 1).numpy() * 255.0).round().astype(np.uint8)
    return [
        photos[rows],
        render_holes(photos, holes, lines)[rows],
        np.roll(photos, 1, 0)[rows],
        fills.guided[rows],
        np.roll(photos, 2, 0)[rows],
        paint_batch(model, shown, codes.roll(2, 0)[rows], 0),
        *(paint_batch(model, shown, None, seed) for seed in (1, 2)),
    ]


def speed_text(model: ExeGANInpainter) -> str:
    """Time one frame at the threads that torch has."""
    image = torch.zeros(1, 3, FRAME_SIZE, FRAME_SIZE)
    mask = F.pad(torch.ones(1, 1, 64, 64), (32,) * 4)
    with torch.inference_mode():
        codes = model.encode(image)
        read = median_time(partial(model.encode, image), _REPEATS)
        paint = median_time(partial(model.paint, image, mask, image, codes, 0), _REPEATS)
    return (
        f"One frame on {torch.get_num_threads()} threads: {read:.3f} s to read an exemplar,"
        f" {paint:.3f} s to paint."
    )
