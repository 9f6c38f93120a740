"""What every kind of edit promises, with the shipped weights: request, result, undo, file."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest
import torch
from skimage.data import astronaut
from torch import Tensor
from torch.nn.modules.module import register_module_forward_hook

from core.anatomy.expressions import Expression
from core.anatomy.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    MIRRORED_INDICES,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)
from core.anatomy.parts import Component, FacePart
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import (
    EditRequest,
    EditResult,
    SmileKind,
)
from core.errors import InvalidRequestError
from core.face.detect import find_faces
from core.face.face import Face
from core.face.face_windows import face_window
from core.image_io.photo import photo_from_array, read_photo
from core.imaging.arrays import Image, Window
from core.imaging.windows import whole_window
from core.progress import Cancelled, silent
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    EditSettings,
    ExemplarSettings,
    Expressed,
    ExpressionSettings,
    FillSettings,
    HairColour,
    HairColourSettings,
    MakeUp,
    MakeUpSettings,
    MapSettings,
    ReshapeSettings,
    RestoreSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import EditStep, lowest_stale_index
from faceeditor_gui.document.exemplar import ListedExemplar, cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask
from faceeditor_gui.jobs.edit_plan import EditPlan, EditRun, adjustment_plan, fill_plan
from faceeditor_gui.jobs.engine import Engine, SavePhotoRequest
from faceeditor_gui.project.project_requests import OpenProjectRequest, SaveProjectRequest
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.state.model_names import FILL_MODELS

SCALE = 0.6
"""Of the sample: its eyes are 26 pixels apart, its exemplars' 65."""
SIDE = 180
EVERYTHING = whole_window(SIDE, SIDE)
NEIGHBOUR = (slice(150, 170), slice(10, 60))
"""Another edit, beside all that edits of the face read."""
SMALL_PARTS = (FacePart.EYES, FacePart.MOUTH)


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """The sample portrait, its face, and what edits of it take."""

    photos: dict[int, Image]
    """(180, 180, 3) by bits a channel; the 16-bit one's last eight are noise."""
    landmarks: Landmarks
    window: Window
    """What edits of the face read."""
    hole: Patch
    exemplars: tuple[ListedExemplar, ListedExemplar]
    """The mirrored sample in two tints."""


@dataclass(frozen=True)
class Row:
    """One edit of a kind, and other settings of the same edit."""

    name: str
    make: Callable[[Sample], EditSettings]
    change: Callable[[EditSettings, Sample], EditSettings]


def _fill(sample: Sample, model: str) -> FillSettings:
    return FillSettings(sample.hole, sample.window, (sample.landmarks,), model=model)


def _smile(sample: Sample) -> SmileSettings:
    return SmileSettings(sample.window, sample.landmarks, 0.8, SmileKind.OPEN)


def _expression(sample: Sample) -> ExpressionSettings:
    wanted = Expressed(Expression.SURPRISED, {"noseWidth": 0.5, "mouthFrownLeft": 0.4})
    return ExpressionSettings(sample.window, sample.landmarks, wanted, 0.9)


def _hair_colour(sample: Sample) -> HairColourSettings:
    wanted = HairColour((90, 58, 34), lightness=0.1, warmth=0.2, strength=0.9)
    return HairColourSettings(sample.window, sample.landmarks, wanted)


def _make_up(sample: Sample) -> MakeUpSettings:
    wanted = MakeUp((170, 32, 44), (72, 66, 70), (24, 20, 22), (208, 104, 116), 0.4, 0.8)
    return MakeUpSettings(sample.window, sample.landmarks, wanted)


def _components(sample: Sample) -> ComponentSettings:
    taken = (Component.LEFT_EYE, Component.MOUTH)
    return ComponentSettings(sample.window, sample.landmarks, sample.exemplars[0], taken)


def _map(sample: Sample) -> MapSettings:
    return MapSettings(sample.window, sample.landmarks, _painted(sample, thickness=3))


