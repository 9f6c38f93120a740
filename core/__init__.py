"""The face editor's engine: photos, faces, networks and edits. Never imports Qt."""

import os

# OpenCV's wheel points Qt at its own plugins when it is imported; PySide6 has to find its own.
_BEFORE = {key: value for key, value in os.environ.items() if key.startswith("QT_")}
import cv2  # noqa: E402, F401 - imported here for its effect, between saving and restoring

for _key in [key for key in os.environ if key.startswith("QT_")]:
    del os.environ[_key]
os.environ.update(_BEFORE)
