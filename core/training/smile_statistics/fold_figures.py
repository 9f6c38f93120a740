"""Writes what `core.training.folds` learns, measured on people it has not learned from."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.edit.expression import fold_light
from core.edit.expression.fold_light import INPUTS, SIDE, FoldMaps
from core.imaging.arrays import Floats
from core.runtime.checkpoints import save_weights, write_card
from core.training.data.faces import load_faces
from core.training.harness.markdown import markdown_table
from core.training.smile_statistics.displacements import pairs_of_people
from core.training.smile_statistics.folds import Lessons, blank_maps, fit, measure, predictions

Flags = npt.NDArray[np.bool_]
Signed = dict[int, Lessons]
"""Lessons to a smile (1) and back from it (-1)."""

_FRAME = 256
_CROSSED = 6
"""Parts of the people, each predicted by what the others teach."""
_MEDIAN_GAIN = 1.6
"""By which the median over people is multiplied, as it is weaker than one person's folds."""
_WHOLE_PX = 4.9
"""Rise of the mouth's corners in a mean smile, at which the median counts in full."""
_CHEEKS = ((41, 48, 2), (46, 54, 14))
"""Landmarks around each cheek."""


def write(folder: Path, target: Path) -> str:
    """Learn, and write the weights file with its card; returns what was measured, as Markdown."""
    people, others = (
        pairs_of_people(load_faces(folder, ["hires768"], split)) for split in ("train", "val")
    )
    blank = blank_maps(people)
    lessons = {sign: measure(people, blank, sign) for sign in (1, -1)}
    maps = blank._replace(smiling=fit(lessons[1], blank), relaxing=fit(lessons[-1], blank))
    figures = compare(lessons, {sign: measure(others, blank, sign) for sign in (1, -1)}, maps)
    tensors = {name: torch.from_numpy(np.asarray(value)) for name, value in maps._asdict().items()}
    save_weights(target, tensors, fold_light.NAME, {"side": SIDE, "inputs": INPUTS})
    write_card(target, "Folds of a smile", _card(len(people), len(others), figures))
    return figures


def compare(lessons: Signed, others: Signed, maps: FoldMaps) -> str:
    """Compare no change, the median over people and the layer on people it has not seen."""
    median = np.median(lessons[1].change.reshape(-1, SIDE, SIDE), axis=0)
    rows = []
    for sign, title in ((1, "to a smile"), (-1, "back from it")):
        weights = maps.smiling if sign == 1 else maps.relaxing
        crossed = _crossed(lessons[sign], maps)
        for who, one, learned in (
            ("training people, left out in turn", lessons[sign], crossed),
            ("validation people", others[sign], predictions(others[sign], weights)),
        ):
            rise = one.seen[:, 0, :, :, 0].mean(axis=(1, 2)) * (fold_light.UNIT_PX / _WHOLE_PX)
            plain = _MEDIAN_GAIN * rise.clip(-1, 1.3)[:, None, None] * median
            for name, answer in (("none", 0.0 * plain), ("median", plain), ("learned", learned)):
                rows.append([title, who, name, *_errors(answer - one.change[:, 0], maps)])
    return markdown_table(["change", "people", "light", *_regions(maps)], rows)


def _crossed(lessons: Lessons, maps: FoldMaps) -> Floats:
    """Predict every person by what the others teach; (P, 96, 96)."""
    part = np.random.default_rng(1).permutation(len(lessons.seen)) % _CROSSED
    answer = np.zeros_like(lessons.change[:, 0])
    for index in range(_CROSSED):
        left_out = part == index
        kept = Lessons(lessons.seen[~left_out], lessons.change[~left_out])
        asked = Lessons(lessons.seen[left_out], lessons.change[left_out])
        answer[left_out] = predictions(asked, fit(kept, maps))
    return answer


def _errors(missed: Floats, maps: FoldMaps) -> list[str]:
    """Return root mean squares by region."""
    return [f"{np.sqrt((missed[:, where] ** 2).mean()):.4f}" for where in _regions(maps).values()]


def _regions(maps: FoldMaps) -> dict[str, Flags]:
    """Return where the folds of a smile are, (96, 96) each."""
    at = (maps.points + 0.5) * (SIDE / _FRAME) - 0.5
    cheeks = [0.33 * at[lid] + 0.32 * at[corner] + 0.35 * at[jaw] for lid, corner, jaw in _CHEEKS]
    marks = {
        "nasolabial folds": ([at[[31, 48]] - [[2, 0], [5, 0]], at[[35, 54]] + [[2, 0], [5, 0]]], 8),
        "cheeks": ([np.stack([one, one]) for one in cheeks], 18),
        "lower lids": ([at[[36, 41, 40, 39]] + [0, 4.5], at[[42, 47, 46, 45]] + [0, 4.5]], 5),
    }
    skin = maps.skin > 0.95
    found = {"whole face": skin}
    for name, (lines, width) in marks.items():
        drawn = np.zeros((SIDE, SIDE), np.uint8)
        cv2.polylines(drawn, [np.rint(line).astype(np.int32) for line in lines], False, 1, width)
        found[name] = (drawn > 0) & skin
    return found


def _card(people: int, others: int, figures: str) -> str:
    return "\n".join(
        [
            "How a smile changes the light on a person's face, predicted from her own face before:",
            "one linear layer with weights of its own at each of 96 x 96 places",
            "(`core/edit/folds.py`). Learned by least squares from the neutral and smiling photos",
            f"of {people} people of the Face Research Lab London Set (DeBruine and Jones,",
            "CC BY 4.0) and their mirror images, to a smile and back from it. Made by",
            "`python -m core.training folds`.",
            "",
            "Error of the logarithm of lightness (root mean square; blurred by 1.6 px of the 256",
            "frame) against the person's real smile, with her real move of the mouth. None: the",
            f"face is only moved; median: over the training people, times {_MEDIAN_GAIN}, as far",
            f"as the corners rise; {others} validation people.",
            "",
            figures,
        ]
    )
