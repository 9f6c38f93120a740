"""The judge tells an exemplar that matters from one that does not, and one face from another."""

import numpy as np
import pytest

from core.training.data.holes import whole_mouth
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.reports.style_frames import (
    chosen_faces,
    frozen_batch,
    sources_with_hole,
    to_images,
)
from core.training.reports.style_judge import (
    TEACHER,
    describe_faces,
    exemplar_distances,
    hole_features,
    recognition_auc,
)

FACES = np.array([[0.0, 0.0], [3.0, 4.0], [30.0, 40.0]])


def test_a_fill_like_its_exemplar_is_nearer_to_it_than_to_another_face():
    distances = exemplar_distances(np.roll(FACES, 1, 0), FACES)
    assert distances.near == 0.0
    assert distances.far == pytest.approx((25.0 + 45.0**2 + 2500.0) / 3)
    assert distances.nearer == 1.0
    assert exemplar_distances(np.roll(FACES, 2, 0), FACES).nearer == 0.0
    assert exemplar_distances(np.roll(FACES, 1, 0), FACES, power=1).far == pytest.approx(100.0 / 3)


def test_a_judge_knows_copies_and_guesses_at_noise():
    assert recognition_auc(FACES, FACES + 0.5) == 1.0
    rng = np.random.default_rng(0)
    blind = recognition_auc(rng.normal(size=(40, 8)), rng.normal(size=(40, 8)))
    assert blind == pytest.approx(0.5, abs=0.1)


def test_features_of_a_hole_know_its_face_in_other_light(data_dir):
    features = AgeGenderFeatures(data_dir / "teachers" / TEACHER)
    batch = frozen_batch(sources_with_hole(chosen_faces(data_dir)[:8], whole_mouth))
    photos, holes = to_images(batch.image), batch.mask[:, 0].numpy() > 0
    darker = (photos * 0.85).astype(np.uint8)
    seen, again = (hole_features(features, one, holes) for one in (photos, darker))
    assert seen.shape == (8, 32 + 256)
    assert recognition_auc(seen, again) > 0.9


def test_descriptors_know_a_person_in_a_small_picture(sample_face):
    frame = sample_face.canonical.resized(128)
    face, points = frame.crop(sample_face.image), frame.to_frame(sample_face.landmarks)
    known, same = describe_faces(np.stack([face, (face * 0.8).astype(np.uint8)]), [points] * 2)
    assert np.linalg.norm(known - same) < 0.4
