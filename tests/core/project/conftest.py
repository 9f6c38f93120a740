"""A small project with everything in it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.image_io.photo import photo_from_array, read_photo, write_photo
from core.project.project import Layer, PaintedLayer, PhotoFile, Project

HEIGHT, WIDTH = 60, 80


@pytest.fixture(params=(np.uint8, np.uint16), ids=("8 bits", "16 bits"))
def project(request, tmp_path: Path) -> Project:
    """Two layers, the upper one half covered and half opaque, the lower one hidden."""
    random, depth = np.random.default_rng(0), request.param
    most = int(np.iinfo(depth).max)
    samples = random.integers(0, most, (HEIGHT, WIDTH, 4), depth, endpoint=True)
    path = tmp_path / "photo.png"
    write_photo(photo_from_array(samples), path, edited=False)
    patch = random.integers(0, most, (20, 30, 3), depth, endpoint=True)
    coverage = random.integers(0, 255, (20, 30), np.uint8, endpoint=True)
    layers = [
        Layer("Fill", 5, 7, patch, coverage, is_visible=False),
        Layer("Smile", 40, 30, patch, coverage, weight=0.8, opacity=0.3),
    ]
    mask = np.full((4, 6), 200, np.uint8)
    state = {"steps": [{"patch": "1", "coverage": "2"}], "mask": "3", "number": 0.1}
    exemplar = random.integers(0, most, (9, 8, 3), depth, endpoint=True)
    return Project(
        read_photo(path),
        PhotoFile("photo.png", np.frombuffer(path.read_bytes(), np.uint8)),
        layers,
        [PaintedLayer("Mask", 50, 2, mask)],
        state,
        {"1": patch, "2": coverage, "3": mask, "4": exemplar},
    )


@pytest.fixture
def rewrite() -> Callable[..., None]:
    """Write an archive anew with other members: bytes in place of a member, None without it."""

    def run(path: Path, changes: dict[str, bytes | None]) -> None:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in {**members, **changes}.items():
                if data is not None:
                    archive.writestr(name, data)

    return run
