"""Label maps that generators get in training: true outside the hole, of all kinds inside."""

import io
import json
import pickle
import tarfile
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from core.anatomy.region_outlines import UNKNOWN, labels_from_landmarks
from core.anatomy.regions import LEGEND, Region
from core.training.data import holes
from core.training.data.batches import to_device
from core.training.data.contact_sheet import render_labels, write_sheet
from core.training.data.device_frames import device_batches
from core.training.data.faces import load_faces
from core.training.data.frames import FrameSource, SampleMix
from core.training.data.label_maps import (
    draw_labels,
    grow_into_hole,
    load_labelled_faces,
    warp_labels,
)


def png(labels):
    return cv2.imencode(".png", labels)[1].tobytes()


@pytest.fixture(scope="module")
def labelled_face(sample_face):
    """The sample portrait with a map of half its size: its left half hair, its right half neck."""
    labels = np.full((256, 256), Region.NECK, np.uint8)
    labels[:, :128] = Region.HAIR
    return replace(
        sample_face, labels=png(labels), record={**sample_face.record, "size": [512, 512]}
    )


@pytest.fixture
def source(labelled_face):
    makers = [(1.0, holes.whole_mouth)]
    return FrameSource("face", 1.0, [labelled_face], (0.9, 1.0), makers, draw_labels=draw_labels)


def test_half_of_a_hole_grows_from_each_side():
    labels = np.full((9, 20), Region.SKIN, np.uint8)
    labels[:, 10:] = Region.HAIR
    mask = np.zeros_like(labels)
    mask[2:7, 4:16] = 255
    grown = grow_into_hole(np.where(mask > 0, Region.NOSE, labels).astype(np.uint8), mask)
    assert np.array_equal(grown[4, :9], np.full(9, Region.SKIN))
    assert np.array_equal(grown[4, 11:], np.full(9, Region.HAIR))


def test_a_map_that_is_all_hole_tells_nothing():
    labels = np.full((8, 8), Region.SKIN, np.uint8)
    assert (grow_into_hole(labels, np.full((8, 8), 255, np.uint8)) == UNKNOWN).all()


def test_moved_regions_are_the_same_ones_elsewhere(sample_face):
    labels = labels_from_landmarks((512, 512), sample_face.landmarks)
    warped = warp_labels(labels, 10.0, np.random.default_rng(0))
    assert not np.array_equal(warped, labels)
    assert {*np.unique(warped)} <= {*np.unique(labels)}


def test_outside_the_hole_a_map_is_true_drawn_from_landmarks_or_missing(source):
    mix, seen = SampleMix([source], 64), set()
    for _ in range(60):
        spec = mix.draw_spec()
        outside = spec.labels[spec.mask == 0]
        drawn = labels_from_landmarks((64, 64), spec.crop.landmarks)[spec.mask == 0]
        if (outside == UNKNOWN).all():
            seen.add("missing")
        elif np.array_equal(outside, drawn):
            seen.add("landmarks")
        else:
            assert {*np.unique(outside)} <= {Region.HAIR, Region.NECK}
            seen.add("true")
    assert seen == {"true", "landmarks", "missing"}


def test_a_mirrored_frame_has_a_mirrored_map(source, sample_face):
    mix = SampleMix([source], 64)
    specs = [spec for spec in (mix.draw_spec() for _ in range(60)) if Region.NECK in spec.labels]
    assert {spec.crop.is_mirrored for spec in specs} == {True, False}
    for spec in specs:
        hair_is_left = spec.labels[5, 0] == Region.HAIR
        face_x = float(spec.crop.frame.to_photo(np.array([[0.0, 5.0]]))[0, 0])
        assert hair_is_left == ((face_x < 256) != spec.crop.is_mirrored) or spec.labels[5, 0] == 255


def test_known_regions_are_preferred_and_gaps_are_drawn(labelled_face):
    holed = np.full((256, 256), UNKNOWN, np.uint8)
    holed[:30] = Region.HAIR
    face = replace(labelled_face, labels=png(holed))
    source = FrameSource("face", 1.0, [face], (1.0, 1.0), [(1.0, holes.box)], (0.5, 0.5))
    crop = SampleMix([source], 64).draw_spec().crop
    nothing = np.zeros((64, 64), np.uint8)
    maps = [draw_labels(np.random.default_rng(i), face, crop, nothing) for i in range(30)]
    assert any(Region.HAIR in one and Region.LEFT_EYE in one for one in maps)


def test_batches_carry_labels_to_the_device(source):
    sample = to_device(SampleMix([source], 64).batch(3), torch.device("cpu"))
    assert sample.labels.shape == (3, 1, 64, 64)
    assert sample.labels.dtype == torch.uint8


def test_resident_batches_carry_them_too(source):
    mix = SampleMix([source], 64)
    batch = next(device_batches(mix, 2, torch.device("cpu"), workers=0, first=0))
    assert batch.labels.shape == (2, 1, 64, 64)


def test_contact_sheets_show_the_map_that_was_told(source, tmp_path):
    batch = SampleMix([source], 64).batch(4)
    write_sheet(tmp_path / "sheet.png", batch.image, batch)
    assert cv2.imread(str(tmp_path / "sheet.png")).shape == (64, 4 * 4 * 64, 3)
    unknown = render_labels(np.array([[[UNKNOWN, Region.HAIR]]], np.uint8))
    assert unknown.tolist() == [[[[96, 96, 96], [*LEGEND[Region.HAIR].colour]]]]


def test_workers_can_be_sent_a_source_with_maps(source):
    assert pickle.loads(pickle.dumps(source)).draw_labels is draw_labels


def test_maps_are_found_by_set_and_name_and_our_own_parsers_come_first(small_data, tmp_path):
    first, second = (face.name for face in load_faces(small_data, ["faces256"], "val")[:2])
    ears, neck = (png(np.full((4, 4), label, np.uint8)) for label in (Region.EARS, Region.NECK))
    write_maps(tmp_path / "parsing_pseudo-000.tar", {first: neck, second: neck})
    write_maps(tmp_path / "parsed-000.tar", {first: ears})
    faces = load_labelled_faces([small_data, tmp_path], ["faces256"], "val")
    labels = {face.name: face.labels for face in faces if face.labels is not None}
    assert labels == {first: ears, second: neck}
    other_set = load_labelled_faces([small_data, tmp_path], ["hires768"], "val")
    assert all(face.labels is None for face in other_set)


def write_maps(path, maps):
    """Write maps of faces of one set as a shard."""
    with tarfile.open(path, "w") as shard:
        for name, labels in maps.items():
            record = json.dumps({"image": f"faces256/{name}.jpg"}).encode()
            for file_name, content in ((f"{name}.png", labels), (f"{name}.json", record)):
                entry = tarfile.TarInfo(file_name)
                entry.size = len(content)
                shard.addfile(entry, io.BytesIO(content))
