"""What users do, in a process that ends at the first socket to anywhere beyond this machine.

`python -m tests.offline_stories fill|command-line|window FOLDER` works in a folder.
"""

import os
import socket
import sys
from pathlib import Path

LOCAL = {socket.AF_UNIX} if hasattr(socket, "AF_UNIX") else set()
"""What processes of one machine talk through, the window and its display too."""


def refuse_networks(event, arguments):
    """End the process when a socket is opened or a name looked up."""
    if not event.startswith("socket."):
        return
    is_opened = event == "socket.__new__" and arguments[1] not in LOCAL
    if is_opened or event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        sys.stderr.write(f"{event} {arguments[1:]}\n")
        os._exit(70)


def run_fill(folder):
    """Fill a hole on a face."""
    _run_commands(_files(folder)["fill"])


def run_command_line(folder):
    """Run every command once."""
    _run_commands(*_files(folder).values())


def _files(folder):
    """Make what commands read; return each command's words, by its name."""
    from PIL import Image as Pillow
    from skimage.data import astronaut

    photos = folder / "photos"
    photos.mkdir()
    photo, out, mask = photos / "photo.png", folder / "out.png", folder / "mask.png"
    Pillow.fromarray(astronaut()).save(photo)
    hole = Pillow.new("L", (512, 512))
    hole.paste(255, (200, 100, 230, 120))
    hole.save(mask)
    return {
        "landmarks": ["landmarks", photo],
        "smile": ["smile", photo, "-o", out],
        "fill": ["fill", photo, "--mask", mask, "-o", out],
        "exemplar": ["exemplar", photo, "--from", photo, "--region", "mouth", "-o", out],
        "parse": ["parse", photo, "-o", folder / "labels.png"],
        "models": ["models", "list"],
        "batch": ["batch", "parse", "--in", photos, "--out", folder / "labels", "--jobs", "1"],
    }


def _run_commands(*commands):
    from core.cli.commands import main

    for command in commands:
        code = main([str(word) for word in command])
        if code:
            raise SystemExit(f"{command} ended with {code}")


def run_window(folder):
    """Open the sample, let her smile, save."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from faceeditor_gui.app import make_request_handler, make_window
    from faceeditor_gui.jobs.worker import EditWorker
    from faceeditor_gui.state.settings import Settings

    application = QApplication(sys.argv[:1])
    worker = EditWorker(make_request_handler)
    window = make_window(Settings(folder / "settings.ini"), worker)
    window.show()
    services, saved = window.services, folder / "saved.png"
    tasks = iter([
        window.files.open_sample,
        services.runner.smile_at_once,
        lambda: services.photo_files.save(saved),
        lambda: application.exit(not saved.exists()),
    ])  # fmt: skip

    def go_on():
        if not services.job_queue.has_work:
            next(tasks, lambda: None)()

    timer = QTimer(application, interval=200)
    timer.timeout.connect(go_on)
    timer.start()
    code = application.exec()
    steps = len(services.document.steps.items)
    services.document.undo_stack.clear()
    worker.stop()
    if code or steps != 1:
        raise SystemExit(f"the window ended with {code} after {steps} steps")


if __name__ == "__main__":
    sys.addaudithook(refuse_networks)
    stories = {"fill": run_fill, "command-line": run_command_line, "window": run_window}
    stories[sys.argv[1]](Path(sys.argv[2]))
