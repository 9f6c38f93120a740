"""Expressions and face shapes on a real portrait with the shipped weights."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.anatomy.expressions import BLEND_SHAPES, FACE_SHAPES, Expression
from core.edit.expression.express import _whole
from core.edit.expression.mixes import MIXES, total_weights
from core.edit.expression.opening_fill import Opening
from core.edit.expression.shape_field import hold_rims, shape_field, shut_lids
from core.edit.requests import ExpressionRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.face.blendshapes import fit_face, load_shapes
from core.imaging.masks import fill_polygon
from core.progress import Cancelled
from tests.core.edit.results import covered, shown

LIPS = [61, 62, 63], [67, 66, 65]


@pytest.fixture(scope="module")
def express(editor, portrait):
    def run(expression=None, **options):
        return editor.run(ExpressionRequest(*portrait, expression, **options))

    return run


def gap(landmarks):
    upper, lower = LIPS
    return float((landmarks[lower] - landmarks[upper])[:, 1].mean())


def test_strength_0_is_the_photo(express):
    assert not express(Expression.SURPRISED, strength=0.0).coverage.any()


def test_sliders_at_0_are_the_photo(express):
    assert not express(weights={"jawOpen": 0.0}).coverage.any()


def test_samples_without_coverage_are_the_photos_own(express, portrait):
    result = express(Expression.SURPRISED)
    image = portrait[0]
    outside = covered(image, result) == 0
    assert outside.mean() > 0.5
    assert np.array_equal(shown(image, result)[outside], image[outside])


def test_the_same_request_gives_the_same_pixels(express):
    one, other = (express(Expression.ANGRY) for _ in range(2))
    assert np.array_equal(one.patch, other.patch)


def test_a_surprised_mouth_opens_and_is_painted(express, portrait):
    result = express(Expression.SURPRISED)
    assert gap(result.landmarks) > gap(portrait[1]) + 3
    assert result.is_painted


def test_neutral_closes_the_mouth_of_a_smile(express, portrait):
    result = express(Expression.NEUTRAL)
    assert gap(result.landmarks) < 0.5 * gap(portrait[1])
    width = [np.ptp(points[[48, 54], 0]) for points in (result.landmarks, portrait[1])]
    assert width[0] < 0.95 * width[1]


def test_every_class_moves_the_face_in_a_way_of_its_own(portrait):
    face = fit_face(canonical_frame(portrait[1]).to_frame(portrait[1]))
    moves = [
        face.displacements(total_weights(ExpressionRequest(*portrait, one), face))
        for one in Expression
    ]
    for number, one in enumerate(moves):
        for other in moves[:number]:
            assert np.abs(one - other).max() > 2


def test_a_face_like_itself_stays_as_it_is(portrait):
    face = fit_face(canonical_frame(portrait[1]).to_frame(portrait[1]))
    request = ExpressionRequest(*portrait, like=portrait[1] * 0.5 + 20)
    assert max(map(abs, total_weights(request, face).values()), default=0) < 0.02


def test_an_expression_that_is_worn_already_is_not_added_again(portrait):
    face = fit_face(canonical_frame(portrait[1]).to_frame(portrait[1]))
    assert face.weights["mouthSmileLeft"] > 0.3
    wanted = total_weights(ExpressionRequest(*portrait, Expression.HAPPY), face)
    assert face.weights["mouthSmileLeft"] + wanted.get("mouthSmileLeft", 0) == pytest.approx(
        max(face.weights["mouthSmileLeft"], MIXES[Expression.HAPPY]["mouthSmile"])
    )


def test_a_blink_hides_the_iris(express, portrait):
    image, landmarks = portrait
    closed = shown(image, express(weights={"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}))
    for eye in (range(36, 42), range(42, 48)):
        x, y = np.round(landmarks[list(eye)].mean(axis=0)).astype(int)
        before, after = (one[y - 1 : y + 2, x - 2 : x + 3].mean() for one in (image, closed))
        assert after > before + 15


def test_nothing_of_the_eye_shows_between_lids_that_have_met(portrait):
    landmarks = portrait[1]
    frame = canonical_frame(landmarks)
    face = fit_face(frame.to_frame(landmarks))
    blink = face.displacements({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})
    assert len(shut_lids(face, blink)) == 2
    assert not shut_lids(face, 0.3 * blink)
    still = np.zeros((2, 2))
    irises = face.points[[37, 43]]
    field = shape_field(face, blink, still, irises, frame.size, frame.size)
    for rim in load_shapes().lids:
        own = fill_polygon((frame.size, frame.size), face.positions[rim])
        inner = cv2.erode(own, np.ones((3, 3)))
        across, down = np.meshgrid(*[np.arange(frame.size, dtype=np.float32)] * 2)
        seen = cv2.remap(inner, across + field[..., 0], down + field[..., 1], cv2.INTER_NEAREST)
        assert (seen > 0).sum() < 0.25 * (inner > 0).sum()


def test_rims_stay_and_show_once_while_the_skin_around_them_moves():
    field = np.zeros((96, 96, 2), np.float32)
    field[..., 1] = 6.0
    rims = np.zeros((96, 96), np.uint8)
    rims[48:50] = 255
    held = hold_rims(field, rims, np.zeros_like(rims))
    assert not held[47:51].any()
    assert np.array_equal(held[[2, 93]], field[[2, 93]])
    sources = np.arange(96)[:, None] + held[..., 1]
    assert (np.diff(sources, axis=0) > 0).all()


def test_gaze_moves_the_iris_and_nothing_beyond_the_lids(express, portrait):
    image, landmarks = portrait
    weights = {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0}
    # The lids follow a little; what is far from the eyes stays.
    result = express(weights=weights)
    rows, columns = np.nonzero(covered(image, result))
    box = landmarks[36:48]
    assert rows.max() < box[:, 1].max() + 0.35 * np.ptp(box[:, 0])
    assert columns.min() > box[:, 0].min() - 0.35 * np.ptp(box[:, 0])


def test_nothing_far_from_the_face_moves(express, portrait):
    image, landmarks = portrait
    changed = covered(image, express(weights={"jawOpen": 1.0, "faceWidth": 1.0})) > 0
    canonical = canonical_frame(landmarks)
    rows, columns = np.nonzero(changed)
    inside = canonical.to_frame(np.stack([columns, rows], axis=1).astype(float))
    jaw = canonical.to_frame(landmarks)[:17]
    assert inside[:, 0].min() > jaw[:, 0].min() - 40
    assert inside[:, 0].max() < jaw[:, 0].max() + 40


@pytest.mark.parametrize("weight", [-1.0, 1.0])
def test_no_slider_raises_or_tears_when_all_are_moved(express, weight):
    for names in (BLEND_SHAPES, FACE_SHAPES):
        result = express(weights=dict.fromkeys(names, weight), draft=True)
        assert np.isfinite(result.landmarks).all()


def test_points_that_meet_are_no_error(editor, portrait):
    image, landmarks = portrait
    shut = landmarks.copy()
    shut[LIPS[0]] = shut[LIPS[1]]
    shut[[37, 38, 43, 44]] = shut[[41, 40, 47, 46]]
    result = editor.run(ExpressionRequest(image, shut, Expression.SURPRISED))
    assert result.coverage.any()


def test_a_draft_looks_like_the_edit(express, portrait):
    image = portrait[0]
    exact, quick = (
        shown(image, express(weights={"browDownLeft": 1.0, "browDownRight": 1.0}, draft=draft))
        for draft in (False, True)
    )
    changed = np.abs(exact.astype(int) - image).mean()
    assert np.abs(exact.astype(int) - quick).mean() < 0.4 * changed


def test_half_the_strength_goes_half_the_way(express, portrait):
    whole, half = (
        express(weights={"jawOpen": 0.8}, strength=strength).landmarks for strength in (1.0, 0.5)
    )
    assert np.allclose(half - portrait[1], (whole - portrait[1]) / 2, atol=0.05)


def test_16_bits_stay_16_bits(editor, portrait):
    deep = portrait[0].astype(np.uint16) * 257
    result = editor.run(ExpressionRequest(deep, portrait[1], Expression.SAD))
    assert result.patch.dtype == np.uint16


def test_a_face_outside_the_picture_is_refused(editor, portrait):
    image, landmarks = portrait
    with pytest.raises(InvalidRequestError, match="outside"):
        editor.run(ExpressionRequest(image, landmarks + 5000.0, Expression.SAD))


@pytest.mark.parametrize(
    "wrong", [{"weights": {"smirk": 1.0}}, {"weights": {"jawOpen": 1.5}}, {"strength": -0.1}]
)
def test_impossible_requests_cannot_be_made(portrait, wrong):
    request = ExpressionRequest(*portrait)
    with pytest.raises(InvalidRequestError):
        replace(request, **wrong)


def test_an_expression_can_be_cancelled(editor, portrait):
    def stop(share, text):
        raise Cancelled

    with pytest.raises(Cancelled):
        editor.run(ExpressionRequest(*portrait, Expression.HAPPY), stop)


@pytest.mark.parametrize(("share", "painted"), [(0.4, None), (0.6, 1.0)])
def test_a_mouth_is_painted_whole_or_not_at_all(portrait, share, painted):
    landmarks = portrait[1]
    frame = canonical_frame(landmarks)
    mouth = Opening(frame, lambda one: np.zeros((one.size, one.size), np.uint8), share, True)
    whole = _whole(mouth)
    assert (None if whole is None else whole.share) == painted
