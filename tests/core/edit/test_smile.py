"""The smile keeps its promises on a real portrait with the shipped weights."""

from dataclasses import replace

import numpy as np
import pytest
from skimage.data import astronaut

from core.edit.pipeline import Editor
from core.edit.request import FindFacesRequest, SmileKind, SmileMethod, SmileRequest
from core.edit.smile import frames, mouth_mask
from core.errors import InvalidRequestError
from core.face.detect import find_faces
from core.image_file import photo_from_array
from core.masks import dilate
from core.progress import Cancelled
from core.regions import mouth_width


@pytest.fixture(scope="module")
def editor():
    return Editor("cpu")


@pytest.fixture(scope="module")
def portrait():
    image = astronaut()
    return image, find_faces(image, thorough=False)[0].landmarks


def test_editor_finds_the_face_of_the_sample(editor, portrait):
    found = editor.run(FindFacesRequest(portrait[0], thorough=False))
    assert len(found.faces) == 1


def test_strength_zero_gives_the_photo_back(editor, portrait):
    result = editor.run(SmileRequest(*portrait, strength=0.0))
    assert not result.coverage.any()


@pytest.mark.parametrize("method", SmileMethod)
def test_samples_without_coverage_are_the_photos_own(editor, portrait, method):
    result = editor.run(SmileRequest(*portrait, method=method))
    image = portrait[0]
    smiling = photo_from_array(image).with_patch(
        result.patch, result.left, result.top, result.coverage
    )
    whole = np.zeros(image.shape[:2], np.uint8)
    height, width = result.coverage.shape
    rows = slice(result.top, result.top + height)
    whole[rows, result.left : result.left + width] = result.coverage
    assert 0 < (whole > 0).mean() < 0.5
    assert np.array_equal(smiling.work[whole == 0], image[whole == 0])
    assert not np.array_equal(smiling.work, image)


def test_same_request_gives_the_same_pixels(editor, portrait):
    request = SmileRequest(*portrait, strength=0.5)
    first, second = editor.run(request), editor.run(request)
    assert np.array_equal(first.patch, second.patch)
    assert np.array_equal(first.coverage, second.coverage)


def test_mouth_widens_with_the_strength_and_narrows_below_zero(portrait):
    widths = []
    for strength in (-1.0, -0.5, 0.0, 0.5, 1.0):
        _, _, target = frames(SmileRequest(*portrait, strength=strength, kind=SmileKind.GENTLE))
        widths.append(mouth_width(target))
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_smile_that_is_there_already_stops_at_a_natural_maximum(portrait):
    image, landmarks = portrait
    _, own, target = frames(SmileRequest(image, landmarks, kind=SmileKind.WIDE))
    growth = mouth_width(target) / mouth_width(own)
    assert 1.0 <= growth < 1.15


def test_draft_shows_almost_what_the_smile_will_be(editor, portrait):
    request = SmileRequest(*portrait, strength=-1.0)
    whole, draft = editor.run(request), editor.run(replace(request, draft=True))
    assert np.array_equal(whole.coverage, draft.coverage)
    difference = np.abs(whole.patch.astype(int) - draft.patch)[whole.coverage > 0]
    assert difference.mean() < 1.5


def test_lips_never_cross(portrait):
    _, _, target = frames(SmileRequest(*portrait, strength=-1.0))
    assert (target[[67, 66, 65], 1] >= target[[61, 62, 63], 1]).all()


def test_sixteen_bit_photos_stay_sixteen_bit(editor, portrait):
    deep = portrait[0].astype(np.uint16) * 257
    result = editor.run(SmileRequest(deep, portrait[1]))
    shallow = editor.run(SmileRequest(*portrait))
    assert result.patch.dtype == np.uint16
    assert np.abs(result.patch / 257.0 - shallow.patch).mean() < 1.0


def test_cancelling_is_heard(editor, portrait):
    def stop(fraction, stage):
        raise Cancelled

    with pytest.raises(Cancelled):
        editor.run(SmileRequest(*portrait), stop)


def test_face_outside_the_picture_is_refused_in_a_sentence(editor, portrait):
    image, landmarks = portrait
    with pytest.raises(InvalidRequestError, match="outside"):
        editor.run(SmileRequest(image, landmarks + 5000.0))


def test_mouth_mask_covers_the_mouth_and_stays_on_the_face(portrait):
    image, landmarks = portrait
    mask = mouth_mask(image.shape[:2], landmarks)
    for x, y in np.round(landmarks[48:60]).astype(int):
        assert mask[y, x] == 255
    assert mask[: int(landmarks[30, 1]) - 5].max() == 0
    assert mask[int(landmarks[8, 1]) + 2 :].max() == 0


def test_repainting_stays_within_the_mouth_mask_of_the_face_before_and_after(editor, portrait):
    image, landmarks = portrait
    request = SmileRequest(*portrait, method=SmileMethod.REPAINT)
    canonical, _, target = frames(request)
    result = editor.run(request)
    mask = mouth_mask(image.shape[:2], canonical.to_photo(target), landmarks)
    height, width = result.coverage.shape
    whole = np.zeros_like(mask)
    whole[result.top : result.top + height, result.left : result.left + width] = result.coverage
    assert (whole[dilate(mask, 5) == 0] == 0).all()
    assert (whole[mask > 0] > 0).mean() > 0.95


def test_mouth_mask_of_two_positions_holds_each_of_them(portrait):
    image, landmarks = portrait
    raised = landmarks - [0.0, 6.0]
    both = mouth_mask(image.shape[:2], landmarks, raised)
    for one in (landmarks, raised):
        assert (both >= mouth_mask(image.shape[:2], one)).all()


def test_neutral_people_smile_by_at_least_half_of_the_mean(editor, data_dir):
    from core.training.data import load_faces

    people = {}
    for face in load_faces(data_dir, ["hires768"], "val"):
        if face.record.get("pair") and face.record["expression"]["happy"] < 0.5:
            people.setdefault(face.record["pair"], face)
    assert len(people) == 12
    for face in list(people.values())[:2]:
        canonical, own, _ = frames(SmileRequest(face.image, face.landmarks))
        result = editor.run(SmileRequest(face.image, face.landmarks))
        smiling = photo_from_array(face.image).with_patch(
            result.patch, result.left, result.top, result.coverage
        )
        after = canonical.to_frame(find_faces(smiling.work, thorough=False)[0].landmarks)
        outward = (after[54, 0] - own[54, 0] - after[48, 0] + own[48, 0]) / 2
        upward = (own[[48, 54], 1] - after[[48, 54], 1]).mean()
        assert outward >= 3.8 / 2
        assert upward >= 5.3 / 2