def _painted(sample: Sample, thickness: int) -> SparseMask:
    """Paint thicker brows."""
    labels = np.full((SIDE, SIDE), UNKNOWN, np.uint8)
    for region, points in ((Region.LEFT_BROW, LEFT_BROW), (Region.RIGHT_BROW, RIGHT_BROW)):
        line = np.round(sample.landmarks[list(points)]).astype(np.int32)
        cv2.polylines(labels, [line], False, int(region), thickness)
    return SparseMask().with_coverage(EVERYTHING, labels)


def _restore(sample: Sample) -> RestoreSettings:
    return RestoreSettings(sample.window, sample.landmarks, 1.0)


def _reshape(sample: Sample) -> ReshapeSettings:
    targets = sample.landmarks.copy()
    targets[61:64, 1] -= 1.5  # the mouth opens
    targets[65:68, 1] += 3
    targets[55:60, 1] += 3
    return ReshapeSettings(sample.window, sample.landmarks, targets, 1)


def _exemplar(sample: Sample, parts: tuple) -> ExemplarSettings:
    hole = sample.hole if parts == (WholePart.MASK,) else None
    anna = sample.exemplars[0]
    return ExemplarSettings(sample.window, sample.landmarks, anna, parts, 2, hole)


def _glasses(sample: Sample, exemplar: int = 0) -> ExemplarSettings:
    """Draw a dark frame on an exemplar, which lends it."""
    plain = sample.exemplars[exemplar]
    image, points = plain.image.copy(), plain.landmarks
    centres = [np.rint(points[list(eye)].mean(axis=0)).astype(int) for eye in (LEFT_EYE, RIGHT_EYE)]
    unit = int(np.linalg.norm(centres[1] - centres[0]))
    for x, y in centres:
        cv2.circle(image, (int(x), int(y)), round(0.38 * unit), (20, 20, 20), round(0.07 * unit))
    face = Face((0.0, 0.0, 1.0, 1.0), 1.0, points)
    (worn,) = cut_exemplars(cv2.GaussianBlur(image, (0, 0), 0.8), [face], plain.name).exemplars
    settings = _exemplar(sample, (WholePart.GLASSES,))
    return replace(settings, exemplar=worn)


def _with_other_glasses(settings: EditSettings, sample: Sample) -> EditSettings:
    return replace(settings, exemplar=_glasses(sample, 1).exemplar)


def _style(sample: Sample, parts: tuple, *, is_random: bool = False) -> StyleSettings:
    hole = sample.hole if parts == (WholePart.MASK,) else None
    anna = None if is_random else sample.exemplars[0]
    return StyleSettings(sample.window, sample.landmarks, parts, 3, anna, hole)


def _with_other_exemplar(settings: EditSettings, sample: Sample) -> EditSettings:
    return replace(settings, exemplar=sample.exemplars[1])


def _with_other_seed(settings: EditSettings, _: Sample) -> EditSettings:
    return replace(settings, seed=settings.seed + 1)


SELECTIONS = {
    "parts": SMALL_PARTS,
    **{part.value: (part,) for part in WholePart if part is not WholePart.GLASSES},
}
PIXEL_SELECTIONS = {name: parts for name, parts in SELECTIONS.items() if name != WholePart.LOOK}
"""The whole look is inner face and hair, as in the style of an exemplar; once is enough."""
ROWS = {
    FillSettings: [
        Row(model, partial(_fill, model=model), lambda fill, _: replace(fill, grow=3))
        for model in FILL_MODELS
    ],
    SmileSettings: [Row("open", _smile, lambda smile, _: replace(smile, strength=0.4))],
    ExpressionSettings: [
        Row(
            "surprised and more",
            _expression,
            lambda made, _: replace(made, wanted=Expressed(weights={"browDownLeft": 0.8})),
        )
    ],
    HairColourSettings: [
        Row(
            "chestnut",
            _hair_colour,
            lambda made, _: replace(made, wanted=replace(made.wanted, lightness=-0.3)),
        )
    ],
    MakeUpSettings: [
        Row(
            "every layer",
            _make_up,
            lambda made, _: replace(made, wanted=replace(made.wanted, lips=(90, 20, 60))),
        )
    ],
    ComponentSettings: [Row("an eye and the mouth", _components, _with_other_exemplar)],
    MapSettings: [
        Row("brows", _map, lambda made, one: replace(made, painted=_painted(one, thickness=5)))
    ],
    RestoreSettings: [Row("face", _restore, lambda made, _: replace(made, strength=0.4))],
    ReshapeSettings: [
        Row(
            "mouth",
            _reshape,
            lambda made, _: replace(made, targets=np.add(made.targets, (0.5, 1.0))),
        )
    ],
    ExemplarSettings: [
        Row(name, partial(_exemplar, parts=parts), _with_other_exemplar)
        for name, parts in PIXEL_SELECTIONS.items()
    ]
    + [Row("glasses", _glasses, _with_other_glasses)],
    StyleSettings: [
        *(
            Row(name, partial(_style, parts=parts), _with_other_exemplar)
            for name, parts in SELECTIONS.items()
        ),
        Row("random", partial(_style, parts=SMALL_PARTS, is_random=True), _with_other_seed),
    ],
}
KINDS = get_args(EditSettings)
CASES = [
    pytest.param((kind, row), id=f"{kind.__name__}-{row.name if row else 'no row'}")
    for kind in KINDS
    for row in ROWS.get(kind, [None])
]


