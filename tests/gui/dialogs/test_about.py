from PySide6.QtWidgets import QMessageBox, QWidget

from core.runtime.model_card import NON_COMMERCIAL
from faceeditor_gui.dialogs import dialogs


def test_about_says_which_weights_are_not_for_commercial_use(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialogs.show_about(parent)
    lines = parent.findChild(QMessageBox).informativeText().splitlines()
    by_terms = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert "exe_gan" in by_terms[NON_COMMERCIAL]
    assert "super_resolution" not in by_terms[NON_COMMERCIAL]
    assert "super_resolution" in by_terms["BSD-3-Clause"]
