"""Pictures on displays whose primaries are not sRGB's."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageCms
from PySide6.QtGui import QColorSpace

from core.image_io.photo import photo_from_array
from faceeditor_gui.appearance import qimage
from faceeditor_gui.appearance.display import (
    DisplayProfileError,
    display_space,
    for_display,
    set_display,
)

RED = np.full((2, 2, 3), (255, 0, 0), np.uint8)


@pytest.fixture(autouse=True)
def usual_display():
    yield
    set_display(display_space("sRGB"))


def test_on_a_usual_display_every_level_stays_as_it_is(qapp):
    levels = np.arange(256 * 3, dtype=np.uint8).reshape(16, 16, 3)
    np.testing.assert_array_equal(qimage.to_rgb(for_display(qimage.from_rgb(levels))), levels)


def test_the_full_red_of_srgb_is_less_than_that_of_display_p3(qapp):
    set_display(display_space("Display P3"))
    shown = qimage.to_rgb(for_display(qimage.from_rgb(RED)))
    # sRGB's red in Display P3: (234, 51, 35), as CSS Color 4 converts it.
    np.testing.assert_allclose(shown[0, 0], (234, 51, 35), atol=1)


def test_grey_is_grey_on_every_display_and_opacity_stays(qapp):
    grey = np.full((1, 1, 3), 119, np.uint8)
    alpha = np.full((1, 1), 77, np.uint8)
    set_display(display_space("Adobe RGB"))
    shown = for_display(qimage.from_rgba(grey, alpha)).pixelColor(0, 0)
    assert shown.alpha() == 77
    assert max(shown.getRgb()[:3]) - min(shown.getRgb()[:3]) <= 1


def test_a_profile_from_a_file_does_what_its_name_would(qapp, tmp_path):
    path = tmp_path / "mine.icc"
    path.write_bytes(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3).iccProfile().data())
    set_display(display_space(str(path)))
    shown = qimage.to_rgb(for_display(qimage.from_rgb(RED)))
    np.testing.assert_allclose(shown[0, 0], (234, 51, 35), atol=2)


@pytest.mark.qt_log_ignore("fromIccProfile")
@pytest.mark.parametrize(
    "content",
    [b"", b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()],
)
def test_what_is_no_profile_of_a_display_is_refused_in_one_sentence(qapp, tmp_path, content):
    path = tmp_path / "odd.icc"
    path.write_bytes(content)
    with pytest.raises(DisplayProfileError, match=r"^odd\.icc is no profile of a display"):
        display_space(str(path))
    with pytest.raises(DisplayProfileError, match=r"^gone\.icc cannot be read"):
        display_space(str(tmp_path / "gone.icc"))


def test_the_canvas_shows_a_photo_in_the_colours_of_the_display_that_is_chosen(
    qtbot, window, settings
):
    red = np.full((480, 640, 3), (255, 0, 0), np.uint8)
    document = window.services.document
    document.open(photo_from_array(red), "red.png")
    centre = window.canvas.rect().center()
    assert window.canvas.grab().toImage().pixelColor(centre).getRgb()[:3] == (255, 0, 0)
    settings.set_display("Display P3")
    shown = window.canvas.grab().toImage().pixelColor(centre).getRgb()[:3]
    np.testing.assert_allclose(shown, (234, 51, 35), atol=1)
    np.testing.assert_array_equal(
        document.composited((slice(0, 1), slice(0, 1)))[0, 0], (255, 0, 0)
    )
