"""The status line tells truly what an edit did."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.request import EditResult, SmileKind
from faceeditor_gui.edit_settings import SmileSettings
from faceeditor_gui.explain import Explainer
from faceeditor_gui.plans import Plan


@pytest.mark.parametrize("is_painted", [True, False])
def test_a_network_is_named_only_where_it_painted(make_face, is_painted):
    window = (slice(0, 480), slice(0, 640))
    settings = SmileSettings(window, make_face().landmarks, 0.5, SmileKind.OPEN)
    request = settings.request(np.zeros((480, 640, 3), np.uint8))
    nothing = np.zeros((1, 1), np.uint8)
    explainer = Explainer()
    patch = np.zeros((1, 1, 3), np.uint8)
    explainer.take(EditResult(patch, 0, 0, nothing, request, is_painted=is_painted))
    said = explainer.edit(Plan("Smile", [settings]), 0.1)
    assert ("painted by" in said) == is_painted
    assert "50 %" in said
