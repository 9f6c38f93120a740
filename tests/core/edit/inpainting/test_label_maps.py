"""A fill that knows the regions of the face is told them, wherever they come from."""

from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.anatomy.landmarks import LEFT_EYE, OUTER_LIPS
from core.anatomy.region_outlines import UNKNOWN, labels_from_landmarks
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.inpainting.label_maps import (
    FaceLabelMap,
    coarse_label_maps,
    labels_in_frame,
    refined_label_maps,
)
from core.edit.networks import Networks
from core.edit.requests import InpaintRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame, sub_frame
from core.imaging.masks import fill_hull
from core.models import face_parser
from core.models.face_parser import FaceParser
from core.models.region_norm.model import NAME
from core.runtime.checkpoints import save_weights


@pytest.fixture(scope="module")
def mouth(landmarks):
    return fill_hull((512, 512), landmarks[list(OUTER_LIPS)])


@pytest.fixture(scope="module")
def editor(small_region_norm):
    return Editor("cpu", {NAME: small_region_norm})


def request(mask, faces=(), labels=None):
    return InpaintRequest(astronaut(), mask, faces, model=NAME, labels=labels)


def test_only_faces_that_the_hole_lies_on_are_mapped(landmarks, mouth):
    networks, far = Networks(torch.device("cpu")), np.zeros((512, 512), np.uint8)
    far[480:500, 480:500] = 255
    assert len(coarse_label_maps(request(mouth, (landmarks,)), mouth, networks)) == 1
    assert coarse_label_maps(request(far, (landmarks,)), far, networks) == []


def test_without_a_parser_landmarks_draw_the_map(landmarks, mouth, tmp_path):
    networks = Networks(torch.device("cpu"), {"face_parser": tmp_path / "nothing.safetensors"})
    (one,) = coarse_label_maps(request(mouth, (landmarks,)), mouth, networks)
    drawn = labels_from_landmarks((256, 256), one.frame.to_frame(landmarks))
    assert np.array_equal(one.labels, drawn)


def test_a_map_of_the_face_is_found_again_in_a_frame_that_zooms(landmarks):
    whole = canonical_frame(landmarks, 256)
    maps = [FaceLabelMap(whole, labels_from_landmarks((256, 256), whole.to_frame(landmarks)))]
    frame = sub_frame(whole, (0.377, 0.476), 0.3, 128)
    found = labels_in_frame(frame, maps)
    drawn = labels_from_landmarks((128, 128), frame.to_frame(landmarks))
    assert (found == drawn).mean() > 0.95
    x, y = frame.to_frame(landmarks[list(LEFT_EYE)]).mean(axis=0).astype(int)
    assert found[y, x] == Region.LEFT_EYE


def test_beyond_every_map_nothing_is_known(landmarks):
    whole = canonical_frame(landmarks, 256)
    maps = [FaceLabelMap(whole, np.full((256, 256), Region.SKIN, np.uint8))]
    found = labels_in_frame(sub_frame(whole, (0.5, 0.5), 2.0, 64), maps)
    assert found[0, 0] == found[-1, -1] == UNKNOWN
    assert found[32, 32] == Region.SKIN
    assert 0.2 < (found == Region.SKIN).mean() < 0.3


def test_what_the_user_painted_wins_where_it_is_known(landmarks):
    whole = canonical_frame(landmarks, 256)
    maps = [FaceLabelMap(whole, np.full((256, 256), Region.SKIN, np.uint8))]
    painted = np.full((512, 512), UNKNOWN, np.uint8)
    painted[:, :240] = Region.HAIR
    found = labels_in_frame(whole, maps, painted)
    assert {*np.unique(found)} == {Region.SKIN, Region.HAIR}
    columns = whole.to_frame(np.array([[239.0, 100.0]]))[0, 0]
    assert abs((found[100] == Region.HAIR).sum() - columns) <= 2


