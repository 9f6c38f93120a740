"""Measures every source of a fill on parts of known faces, hidden and filled again at full size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
    mouth_width,
)
from core.edit.editor import Editor
from core.edit.requests import FillSource, InpaintRequest
from core.face.align import canonical_frame
from core.face.descriptor import compute_descriptor, descriptor_distance
from core.face.eyes import find_irises
from core.image_io.photo import photo_from_array
from core.imaging.arrays import Image, Mask, Points
from core.imaging.brush import Brush, draw_stroke
from core.imaging.masks import dilate, fill_hull
from core.imaging.windows import bounding_window
from core.training.data.array_types import HoleMasks, Images
from core.training.data.contact_sheet import render_holes, write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import MakeHole
from core.training.data.holes import around_landmarks, whole_mouth
from core.training.data.occluders import sunglasses
from core.training.frozen.openface import OpenFaceFeatures, perceptual_distance, pool_features
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics

MIXED_HOLES = 60
"""On so many holes, each kind in turn, the choice of `FillSource.AUTO` is judged."""
AS_GOOD = 1.05
"""A choice is right if its perceptual distance is at most so many times the best source's."""

_LEAST_FOR_KERNEL = 16
"""Faces with fewer of which the kernel distance means nothing."""
_TEACHER = Path("teachers") / "openface_nn4small2_conv1_3b.safetensors"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_AROUND = 1.6
"""Side of the square in which a fill is seen, of the hole's longer side."""
_SEEN_PX = 256
_SHEET_ROWS, _SHEET_PX = 8, 320
_IRIS = 0.093
"""Radius of an iris, of the distance between the eyes."""
_STRANDS, _STRAND_PX = 3, 0.09
"""Strands of hair over a face, and how wide they are in distances between the eyes."""
_HEAD = [
    "hole (share)",
    "source",
    "PSNR",
    "perceptual",
    "KID x 1000",
    "sharp",
    "seam (own)",
    "descriptor",
    "iris px",
]


