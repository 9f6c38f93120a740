"""Makes a face smile: the photo's own pixels move, a network paints the inside of the mouth."""

from __future__ import annotations

import numpy as np

from core.edit.expression import smile
from core.edit.expression.fold_shading import shade
from core.edit.expression.opening_fill import Opening, paint_opening
from core.edit.networks import FRAME_SIZES, Painters
from core.edit.requests import EditResult, SmileMethod, SmileRequest
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame
from core.imaging.arrays import Mask
from core.imaging.windows import is_empty
from core.progress import Report


def make_smile(request: SmileRequest, painters: Painters, report: Report) -> EditResult:
    """Make one face smile, or stop smiling."""
    report(0.0, "Moving the face")
    if request.strength == 0:
        return EditResult.unchanged(request)
    canonical, own, target = smile.frames(request)
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    goal = target if request.method is SmileMethod.WARP else own
    share = smile.painted_share(own, target, request.method)
    mouth = smile.mouth_frame(canonical, target, request.method, FRAME_SIZES[0])
    warp = Warp(canonical, own, goal)
    shown = [mouth.corners()] if share else []
    window = warp.window(request.image.shape, np.concatenate([canonical.to_photo(own), *shown]))
    if is_empty(window):
        return EditResult.unchanged(request)
    moved = warp.move(request.image, window, draft=request.draft)
    if request.method is SmileMethod.WARP:
        shade(moved, request.image, canonical, own, target)
    landmarks = canonical.to_photo(target)
    notices: tuple[str, ...] = ()
    if share:

        def cover(frame: Frame) -> Mask:
            before, after = (frame.to_frame(one) for one in (request.landmarks, landmarks))
            return smile.paint_mask(frame, after, before, request.method)

        opening = Opening(mouth, cover, share)
        notices = paint_opening(painters, request, moved, opening, landmarks, report)
    report(0.95, "Blending")
    return EditResult.trimmed(
        moved.image,
        moved.coverage,
        window,
        request,
        notices,
        is_painted=share > 0,
        landmarks=landmarks,
    )
