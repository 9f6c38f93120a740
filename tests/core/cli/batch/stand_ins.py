"""What processes of a pool are given to do in tests; they import it by its name."""

import os
import shutil
import signal
import sys
import time

import cv2
import numpy as np


def double(number):
    return 2 * number


def process_id(_task):
    return os.getpid()


def threads(_task):
    return cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"]


def double_unless_killed(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def allocate(megabytes):
    try:
        return len(np.ones(megabytes << 20, np.uint8)) >> 20
    except MemoryError:
        return "no memory"


def sleep_at(task):
    """Write this process's number into a file, then work for ever."""
    part = task.with_suffix(".part")
    part.write_text(str(os.getpid()), encoding="ascii")
    part.replace(task)  # whoever sees it reads it whole
    time.sleep(600)


def copy_photo(options):
    """An edit that copies the photo; what its name says goes wrong."""
    name = options.photo.name
    if "slow" in name:
        time.sleep(600)
    if "half" in name:
        options.output.write_bytes(b"half a fi")
        os.kill(os.getpid(), signal.SIGKILL)
    if "bad" in name:
        sys.stderr.write(f"{name} is a bad photo.\n")
        return 4
    for number in range(getattr(options, "variants", None) or 1):
        target = options.output
        if getattr(options, "variants", None):
            target = target.with_stem(f"{target.stem}-{number + 1}")
        shutil.copyfile(options.photo, target)
    sys.stderr.write("Copies are copies.\n")
    return 0


def copy_mask(options):
    shutil.copyfile(options.mask, options.output)
    return 0


def say_settings(options):
    options.output.write_text(f"{options.strength} {options.face}", encoding="ascii")
    return 0


def take_away_the_folder(options):
    """Write the photo, and put a folder where the result belongs."""
    shutil.copyfile(options.photo, options.output)
    (options.out_folder / options.output.name / "inside").mkdir(parents=True)
    return 0
