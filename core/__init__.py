"""The face editor's engine: photos, faces, networks and edits. Never imports Qt."""

import importlib
import os

# OpenCV's wheel points Qt at its own plugins when it is imported; PySide6 has to find its own.
_BEFORE = {key: value for key, value in os.environ.items() if key.startswith("QT_")}
importlib.import_module("cv2")
for _key in [key for key in os.environ if key.startswith("QT_")]:
    del os.environ[_key]
os.environ.update(_BEFORE)

# Threads that wait for the next small tensor must not spin: fills would take three to eight times
# as much of the processor's time. Read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
