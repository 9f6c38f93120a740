"""Measures EXE-GAN: whether an exemplar matters, whether styles differ, whether faces look real."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import combinations, islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core import tensors
from core.checkpoints import weights_path
from core.models import exe_gan, exe_gan_weights, face_parser
from core.models.exe_gan import ExeGANPainter
from core.models.face_parser import FaceParser
from core.regions import LEFT_BROW, LEFT_EYE, MOUTH, RIGHT_BROW, RIGHT_EYE
from core.training import holes, metrics
from core.training.batches import Tensors, to_device
from core.training.data import TrainingFace, load_faces
from core.training.exemplars import own_exemplars
from core.training.frames import Batch, FrameSource, MakeHole, SampleMix, strokes
from core.training.label_holes import hair_hole, has_hair
from core.training.metrics import Holes, Numbers, Pictures
from core.training.openface import OpenFaceFeatures, perceptual_distance, pooled
from core.training.own_maps import sure_labels
from core.training.sheet import show_holes, write_grid
from core.training.speed import median_time
from core.training.tables import markdown_table

FRAME_SIZE = 128
PARTS: dict[str, MakeHole] = {
    "whole face": partial(holes.around, group=tuple(range(68))),
    "eyes and brows": partial(holes.around, group=LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW),
    "mouth": partial(holes.around, group=MOUTH),
    "strokes 20-40 %": strokes(0.2, 0.4),
}
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_SEEDS = 4
_VARIED = 16
"""Pictures of which variations are painted."""
_SHEET_ROWS = 16
_AT_ONCE = 8
_REPEATS = 5
_CPU = torch.device("cpu")
_HEAD = (
    "hole (share)|PSNR own|PSNR other|to exemplar|to another|nearer|perceptual|KID x 1000|sharp"
    "|seam (own)|seeds|random styles"
)
_TEXT = (
    "{count} validation frames of {size} pixels a kind, the network alone, told the photo's lines."
    " PSNR in dB inside the hole, guided by a bent copy of the face itself and by another face; the"
    " next columns are of the latter. To exemplar, to another: squared distance, x 1000, between"
    " OpenFace features averaged over the hole and over the same region of the exemplar, and of a"
    " face that did not guide; nearer: on how many the exemplar is nearer (half by chance)."
    " Perceptual"
    " distance and KID (with standard error) to the photos on OpenFace features of the face; sharp"
    " is the energy of the 2-8 pixel band over the original's; seam has the photo's own score in"
    " brackets. Seeds and random styles: mean difference, of 255, in the hole between {seeds}"
    " variations with the exemplar kept and without one."
)


class Styled(NamedTuple):
    """What a network makes of some faces; face i is guided by face i - 1."""

    photos: Pictures
    holes: Holes
    own: Pictures
    """Guided by bent copies of the faces themselves."""
    guided: Pictures
    """Guided by another face."""


def style_report(data: Path, weights: Path | None, count: int, out: Path | None) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    model = exe_gan_weights.build(weights or weights_path(exe_gan.NAME), _CPU)
    features = OpenFaceFeatures(data / "teachers" / "openface_nn4small2_conv1_3b.safetensors")
    rows = []
    for title, sources in kinds(data, count).items():
        batch = frozen(sources)
        made = styled(model, batch)
        share = f"{title} ({made.holes.mean():.3f})"
        rows.append([share, *measured(made, features), *variety(model, batch)])
        if out is not None:
            columns = sheet(model, batch, made)
            write_grid(out / f"style-{title.split()[0]}.png", columns, columns=2)
    text = _TEXT.format(count=count, size=FRAME_SIZE, seeds=_SEEDS)
    yield f"{text}\n\n{markdown_table(_HEAD.split('|'), rows)}"
    yield speed_text(model)


def kinds(data: Path, count: int) -> dict[str, list[FrameSource]]:
    """Return a source of one validation face each, by what the holes cover; all tell the lines."""
    faces = load_faces(data, ["faces256"], "val")
    order = np.random.default_rng(0).permutation(len(faces))
    chosen = [faces[index] for index in order]
    frame = partial(FrameSource, weight=1.0, side=(1.0, 1.0), centre=(0.5, 0.5), keep_lines=1.0)
    hairy = islice(filter(has_hair, map(_mapped, chosen)), count)
    found = {"hair": [frame("", faces=[one], make_holes=(), draw_hole=hair_hole) for one in hairy]}
    for title, make_hole in PARTS.items():
        makers = [(1.0, make_hole)]
        found[title] = [frame("", faces=[one], make_holes=makers) for one in chosen[:count]]
    return found


def frozen(sources: Sequence[FrameSource]) -> Tensors:
    """Draw one sample of every source, always the same."""
    samples = [SampleMix([one], FRAME_SIZE, seed).batch(1) for seed, one in enumerate(sources)]
    images, masks, lines = (
        np.concatenate([sample[field] for sample in samples]) for field in range(3)
    )
    return to_device(Batch(images, masks, lines), _CPU)


def _mapped(face: TrainingFace) -> TrainingFace:
    """Let the shipped parser tell where the hair is: it places holes, and judges nothing."""
    _, png = cv2.imencode(".png", sure_labels(_parser(), face.image))
    return replace(face, labels=png.tobytes())


@cache
def _parser() -> FaceParser:
    return face_parser.build(weights_path(face_parser.NAME), _CPU)


@torch.inference_mode()
def styled(model: ExeGANPainter, batch: Tensors) -> Styled:
    """Paint every face in its own style and in that of the face before it."""
    bent = own_exemplars(batch.image, np.random.default_rng(0))
    codes = _encoded(model, batch.image)
    return Styled(
        _pictures(batch.image),
        batch.mask[:, 0].numpy() > 0,
        painted(model, batch, _encoded(model, bent), 0),
        painted(model, batch, codes.roll(1, 0), 0),
    )


@torch.inference_mode()
def painted(model: ExeGANPainter, batch: Tensors, codes: Tensor | None, seed: int) -> Pictures:
    """Paint every hole; None for random styles."""
    answers = []
    for start in range(0, len(batch.image), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        told = batch.image[part], batch.mask[part], batch.lines[part]
        answers.append(model.paint(*told, None if codes is None else codes[part], seed))
    return _pictures(torch.cat(answers))


def measured(made: Styled, features: OpenFaceFeatures) -> list[str]:
    """Return the cells of one row, up to the variety."""
    photos, hidden = made.photos, made.holes
    seen, wanted = features.look(made.guided), features.look(photos)
    kid, error = metrics.kernel_distance(pooled(seen), pooled(wanted))
    near, far, nearer = following(made, features)
    seam, own_seam = (metrics.seam_score(one, hidden) for one in (made.guided, photos))
    return [
        f"{metrics.hole_psnr(made.own, photos, hidden):.2f}",
        f"{metrics.hole_psnr(made.guided, photos, hidden):.2f}",
        f"{1000 * near:.1f}",
        f"{1000 * far:.1f}",
        f"{nearer:.0%}",
        f"{perceptual_distance(seen, wanted):.3f}",
        f"{1000 * kid:.1f} ± {1000 * error:.1f}",
        f"{metrics.sharpness_ratio(made.guided, photos, hidden):.2f}",
        f"{seam:.2f} ({own_seam:.2f})",
    ]


def following(made: Styled, features: OpenFaceFeatures) -> tuple[float, float, float]:
    """Compare fills with the faces that guided them and with others that did not.

    Returns:
        Mean squared distance to the exemplar, to another face, and the share of fills that are
        nearer to their exemplar.
    """
    fills = _in_holes(features, made.guided, made.holes)
    faces = _in_holes(features, made.photos, made.holes)
    near, far = (((fills - np.roll(faces, by, 0)) ** 2).sum(axis=1) for by in (1, 2))
    return float(near.mean()), float(far.mean()), float((near < far).mean())


def variety(model: ExeGANPainter, batch: Tensors) -> list[str]:
    """Return how much fills differ between seeds, with an exemplar and without one."""
    few = Tensors(batch.image[:_VARIED], batch.mask[:_VARIED], batch.lines[:_VARIED])
    codes = _encoded(model, few.image).roll(1, 0)
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
    codes = _encoded(model, batch.image)
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


@torch.inference_mode()
def _encoded(model: ExeGANPainter, images: Tensor) -> Tensor:
    return torch.cat([model.encode(part) for part in torch.split(images, _AT_ONCE)])


def _in_holes(features: OpenFaceFeatures, pictures: Pictures, hidden: Holes) -> Numbers:
    """Average features of length 1 over the holes; (N, D)."""
    mask = torch.from_numpy(hidden)[:, None].float()
    found = []
    for level in features.look(pictures, _WHOLE):
        share = F.adaptive_avg_pool2d(mask, (level.shape[2], level.shape[3]))
        mean = (F.normalize(level, dim=1) * share).sum(dim=(2, 3)) / share.sum(dim=(2, 3))
        found.append(mean)
    return np.asarray(torch.cat(found, dim=1).double().numpy())


def _pictures(images: Tensor) -> Pictures:
    return np.concatenate([tensors.to_image(one[None])[None] for one in images])
