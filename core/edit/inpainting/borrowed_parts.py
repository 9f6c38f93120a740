"""Lends holes the eyes, noses and mouths of other photos: of the same person, or of donors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Self

import cv2
import numpy as np

from core.anatomy.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    MIRRORED_INDICES,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.anatomy.parts import FacePart
from core.edit.inpainting.donor_bank import (
    LENT_PARTS,
    PART_LANDMARKS,
    REACH,
    TONES_SIDE,
    Donor,
    coarse_tones,
    shipped_donors,
    skin_colour,
)
from core.edit.inpainting.iris_colour import match_irises
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest, FillSource, InpaintRequest
from core.edit.transfer.masked_transfer import transfer_under_mask
from core.edit.transfer.occlusion import find_occlusion
from core.face.align import canonical_frame
from core.face.apparent_traits import ApparentTraits, apparent_traits
from core.face.face_windows import head_window
from core.face.pose import estimate_yaw
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask, Points, Reals, Selection, Window
from core.imaging.masks import dilate, feather, fill_hull
from core.imaging.windows import is_empty
from core.progress import Report, part_of

_PIECES = {
    FacePart.EYES: (LEFT_EYE, RIGHT_EYE),
    FacePart.NOSE: (NOSE_BRIDGE[2:] + NOSE_BASE,),
    FacePart.MOUTH: (OUTER_LIPS,),
}
"""Of which one at least must be hidden."""
_BESIDE = {LEFT_EYE: LEFT_BROW, RIGHT_EYE: RIGHT_BROW}
"""What is lent together with a piece."""
_HIDDEN_FROM = 0.75
"""Share of a piece that lies in the hole."""
_FADE = 0.06
"""How softly a part ends inside the hole, in distances between the eyes."""
_AUTO_DONORS = (FacePart.EYES,)
"""What `FillSource.AUTO` takes from donors: they are sharper than the network's at the same
perceptual distance; noses and mouths are not better."""
_MOST_TURN = {FacePart.EYES: 20.0, FacePart.NOSE: 12.0, FacePart.MOUTH: 20.0}
"""Degrees by which a lender's head may be turned another way: beyond it outlines double."""
_SHAPE, _PART_SHAPE, _SKIN, _YAW, _MALE = 1 / 5.0, 1 / 2.5, 1 / 12.0, 1 / 8.0, 2.0
"""What one pixel of the canonical frame on average, one of the part itself, one unit of CIELAB, one
degree, and the whole way from a woman's face to a man's weigh in the choice."""
_TONES = 1 / 2.5
"""What one unit of lightness by which it differs from what the network painted weighs."""
_COVERED_FROM = 127  # of 255
_JAW_POINTS = 17


class _Source(StrEnum):
    """What filled a part, as the user reads it."""

    REFERENCE = "came from another photo of the same person"
    DONOR = "came from a donor"
    CHILD = "stayed the network's, because the face looks like a child's and the donors are adults"
    TURNED = "stayed the network's, because nobody who may lend is turned the same way"
    COVERED = "stayed the network's, because hair or something else lies over it"
    NONE = "stayed the network's, because there is no other donor"


class BorrowedParts(NamedTuple):
    """What was lent."""

    result: EditResult
    taken: Mask
    """(H, W) uint8 of the request, 255 on the landmarks' hulls of what was lent."""


@dataclass(frozen=True, eq=False)
class _HoledFace:
    """A face some parts of which a hole hides."""

    window: Window
    """Of the photo, with the head."""
    landmarks: Landmarks
    """(68, 2) in pixels of the window."""
    hidden: dict[FacePart, tuple[tuple[int, ...], ...]]
    """The pieces of each part that are hidden."""
    skin: Reals
    traits: ApparentTraits

    def word(self, part: FacePart) -> str:
        """Say what is hidden of a part."""
        is_one_eye = part is FacePart.EYES and len(self.hidden[part]) == 1
        return "one eye" if is_one_eye else f"the {part}"

    def support(self, part: FacePart, hole: Mask) -> Mask:
        """Cover what a part fills of an (h, w) hole of the window."""
        unit = interocular_distance(self.landmarks)
        cover = np.zeros_like(hole)
        for piece in self.hidden[part]:
            points = self.landmarks[list(piece + _BESIDE.get(piece, ()))]
            reach = dilate(fill_hull(cover.shape, points), REACH * unit - 2 * _FADE * unit)
            np.maximum(cover, feather(reach, _FADE * unit), out=cover)
        return np.minimum(cover, np.where(hole > 0, 255, 0).astype(np.uint8))


