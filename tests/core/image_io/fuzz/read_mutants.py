"""Reads many damaged files in a process whose memory and time are bounded.

`python -m tests.core.image_io.fuzz.read_mutants FIRST COUNT MEGABYTES` writes the number of each
case before it is read, so that whoever waits knows which one ended the process: by what it raised
that is no `CoreError`, by a crash, or by taking too long.
"""

import re
import resource
import signal
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from core.cli.faces import read_faces
from core.errors import CoreError, ImageWriteError
from core.image_io.label_file import read_labels
from core.image_io.mask_file import read_mask
from core.image_io.photo import read_photo, saving_notices, write_photo
from core.models import residual_unet
from core.runtime.checkpoints import save_weights
from tests.core.image_io.fuzz import sound_files
from tests.core.image_io.fuzz.mutations import mutate

PATIENCE_S = 30
"""For one file; on an idle machine the slowest takes half a second."""
SAVED_SUFFIXES = (".jpg", ".png", ".webp", ".tif")
_SENTENCE = re.compile(r"[^\n]+[.]")


def main():
    """Read the cases that the command line names."""
    first, count, megabytes = map(int, sys.argv[1:])
    torch.set_num_threads(1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, wherever it is
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readers = _readers(folder)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20,) * 2)
        for number in range(first, first + count):
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            signal.alarm(PATIENCE_S)
            _read_case(number, readers, folder)


def _read_case(number, readers, folder):
    generator = np.random.default_rng(number)
    read, files = readers[0 if number % 2 else generator.integers(1, len(readers))]
    names = sorted(files)
    name = names[generator.integers(len(names))]
    path = folder / f"mutant {name}"
    path.write_bytes(mutate(files[name], list(files.values()), generator))
    try:
        read(path, generator)
    except CoreError as error:
        if not _SENTENCE.fullmatch(str(error)):
            raise AssertionError(f"no sentence: {error}") from error


def _readers(folder):
    """Return what reads a kind of file, and sound files of that kind; photos come first."""

    def photo(path, generator):
        """What opens can be saved, and opens again."""
        opened = read_photo(path)
        if opened.image.size > 1_000_000:
            return
        saved = folder / f"saved{SAVED_SUFFIXES[generator.integers(len(SAVED_SUFFIXES))]}"
        saving_notices(opened, saved)
        try:
            write_photo(opened, saved)
        except ImageWriteError:
            return
        if read_photo(saved).size != opened.size:
            raise AssertionError(f"{opened.size} became another size")

    return (
        (photo, sound_files.photos()),
        (lambda path, _: read_mask(path, sound_files.SIZE), sound_files.masks()),
        (lambda path, _: read_labels(path, sound_files.SIZE), sound_files.label_maps()),
        (lambda path, _: read_faces(path), sound_files.face_files()),
        (lambda path, _: residual_unet.build(path, torch.device("cpu")), _weights(folder)),
    )


def _weights(folder):
    network = residual_unet.ResidualUNet(residual_unet.ResidualUNetConfig(widths=(4, 4)))
    path = folder / "weights.safetensors"
    save_weights(path, network.state_dict(), "residual_unet", {"widths": [4, 4]})
    return {path.name: path.read_bytes()}


if __name__ == "__main__":
    main()
