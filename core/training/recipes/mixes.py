"""Which frames and holes the generators are trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.training.data import holes
from core.training.data.faces import Folders, TrainingFace, load_faces
from core.training.data.frames import FrameSource, stroke_holes

LoadFaces = Callable[[Folders, Iterable[str], str], list[TrainingFace]]

_MAX_YAW = 30.0
_FACE_CENTRE = (0.5, 0.52)

SMILE_HOLES = (
    (35, holes.inner_mouth),
    (30, holes.whole_mouth),
    (15, holes.lower_face),
    (20, stroke_holes(0.05, 0.4)),
)
FILL_HOLES = (
    (20, stroke_holes(0.05, 0.2)),
    (20, stroke_holes(0.2, 0.4)),
    (20, stroke_holes(0.4, 0.6)),
    (25, holes.face_part),
    (8, holes.eye_openings),
    (7, holes.box),
)


def smile_mix(folders: Folders, split: str, weight: float = 1.0) -> list[FrameSource]:
    """Mouths from close by: half sharp frames around the mouth, half lower faces."""
    close, wide = _frontal(folders, "hires768", split), _frontal(folders, "faces256", split)
    return [
        FrameSource(
            "mouth", weight, close, (0.24, 0.5), SMILE_HOLES, centre=None, redraw_closed=0.6
        ),
        FrameSource("lower face", weight, wide, (0.5, 0.66), SMILE_HOLES),
    ]


def fill_mix(
    folders: Folders, split: str, weight: float = 1.0, load: LoadFaces = load_faces
) -> list[FrameSource]:
    """Whole faces, zooms into them, and frames that may hold hair and background only."""
    wide = load(folders, ["faces256"], split)
    close = load(folders, ["hires768"], split)
    rows = (
        ("face", 0.6, wide, (0.9, 1.0), 0.03),
        ("zoom", 0.2, wide, (0.5, 0.9), 0.15),
        ("detail", 0.2, close, (0.25, 0.5), 0.3),
    )
    return [
        FrameSource(
            name,
            share * weight,
            faces,
            side,
            FILL_HOLES,
            centre=_FACE_CENTRE,
            jitter=jitter,
            keep_lines=0.7,
        )
        for name, share, faces, side, jitter in rows
    ]


def refiner_mix(folders: Folders, split: str) -> list[FrameSource]:
    """Frames of 256 pixels: mouths from close by, parts and whole faces, none enlarged much."""
    wide = load_faces(folders, ["faces256"], split)
    close = load_faces(folders, ["hires768"], split)
    frontal = _frontal(folders, "hires768", split)
    rows = (
        ("part", 0.25, close, (0.3, 0.6), 0.2),
        ("sharp face", 0.2, close, (0.6, 1.0), 0.05),
        ("face", 0.25, wide, (0.9, 1.0), 0.03),
    )
    mouths = FrameSource(
        "mouth", 0.3, frontal, (0.27, 0.5), SMILE_HOLES, centre=None, redraw_closed=0.6
    )
    return [mouths] + [
        FrameSource(
            name, share, faces, side, FILL_HOLES, centre=_FACE_CENTRE, jitter=jitter, keep_lines=0.7
        )
        for name, share, faces, side, jitter in rows
    ]


def _frontal(folders: Folders, name: str, split: str) -> list[TrainingFace]:
    return [face for face in load_faces(folders, [name], split) if face.yaw < _MAX_YAW]
