"""Photos that were opened lately."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from faceeditor_gui.menus.recent_photos_menu import RecentPhotosMenu
from faceeditor_gui.state.settings import MAX_RECENT, Settings


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(MAX_RECENT + 2)]
    for path in paths:
        path.touch()
    return paths


def _names(menu: RecentPhotosMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if ".png" in action.text()]


def test_the_latest_comes_first_and_no_photo_twice(settings, files, tmp_path):
    for path in (*files, files[-2]):
        settings.add_recent(path)
    recent = Settings(tmp_path / "settings.ini").recent
    assert recent[:2] == [files[-2], files[-1]]
    assert len(recent) == len(set(recent)) == MAX_RECENT


def test_a_photo_that_has_gone_is_not_listed(settings, files):
    settings.add_recent(files[0])
    settings.add_recent(files[1])
    files[1].unlink()
    assert settings.recent == [files[0]]


def test_a_photo_that_was_opened_is_in_the_menu_and_opens_again(
    qtbot, empty_window, photo, tmp_path
):
    menu, document = empty_window.findChild(RecentPhotosMenu), empty_window.services.document
    assert not menu.menuAction().isEnabled()
    path = tmp_path / "mine.png"
    cv2.imwrite(str(path), photo.image[..., ::-1])
    document.open(photo, path.name, path)
    assert "mine.png" in _names(menu)[0]
    with qtbot.waitSignal(document.photo_changed):
        menu.actions()[0].trigger()
    assert document.source_path == path
    menu.actions()[-1].trigger()
    assert _names(menu) == []
    qtbot.waitUntil(lambda: not empty_window.services.job_queue.has_work)


def test_the_sample_is_no_recent_file(qtbot, empty_window, photo, settings):
    empty_window.services.document.open(photo, "Sample portrait")
    assert settings.recent == []
    qtbot.waitUntil(lambda: not empty_window.services.job_queue.has_work)
