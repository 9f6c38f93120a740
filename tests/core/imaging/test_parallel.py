"""Work that is shared among cores is done whole, and what it raises is not lost."""

import pytest

from core.imaging.parallel import on_all_cores


def test_every_part_is_worked_on_once():
    done = []
    on_all_cores(lambda left, right: done.append(left + right), range(50), range(50))
    assert sorted(done) == list(range(0, 100, 2))


def test_an_error_in_one_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        on_all_cores(lambda part: 1 / (part - 3), range(9))
