"""What is written here opens elsewhere; only where the other program is installed."""

from __future__ import annotations

import os
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image as Pillow

from core.imaging.depth import to_8_bit
from core.project.project import merged_image
from core.project.project_file import write_project

SECONDS = 900
"""Krita takes some minutes to start on a busy machine."""


@pytest.mark.slow
def test_krita_shows_the_same_picture(project, tmp_path):
    krita, screen = shutil.which("krita"), shutil.which("xvfb-run")
    if krita is None or screen is None:
        pytest.skip("Krita is not installed, or there is no xvfb-run to give it a screen")
    write_project(project, tmp_path / "mine.ora")
    subprocess.run(
        [
            screen,
            "-a",
            krita,
            "--export",
            "--export-filename",
            tmp_path / "out.png",
            tmp_path / "mine.ora",
        ],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        timeout=SECONDS,
        check=True,
        capture_output=True,
    )
    shown = np.asarray(Pillow.open(tmp_path / "out.png")).astype(int)
    opaque = shown[..., 3] == 255
    ours = to_8_bit(merged_image(project.photo, project.layers)).astype(int)
    assert np.abs(shown[..., :3] - ours)[opaque].max() <= 2
