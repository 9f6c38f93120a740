"""What was computed lately is not computed again."""

import numpy as np
import pytest
import torch

from core.edit import networks
from core.edit.result_cache import ResultCache

PICTURES = [np.full((4, 4, 3), value, np.uint8) for value in range(5)]


@pytest.fixture
def asked():
    return []


@pytest.fixture
def answer(asked):
    cache = ResultCache(3)

    def find(picture):
        return cache.get_or_compute(
            "it", lambda: asked.append(picture) or int(picture[0, 0, 0]), picture
        )

    return find


def test_the_same_pixels_are_asked_for_once_whichever_array_holds_them(answer, asked):
    assert [answer(PICTURES[2].copy()) for _ in range(3)] == [2, 2, 2]
    assert len(asked) == 1


def test_other_pixels_and_other_shapes_have_answers_of_their_own(answer, asked):
    others = (PICTURES[2], PICTURES[1].reshape(2, 8, 3), PICTURES[1].view(np.int8))
    for picture in (PICTURES[1], *others):
        answer(picture)
    assert len(asked) == 4


def test_all_that_was_shown_counts():
    cache, found = ResultCache(3), iter(range(9))
    shown = [(0, 1), (1, 0), (0, 1), (0,)]
    answers = [
        cache.get_or_compute("it", lambda: next(found), *(PICTURES[one] for one in each))
        for each in shown
    ]
    assert answers == [0, 1, 0, 2]


def test_the_answer_that_was_not_wanted_for_longest_is_forgotten_first(answer, asked):
    for number in (0, 1, 2, 0, 3):
        answer(PICTURES[number])
    assert [answer(PICTURES[number]) for number in (0, 2, 3)] == [0, 2, 3]
    assert len(asked) == 4
    answer(PICTURES[1])
    assert len(asked) == 5


def test_a_face_that_stays_the_same_is_parsed_once(monkeypatch):
    asked, loaded = [], networks.Networks(torch.device("cpu"))
    monkeypatch.setattr(loaded, "model", lambda *_: None)
    monkeypatch.setattr(networks, "label_frame", lambda _, picture: asked.append(picture))
    for _ in range(3):
        loaded.parse_face(PICTURES[0].copy())
    assert len(asked) == 1