@dataclass(frozen=True, eq=False, repr=False)
class Edit:
    """One edit, and all that the engine has made of it."""

    settings: EditSettings
    changed_settings: EditSettings
    change: Callable[[EditSettings, Sample], EditSettings]
    """Makes the second of the first."""
    results: dict[int, EditResult]
    """By the photo's bits a channel."""
    changed_result: EditResult
    """Of the changed settings, on 8 bits, as what follows."""
    first_result: EditResult
    """Of the first run that was not cancelled."""
    cancelled_at: list[float]
    """How far the runs before it had come."""
    draft: EditResult | None
    work: Work
    draft_work: Work


class Work:
    """What a run has done, by counts that are the same on any machine."""

    def __init__(self) -> None:
        self.fractions: list[float] = []
        """Of the progress at the start of each stage."""
        self.values = 0
        """How many numbers the layers of networks have put out."""

    def run(self, editor: Editor, request: EditRequest) -> EditResult:
        with register_module_forward_hook(self._on_output):
            return editor.run(request, lambda done, _: self.fractions.append(done))

    def _on_output(self, _module: object, _inputs: object, output: object) -> None:
        self.values += output.numel() if isinstance(output, Tensor) else 0

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.fractions), self.values


@pytest.fixture(scope="module")
def sample() -> Sample:
    portrait = np.ascontiguousarray(astronaut()[:300, 80:380])
    landmarks = find_faces(portrait, thorough=False)[0].landmarks
    image = cv2.resize(portrait, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    small = (landmarks + 0.5) * SCALE - 0.5
    noise = np.random.default_rng(0).integers(0, 256, image.shape, np.uint16)
    x, y = small[48:].mean(axis=0).round().astype(int)
    hole = np.full((12, 26), 255, np.uint8)
    hole[:, 0] = hole[0] = 128
    return Sample(
        {8: image, 16: image.astype(np.uint16) * 256 + noise},
        small,
        face_window(small, image.shape[:2]),
        Patch(int(x) - 13, int(y) - 6, hole),
        (
            _mirrored(portrait, landmarks, (0.9, 0.8, 1.0), "Anna"),
            _mirrored(portrait, landmarks, (1.0, 0.9, 0.7), "Berta"),
        ),
    )


def _mirrored(portrait: Image, landmarks: Landmarks, tint: tuple, name: str) -> ListedExemplar:
    image = cv2.resize(portrait, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    tinted = (image[:, ::-1] * tint).astype(np.uint8)
    points = (landmarks + 0.5) * 1.5 - 0.5
    points[:, 0] = tinted.shape[1] - 1 - points[:, 0]
    face = Face((0.0, 0.0, 1.0, 1.0), 1.0, points[MIRRORED_INDICES])
    (exemplar,) = cut_exemplars(tinted, [face], name).exemplars
    return exemplar


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small frames gain nothing by more, and a busy machine loses much
    yield Editor("cpu")
    torch.set_num_threads(threads)


@pytest.fixture(scope="module", params=CASES)
def edit(request: pytest.FixtureRequest, editor: Editor, sample: Sample) -> Edit:
    kind, row = request.param
    if row is None:
        pytest.fail(f"{kind.__name__} has no row in ROWS: add one, so that it keeps the contract.")
    settings = row.make(sample)
    assert isinstance(settings, kind)
    changed_settings = row.change(settings, sample)
    images = {bits: photo[sample.window] for bits, photo in sample.photos.items()}
    request, draft, work, draft_work = settings.request(images[8]), None, Work(), Work()
    first_result, cancelled_at = _cancel_at_every_stage(editor, request)
    results = {8: work.run(editor, request), 16: editor.run(settings.request(images[16]))}
    changed_result = editor.run(changed_settings.request(images[8]))
    if hasattr(request, "draft"):
        editor.run(replace(request, draft=True))  # whose caches are then as warm as the whole's
        draft = draft_work.run(editor, replace(request, draft=True))
    gc.freeze()  # networks need not be searched for threads after every test
    return Edit(
        settings,
        changed_settings,
        row.change,
        results,
        changed_result,
        first_result,
        cancelled_at,
        draft,
        work,
        draft_work,
    )


def _cancel_at_every_stage(editor: Editor, request: EditRequest) -> tuple[EditResult, list[float]]:
    """Cancel a stage later each time, until a run is through.

    Returns:
        What that run made, and how far the cancelled ones had come.
    """
    cancelled_at: list[float] = []

    def report(done: float, _: str) -> None:
        if done > max(cancelled_at, default=-1.0):
            cancelled_at.append(done)
            raise Cancelled

    while True:
        try:
            return editor.run(request, report), cancelled_at
        except Cancelled:
            continue


@pytest.fixture(params=(8, 16), ids=("8 bits", "16 bits"))
def bits(request) -> int:
    return request.param


@pytest.fixture
def opened(qapp, sample: Sample) -> Document:
    """The sample in 8 bits, with another edit beside the face, and the hole in the mask."""
    return _opened(sample, 8)


def _opened(sample: Sample, bits: int) -> Document:
    document = Document()
    document.open(photo_from_array(sample.photos[bits]), "sample.png")
    document.faces.set_found((Face((20.0, 20.0, 100.0, 100.0), 1.0, sample.landmarks),))
    neighbour = FillSettings(replace(sample.hole, left=15, top=152), NEIGHBOUR, ())
    patch = ~document.original()[NEIGHBOUR]
    result = EditResult(patch, 0, 0, np.full((20, 50), 255, np.uint8), None)
    document.apply("Neighbour", (EditStep.from_result(neighbour, result, ()),))
    document.mask.paint(sample.hole)
    return document


def _plan(document: Document, settings: EditSettings) -> EditPlan:
    """Plan an edit as the window does."""
    if isinstance(settings, FillSettings):
        present = document.steps.items[1:]
        runs = [EditRun(settings, step) for step in present]
        return EditPlan("Fill again", runs) if runs else fill_plan([settings])
    return adjustment_plan([settings], document.steps.items)


def _apply(document: Document, settings: EditSettings, result: EditResult) -> EditStep:
    """Make the request of an edit, take its result, and return the step."""
    plan = _plan(document, settings)
    request = plan.request(document.original(), document.steps.items, document.faces.landmarks)
    assert np.array_equal(request.image, result.request.image)
    plan.add_result(result)
    document.apply(plan.text, plan.apply_to(document.steps.items), plan.filled_holes)
    return document.steps.items[1]


def _shown(document: Document) -> Image:
    return document.composited(EVERYTHING)


def _composed(below: Image, step: EditStep, result: EditResult, opacity: float) -> Image:
    """Return photo + (patch - photo) x coverage x opacity / 255 as real numbers."""
    composed = below.astype(np.float64)
    coverage = np.rint(result.coverage * opacity)[..., None]
    composed[step.window] += (result.patch - composed[step.window]) * coverage / 255
    return composed


@pytest.mark.parametrize(
    "kind",
    get_args(EditRequest),
    ids=lambda kind: kind.__name__,
)
def test_every_kind_of_request_is_made_by_some_row(kind, sample):
    image = sample.photos[8][sample.window]
    made = {type(row.make(sample).request(image)) for rows in ROWS.values() for row in rows}
    assert kind in made, f"{kind.__name__} is made by no row in ROWS: add one, to test it here."


def test_request_holds_a_copy_of_its_window_only(edit, opened):
    plan = _plan(opened, edit.settings)
    request = plan.request(opened.original(), opened.steps.items, opened.faces.landmarks)
    assert np.array_equal(request.image, opened.original()[edit.settings.window])
    assert request.image.size < opened.original().size
    assert not np.shares_memory(request.image, opened.original())


def test_request_refuses_what_makes_no_sense(edit):
    request = edit.results[8].request
    nowhere = np.full((68, 2), np.nan)
    unusable = {
        "image": request.image.astype(np.float32),
        "landmarks": nowhere,
        "targets": nowhere,
        "exemplar_landmarks": nowhere,
        "faces": (nowhere,),
        "mask": np.zeros(request.image.shape[:2], np.uint8),
        "lines": np.zeros((3, 3), np.uint8),
        "labels": np.zeros((3, 3), np.uint8),
        "strength": 1.5,
        "shape": 1.5,
        "seed": -1,
        "layers": (9, 9),
    }
    for name in unusable.keys() & {field.name for field in fields(request)}:
        with pytest.raises(InvalidRequestError):
            replace(request, **{name: unusable[name]})


def test_photo_stays_bit_for_bit_where_a_result_covers_nothing(edit, sample, bits, qapp):
    document = _opened(sample, bits)
    before, result = _shown(document), edit.results[bits]
    step = _apply(document, edit.settings, result)
    assert result.patch.dtype == sample.photos[bits].dtype
    covered = np.zeros(before.shape[:2], bool)
    covered[step.window] = result.coverage > 0
    changed = (_shown(document) != before).any(axis=2)
    assert changed.any()
    assert not (changed & ~covered).any()


def test_same_request_makes_the_same_pixels_whatever_was_cancelled_before(edit):
    first, again = edit.first_result, edit.results[8]
    assert (again.left, again.top) == (first.left, first.top)
    assert np.array_equal(again.patch, first.patch)
    assert np.array_equal(again.coverage, first.coverage)
    assert np.array_equal(again.landmarks, first.landmarks)


def test_run_cancelled_at_any_stage_leaves_no_trace(edit, opened, sample):
    assert set(edit.work.fractions) <= set(edit.cancelled_at)
    assert np.array_equal(edit.first_result.request.image, sample.photos[8][sample.window])
    plan, before = _plan(opened, edit.settings), _shown(opened)
    count = opened.undo_stack.count()
    for _ in range(2):  # the window asks again
        request = plan.request(opened.original(), opened.steps.items, opened.faces.landmarks)
        assert np.array_equal(request.image, edit.first_result.request.image)
    assert not plan.is_done
    assert plan.apply_to(opened.steps.items) == opened.steps.items
    assert np.array_equal(_shown(opened), before)
    assert opened.undo_stack.count() == count


def test_draft_shows_nearly_the_same_and_does_no_more(edit):
    if edit.draft is None:
        colours = HairColourSettings | MakeUpSettings
        undrafted = FillSettings | ComponentSettings | MapSettings | RestoreSettings | colours
        # Components are checked, a map is followed when the brush lifts, a restoration's slider
        # only scales its coverage, and colours are quick as they are.
        assert isinstance(edit.settings, undrafted), "what a slider adjusts needs a draft"
        return
    counts = list(zip(edit.draft_work.counts, edit.work.counts, strict=True))
    assert all(quick <= whole for quick, whole in counts)
    if isinstance(edit.settings, ReshapeSettings | StyleSettings):  # others only interpolate less
        assert any(quick < whole for quick, whole in counts)
    before = edit.results[8].request.image.astype(np.float64)
    whole, quick = before.copy(), before.copy()
    for picture, result in ((whole, edit.results[8]), (quick, edit.draft)):
        share = result.coverage[..., None] / 255
        picture[result.window] += (result.patch - picture[result.window]) * share
    assert np.abs(whole - quick).mean() < 0.5 * np.abs(whole - before).mean()


def test_undo_returns_the_exact_picture_and_redo_the_exact_result(edit, opened, sample):
    face, before = opened.faces.items[0], _shown(opened)
    count, result = opened.undo_stack.count(), edit.results[8]
    _apply(opened, edit.settings, result)
    after, points = _shown(opened), opened.landmarks(face)
    assert opened.undo_stack.count() == count + 1
    assert opened.mask.is_empty is (getattr(edit.settings, "hole", None) is not None)
    opened.undo_stack.undo()
    assert np.array_equal(_shown(opened), before)
    assert np.array_equal(opened.landmarks(face), sample.landmarks)
    assert np.array_equal(opened.mask.patch_in(EVERYTHING).pixels, sample.hole.pixels)
    opened.undo_stack.redo()
    assert np.array_equal(_shown(opened), after)
    assert np.array_equal(opened.landmarks(face), points)


def test_moved_landmarks_are_where_the_result_says(edit, opened, sample):
    result = edit.results[8]
    _apply(opened, edit.settings, result)
    rows, columns = sample.window
    expected = sample.landmarks
    if result.landmarks is not None:
        expected = np.add(result.landmarks, (columns.start, rows.start))
    points = opened.landmarks(opened.faces.items[0])
    np.testing.assert_allclose(points, expected, atol=1e-9)


def test_running_again_replaces_the_step_and_nothing_else(edit, opened):
    first = _apply(opened, edit.settings, edit.results[8])
    opened.steps.paint(first.number, _first_columns(first), erase=True)
    opened.steps.set_opacity(first.number, 0.5)
    kept, before = opened.steps.items[1], _shown(opened)
    neighbour, count = opened.steps.items[0], opened.undo_stack.count()
    fresh = _apply(opened, edit.changed_settings, edit.changed_result)
    assert opened.undo_stack.count() == count + 1
    assert opened.steps.items == (neighbour, fresh)
    assert (
        fresh.settings.has_same_result(edit.changed_settings)
        if hasattr(fresh.settings, "has_same_result")
        else (fresh.settings.grow == edit.changed_settings.grow)
    )
    assert (fresh.number, fresh.opacity, fresh.layer_mask) == (
        kept.number,
        kept.opacity,
        kept.layer_mask,
    )
    assert np.array_equal(fresh.outcome.patch.array, edit.changed_result.patch)
    assert not np.array_equal(_shown(opened), before)
    assert lowest_stale_index(opened.steps.items) is None
    opened.undo_stack.undo()
    assert np.array_equal(_shown(opened), before)


def test_opacity_composes_by_the_equation(edit, sample, bits, qapp):
    document = _opened(sample, bits)
    before, result = _shown(document), edit.results[bits]
    step = _apply(document, edit.settings, result)
    for opacity in (0.5, 1.0, 0.0):
        document.steps.set_opacity(step.number, opacity)
        composed = _composed(before, step, result, opacity)
        assert np.abs(_shown(document) - composed).max() < 0.51
    assert np.array_equal(_shown(document), before)


def test_erasing_returns_the_photo_and_restoring_the_result(edit, opened):
    before = _shown(opened)
    step = _apply(opened, edit.settings, edit.results[8])
    after = _shown(opened)
    columns, rows = _first_columns(step), _first_rows(step)
    opened.steps.paint(step.number, columns, erase=True)
    expected = after.copy()
    expected[columns.window] = before[columns.window]
    assert np.array_equal(_shown(opened), expected)
    opened.steps.paint(step.number, rows, erase=False)
    expected[rows.window] = after[rows.window]
    assert np.array_equal(_shown(opened), expected)
    opened.undo_stack.undo()
    opened.undo_stack.undo()
    assert np.array_equal(_shown(opened), after)


def _first_columns(step: EditStep) -> Patch:
    height, width = step.outcome.coverage.array.shape
    full = np.full((height, (width + 1) // 2), 255, np.uint8)
    return Patch(step.outcome.left, step.outcome.top, full)


def _first_rows(step: EditStep) -> Patch:
    height, width = step.outcome.coverage.array.shape
    full = np.full(((height + 1) // 2, width), 255, np.uint8)
    return Patch(step.outcome.left, step.outcome.top, full)


def test_hiding_shows_the_picture_without_it_and_showing_brings_it_back(edit, opened, sample):
    face, before = opened.faces.items[0], _shown(opened)
    step = _apply(opened, edit.settings, edit.results[8])
    after, points = _shown(opened), opened.landmarks(face)
    opened.steps.set_visible(step.number, False)
    assert np.array_equal(_shown(opened), before)
    assert np.array_equal(opened.landmarks(face), sample.landmarks)
    opened.steps.set_visible(step.number, True)
    assert np.array_equal(_shown(opened), after)
    assert np.array_equal(opened.landmarks(face), points)


def test_saved_file_holds_what_was_shown_and_untouched_samples(edit, sample, bits, tmp_path, qapp):
    document = _opened(sample, bits)
    step = _apply(document, edit.settings, edit.results[bits])
    document.steps.paint(step.number, _first_columns(step), erase=True)
    document.steps.set_opacity(step.number, 0.7)
    path = tmp_path / "edited.png"
    Engine().run(SavePhotoRequest(document.photo, document.steps.items, path), silent)
    saved = read_photo(path)
    assert saved.samples.dtype == sample.photos[bits].dtype
    assert np.array_equal(saved.image, _shown(document))
    step = document.steps.items[1]
    untouched = np.ones((SIDE, SIDE), bool)
    untouched[NEIGHBOUR] = False
    untouched[step.window] &= step.coverage(step.window) == 0
    assert np.array_equal(saved.samples[untouched], sample.photos[bits][untouched])
    assert b"compositeWithTrainedAlgorithmicMedia" in saved.metadata.xmp


def _reopened(document: Document, path: Path) -> Document:
    """Save a document as a project and open that as another program start would."""
    Engine().run(SaveProjectRequest(document.snapshot(), "sample", path), silent)
    opened = Engine().run(OpenProjectRequest(path), silent)
    assert opened.notices == ()
    again = Document()
    again.restore(opened.snapshot, path)
    return again


def test_project_shows_the_same_picture_when_it_is_opened_again(edit, sample, bits, tmp_path, qapp):
    document = _opened(sample, bits)
    step = _apply(document, edit.settings, edit.results[bits])
    document.steps.paint(step.number, _first_columns(step), erase=True)
    document.steps.set_opacity(step.number, 0.7)
    again = _reopened(document, tmp_path / "mine.ora")
    assert np.array_equal(_shown(again), _shown(document))
    assert lowest_stale_index(again.steps.items) is None
    faces = zip(document.faces.items, again.faces.items, strict=True)
    for before, after in faces:
        assert np.array_equal(again.landmarks(after), document.landmarks(before))
    again.steps.paint(step.number, _first_columns(step), erase=False)
    document.steps.paint(step.number, _first_columns(step), erase=False)
    assert np.array_equal(_shown(again), _shown(document))


def test_sliders_of_a_project_that_is_opened_again_make_the_same_pixels(
    edit, editor, opened, sample, tmp_path
):
    opened.exemplars.add(sample.exemplars)
    _apply(opened, edit.settings, edit.results[8])
    again = _reopened(opened, tmp_path / "mine.ora")
    step = again.steps.items[1]
    changed = edit.change(step.settings, sample)
    plan = _plan(again, changed)
    request = plan.request(again.original(), again.steps.items, again.faces.landmarks)
    result = editor.run(request)
    assert np.array_equal(result.patch, edit.changed_result.patch)
    assert np.array_equal(result.coverage, edit.changed_result.coverage)
    assert np.array_equal(result.landmarks, edit.changed_result.landmarks)
    _apply(again, changed, result)
    _apply(opened, edit.changed_settings, edit.changed_result)
    assert np.array_equal(_shown(again), _shown(opened))
