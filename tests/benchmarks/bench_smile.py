"""Measures the smile on the 12 neutral validation people of the London set; prints a table.

`python -m tests.benchmarks.bench_smile DATA_DIR [SHEET.png]`
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.edit.pipeline import Editor
from core.edit.request import SmileKind, SmileRequest
from core.edit.smile import frames
from core.face.descriptor import descriptor, distance
from core.face.detect import find_faces
from core.image_file import photo_from_array
from core.training.data import TrainingFace, load_faces
from core.training.expression import ExpressionTeacher


def main() -> None:
    """Print one row for every kind of smile."""
    folder = Path(sys.argv[1])
    teacher = ExpressionTeacher(folder / "teachers" / "faceapi_expression.safetensors")
    people = _neutral_people(folder)
    editor, cells = Editor("cpu"), []
    _say("kind     out   up  happy rises  happy top  identity (mean, max)  seconds")
    for kind in SmileKind:
        rows = [_measure(editor, teacher, face, kind) for face in people]
        out, up, before, after, top, identity, seconds = (
            np.array(column) for column in zip(*(row[:7] for row in rows), strict=True)
        )
        cells.append([row[7] for row in rows])
        _say(
            f"{kind:7} {out.mean():4.1f} {up.mean():4.1f} {(after > before).sum():6}/{len(people)}"
            f"      {int(top.sum()):4}/{len(people)}   {identity.mean():.2f}, {identity.max():.2f}"
            f"           {np.median(seconds):.2f}"
        )
        _say(f"         smallest: {out.min():.1f} out, {up.min():.1f} up")
    if len(sys.argv) > 2:
        rows = zip([face.image for face in people], *cells, strict=True)
        sheet = np.vstack([np.hstack([image[300:700, 170:600] for image in row]) for row in rows])
        cv2.imwrite(sys.argv[2], sheet[..., ::-1])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _neutral_people(folder: Path) -> list[TrainingFace]:
    people: dict[str, TrainingFace] = {}
    for face in load_faces(folder, ["hires768"], "val"):
        if face.record.get("pair") and face.record["expression"]["happy"] < 0.5:
            people.setdefault(face.record["pair"], face)
    return list(people.values())


def _measure(
    editor: Editor, teacher: ExpressionTeacher, face: TrainingFace, kind: SmileKind
) -> tuple[Any, ...]:
    request = SmileRequest(face.image, face.landmarks, kind=kind)
    canonical, own, _ = frames(request)
    started = time.perf_counter()
    result = editor.run(request)
    seconds = time.perf_counter() - started
    smiling = (
        photo_from_array(face.image)
        .with_patch(result.patch, result.left, result.top, result.coverage)
        .work
    )
    found = find_faces(smiling, thorough=False)[0].landmarks
    after = canonical.to_frame(found)
    out = (after[54, 0] - own[54, 0] - after[48, 0] + own[48, 0]) / 2
    up = (own[[48, 54], 1] - after[[48, 54], 1]).mean()
    asked = teacher.probabilities(face.image, face.landmarks)["happy"]
    classes = teacher.probabilities(smiling, found)
    identity = distance(descriptor(face.image, face.landmarks), descriptor(smiling, found))
    top = max(classes, key=classes.__getitem__) == "happy"
    return out, up, asked, classes["happy"], top, identity, seconds, smiling


if __name__ == "__main__":
    main()
