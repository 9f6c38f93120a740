"""Measure how many faces are found, how exact their landmarks are, and how long it takes.

Run `python tests/benchmarks/bench_faces.py [--every N]`: every N-th validation photo is used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks, interocular_distance
from core.face.descriptor import compute_descriptor, descriptor_distance
from core.face.detect import find_faces
from core.face.face import Face
from core.imaging.arrays import Image

DATA = Path(os.environ.get("FACEEDITOR_DATA_DIR", Path(__file__).parents[3] / "shared" / "data"))
FACE_WIDTH = 2.38
"""Width of dlib's box in interocular distances."""
CANVAS = (4000, 6000)
TURNS = (15, 45, 90, 180)
WIDTHS = (60, 80, 120)
DOUBTFUL = 100
"""Above this disagreement with another network (thousandths of the interocular distance) the
reference points themselves are in doubt."""


class Photo(NamedTuple):
    image: Image
    landmarks: Landmarks
    name: str = ""
    doubtful: bool = False


class Score:
    """Faces found and their landmark errors in interocular distances."""

    def __init__(self) -> None:
        self.errors: list[float] = []
        self.doubtful: list[bool] = []
        self.extra = 0
        self.missed = 0
        self.seconds = 0.0

    def add(
        self, faces: tuple[Face, ...], expected: Landmarks, *, doubtful: bool = False
    ) -> Face | None:
        """Compare with one expected face; return the face that was taken for it."""
        unit = interocular_distance(expected)
        errors = [
            float(np.linalg.norm(face.landmarks - expected, axis=1).mean() / unit) for face in faces
        ]
        near = [error for error in errors if error < 1.0]
        if not near:
            self.missed += 1
            return None
        self.errors.append(min(near))
        self.doubtful.append(doubtful)
        return faces[int(np.argmin(errors))]

    def line(self) -> str:
        found = len(self.errors)
        total = found + self.missed
        return (
            f"found {found}/{total} = {100 * found / max(total, 1):5.1f} %  others {self.extra}  "
            f"error {spread(self.errors)}{self._without_doubtful()}  "
            f"{self.seconds / max(total, 1):.2f} s"
        )

    def _without_doubtful(self) -> str:
        pairs = zip(self.errors, self.doubtful, strict=True)
        sure = [error for error, doubtful in pairs if not doubtful]
        left_out = len(self.errors) - len(sure)
        return f"; without {left_out} doubtful references {spread(sure)}" if left_out else ""


def spread(errors: list[float]) -> str:
    """Sum up distances in interocular distances."""
    if not errors:
        return "unknown"
    mean, percentiles = np.mean(errors) * 100, np.percentile(errors, [50, 95, 100]) * 100
    median, late, largest = (f"{value:.2f}" for value in percentiles)
    return f"mean {mean:.2f} median {median} p95 {late} max {largest} % of the eye distance"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def validation_photos(name: str) -> Iterator[Photo]:
    points = np.load(DATA / "landmarks_dlib.npz")
    rows = {
        (str(one), str(stem)): row
        for row, (one, stem) in enumerate(zip(points["set"], points["name"], strict=True))
    }
    for path in sorted(DATA.glob(f"{name}-*.tar")):
        with tarfile.open(path) as shard:
            files = {member.name: shard.extractfile(member).read() for member in shard}
        for stem in (entry[:-5] for entry in files if entry.endswith(".json")):
            if json.loads(files[f"{stem}.json"])["split"] == "val" and (name, stem) in rows:
                bgr = cv2.imdecode(np.frombuffer(files[f"{stem}.jpg"], np.uint8), cv2.IMREAD_COLOR)
                row = rows[name, stem]
                yield Photo(
                    cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB),
                    points["points"][row] / 32.0,
                    stem,
                    bool(points["disagreement"][row] > DOUBTFUL),
                )


def rotated(photo: Photo, degrees: float) -> Photo:
    """Turn a photo anticlockwise; the corners become grey."""
    height, width = photo.image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    size = np.ceil(np.abs(matrix[:, :2]) @ [width, height]).astype(int)
    matrix[:, 2] += (size - [width, height]) / 2
    image = cv2.warpAffine(
        photo.image, matrix, size.tolist(), flags=cv2.INTER_CUBIC, borderValue=(128, 128, 128)
    )
    return photo._replace(image=image, landmarks=photo.landmarks @ matrix[:, :2].T + matrix[:, 2])


def resized(photo: Photo, scale: float) -> Photo:
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = cv2.resize(photo.image, None, fx=scale, fy=scale, interpolation=method)
    ratio = np.array(image.shape[1::-1]) / photo.image.shape[1::-1]
    return photo._replace(image=image, landmarks=(photo.landmarks + 0.5) * ratio - 0.5)


