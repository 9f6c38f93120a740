"""Runs edits: requests from snapshots of the document, results back as steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import is_same_face
from core.edit.requests import EditResult, FillSource, SmileKind
from core.face.face import Face
from core.face.face_windows import face_window
from core.imaging.windows import is_empty
from core.progress import Cancelled
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    FillSettings,
    OneKind,
    SmileSettings,
    weight_of,
)
from faceeditor_gui.document.edit_step import find_adjusted_step, rebase_settings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_job import EditJob
from faceeditor_gui.jobs.edit_plan import EditPlan, EditRun, adjustment_plan, fill_plan
from faceeditor_gui.jobs.fill_settings import (
    filled_anew,
    settings_of_hole,
    settings_of_mask,
    with_next_donor,
)
from faceeditor_gui.jobs.job import Job, JobState, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.jobs.result_message import ResultMessage, describe_plan
from faceeditor_gui.state.tool_state import ToolState


class EditRunner(QObject):
    """Makes jobs of settings; each is one undo step in the end, or leaves no trace."""

    posted = Signal(str)  # one sentence for the status line
    preview_changed = Signal(object)  # Preview or None
    edit_ended = Signal()  # applied, cancelled or failed
    adjustment_requested = Signal()  # it is on its way, and panels show it already
    adjustment_ended = Signal()  # that edit was adjusted by a slider, or only its preview was

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._job_queue = job_queue
        self._screen_scale = 1.0
        self._message = ResultMessage()
        self._previewer: Previewer | None = None
        self._previewed: AdjustableSettings | None = None
        """What the preview shows: the newest wish, for which no edit has been asked yet."""
        document.photo_changed.connect(self.cancel)

    @property
    def is_running(self) -> bool:
        """Tell whether an edit is under way or waits."""
        return bool(self._edits)

    @property
    def pending_adjustments(self) -> tuple[AdjustableSettings, ...]:
        """The settings that are previewed, made, or will be, the newest first."""
        asked = [one for job in reversed(self._edits) for one in job.adjusts]
        return tuple(asked) if self._previewed is None else (self._previewed, *asked)

    @property
    def _edits(self) -> list[EditJob]:
        """Those under way or waiting, in the order asked for."""
        return [job for job in self._job_queue.jobs(Urgency.EDIT) if isinstance(job, EditJob)]

    def set_screen_scale(self, scale: float) -> None:
        """Learn how many screen pixels a photo pixel has: previews need no more."""
        self._screen_scale = scale

    # User actions.

    def fill(self) -> None:
        """Fill the mask, hole by hole where its holes lie far apart."""
        if self._document.mask.is_empty:
            self.posted.emit(self.tr("Paint over what is to go first (B), then fill."))
            return
        requested = settings_of_mask(
            self._document, self._tool_state.fill_model, self._tool_state.fill_source
        )

        def plan() -> EditPlan:
            holes = [hole for one in requested if (hole := self._remaining_hole(one)) is not None]
            if not holes:
                raise Cancelled
            return fill_plan(holes)

        self._submit(plan)

    def fill_again(
        self, number: int, grow: int, model: str, source: FillSource | None = None
    ) -> None:
        """Run a fill again with a grown hole, and the present regions and sketch.

        Args:
            number: of the step.
            grow: by how many pixels.
            model: the network.
            source: where the pixels come from, for donors the next one if it came from donors
                before; None: as before.
        """
        step = self._document.steps.find(number)
        if step is not None and isinstance(step.settings, FillSettings):
            settings = filled_anew(
                self._document, step.settings, grow, model, source or step.settings.source
            )
            if source is step.settings.source is FillSource.DONORS:
                settings = with_next_donor(settings)
            self._submit(lambda: EditPlan("Fill again", [EditRun(settings, step)]))

    def fill_hole(
        self, title: str, hole: Patch, on_end: Callable[[EditJob], None] | None = None
    ) -> None:
        """Fill a hole beside the mask, which stays; any number may be asked for in a row.

        Args:
            title: what the undo menu calls it.
            hole: in pixels of the photo.
            on_end: told when it is filled, cancelled or has failed.
        """

        def plan() -> EditPlan:
            state = self._tool_state
            settings = settings_of_hole(self._document, hole, state.fill_model, state.fill_source)
            return EditPlan(title, [EditRun(settings)], keeps_mask=True)

        self._submit(plan, on_end=on_end)

    def smile_at_once(self) -> None:
        """Make the chosen faces smile as one click does."""
        self.smile(self._tool_state.click_strength)

    def smile(self, strength: float, kind: SmileKind | None = None) -> None:
        """Make the chosen faces smile, or adjust the smiles they have, as one undo step.

        Args:
            strength: -1..1.
            kind: of smile; None: as each face smiles already, else as was chosen last.
        """
        wanted = self.settings_of(
            self._document.faces.chosen_items,
            lambda face: self._smile_settings(face, strength, kind),
        )
        if not self.adjust_missing(wanted) and wanted:
            self.posted.emit(
                self.tr("This face is as you want it; the slider changes its smile.")
                if len(wanted) == 1
                else self.tr("These faces are as you want them; the slider changes their smiles.")
            )

    def preview_smile(self, strength: float, kind: SmileKind | None = None) -> None:
        """Preview what `smile` would do to the face in hand, at screen resolution."""
        face = self._document.faces.chosen
        if face is not None:
            self.preview(self._smile_settings(face, strength, kind))

    def adjust_missing(self, wanted: Sequence[AdjustableSettings]) -> bool:
        """Make or adjust the edits that are not as wanted already; tells whether there are any."""
        missing = [one for one in wanted if not self._is_applied(one)]
        if missing:
            self.adjust(*missing)
        else:
            self._outdate(wanted)
            self.stop_preview()
        return bool(missing)

    def adjust(
        self,
        *wanted: AdjustableSettings,
        on_end: Callable[[EditJob], None] | None = None,
    ) -> None:
        """Make edits or adjust the present ones; only the newest wish for each is run.

        Args:
            wanted: settings of one kind, each of another edit; together they are one undo step.
            on_end: told when they are applied, cancelled or have failed.
        """

        def plan() -> EditPlan:
            return adjustment_plan(wanted, self._document.steps.items)

        self._previewed = None
        self._submit(plan, wanted, on_end)
        self.adjustment_requested.emit()

    def preview(self, settings: AdjustableSettings) -> None:
        """Preview what `adjust` would do, at screen resolution; only the newest wish is run."""
        if is_empty(settings.window):
            return  # the face lies outside the photo, as `settings_of` says
        self._outdate([settings])
        self._previewed = settings
        previewer = self._previewer_for(settings)
        settings = rebase_settings(settings, self._document.faces.landmarks, previewer.below)
        if settings.is_identity:
            self._job_queue.cancel(Urgency.PREVIEW)
            self.preview_changed.emit(previewer.preview_of(None))
            return

        def deliver(result: EditResult) -> None:
            self.preview_changed.emit(previewer.preview_of(result, weight_of(settings)))

        def on_end(job: Job) -> None:
            if job.state is JobState.FAILED:
                self.stop_preview()

        self._job_queue.submit(
            Job(Urgency.PREVIEW, lambda: previewer.request(settings), deliver, on_end)
        )

    def is_pending(self, settings: AdjustableSettings) -> bool:
        """Tell whether such an edit is under way or waits."""
        return any(job.is_adjusted_by(settings) for job in self._edits)

    def requested(self, made: AdjustableSettings) -> AdjustableSettings:
        """Return the newest wish for an edit: what is being made of it, else the edit as it is."""
        return next((one for one in self.pending_adjustments if one.adjusts(made)), made)

    def requested_of(self, face: Face, kind: type[OneKind]) -> OneKind | None:
        """Return the edit of a kind that a face has or is about to have."""
        step = self._document.steps.edit_of(face.landmarks, kind)
        known = (*self.pending_adjustments, *((step.settings,) if step is not None else ()))
        return next(
            (
                one
                for one in known
                if isinstance(one, kind) and is_same_face(one.landmarks, face.landmarks)
            ),
            None,
        )

    def settings_of(self, faces: Sequence[Face], make: Callable[[Face], OneKind]) -> list[OneKind]:
        """Make the settings of edits of faces; says why if there are none."""
        inside = [one for one in map(make, faces) if not is_empty(one.window)]
        if not faces and self._job_queue.has(Urgency.FACES):
            self.posted.emit(self.tr("Still looking for faces; try again in a moment."))
        elif not faces:
            self.posted.emit(
                self.tr("No face is known: draw a box around one first with the Face box tool.")
            )
        elif not inside:
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
        return inside

    def stop_preview(self) -> None:
        """Cancel the preview, and show the image as it is."""
        self._job_queue.cancel(Urgency.PREVIEW)
        self._previewer = self._previewed = None
        self.preview_changed.emit(None)
        self.adjustment_ended.emit()
        self.edit_ended.emit()

    def cancel(self) -> bool:
        """Cancel the edits and the preview under way; tells whether there were any."""
        was_running = self.is_running or self._previewer is not None
        self._job_queue.cancel(Urgency.EDIT)
        self.stop_preview()
        return was_running

    def cancel_last(self) -> bool:
        """Cancel the edits under way if they are the user's last action; tells whether."""
        index, edits = self._document.undo_stack.index(), self._edits
        is_last = bool(edits) and index <= edits[-1].requested_at
        return self.cancel() if is_last or self._previewer is not None else False

    # Jobs.

    def _submit(
        self,
        make_plan: Callable[[], EditPlan],
        adjusts: Sequence[AdjustableSettings] = (),
        on_end: Callable[[EditJob], None] | None = None,
    ) -> None:
        """Submit an edit; finished, it becomes an undo step, any other end leaves no trace."""

        def end(job: EditJob) -> None:
            made = job.plan if job.state is JobState.FINISHED else None
            if made is not None:
                steps = made.apply_to(self._document.steps.items)
                self._document.apply(describe_plan(made), steps, made.filled_holes)
            if job.adjusts:
                self.stop_preview()
            else:
                self.edit_ended.emit()
            if on_end is not None:
                on_end(job)
            if made is not None:
                self.posted.emit(self._message.describe(made, job.seconds))

        job = EditJob(self._document, make_plan, end, adjusts)
        self._job_queue.submit(job)
        if job.is_pending and self._edits[0] is not job:
            self.posted.emit(self.tr("This follows when the edit under way is done."))

    def _outdate(self, wishes: Sequence[AdjustableSettings]) -> None:
        """Drop the edits that newer wishes replace."""
        self._job_queue.outdate(*(job for job in self._edits if job.is_outdated_by(wishes)))

    # Settings from the document.

    def _remaining_hole(self, requested: FillSettings) -> FillSettings | None:
        """Remove from a hole what has been filled or erased since it was requested."""
        hole = requested.hole
        pixels = np.minimum(hole.pixels, self._document.mask.read(hole.window))
        if not pixels.any():
            return None
        return replace(requested, hole=Patch(hole.left, hole.top, pixels))

    def _smile_settings(self, face: Face, strength: float, kind: SmileKind | None) -> SmileSettings:
        present = self._document.steps.edit_of(face.landmarks, SmileSettings)
        landmarks = self._document.landmarks(face, below=present)
        if kind is None:
            requested = self.requested_of(face, SmileSettings)
            kind = requested.kind if requested is not None else self._tool_state.smile_kind
        window = face_window(landmarks, self._document.shape)
        return SmileSettings(window, landmarks, strength, kind)

    def _is_applied(self, wanted: AdjustableSettings) -> bool:
        present = find_adjusted_step(wanted, self._document.steps.items)
        if present is None:
            return wanted.is_identity
        return present.is_visible and wanted.has_same_result(present.settings)

    def _previewer_for(self, settings: AdjustableSettings) -> Previewer:
        steps, window = self._document.steps.items, settings.window
        replaced = find_adjusted_step(settings, steps)
        if self._previewer is None or not self._previewer.fits(steps, replaced, window):
            self._job_queue.cancel(Urgency.PREVIEW)
            photo = self._document.original()
            self._previewer = Previewer(photo, steps, replaced, window, self._screen_scale)
        return self._previewer
