"""Every edit, and with it every shipped network, on a graphics card: as on the CPU, nearly."""

import numpy as np
import pytest

from core.edit.editor import Editor
from core.runtime.device import choose_device
from tests.benchmarks.bench_card import sample_requests

MOST_ON_AVERAGE = 1.5
MOST_OF_NEARLY_ALL = 8
"""8-bit levels, in 99 of 100 covered samples: the CPU calculates in bfloat16 where it can."""

pytestmark = pytest.mark.gpu
EDITS = ["smile", "fill, ctsdg", "fill, residual_unet", "fill, region_norm", "exemplar, mouth"]
EDITS += ["exemplar, hair", "exemplar, style of eyes", "hair colour", "restore"]


@pytest.fixture(scope="module")
def requests():
    return sample_requests()


def test_every_edit_of_the_table_is_tried(requests):
    assert list(requests) == EDITS


@pytest.mark.parametrize("edit", EDITS)
def test_a_card_edits_as_the_cpu_does(requests, edit):
    expected, found = (
        Editor(name).run(requests[edit]) for name in ("cpu", choose_device("auto").type)
    )
    assert (found.left, found.top) == (expected.left, expected.top)
    apart = np.abs(np.asarray(expected.patch, float) - np.asarray(found.patch))
    apart = apart[expected.coverage > 0]
    assert apart.mean() < MOST_ON_AVERAGE
    assert np.quantile(apart, 0.99) <= MOST_OF_NEARLY_ALL