def half_nose(_: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the nose on one side of its bridge."""
    bridge = landmarks[list(NOSE_BRIDGE)]
    points = np.concatenate([bridge, landmarks[list(NOSE_BASE[:3])]])
    mask = dilate(fill_hull((size, size), points), 0.1 * mouth_width(landmarks))
    middle = np.interp(np.arange(size), bridge[:, 1], bridge[:, 0])
    mask[np.arange(size) > middle[:, None]] = 0
    return mask


def strands(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover what strands of hair would that fall from the forehead over a face."""
    unit, mask = interocular_distance(landmarks), np.zeros((size, size), np.uint8)
    brows = landmarks[list(LEFT_BROW + RIGHT_BROW)]
    for start in brows[rng.choice(len(brows), _STRANDS, replace=False)]:
        steps = rng.normal((0.0, 0.35), (0.12, 0.08), (5, 2)) * unit
        path = start - (0, 0.6 * unit) + np.cumsum(steps, axis=0)
        mask = np.maximum(mask, draw_stroke((size, size), path, Brush(_STRAND_PX * unit, 1.0)))
    return mask


def one_half(_: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the half of a face that lies on the picture's left, to the middle of the nose."""
    points = [*JAW[:9], *LEFT_BROW, *NOSE_BRIDGE]
    return fill_hull((size, size), landmarks[points])


def background(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover a disc of what lies beside the head, in a corner of the photo."""
    radius = 0.09 * size
    left, top = landmarks.min(axis=0)
    right = landmarks[:, 0].max()
    beside = left / 2 if left > size - right else (right + size) / 2
    centre = np.clip([beside, top * rng.uniform(0.3, 1.0)], radius, size - 1 - radius)
    return draw_stroke((size, size), centre[None], Brush(2 * radius, 1.0))


def _eyes(*group: int) -> MakeHole:
    def hide(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
        return around_landmarks(rng, size, landmarks, group=group)

    return hide


PARTS: dict[str, MakeHole] = {
    "one eye": _eyes(*LEFT_EYE, *LEFT_BROW),
    "both eyes": _eyes(*LEFT_EYE, *LEFT_BROW, *RIGHT_EYE, *RIGHT_BROW),
    "half nose": half_nose,
    "mouth": whole_mouth,
    "glasses": sunglasses,
    "strands": strands,
    "half face": one_half,
    "background": background,
}
"""What is hidden, on whole photos."""


@dataclass(frozen=True, eq=False)
class HiddenPart:
    """A photo of a known face, and the hole in it."""

    title: str
    face: TrainingFace
    mask: Mask
    """(S, S) uint8, 0 or 255."""


class Figures(NamedTuple):
    """What one fill is measured by."""

    perceptual: float
    descriptor: float
    """Distance to the descriptor of the photo."""
    iris: float
    """Mean distance in pixels of the irises in the hole from where the photo's are; nan: none."""


def hidden_parts_report(
    editor: Editor, data: Path, count: int, out: Path | None, titles: Sequence[str] = tuple(PARTS)
) -> Iterator[str]:
    """Yield a table of every kind of part, and how well the program chooses, as Markdown.

    Args:
        editor: makes the fills.
        data: folder of shards with `hires768`.
        count: validation faces a kind.
        out: folder for contact sheets; None: none is written.
        titles: of the kinds, of `PARTS`.

    Raises:
        FileNotFoundError: there are no such faces.
    """
    features = OpenFaceFeatures(data / _TEACHER)
    faces = load_faces(data, ["hires768"], "val")
    order = np.random.default_rng(0).permutation(len(faces))[:count]
    figures = dict[str, dict[FillSource, list[Figures]]]()
    yield (
        f"Parts of {len(order)} validation faces of 768 pixels a kind, hidden and filled by each"
        " source. PSNR in the hole, in dB; perceptual distance on OpenFace features of the square"
        f" around the hole; KID from {_LEAST_FOR_KERNEL} faces on; sharp is the energy of the"
        " 2-8 pixel band over the photo's; seam has the photo's own in brackets; descriptor is"
        " dlib's distance to the photo; iris how far they lie from the photo's."
    )
    for title in titles:
        hidden = [hide(title, faces[index], int(index)) for index in order]
        filled = {source: fill_all(editor, hidden, source) for source in FillSource}
        figures[title] = {
            source: [measure(*pair, features) for pair in zip(hidden, images, strict=True)]
            for source, images in filled.items()
        }
        rows = [_cells(hidden, one, filled[one], figures[title][one], features) for one in filled]
        if out is not None:
            write_sheet(out / f"hidden-{title.replace(' ', '-')}.png", hidden, filled)
        yield markdown_table(_HEAD, rows)
    yield choice_text(figures)


def hide(title: str, face: TrainingFace, seed: int) -> HiddenPart:
    """Hide a part of a face; the same arguments give the same hole."""
    drawn = PARTS[title](np.random.default_rng(seed), face.image.shape[0], face.landmarks)
    return HiddenPart(title, face, np.where(drawn > 127, 255, 0).astype(np.uint8))


def fill_all(editor: Editor, hidden: Sequence[HiddenPart], source: FillSource) -> Images:
    """Fill every hole from a source; (N, S, S, 3)."""
    return np.stack([_fill(editor, one, source) for one in hidden])


def measure(part: HiddenPart, filled: Images, features: OpenFaceFeatures) -> Figures:
    """Compare a fill, (S, S, 3), with the photo it was made from."""
    face, window = part.face, _square_around(part.mask)
    seen = [
        features.extract(_resized(one[window], _SEEN_PX)[None], _WHOLE)
        for one in (filled, face.image)
    ]
    own, theirs = (compute_descriptor(one, face.landmarks) for one in (face.image, filled))
    return Figures(
        perceptual_distance(*seen), descriptor_distance(own, theirs), iris_error(part, filled)
    )


def iris_error(part: HiddenPart, filled: Image) -> float:
    """Mean distance in pixels between hidden irises of a photo and a fill; nan if none is."""
    face = part.face
    own = _irises(face.image, face.landmarks)
    columns, rows = np.rint(own).clip(0, len(part.mask) - 1).astype(int).T
    inside = part.mask[rows, columns] > 0
    if not inside.any():
        return float("nan")
    away = np.linalg.norm(_irises(filled, face.landmarks) - own, axis=1)
    return float(away[inside].mean())


def choice_text(figures: dict[str, dict[FillSource, list[Figures]]]) -> str:
    """Say how often the program's own choice is about as good as the best source's.

    Args:
        figures: of every kind of part and source, a figure for each face.
    """
    chosen = list(islice(_mixed(figures), MIXED_HOLES))
    right = sum(
        by_source[FillSource.AUTO]
        <= AS_GOOD * min(one for source, one in by_source.items() if source is not FillSource.AUTO)
        for by_source in chosen
    )
    return (
        f"On {len(chosen)} mixed holes auto's perceptual distance is at most {AS_GOOD} times the"
        f" best source's on {right} = {right / len(chosen):.0%}."
    )


def write_sheet(path: Path, hidden: Sequence[HiddenPart], filled: dict[FillSource, Images]) -> None:
    """Write photo, hole and every source side by side, a row a face, around the hole."""
    photos = np.stack([one.face.image for one in hidden])
    masks = np.stack([one.mask for one in hidden])
    holes = render_holes(photos, masks, np.zeros_like(photos))
    windows = [_square_around(one.mask) for one in hidden[:_SHEET_ROWS]]
    stacks = [
        np.stack(
            [
                _resized(image[window], _SHEET_PX)
                for image, window in zip(images, windows, strict=False)
            ]
        )
        for images in (photos, holes, *filled.values())
    ]
    write_grid(path, stacks, columns=1)


def _mixed(
    figures: dict[str, dict[FillSource, list[Figures]]],
) -> Iterator[dict[FillSource, float]]:
    """Yield the perceptual distances by source, of each kind in turn."""
    counts = [len(next(iter(by_source.values()))) for by_source in figures.values()]
    for number in range(min(counts)):
        for by_source in figures.values():
            yield {source: found[number].perceptual for source, found in by_source.items()}


def _fill(editor: Editor, part: HiddenPart, source: FillSource) -> Images:
    image = part.face.image
    result = editor.run(InpaintRequest(image, part.mask, (part.face.landmarks,), source=source))
    photo = photo_from_array(image)
    patched = photo.with_patch(result.patch, result.left, result.top, result.coverage)
    return np.asarray(patched.image, np.uint8)


def _cells(
    hidden: Sequence[HiddenPart],
    source: FillSource,
    images: Images,
    figures: Sequence[Figures],
    features: OpenFaceFeatures,
) -> list[str]:
    photos = np.stack([one.face.image for one in hidden])
    holes: HoleMasks = np.stack([one.mask for one in hidden]) > 0
    perceptual, descriptor, iris = np.array(figures).T
    known = iris[~np.isnan(iris)]
    return [
        f"{hidden[0].title} ({holes.mean():.3f})",
        source.value,
        f"{metrics.hole_psnr(images, photos, holes):.2f}",
        f"{perceptual.mean():.4f}",
        _kernel_cell(hidden, images, features),
        f"{metrics.sharpness_ratio(images, photos, holes):.2f}",
        f"{metrics.seam_score(images, holes):.2f} ({metrics.seam_score(photos, holes):.2f})",
        f"{descriptor.mean():.3f}",
        f"{known.mean():.1f}" if known.size else "-",
    ]


def _kernel_cell(hidden: Sequence[HiddenPart], images: Images, features: OpenFaceFeatures) -> str:
    if len(hidden) < _LEAST_FOR_KERNEL:
        return "-"
    frames = [one.face.canonical for one in hidden]
    pooled = [
        pool_features(
            features.extract(np.stack([f.crop(one) for f, one in zip(frames, stack, strict=True)]))
        )
        for stack in (list(images), [one.face.image for one in hidden])
    ]
    distance, error = metrics.kernel_distance(*pooled)
    return f"{distance * 1000:.2f} +- {error * 1000:.2f}"


def _irises(image: Image, landmarks: Landmarks) -> Points:
    """Find the (2, 2) centres of both irises, in pixels of the photo."""
    frame = canonical_frame(landmarks, len(image))
    points = frame.to_frame(landmarks)
    found = find_irises(image, frame, points, _IRIS * interocular_distance(points))
    return np.asarray(frame.to_photo(found), np.float64)


def _resized(image: Images, side: int) -> Images:
    """Resample a square picture, (S, S, 3)."""
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _square_around(mask: Mask) -> tuple[slice, slice]:
    """Find the square around a hole, inside the photo."""
    rows, columns = bounding_window(mask)
    longest = max(rows.stop - rows.start, columns.stop - columns.start)
    side = min(round(_AROUND * longest), *mask.shape)
    starts = (
        int(np.clip((one.start + one.stop - side) // 2, 0, length - side))
        for one, length in zip((rows, columns), mask.shape, strict=True)
    )
    top, left = starts
    return slice(top, top + side), slice(left, left + side)