def borrow_parts(result: EditResult, networks: Networks, report: Report) -> BorrowedParts:
    """Replace what a network painted of hidden eyes, noses and mouths by those of other photos.

    Args:
        result: the network's fill of an `InpaintRequest`.
        networks: the loaded networks.
        report: of the progress.

    Returns:
        The same with another patch, with one more notice that says what filled which part.

    Raises:
        CheckpointError: the donors or the weights of the harmonizer are missing or damaged.
    """
    request = result.request
    assert isinstance(request, InpaintRequest)
    filled = request.image.copy()
    np.copyto(filled[result.window], result.patch, where=(result.coverage > 0)[..., None])
    taken = np.zeros(request.mask.shape, np.uint8)
    faces = [face for landmarks in request.faces if (face := _holed_face(request, landmarks))]
    told = list[tuple[str, _Source]]()
    tasks = [(face, part) for face in faces for part in LENT_PARTS if part in face.hidden]
    for number, (face, part) in enumerate(tasks):
        painted = _Painted.of(filled[face.window], face, part, request.mask[face.window])
        source, donor = _choose(request, face, part, painted)
        if source is None:
            continue
        if donor is None:
            told.append((face.word(part), source))
            continue
        share = part_of(report, number / len(tasks), (number + 1) / len(tasks))
        clear = 255 - find_occlusion(filled[face.window], face.landmarks, networks)
        cover = np.minimum(face.support(part, request.mask[face.window]), clear)
        told.append((face.word(part), source if cover.any() else _Source.COVERED))
        if not cover.any():
            continue
        _composite_donor(filled[face.window], face, part, donor, cover, networks, share)
        np.maximum(taken[face.window], cover, out=taken[face.window])
    notices = result.notices
    if told or request.source is FillSource.DONORS:
        notices = (*notices, _tell(told))
    return BorrowedParts(
        replace(result, patch=filled[result.window].copy(), notices=notices), taken
    )


def _holed_face(request: InpaintRequest, landmarks: Landmarks) -> _HoledFace | None:
    """Tell what a request hides of a face; None if that is no part."""
    window = head_window(landmarks, request.mask.shape)
    if is_empty(window):
        return None
    points = landmarks - [window[1].start, window[0].start]
    hole = request.mask[window] > 0
    hidden = dict[FacePart, tuple[tuple[int, ...], ...]]()
    for part, pieces in _PIECES.items():
        found = tuple(piece for piece in pieces if _share(hole, points, piece) >= _HIDDEN_FROM)
        if found:
            hidden[part] = found
    if not hidden:
        return None
    skin = skin_colour(request.image[window], points, request.mask[window])
    return _HoledFace(window, points, hidden, skin, apparent_traits(points))


def _share(hole: Selection, points: Points, piece: tuple[int, ...]) -> float:
    """Return the share of a piece's hull that lies in a hole, 0..1."""
    hull = fill_hull(hole.shape, points[list(piece)]) > 0
    return float(hole[hull].mean()) if hull.any() else 0.0


class _Painted(NamedTuple):
    """What the network expects of a part: how light it is where."""

    tones: Floats
    """(64, 64) of the face."""
    inside: Selection
    """(64, 64) where the part is."""

    @classmethod
    def of(cls, filled: Image, face: _HoledFace, part: FacePart, hole: Mask) -> Self:
        """Look at the network's fill of a face's window."""
        frame = canonical_frame(face.landmarks, TONES_SIDE)
        inside = frame.crop(face.support(part, hole), cv2.INTER_LINEAR) > _COVERED_FROM
        return cls(coarse_tones(filled, face.landmarks), inside)

    def difference(self, donor: Donor, *, is_mirrored: bool) -> float:
        """Tell by how much a donor's part is lighter or darker, on average, if medians agree."""
        if not self.inside.any():
            return 0.0
        tones = donor.tones[:, ::-1] if is_mirrored else donor.tones
        own, lent = self.tones[self.inside], tones[self.inside]
        return float(np.abs((own - np.median(own)) - (lent - np.median(lent))).mean())


