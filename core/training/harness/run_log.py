"""The log of a run: one CSV with a header, and a plot of every column."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

LOG_FILE = "log.csv"
PLOT_FILE = "log.png"

_X_COLUMN = "samples"
_PANEL = (240, 400)  # height, width
_MARGIN = 34
_COLUMNS = 3
_INK, _PAPER, _CURVE = (40, 40, 40), 255, (180, 90, 20)
_MOST_POINTS = 400

Row = dict[str, float]


class RunLog:
    """Rows of numbers; a row may add columns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / LOG_FILE
        self.rows = _read_rows(self._path) if self._path.is_file() else []
        self._header: list[str] = []  # as far as this log has written it

    def write(self, row: Row) -> None:
        """Add one row to the file."""
        is_known = bool(self._header) and set(row) <= set(self._header)
        self.rows.append(row)
        self._header = self.columns
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = self.rows[-1:] if is_known else self.rows
        with self._path.open("a" if is_known else "w", newline="") as file:
            writer = csv.DictWriter(file, self._header)
            if not is_known:
                writer.writeheader()
            writer.writerows(rows)

    @property
    def columns(self) -> list[str]:
        """Every column in the order of its first appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def plot(self) -> None:
        """Draw every column over the samples seen, beside the CSV."""
        names = [name for name in self.columns if name not in (_X_COLUMN, "step")]
        panels = [self._panel(name) for name in names]
        panels += [np.full_like(panels[0], _PAPER)] * (-len(panels) % _COLUMNS)
        lines = [np.hstack(panels[i : i + _COLUMNS]) for i in range(0, len(panels), _COLUMNS)]
        cv2.imwrite(str(self._path.with_name(PLOT_FILE)), np.vstack(lines))

    def _panel(self, name: str) -> npt.NDArray[np.uint8]:
        points = [(row[_X_COLUMN], row[name]) for row in self.rows if name in row]
        return draw_curve(name, np.array(points[:: max(1, len(points) // _MOST_POINTS)], float))


def draw_curve(title: str, points: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Draw (K, 2) points as a curve with its extremes written beside it; (240, 400, 3) BGR."""
    height, width = _PANEL
    panel = np.full((height, width, 3), _PAPER, np.uint8)
    low, high = points.min(axis=0), points.max(axis=0)
    share = (points - low) / np.where(high > low, high - low, 1.0)
    extent = np.array([width - 2 * _MARGIN, height - 2 * _MARGIN])
    pixels = (_MARGIN + share * extent).round().astype(np.int32)
    pixels[:, 1] = height - pixels[:, 1]
    cv2.rectangle(panel, (_MARGIN, _MARGIN), (width - _MARGIN, height - _MARGIN), _INK)
    cv2.polylines(panel, [pixels], False, _CURVE, 1, cv2.LINE_AA)
    _put_text(panel, f"{title}: now {points[-1, 1]:.4g}", _MARGIN, 20)
    _put_text(panel, f"{high[1]:.4g}", _MARGIN + 4, _MARGIN + 12)
    _put_text(panel, f"{low[1]:.4g}", _MARGIN + 4, height - _MARGIN - 6)
    _put_text(panel, f"{high[0]:.0f}", width - _MARGIN - 60, height - 14)
    return panel


def _put_text(panel: npt.NDArray[np.uint8], text: str, left: int, base: int) -> None:
    cv2.putText(panel, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)


def _read_rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        lines = [line for line in csv.reader(file) if line]
    if lines and "=" in lines[0][0]:  # logs used to have "name=value" in every cell
        return [
            {name: float(value) for name, value in (cell.split("=") for cell in line)}
            for line in lines
        ]
    return [
        {name: float(value) for name, value in zip(lines[0], line, strict=True) if value}
        for line in lines[1:]
    ]
