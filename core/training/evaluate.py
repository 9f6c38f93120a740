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
from core.training.data.array_types import Images
from core.training.data.contact_sheet import render_holes, write_grid
from core.training.data.frames import MakeHole
from core.training.expressions.report import expression_report
from core.training.frozen.expression import ExpressionClassifier
from core.training.frozen.expression_judge import load_judge
from core.training.frozen.openface import OpenFaceFeatures
from core.training.parser.report import parser_report
from core.training.reports import fills, smiles
from core.training.reports.exemplars import exemplar_text
from core.training.reports.fills import FillFigures, FrozenHoles
from core.training.reports.hidden_parts import hidden_parts_report
from core.training.reports.part_transfer import part_transfer_report
from core.training.reports.speed import speed_table
from core.training.reports.style import style_report

log = logging.getLogger(__name__)

HIDDEN_PARTS = "fill"
"""In place of a system: every source of a fill, on hidden parts of known faces."""
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
    compared_systems: tuple[str, ...] = ()
    """Other systems that fill the same holes."""


def evaluate(evaluation: Evaluation) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    if evaluation.system == HIDDEN_PARTS:
        yield from hidden_parts_report(
            Editor("cpu"), evaluation.data, evaluation.faces, evaluation.out
        )
        return
    match MODELS[evaluation.system].task:
        case Task.HARMONIZE:
            editor = _editor(evaluation)
            yield from part_transfer_report(
                editor, evaluation.data, evaluation.weights, evaluation.faces, evaluation.out
            )
            yield exemplar_text(editor, evaluation.data, evaluation.faces, evaluation.out)
        case Task.PARSE:
            yield from parser_report(evaluation.data, evaluation.weights, evaluation.out)
        case Task.EXPRESS:
            yield from expression_report(
                evaluation.data,
                evaluation.weights,
                evaluation.faces,
                evaluation.judge,
                evaluation.out,
            )
        case Task.STYLE:
            yield from style_report(
                evaluation.data, evaluation.weights, evaluation.faces, evaluation.out
            )
        case _:
            yield from _inpainter_report(evaluation)


def _editor(evaluation: Evaluation) -> Editor:
    return Editor("cpu", {evaluation.system: evaluation.weights} if evaluation.weights else None)


def _inpainter_report(evaluation: Evaluation) -> Iterator[str]:
    editor = _editor(evaluation)
    for section, kinds in _KINDS.items():
        if section in evaluation.sections:
            yield _fills(editor, evaluation, kinds)
    if "frames" in evaluation.sections:
        yield _frames(evaluation)
    if "smile" in evaluation.sections:
        yield _smiles(editor, evaluation)
    if "speed" in evaluation.sections:
        yield speed_table(evaluation.system, evaluation.weights, evaluation.data)


def _fills(editor: Editor, evaluation: Evaluation, kinds: Mapping[str, MakeHole]) -> str:
    path = evaluation.data / "teachers" / "openface_nn4small2_conv1_3b.safetensors"
    features, rows = OpenFaceFeatures(path), list[tuple[FrozenHoles, str, FillFigures]]()
    for frozen in fills.frozen_holes(evaluation.data, evaluation.faces, kinds):
        results: dict[str, Images] = {}
        for title, fill in fills.fill_methods(
            editor, evaluation.system, *evaluation.compared_systems
        ).items():
            log.info("%s: %s", frozen.title, title)
            results[title] = fills.fill_all(fill, frozen)
            rows.append((frozen, title, fills.measure_fills(results[title], frozen, features)))
        if evaluation.out is not None:
            _fill_sheet(evaluation.out / f"{frozen.file_name}.png", frozen, results)
    description = (
        f"Fills of {evaluation.faces} validation faces of {fills.FACE_SIZE} pixels through the"
        " program, holes with hard edges. PSNR in dB; KID and perceptual distance on OpenFace"
        " features, KID with its standard error; sharp is the energy of the 2-8 pixel band over"
        " the original's; seam has the photo's own score at the same border in brackets."
    )
    return f"{description}\n\n{fills.fill_table(rows)}"


def _frames(evaluation: Evaluation) -> str:
    path = evaluation.weights or weights_path(evaluation.system)
    spec = MODELS[evaluation.system]
    model = spec.build(path, torch.device("cpu"))
    description = (
        f"Hole PSNR in dB of the network alone on {evaluation.faces} frames of"
        f" {fills.FRAME_SIZE} pixels, cut as in training."
    )
    table = fills.frame_table(
        model, evaluation.data, evaluation.faces, sees_regions=spec.sees_regions
    )
    return f"{description}\n\n{table}"


def _smiles(editor: Editor, evaluation: Evaluation) -> str:
    judge = load_judge(evaluation.judge)
    faces = smiles.neutral_faces(evaluation.data, evaluation.faces)
    classifier = ExpressionClassifier(
        evaluation.data / "teachers" / "faceapi_expression.safetensors"
    )
    judge_probabilities = None if judge is None else judge.probabilities
    table, stacks = smiles.smile_table(
        editor, evaluation.system, faces, judge_probabilities, classifier.probabilities
    )
    if evaluation.out is not None:
        write_grid(evaluation.out / "smiles.png", stacks, columns=1)
    judge_text = "No judge of expressions was given." if judge is None else judge.description
    description = (
        f"Smiles of {len(faces)} neutral validation faces of 768 pixels; kind and strength; moves"
        f" and errors in pixels of the 256 frame; identity is the distance of dlib's descriptors"
        " to the source; happier: on how many the net that labelled the data finds more happiness"
        f" than on the photo, a rough check. {judge_text}"
    )
    return f"{description}\n\n{table}"


def _fill_sheet(path: Path, frozen: FrozenHoles, results: dict[str, Images]) -> None:
    lines = np.stack([line_map(points, frozen.faces.shape[1]) for points in frozen.landmarks])
    holes = render_holes(frozen.faces, np.stack(frozen.masks), lines)
    stacks = [frozen.faces, holes, *results.values()]
    write_grid(path, [stack[:_SHEET_ROWS] for stack in stacks], columns=1)
