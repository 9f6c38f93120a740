"""The log is a CSV with a header that a resumed run goes on with, and a plot."""

import csv

import cv2
import pytest

from core.training.harness.run_log import RunLog


def read(folder):
    with (folder / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_rows_have_a_header_and_new_columns_are_added_to_it(tmp_path):
    log = RunLog(tmp_path)
    log.write({"samples": 16, "hole": 0.5})
    log.write({"samples": 32, "hole": 0.25})
    log.write({"samples": 32, "validation PSNR": 20.0})
    assert [row["hole"] for row in read(tmp_path)] == ["0.5", "0.25", ""]
    assert read(tmp_path)[2]["validation PSNR"] == "20.0"


def test_a_resumed_run_goes_on_with_its_log(tmp_path):
    RunLog(tmp_path).write({"samples": 16, "hole": 0.5})
    RunLog(tmp_path).write({"samples": 32, "hole": 0.25})
    assert [float(row["samples"]) for row in read(tmp_path)] == [16, 32]


def test_logs_of_the_old_form_are_read_and_written_anew(tmp_path):
    (tmp_path / "log.csv").write_text(
        "step=50,samples=800,hole=0.41\nstep=100,samples=1600,hole=0.4\n"
    )
    RunLog(tmp_path).write({"step": 150.0, "samples": 2400.0, "hole": 0.3})
    assert [float(row["hole"]) for row in read(tmp_path)] == [0.41, 0.4, 0.3]


@pytest.mark.parametrize("count", [1, 900])
def test_plot_shows_a_panel_for_every_column(tmp_path, count):
    log = RunLog(tmp_path)
    log.rows = [{"samples": float(i), "hole": 1 / (i + 1), "pace": 20.0} for i in range(count)]
    log.plot()
    plot = cv2.imread(str(tmp_path / "log.png"))
    assert plot is not None
    assert plot.shape == (240, 1200, 3)
    assert (plot[:, :400] != 255).any()
