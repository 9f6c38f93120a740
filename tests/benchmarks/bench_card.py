"""What a graphics card brings, and that every edit runs on it: three minutes, no data needed.

`python -m tests.benchmarks.bench_card [--device cuda|mps|auto]` runs each edit of the sample
portrait, enlarged, on the CPU and on the card. It prints the seconds of both with warm networks,
and how far the results lie apart in 8-bit levels; then what happens when the card has no memory
left, and the time of a step of training.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import cv2
import numpy as np
import torch
from skimage.data import astronaut
from torch.nn import functional as F

from core.anatomy.parts import FacePart
from core.edit.editor import Editor
from core.edit.requests import (
    EditRequest,
    EditResult,
    Exemplar,
    ExemplarRequest,
    HairColourRequest,
    InpaintRequest,
    RestoreRequest,
    SmileRequest,
    StyleRequest,
)
from core.face.detect import find_faces
from core.imaging.brush import Brush, draw_stroke
from core.models import models_for
from core.models.base import Task
from core.models.residual_unet import ResidualUNet, ResidualUNetConfig
from core.runtime.device import choose_device, run_with_fallback, training_arithmetic

RUNS = 3
ENLARGED = 3
BATCH, SIDE_PX, STEPS = 16, 128, 10

_Result = TypeVar("_Result")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto")
    device = choose_device(parser.parse_args().device)
    name = torch.cuda.get_device_name() if device.type == "cuda" else device.type
    _say(f"{name}, torch {torch.__version__}")
    _say("| edit | CPU, s | card, s | ratio | mean difference | largest | notices |")
    _say("|---|---|---|---|---|---|---|")
    for title, request in sample_requests().items():
        _say(_row(title, request, device))
    _say(_out_of_memory(device))
    for place in dict.fromkeys((torch.device("cpu"), device)):
        _say(f"step of training, {BATCH} frames of {SIDE_PX}, on {place}: {_step(place):.3f} s")


def sample_requests() -> Mapping[str, EditRequest]:
    """Return an edit of each kind of the enlarged sample portrait, by its title."""
    photo = cv2.resize(astronaut(), None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    (face,) = find_faces(photo)[:1]
    points = face.landmarks
    other = np.ascontiguousarray(photo[..., ::-1])  # as bluish as she is reddish
    eyes = draw_stroke(photo.shape[:2], points[[36, 45]], Brush(0.04 * photo.shape[0], 0.8))
    fills = {
        f"fill, {model}": InpaintRequest(photo, eyes, (points,), model=model)
        for model in models_for(Task.FILL)
    }
    return {
        "smile": SmileRequest(photo, points, strength=-1),
        **fills,
        "exemplar, mouth": ExemplarRequest(photo, points, other, points, (FacePart.MOUTH,)),
        "exemplar, hair": ExemplarRequest(photo, points, other, points, hair=True),
        "exemplar, style of eyes": StyleRequest(
            photo, points, Exemplar(other, points), (FacePart.EYES,)
        ),
        "hair colour": HairColourRequest(photo, points, (90, 58, 34)),
        "restore": RestoreRequest(photo, points),
    }


def _row(title: str, request: EditRequest, device: torch.device) -> str:
    expected, cpu_seconds = _timed(partial(Editor("cpu").run, request))
    found, seconds = _timed(partial(Editor(device.type).run, request))
    apart = np.abs(_patch(expected).astype(float) - _patch(found))
    covered = expected.coverage > 0
    mean, largest = (apart[covered].mean(), apart[covered].max()) if covered.any() else (0, 0)
    return (
        f"| {title} | {cpu_seconds:.2f} | {seconds:.2f} | {cpu_seconds / seconds:.1f} "
        f"| {mean:.2f} | {largest:.0f} | {' '.join(found.notices)} |"
    )


def _patch(result: EditResult) -> np.ndarray:
    return np.asarray(result.patch)


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    result, times = work(), []  # loads the networks
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return result, min(times)


def _out_of_memory(device: torch.device) -> str:
    """Ask for more memory than any card has, and for less on the CPU."""

    def work(place: torch.device, side: int) -> str:
        torch.empty(1 if place.type == "cpu" else 1 << 50, device=place)
        return f"a frame of {side} on {place}"

    done, notices = run_with_fallback(work, device, (128, 64))
    return f"memory used up: {done}. {' '.join(notices)}"


def _step(device: torch.device) -> float:
    network = ResidualUNet(ResidualUNetConfig()).to(device).train()
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    image = torch.rand(BATCH, 3, SIDE_PX, SIDE_PX, device=device) * 2 - 1
    mask = torch.zeros(BATCH, 1, SIDE_PX, SIDE_PX, device=device)
    mask[..., 32:64, 32:64] = 1
    lines = torch.zeros_like(image)

    def step() -> float:
        with training_arithmetic(device):
            loss = F.l1_loss(network(image * (1 - mask), mask, lines).float(), image)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()  # waits for the card

    step()
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return (time.perf_counter() - start) / STEPS


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