def background() -> Image:
    """Make a 24-megapixel canvas without faces: soft blotches and grain."""
    noise = np.random.default_rng(0)
    blotches = noise.integers(60, 200, (25, 38, 3)).astype(np.uint8)
    canvas = cv2.resize(blotches, CANVAS[::-1], interpolation=cv2.INTER_CUBIC)
    grain = noise.integers(0, 12, (*CANVAS, 1)).astype(np.uint8)
    return canvas + np.minimum(grain, 255 - canvas)


def crowd(photos: list[Photo], width: float) -> tuple[Image, list[Landmarks]]:
    """Place faces of `width` pixels on a 24-megapixel canvas."""
    canvas, expected = background(), []
    noise = np.random.default_rng(1)
    cells = [(row, column) for row in range(100, 3200, 800) for column in range(100, 5400, 700)]
    for photo, (row, column) in zip(photos, cells, strict=False):
        small = resized(photo, width / FACE_WIDTH / interocular_distance(photo.landmarks))
        top, left = row + int(noise.integers(300)), column + int(noise.integers(250))
        height, breadth = small.image.shape[:2]
        canvas[top : top + height, left : left + breadth] = small.image
        expected.append(small.landmarks + np.array([left, top]))
    return canvas, expected


def bench_set(name: str, photos: list[Photo], degrees: float = 0) -> None:
    score, same = Score(), []
    for photo in photos:
        seen = rotated(photo, degrees) if degrees else photo
        start = time.perf_counter()
        faces = find_faces(seen.image)
        score.seconds += time.perf_counter() - start
        face = score.add(faces, seen.landmarks, doubtful=photo.doubtful)
        score.extra += len(faces) - (face is not None)
        if face is not None and len(same) < 10:
            same.append(
                descriptor_distance(
                    compute_descriptor(photo.image, photo.landmarks),
                    compute_descriptor(seen.image, face.landmarks),
                )
            )
    say(f"{name:>9} turned {degrees:3.0f}: {score.line()}  identity {np.mean(same):.2f}")


def bench_repeats(small: list[Photo], large: list[Photo]) -> None:
    """Compare landmarks of one photo in 256 and in 768 pixels: the reference's and our own."""
    reduced = {photo.name: photo for photo in small}
    reference, own = [], []
    for photo in large:
        small_photo = reduced.get(photo.name)
        if small_photo is None:
            continue
        ratio = photo.image.shape[0] / small_photo.image.shape[0]
        unit = interocular_distance(photo.landmarks)
        reference.append(mean_distance(small_photo.landmarks, photo.landmarks, ratio) / unit)
        faces = find_faces(small_photo.image)[:1], find_faces(photo.image)[:1]
        if all(faces):
            own.append(mean_distance(faces[0][0].landmarks, faces[1][0].landmarks, ratio) / unit)
    say(f"the reference of {len(reference)} photos, measured twice: {spread(reference)}")
    say(f"and our points of {len(own)} of them: {spread(own)}")


def mean_distance(small: Landmarks, large: Landmarks, ratio: float) -> float:
    """Mean distance of points in a reduced photo from those in the larger one, in its pixels."""
    return float(np.linalg.norm((small + 0.5) * ratio - 0.5 - large, axis=1).mean())


def bench_crowd(photos: list[Photo], width: int) -> None:
    canvas, expected = crowd(photos, width)
    score = Score()
    start = time.perf_counter()
    faces = find_faces(canvas)
    seconds = time.perf_counter() - start
    for landmarks in expected:
        score.add(faces, landmarks)
    score.extra = len(faces) - len(score.errors)
    say(f"{width} px in 24 megapixels: {score.line()}; all of them together {seconds:.2f} s")


def bench_times(photo: Photo) -> None:
    canvas = background()
    large = resized(photo, 3800 / photo.image.shape[0]).image
    for what, image in (("no face", canvas), ("one large face", canvas.copy())):
        if what == "one large face":
            image[: large.shape[0], : large.shape[1]] = large[:4000]
        for thorough in (False, True):
            start = time.perf_counter()
            count = len(find_faces(image, thorough=thorough))
            seconds = time.perf_counter() - start
            say(
                f"24 megapixels, {what}, {'thorough' if thorough else 'quick'}: "
                f"{seconds:.2f} s, {count} found"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    every = parser.parse_args().every
    sets = {name: list(validation_photos(name))[::every] for name in ("faces256", "hires768")}
    start = time.perf_counter()
    find_faces(sets["hires768"][0].image)
    say(f"first call, weights verified and loaded: {time.perf_counter() - start:.2f} s")
    for name, photos in sets.items():
        bench_set(name, photos)
        for degrees in TURNS:
            bench_set(name, photos[:: max(1, 5 // every)], degrees)
    bench_repeats(sets["faces256"], sets["hires768"])
    for width in WIDTHS:
        bench_crowd(sets["hires768"][:: max(1, 4 // every)], width)
    bench_times(sets["hires768"][0])


if __name__ == "__main__":
    main()