@pytest.mark.parametrize("has_face", [True, False])
def test_region_norm_fills_exactly_the_hole_with_or_without_a_face(
    editor, landmarks, mouth, has_face
):
    result = editor.run(request(mouth, (landmarks,) if has_face else ()))
    rows, columns = np.nonzero(mouth)
    assert (result.top, result.left) == (rows.min(), columns.min())
    assert result.coverage.any()
    photo = astronaut()[result.top :, result.left :][: len(result.patch), : result.patch.shape[1]]
    assert np.array_equal(result.patch[result.coverage == 0], photo[result.coverage == 0])


def test_the_map_changes_what_is_filled(editor, landmarks, mouth):
    alone = editor.run(request(mouth))
    told = editor.run(request(mouth, labels=np.full((512, 512), Region.HAIR, np.uint8)))
    assert not np.array_equal(alone.patch, told.patch)


def test_a_map_of_another_size_is_refused(mouth):
    with pytest.raises(InvalidRequestError, match="map of regions"):
        request(mouth, labels=np.zeros((4, 4), np.uint8))


def test_other_models_fill_alike_whatever_the_map_says(mouth):
    editor, labels = Editor("cpu"), np.full((512, 512), Region.HAIR, np.uint8)
    first, second = (
        editor.run(InpaintRequest(astronaut(), mouth, labels=one)) for one in (None, labels)
    )
    assert np.array_equal(first.patch, second.patch)
    assert first.notices == ()
    assert "choose region_norm" in second.notices[0]


@pytest.fixture
def make_parser(tmp_path):
    """Write the weights of a parser that calls every pixel by one label."""

    def make(label):
        parser = FaceParser(replace(face_parser.EMBEDDED, widths=(8, 8, 8, 8, 8, 8)))
        with torch.no_grad():
            parser.to_scores.weight.zero_()
            parser.to_scores.bias.zero_()
            parser.to_scores.bias[label] = 1.0
        path = tmp_path / "face_parser.safetensors"
        save_weights(path, parser.state_dict(), face_parser.NAME, asdict(parser.config))
        return path

    return make


def test_a_parser_maps_what_is_seen_and_landmarks_what_is_hidden(landmarks, mouth, make_parser):
    networks = Networks(torch.device("cpu"), {face_parser.NAME: make_parser(Region.NECK)})
    (one,) = coarse_label_maps(request(mouth, (landmarks,)), mouth, networks)
    x, y = one.frame.to_frame(landmarks[[48, 54, 51, 57]]).mean(axis=0).astype(int)
    assert one.labels[y, x] in (Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP)
    assert one.labels[5, 5] == one.labels[100, 128] == Region.NECK


def test_the_first_answer_is_parsed_and_painted_over_once(landmarks, mouth, make_parser):
    networks = Networks(torch.device("cpu"), {face_parser.NAME: make_parser(Region.EARS)})
    maps = coarse_label_maps(request(mouth, (landmarks,)), mouth, networks)
    (refined,) = refined_label_maps(maps, astronaut(), networks)
    assert (refined.labels == Region.EARS).all()


def test_a_fill_looks_once_more_at_the_regions_of_its_own_answer(
    editor, landmarks, mouth, make_parser
):
    weights = {**editor._networks._weights, face_parser.NAME: make_parser(Region.HAIR)}
    refined = Editor("cpu", weights).run(request(mouth, (landmarks,)))
    hair = np.full((512, 512), Region.HAIR, np.uint8)
    painted = Editor("cpu", weights).run(request(mouth, (landmarks,), hair))
    assert np.abs(refined.patch.astype(int) - painted.patch).max() <= 2


def test_beside_what_the_user_painted_regions_stay_as_they_were_found_first(
    editor, landmarks, mouth, make_parser
):
    weights = {**editor._networks._weights, face_parser.NAME: make_parser(Region.HAIR)}
    nothing = np.full((512, 512), UNKNOWN, np.uint8)
    told, untold = (
        Editor("cpu", weights).run(request(mouth, (landmarks,), labels))
        for labels in (nothing, None)
    )
    assert np.abs(told.patch.astype(int) - untold.patch).max() > 2  # else it were all hair