def _choose(
    request: InpaintRequest, face: _HoledFace, part: FacePart, painted: _Painted
) -> tuple[_Source | None, Donor | None]:
    """Choose who lends a part; no source where that is nobody's business."""
    is_auto = request.source is FillSource.AUTO
    if request.references:
        references = [Donor.of(exemplar) for exemplar in request.references]
        ranked = _ranked(references, face, part, painted, same_person=True)
        if ranked:
            return _Source.REFERENCE, ranked[request.variant % len(ranked)]
        if is_auto:
            return _Source.TURNED, None
    if is_auto and (part not in _AUTO_DONORS or _has_twin(face, part)):
        return None, None
    if request.donors is None:
        suitable = [] if face.traits.is_child else list(shipped_donors(part))  # all are adults
    else:
        donors = [Donor.of(exemplar) for exemplar in request.donors]
        suitable = [one for one in donors if one.traits.is_child == face.traits.is_child]
    if not suitable and face.traits.is_child:
        return _Source.CHILD, None
    ranked = _ranked(suitable, face, part, painted, same_person=False)
    if request.variant >= len(ranked):
        return (_Source.NONE if ranked else _Source.TURNED), None
    return _Source.DONOR, ranked[request.variant]


def _has_twin(face: _HoledFace, part: FacePart) -> bool:
    """Tell whether the face's other side may show what is hidden."""
    return len(face.hidden[part]) < len(_PIECES[part])


def _ranked(
    donors: Sequence[Donor],
    face: _HoledFace,
    part: FacePart,
    painted: _Painted,
    *,
    same_person: bool,
) -> list[Donor]:
    """Order donors by how well they suit a face, each as it is or mirrored, whichever suits.

    Those whose heads are turned another way are left out.
    """
    canonical = canonical_frame(face.landmarks)
    shape, yaw = canonical.to_frame(face.landmarks), estimate_yaw(face.landmarks)
    turned = []
    for donor in donors:
        mirrored = donor.shape[MIRRORED_INDICES] * [-1.0, 1.0] + [canonical.size - 1.0, 0.0]
        costs = [
            _SHAPE * float(np.abs(points - shape)[_JAW_POINTS:].mean())
            + _PART_SHAPE * float(np.abs(points - shape)[list(PART_LANDMARKS[part])].mean())
            + _YAW * abs(sign * donor.yaw - yaw)
            for points, sign in ((donor.shape, 1), (mirrored, -1))
        ]
        is_mirrored = costs[1] < costs[0] and not same_person
        if abs((-donor.yaw if is_mirrored else donor.yaw) - yaw) > _MOST_TURN[part]:
            continue
        cost = costs[int(is_mirrored)]
        cost += _TONES * painted.difference(donor, is_mirrored=is_mirrored)
        if not same_person:
            skin = float(np.linalg.norm(donor.skin - face.skin))
            cost += _SKIN * (0.0 if np.isnan(skin) else skin)
            cost += _MALE * abs(donor.traits.male - face.traits.male)
        turned.append((cost, replace(donor, is_mirrored=is_mirrored)))
    return [donor for _, donor in sorted(turned, key=lambda pair: pair[0])]


def _composite_donor(
    photo: Image,
    face: _HoledFace,
    part: FacePart,
    donor: Donor,
    cover: Mask,
    networks: Networks,
    report: Report,
) -> None:
    """Composite a donor's part into the window of a face, in place."""
    exemplar = donor.exemplar()
    if part is FacePart.EYES and len(face.hidden[part]) == 1:
        seen = 1 if face.hidden[part][0] == LEFT_EYE else 0
        exemplar = match_irises(exemplar, photo, face.landmarks, seen)
    request = ExemplarRequest(
        photo,
        face.landmarks,
        exemplar.image,
        exemplar.landmarks,
        mask=cover,
        shape=1.0,
        any_yaw=True,
    )
    result = transfer_under_mask(request, networks, report)
    composite(photo[result.window], result.patch, result.coverage)


def _tell(told: Sequence[tuple[str, _Source]]) -> str:
    """Say in one sentence what filled which part, and why."""
    if not told:
        return "The network filled the hole, because no eye, nose or mouth lies whole in it."
    by_source = dict[_Source, list[str]]()
    for part, source in told:
        by_source.setdefault(source, []).append(part)
    text = "; ".join(f"{' and '.join(parts)} {source}" for source, parts in by_source.items())
    return f"{text[0].upper()}{text[1:]}."
