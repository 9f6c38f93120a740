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
from core.models.exe_gan.model import ExeGANPainter
from core.runtime.checkpoints import weights_path
from core.training.data.batches import Tensors
from core.training.data.contact_sheet import show_holes, write_grid
from core.training.data.picture_types import Holes, Pictures
from core.training.data.self_exemplars import own_exemplars
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.frozen.openface import perceptual_distance, pooled
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics
from core.training.reports.recovery import recovery_text
from core.training.reports.sketch import sketch_text
from core.training.reports.speed import median_time
from core.training.reports.style_frames import (
    FRAME_SIZE,
    WHOLE_FACE,
    encoded,
    frozen,
    frozen_landmarks,
    kinds,
    painted,
    pictures,
)
from core.training.reports.style_judge import TEACHER, described, following, in_holes, telling

_SEEDS = 4
_VARIED = 16
"""Pictures of which variations are painted."""
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


class Styled(NamedTuple):
    """What a network makes of some faces; face i is guided by face i - 1."""

    photos: Pictures
    holes: Holes
    bent: Pictures
    """Copies of the faces themselves, turned, moved, mirrored and relit a little."""
    own: Pictures
    """Guided by those copies."""
    guided: Pictures
    """Guided by another face."""


def style_report(data: Path, weights: Path | None, count: int, out: Path | None) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    model = exe_gan_weights.build(weights or weights_path(exe_gan.NAME), _CPU)
    features = AgeGenderFeatures(data / "teachers" / TEACHER)
    rows, found, recognition = [], kinds(data, count), ""
    for title, sources in found.items():
        batch = frozen(sources)
        made = styled(model, batch)
        share = f"{title} ({made.holes.mean():.3f})"
        rows.append([share, *measured(made, features), *variety(model, batch)])
        if title == WHOLE_FACE:
            recognition = recognised_text(made, frozen_landmarks(sources))
        if out is not None:
            columns = sheet(model, batch, made)
            write_grid(out / f"style-{title.split()[0]}.png", columns, columns=2)
    text = _TEXT.format(count=count, size=FRAME_SIZE, seeds=_SEEDS)
    yield f"{text}\n\n{markdown_table(_HEAD.split('|'), rows)}\n\n{recognition}"
    yield recovery_text(model, data, count, features, out)
    yield sketch_text(model, found, out)
    yield speed_text(model)


@torch.inference_mode()
def styled(model: ExeGANPainter, batch: Tensors) -> Styled:
    """Paint every face in its own style and in that of the face before it."""
    bent = own_exemplars(batch.image, np.random.default_rng(0))
    codes = encoded(model, batch.image)
    return Styled(
        pictures(batch.image),
        batch.mask[:, 0].numpy() > 0,
        pictures(bent),
        painted(model, batch, encoded(model, bent), 0),
        painted(model, batch, codes.roll(1, 0), 0),
    )


def measured(made: Styled, features: AgeGenderFeatures) -> list[str]:
    """Return the cells of one row, up to the variety."""
    photos, hidden = made.photos, made.holes
    seen, wanted = features.look(made.guided), features.look(photos)
    kid, error = metrics.kernel_distance(pooled(seen), pooled(wanted))
    pasted = np.where(hidden[..., None], np.roll(made.bent, 1, 0), photos)
    faces, bent, fills, best = (
        in_holes(features, one, hidden) for one in (photos, made.bent, made.guided, pasted)
    )
    near, far, nearer = following(fills, faces)
    seam, own_seam = (metrics.seam_score(one, hidden) for one in (made.guided, photos))
    return [
        f"{metrics.hole_psnr(made.own, photos, hidden):.2f}",
        f"{metrics.hole_psnr(made.guided, photos, hidden):.2f}",
        f"{1000 * near:.1f}",
        f"{1000 * far:.1f}",
        f"{nearer:.0%} ({following(best, faces).nearer:.0%})",
        f"{telling(faces, bent):.2f}",
        f"{perceptual_distance(seen, wanted):.3f}",
        f"{1000 * kid:.1f} ± {1000 * error:.1f}",
        f"{metrics.sharpness_ratio(made.guided, photos, hidden):.2f}",
        f"{seam:.2f} ({own_seam:.2f})",
    ]


def recognised_text(made: Styled, landmarks: list[Landmarks]) -> str:
    """Say how dlib's descriptor sees whole faces."""
    photos = described(made.photos, landmarks)
    own = np.linalg.norm(described(made.own, landmarks) - photos, axis=1).mean()
    near, far, nearer = following(described(made.guided, landmarks), photos, power=1)
    return (
        f"Whole faces by dlib's descriptor: {own:.2f} from the photo when guided by its bent copy;"
        f" guided by another face {near:.2f} from that, {far:.2f} from one that did not guide,"
        f" nearer to it on {nearer:.0%}."
    )


def variety(model: ExeGANPainter, batch: Tensors) -> list[str]:
    """Return how much fills differ between seeds, with an exemplar and without one."""
    few = Tensors(batch.image[:_VARIED], batch.mask[:_VARIED], batch.lines[:_VARIED])
    codes = encoded(model, few.image).roll(1, 0)
    hidden = few.mask[:, 0].numpy() > 0
    return [
        f"{spread([painted(model, few, one, seed) for seed in range(_SEEDS)], hidden):.1f}"
        for one in (codes, None)
    ]


def spread(stacks: Sequence[Pictures], hidden: Holes) -> float:
    """Mean absolute difference, of 255, between stacks of the same pictures in their holes."""
    return float(
        np.mean(
            [
                np.abs(first.astype(np.float32) - second)[hidden].mean()
                for first, second in combinations(stacks, 2)
            ]
        )
    )


def sheet(model: ExeGANPainter, batch: Tensors, made: Styled) -> list[Pictures]:
    """Return photo, hole, exemplar, fill, another exemplar, its fill, two random styles."""
    few = slice(_SHEET_ROWS)
    shown = Tensors(batch.image[few], batch.mask[few], batch.lines[few])
    codes = encoded(model, batch.image)
    photos = made.photos
    hidden = np.where(made.holes, 255, 0).astype(np.uint8)
    lines = (batch.lines.permute(0, 2, 3, 1).numpy() * 255.0).round().astype(np.uint8)
    return [
        photos[few],
        show_holes(photos, hidden, lines)[few],
        np.roll(photos, 1, 0)[few],
        made.guided[few],
        np.roll(photos, 2, 0)[few],
        painted(model, shown, codes.roll(2, 0)[few], 0),
        *(painted(model, shown, None, seed) for seed in (1, 2)),
    ]


def speed_text(model: ExeGANPainter) -> str:
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
