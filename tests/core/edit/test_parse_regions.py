"""Regions are parsed by the program's network, and what had to be changed for it is told."""

import numpy as np
import torch

from core.edit.networks import Networks
from core.edit.parse_regions import parse_regions
from core.edit.requests import ParseRequest


def test_a_parse_for_which_memory_ran_short_at_first_is_told_of(portrait):
    class Short(Networks):
        tries = 0

        def model(self, *asked):
            self.tries += 1
            if self.tries == 1:
                raise torch.OutOfMemoryError
            return super().model(*asked)

    request = ParseRequest(*portrait)
    result = parse_regions(request, Short(torch.device("cpu")), lambda *_: None)
    assert len(result.notices) == 1
    plain = parse_regions(request, Networks(torch.device("cpu")), lambda *_: None)
    assert plain.notices == ()
    assert np.array_equal(plain.labels, result.labels)
