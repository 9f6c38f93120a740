"""The sources of fills that the user chooses from; importable without torch."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.edit.requests import FillSource

SOURCES = (
    FillSource.AUTO,
    FillSource.OWN_SIDE,
    FillSource.DONORS,
    FillSource.SURROUNDINGS,
    FillSource.NETWORK,
)
"""In the order in which they are shown."""


def name_source(source: FillSource) -> str:
    """Name a source on a button."""
    return {
        FillSource.AUTO: _tr("Auto"),
        FillSource.OWN_SIDE: _tr("Other side"),
        FillSource.DONORS: _tr("Donors"),
        FillSource.SURROUNDINGS: _tr("Around"),
        FillSource.NETWORK: _tr("Network"),
    }[source]


def describe_source(source: FillSource) -> str:
    """Say in one line what a source is good for."""
    return {
        FillSource.AUTO: _tr("Whatever suits each hole; the status line says which, and why"),
        FillSource.OWN_SIDE: _tr("The face's other side, mirrored, wherever it is seen"),
        FillSource.DONORS: _tr(
            "Eyes, nose or mouth of another person; one more click, of the next"
        ),
        FillSource.SURROUNDINGS: _tr("Patches of what is around: background, clothes, hair"),
        FillSource.NETWORK: _tr("Painted by the network that is chosen under Filling"),
    }[source]


def _tr(text: str) -> str:
    return QCoreApplication.translate("FillSources", text)
