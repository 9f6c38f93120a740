"""What `evaluate sa_stargan` says: is it the expression, is it a face, is it the same person.

The network paints, the photo keeps its detail, and what comes out of the program is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from core.edit.expression.painted_expression import paint_expression
from core.edit.networks import Networks
from core.face.descriptor import compute_descriptor, descriptor_distance
from core.imaging.alpha import composite
from core.imaging.arrays import Image
from core.models.sa_stargan import model as sa_stargan
from core.models.sa_stargan.model import CLASSES, NAME
from core.progress import silent
from core.runtime.checkpoints import weights_path
from core.training.data.array_types import Figures, Images
from core.training.data.contact_sheet import write_grid
from core.training.data.faces import TrainingFace
from core.training.expressions.data import LabelledFace, frame_images, load_labelled
from core.training.expressions.figures import express_all
from core.training.frozen.expression_judge import CLASSES as JUDGED
from core.training.frozen.expression_judge import ExpressionJudge, load_judge
from core.training.frozen.openface import OpenFaceFeatures, pool_features
from core.training.harness.markdown import markdown_table
from core.training.reports.metrics import kernel_distance
from core.training.reports.smiles import neutral_faces
from core.training.reports.speed import THREADS, large_photo, median_time

_PEOPLE = 24
_SHOWN = 192  # side of the faces on the contact sheet
_MOST_REAL = 200  # faces of a class that repainted ones are compared with
_LEAST_REAL = 8
_BOX = (0.07, 0.07, 0.93, 0.93)
"""The tight face box in the network's frame."""
_FEATURES = "openface_nn4small2_conv1_3b.safetensors"
_REPEATS = 5


