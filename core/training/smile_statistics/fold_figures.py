"""Writes what `folds` learns, measured on people it has not learned from."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.edit.expression import fold_light
from core.edit.expression.fold_light import INPUTS, SIDE, FoldWeights
from core.imaging.arrays import Floats
from core.runtime.checkpoints import save_weights, write_card
from core.training.data.faces import load_faces
from core.training.harness.markdown import markdown_table
from core.training.smile_statistics.displacements import neutral_smile_pairs
from core.training.smile_statistics.folds import FoldSamples, blank_weights, fit, measure, predict

Flags = npt.NDArray[np.bool_]
SignedSamples = dict[int, FoldSamples]
"""Samples to a smile (1) and back from it (-1)."""

_FRAME = 256
_NUM_PARTS = 6
"""Parts of the people, each predicted by weights fitted to the others."""
_MEDIAN_GAIN = 1.6
"""By which the median over people is multiplied, as it is weaker than one person's folds."""
_WHOLE_PX = 4.9
"""Rise of the mouth's corners in a mean smile, at which the median counts in full."""
_CHEEKS = ((41, 48, 2), (46, 54, 14))
"""Landmarks around each cheek."""


def write(folder: Path, target: Path) -> str:
    """Learn, and write the weights file with its card; returns what was measured, as Markdown."""
    people, validation_people = (
        neutral_smile_pairs(load_faces(folder, ["hires768"], split)) for split in ("train", "val")
    )
    blank = blank_weights(people)
    samples = {sign: measure(people, blank, sign) for sign in (1, -1)}
    fold_weights = blank._replace(smiling=fit(samples[1], blank), relaxing=fit(samples[-1], blank))
    figures = compare(
        samples, {sign: measure(validation_people, blank, sign) for sign in (1, -1)}, fold_weights
    )
    tensors = {
        name: torch.from_numpy(np.asarray(value)) for name, value in fold_weights._asdict().items()
    }
    save_weights(target, tensors, fold_light.NAME, {"side": SIDE, "inputs": INPUTS})
    text = _card(len(people), len(validation_people), figures)
    write_card(target, "Folds of a smile", text, terms="CC BY 4.0")
    return figures


def compare(
    samples: SignedSamples, validation_samples: SignedSamples, fold_weights: FoldWeights
) -> str:
    """Compare no change, the median over people and the layer on people it has not seen."""
    median = np.median(samples[1].change.reshape(-1, SIDE, SIDE), axis=0)
    rows = []
    for sign, title in ((1, "to a smile"), (-1, "back from it")):
        weights = fold_weights.smiling if sign == 1 else fold_weights.relaxing
        crossed = _cross_validated(samples[sign], fold_weights)
        for who, one, learned in (
            ("training people, left out in turn", samples[sign], crossed),
            (
                "validation people",
                validation_samples[sign],
                predict(validation_samples[sign], weights),
            ),
        ):
            rise = one.inputs[:, 0, :, :, 0].mean(axis=(1, 2)) * (fold_light.UNIT_PX / _WHOLE_PX)
            plain = _MEDIAN_GAIN * rise.clip(-1, 1.3)[:, None, None] * median
            for name, answer in (
                ("none", 0.0 * plain),
                ("median", plain),
                ("learned", learned),
            ):
                rows.append([title, who, name, *_errors(answer - one.change[:, 0], fold_weights)])
    return markdown_table(["change", "people", "light", *_regions(fold_weights)], rows)


def _cross_validated(samples: FoldSamples, fold_weights: FoldWeights) -> Floats:
    """Predict every person by weights fitted to the others; (P, 96, 96)."""
    part = np.random.default_rng(1).permutation(len(samples.inputs)) % _NUM_PARTS
    answer = np.zeros_like(samples.change[:, 0])
    for index in range(_NUM_PARTS):
        left_out = part == index
        training = FoldSamples(samples.inputs[~left_out], samples.change[~left_out])
        held_out = FoldSamples(samples.inputs[left_out], samples.change[left_out])
        answer[left_out] = predict(held_out, fit(training, fold_weights))
    return answer


def _errors(missed: Floats, fold_weights: FoldWeights) -> list[str]:
    """Return root mean squares by region."""
    return [
        f"{np.sqrt((missed[:, where] ** 2).mean()):.4f}"
        for where in _regions(fold_weights).values()
    ]


def _regions(fold_weights: FoldWeights) -> dict[str, Flags]:
    """Return where the folds of a smile are, (96, 96) each."""
    at = (fold_weights.points + 0.5) * (SIDE / _FRAME) - 0.5
    cheeks = [0.33 * at[lid] + 0.32 * at[corner] + 0.35 * at[jaw] for lid, corner, jaw in _CHEEKS]
    marks = {
        "nasolabial folds": ([at[[31, 48]] - [[2, 0], [5, 0]], at[[35, 54]] + [[2, 0], [5, 0]]], 8),
        "cheeks": ([np.stack([one, one]) for one in cheeks], 18),
        "lower lids": ([at[[36, 41, 40, 39]] + [0, 4.5], at[[42, 47, 46, 45]] + [0, 4.5]], 5),
    }
    skin = fold_weights.skin > 0.95
    found = {"whole face": skin}
    for name, (lines, width) in marks.items():
        drawn = np.zeros((SIDE, SIDE), np.uint8)
        cv2.polylines(drawn, [np.rint(line).astype(np.int32) for line in lines], False, 1, width)
        found[name] = (drawn > 0) & skin
    return found


def _card(people: int, validation_people: int, figures: str) -> str:
    return "\n".join(
        [
            "How a smile changes the light on a person's face, predicted from her own face before:",
            "one linear layer with weights of its own at each of 96 x 96 places",
            "(`core/edit/expression/fold_light.py`). Learned by least squares from the neutral and",
            f"smiling photos of {people} people of the Face Research Lab London Set (DeBruine and",
            "Jones, CC BY 4.0) and their mirror images, to a smile and back from it. Made by",
            "`python -m core.training folds`.",
            "",
            "Error of the logarithm of lightness (root mean square; blurred by 1.6 px of the 256",
            "frame) against the person's real smile, with her real move of the mouth. None: the",
            f"face is only moved; median: over the training people, times {_MEDIAN_GAIN}, as far",
            f"as the corners rise; {validation_people} validation people.",
            "",
            figures,
        ]
    )
