"""The whole table of one system: fills, smiles, speed; frozen faces and holes, seed 0.

No network that served a system in a loss, as a discriminator or to label its data judges it here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.anatomy.landmarks import line_map
from core.edit.editor import Editor
from core.models import MODELS
from core.models.base import Task
from core.runtime.checkpoints import weights_path
from core.training.data.contact_sheet import show_holes, write_grid
from core.training.data.frames import MakeHole
from core.training.data.picture_types import Pictures
from core.training.frozen.expression import ExpressionTeacher
from core.training.frozen.expression_judge import load_judge
from core.training.frozen.openface import OpenFaceFeatures
from core.training.parser.report import parser_report
from core.training.reports import fills, smiles
from core.training.reports.exemplars import loan_text
from core.training.reports.fills import FillFigures, FrozenHoles
from core.training.reports.part_transfer import exchange_report
from core.training.reports.speed import speed_table
from core.training.reports.style import style_report

log = logging.getLogger(__name__)

SECTIONS = ("fill", "parts", "frames", "smile", "speed", "style")
_KINDS = {"fill": fills.FILL_KINDS, "parts": fills.PART_KINDS}
_SHEET_ROWS = 16


@dataclass(frozen=True)
class Evaluation:
    """What is measured, and on what."""

    system: str
    data: Path
    weights: Path | None = None
    """A weights file in place of the shipped one."""
    out: Path | None = None
    """Folder for contact sheets."""
    faces: int = 64
    judge: Path | None = None
    sections: tuple[str, ...] = SECTIONS
    beside: tuple[str, ...] = ()
    """Other systems that fill the same holes."""


def evaluate(asked: Evaluation) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    match MODELS[asked.system].task:
        case Task.HARMONIZE:
            editor = _editor(asked)
            yield from exchange_report(editor, asked.data, asked.weights, asked.faces, asked.out)
            yield loan_text(editor, asked.data, asked.faces, asked.out)
        case Task.PARSE:
            yield from parser_report(asked.data, asked.weights, asked.out)
        case Task.STYLE:
            yield from style_report(asked.data, asked.weights, asked.faces, asked.out)
        case _:
            yield from _painter_report(asked)


def _editor(asked: Evaluation) -> Editor:
    return Editor("cpu", {asked.system: asked.weights} if asked.weights else None)


def _painter_report(asked: Evaluation) -> Iterator[str]:
    editor = _editor(asked)
    for section, kinds in _KINDS.items():
        if section in asked.sections:
            yield _fills(editor, asked, kinds)
    if "frames" in asked.sections:
        yield _frames(asked)
    if "smile" in asked.sections:
        yield _smiles(editor, asked)
    if "speed" in asked.sections:
        yield speed_table(asked.system, asked.weights, asked.data)


def _fills(editor: Editor, asked: Evaluation, kinds: Mapping[str, MakeHole]) -> str:
    teacher = asked.data / "teachers" / "openface_nn4small2_conv1_3b.safetensors"
    features, rows = OpenFaceFeatures(teacher), list[tuple[FrozenHoles, str, FillFigures]]()
    for frozen in fills.frozen_holes(asked.data, asked.faces, kinds):
        made: dict[str, Pictures] = {}
        for title, fill in fills.fills(editor, asked.system, *asked.beside).items():
            log.info("%s: %s", frozen.title, title)
            made[title] = fills.fill_all(fill, frozen)
            rows.append((frozen, title, fills.measure(made[title], frozen, features)))
        if asked.out is not None:
            _fill_sheet(asked.out / f"{frozen.file_name}.png", frozen, made)
    text = (
        f"Fills of {asked.faces} validation faces of {fills.FACE_SIZE} pixels through the"
        " program, holes with hard edges. PSNR in dB; KID and perceptual distance on OpenFace"
        " features, KID with its standard error; sharp is the energy of the 2-8 pixel band over"
        " the original's; seam has the photo's own score at the same border in brackets."
    )
    return f"{text}\n\n{fills.fill_table(rows)}"


def _frames(asked: Evaluation) -> str:
    path = asked.weights or weights_path(asked.system)
    spec = MODELS[asked.system]
    model = spec.build(path, torch.device("cpu"))
    text = (
        f"Hole PSNR in dB of the network alone on {asked.faces} frames of"
        f" {fills.FRAME_SIZE} pixels, cut as in training."
    )
    table = fills.frame_table(model, asked.data, asked.faces, sees_regions=spec.sees_regions)
    return f"{text}\n\n{table}"


def _smiles(editor: Editor, asked: Evaluation) -> str:
    judge = load_judge(asked.judge)
    faces = smiles.neutral_faces(asked.data, asked.faces)
    teacher = ExpressionTeacher(asked.data / "teachers" / "faceapi_expression.safetensors")
    answer = None if judge is None else judge.probabilities
    table, stacks = smiles.smile_table(editor, asked.system, faces, answer, teacher.probabilities)
    if asked.out is not None:
        write_grid(asked.out / "smiles.png", stacks, columns=1)
    said = "No judge of expressions was given." if judge is None else judge.description
    text = (
        f"Smiles of {len(faces)} neutral validation faces of 768 pixels; kind and strength; moves"
        f" and errors in pixels of the 256 frame; identity is the distance of dlib's descriptors"
        " to the source; happier: on how many the net that labelled the data finds more happiness"
        f" than on the photo, a rough check. {said}"
    )
    return f"{text}\n\n{table}"


def _fill_sheet(path: Path, frozen: FrozenHoles, made: dict[str, Pictures]) -> None:
    lines = np.stack([line_map(points, frozen.faces.shape[1]) for points in frozen.landmarks])
    holes = show_holes(frozen.faces, np.stack(frozen.masks), lines)
    stacks = [frozen.faces, holes, *made.values()]
    write_grid(path, [stack[:_SHEET_ROWS] for stack in stacks], columns=1)
