"""Transfers from exemplars: what is asked for twice, and how each ends."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest
from core.errors import CheckpointError
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.services import Services

MOUTH, EYES = (FacePart.MOUTH,), (FacePart.EYES,)


@pytest.fixture
def services(qapp, settings, worker, photo, make_face, run) -> Services:
    services = Services.create(worker, settings)
    document = services.document
    document.open(photo, "noise.png")
    document.faces.set_found(run.faces)
    picture = np.full((500, 500, 3), 77, np.uint8)
    document.exemplars.add(cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars)
    return services


@pytest.fixture
def transfer(services):
    def ask(parts, face=0) -> None:
        exemplar, document = services.document.exemplars.items[0], services.document
        services.exemplar_edits.transfer(exemplar.number, document.faces.items[face], parts)

    return ask


@pytest.fixture
def refusals(services) -> list[str]:
    said: list[str] = []
    services.exemplar_edits.refused.connect(said.append)
    return said


@pytest.fixture
def finish(qtbot, services):
    def wait() -> None:
        qtbot.waitUntil(lambda: not (services.runner.is_running or services.job_queue.has_work))

    return wait


def test_the_step_of_a_transfer_is_selected_when_it_is_made(services, transfer, finish):
    transfer(MOUTH)
    transfer(EYES)
    assert services.document.steps.selected is None
    finish()
    mouth, eyes = services.document.steps.items
    assert (mouth.settings.parts, eyes.settings.parts) == (MOUTH, EYES)
    assert services.document.steps.selected is eyes


def test_what_is_asked_for_again_while_it_is_made_becomes_one_step(
    qtbot, services, transfer, run, finish
):
    go_on = run.hold(lambda request: isinstance(request, ExemplarRequest))
    transfer(MOUTH)
    qtbot.waitUntil(lambda: bool(run.requests_of(ExemplarRequest)))
    transfer(MOUTH)
    go_on.set()
    finish()
    assert len(services.document.steps.items) == 1
    assert services.document.undo_stack.undoText() == "Mouth from Anna"


def test_a_transfer_that_fails_is_refused_and_selects_nothing(
    services, transfer, run, refusals, finish
):
    def fail(request, _report):
        if isinstance(request, ExemplarRequest):
            raise CheckpointError("The weights are missing; install the program again.")

    run.before = fail
    transfer(MOUTH)
    finish()
    assert len(refusals) == 1
    assert "weights" in refusals[0]
    assert services.document.steps.selected is None


def test_a_cancelled_transfer_is_no_refusal(qtbot, services, transfer, run, refusals, finish):
    run.hold(lambda request: isinstance(request, ExemplarRequest))
    transfer(MOUTH)
    qtbot.waitUntil(lambda: bool(run.requests_of(ExemplarRequest)))
    services.runner.cancel()
    finish()
    assert refusals == []
    assert services.document.steps.items == ()


def test_an_adjustment_that_fails_is_not_refused_where_the_exemplar_was_dropped(
    services, transfer, run, refusals, finish
):
    def fail(_request, _report):
        raise CheckpointError("The weights are missing; install the program again.")

    transfer(MOUTH)
    finish()
    run.before = fail
    services.exemplar_edits.adjust(services.document.steps.items[0].number, 0.3, 0.4)
    finish()
    assert refusals == []