def expression_report(
    data: Path, weights: Path | None, faces: int, judge: Path | None, out: Path | None
) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown.

    Args:
        data: folder of shards.
        weights: a file in place of the shipped one.
        faces: held-out neutral faces whose repainted frames make the kernel distance.
        judge: weights of the judge of expressions.
        out: folder for a contact sheet.
    """
    networks = Networks(torch.device("cpu"), {NAME: weights} if weights else None)
    people = neutral_faces(data, _PEOPLE)
    edited = {name: [_expressed(networks, one, name) for one in people] for name in CLASSES}
    found = load_judge(judge)
    judge_text = "No judge of expressions was given." if found is None else found.description
    yield (
        f"Every class on {len(people)} neutral validation faces of 768 pixels through the program,"
        " at strength 1. Judged: on how many the judge's top class is the one asked for, in"
        " brackets on the photos; probability: its mean for that class, on the photos and after;"
        " identity: distance of dlib's descriptors to the photo."
        f" {judge_text}\n\n{people_table(people, edited, found)}"
    )
    yield _distances(data, weights, faces)
    if out is not None:
        stacks = [_cropped(people, [one.image for one in people])]
        stacks += [_cropped(people, images) for images in edited.values()]
        write_grid(out / "expressions.png", stacks, columns=1)
    yield _times(networks, data)


def _expressed(networks: Networks, face: TrainingFace, name: str) -> Image:
    painted = paint_expression(networks, face.image, face.landmarks, {name: 1.0}, 1.0, silent)
    image = face.image.copy()
    if painted is not None:
        composite(image[painted.window], painted.image, painted.coverage)
    return image


def people_table(
    people: Sequence[TrainingFace],
    edited: Mapping[str, Sequence[Image]],
    judge: ExpressionJudge | None,
) -> str:
    """Tell of every class how often it is seen, and whether the people are still themselves.

    Args:
        edited: by class, (H, W, 3) of each of the people.

    Returns:
        Markdown.
    """
    before = [_judged(judge, face, face.image) for face in people]
    rows = []
    for name, images in edited.items():
        after = [_judged(judge, *pair) for pair in zip(people, images, strict=True)]
        distances = [_identity(*pair) for pair in zip(people, images, strict=True)]
        rows.append(
            [
                name,
                *_judged_cells(name, before, after),
                f"{np.mean(distances):.2f}",
                f"{np.percentile(distances, 90):.2f}",
            ]
        )
    head = "asked for|judged so (photos)|probability, photos to edited|identity mean|90 % below"
    return markdown_table(head.split("|"), rows)


def _judged(judge: ExpressionJudge | None, face: TrainingFace, image: Image) -> dict[str, float]:
    return {} if judge is None else judge.probabilities(image, face.landmarks)


def _judged_cells(
    name: str, before: Sequence[Mapping[str, float]], after: Sequence[Mapping[str, float]]
) -> list[str]:
    if name not in JUDGED or not after[0]:
        return ["-", "-"]
    reached, had = (
        sum(max(one, key=one.__getitem__) == name for one in answers) for answers in (after, before)
    )
    means = [float(np.mean([one[name] for one in answers])) for answers in (before, after)]
    share = f"{reached}/{len(after)} = {reached / len(after):.0%} ({had})"
    return [share, f"{means[0]:.2f} to {means[1]:.2f}"]


def _identity(face: TrainingFace, image: Image) -> float:
    own = compute_descriptor(face.image, face.landmarks)
    return descriptor_distance(own, compute_descriptor(image, face.landmarks))


def _distances(data: Path, weights: Path | None, count: int) -> str:
    """Compare repainted frames with frames of people who show the class."""
    network = sa_stargan.build(weights or weights_path(NAME), torch.device("cpu")).generator
    features = OpenFaceFeatures(data / "teachers" / _FEATURES)
    neutral = [one.face for one in load_labelled(data, "val") if CLASSES[one.label] == "neutral"]
    frames = frame_images(neutral[:: max(1, len(neutral) // count)][:count])
    known, rows = load_labelled(data, "train"), list[list[str]]()
    unchanged = _pooled(features, frames)
    for name, repainted in zip(CLASSES, express_all(network, frames), strict=True):
        real = _faces_of_class(known, name)
        if len(real) < _LEAST_REAL:
            rows.append([name, str(len(real)), "-", "-"])
            continue
        shown = _pooled(features, frame_images(real))
        cells = [
            _thousandths(kernel_distance(one, shown))
            for one in (unchanged, _pooled(features, repainted))
        ]
        rows.append([name, str(len(real)), *cells])
    return (
        f"Kernel inception distance x 1000 on OpenFace features, with its standard error, of the"
        f" network's frames of {len(frames)} neutral validation faces to training faces of each"
        " class. A class is reached better the further the second figure lies below the first."
        f"\n\n{markdown_table(['class', 'its faces', 'photos', 'repainted'], rows)}"
    )


def _thousandths(distance: tuple[float, float]) -> str:
    value, error = (1000 * one for one in distance)
    return f"{value:.2f} ± {error:.2f}"


def _pooled(features: OpenFaceFeatures, frames: Images) -> Figures:
    return pool_features(features.extract(frames, _BOX))


def _faces_of_class(known: Sequence[LabelledFace], name: str) -> list[TrainingFace]:
    """Choose faces of a class, people's labels first."""
    faces = [one.face for one in known if CLASSES[one.label] == name]
    faces.sort(key=lambda face: "label" not in face.record)
    return faces[:_MOST_REAL]


def _cropped(people: Sequence[TrainingFace], images: Sequence[Image]) -> Images:
    pairs = zip(people, images, strict=True)
    crops = [face.canonical.resized(_SHOWN).crop(image) for face, image in pairs]
    return np.stack([np.asarray(crop, np.uint8) for crop in crops])


def _times(networks: Networks, data: Path) -> str:
    torch.set_num_threads(THREADS)
    photo, landmarks = large_photo(data)

    def work() -> object:
        return paint_expression(networks, photo, landmarks, {"happy": 1.0}, 1.0, silent)

    title = "one expression on 12 megapixels, face found before"
    row = [title, f"{median_time(work, _REPEATS):.2f}"]
    return markdown_table([f"on {THREADS} threads of a CPU", "seconds"], [row])
