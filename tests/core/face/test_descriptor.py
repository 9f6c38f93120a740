"""The identity meter: one person stays one person, two stay two."""

import numpy as np

from core.face.descriptor import SAME_PERSON, compute_descriptor, descriptor_distance


def test_a_person_stays_the_same_turned_reduced_and_in_16_bits(astronaut, turned, resized):
    person = compute_descriptor(astronaut.image, astronaut.landmarks)
    assert person.shape == (128,)

    upside_down, small = turned(astronaut, 170), resized(astronaut, 0.8)
    deep = astronaut.image.astype(np.uint16) * 257

    assert descriptor_distance(person, compute_descriptor(*upside_down[:2])) < 0.2
    assert descriptor_distance(person, compute_descriptor(*small[:2])) < 0.2
    assert descriptor_distance(person, compute_descriptor(deep, astronaut.landmarks)) < 1e-3


def test_a_smile_leaves_identity_and_another_person_does_not(london):
    people = [compute_descriptor(photo.image, photo.landmarks) for photo in london]

    same = [descriptor_distance(people[i], people[i + 1]) for i in (0, 2, 4)]
    other = [descriptor_distance(people[i], people[j]) for i in (0, 1) for j in (2, 3, 4, 5)]

    assert max(same) < SAME_PERSON
    assert max(same) < min(other)


def test_descriptors_are_dlibs_own(astronaut):
    import dlib

    from core.face.descriptor import _network

    points = [dlib.point(*map(int, point)) for point in astronaut.landmarks.round()]
    shape = dlib.full_object_detection(dlib.rectangle(0, 0, 1, 1), points)
    expected = np.array(_network().compute_face_descriptor(astronaut.image, shape))

    assert (
        descriptor_distance(compute_descriptor(astronaut.image, astronaut.landmarks), expected)
        < 0.15
    )
