"""What becomes of errors that no command expects."""

import resource

import cv2
import numpy as np
import pytest

from core.cli import commands


def opencv_without_memory(_options):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    image = np.zeros((8, 8, 3), np.uint8)
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 20, before[1]))
    try:
        return cv2.resize(image, (30_000, 30_000))
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def numpy_without_memory(_options):
    return np.ones(1 << 50, np.uint8)


@pytest.mark.parametrize("fail", [opencv_without_memory, numpy_without_memory])
def test_want_of_memory_is_told_as_such(refuse, monkeypatch, meadow, fail):
    monkeypatch.setitem(commands.COMMANDS, "landmarks", fail)
    code, sentence = refuse("landmarks", meadow)
    assert code == 6
    assert "too little memory" in sentence


def test_what_nobody_expected_is_told_in_one_sentence(refuse, monkeypatch, meadow):
    monkeypatch.setitem(commands.COMMANDS, "landmarks", lambda _options: 1 // 0)
    code, sentence = refuse("landmarks", meadow)
    assert code == 6
    assert "add -v" in sentence
