"""What the expression network paints is taken over as a change; the photo keeps the rest."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy.expressions import Expression
from core.edit.expression.express import make_expression
from core.edit.expression.painted_expression import face_cover, paint_expression
from core.edit.networks import Networks, PaintedChange
from core.edit.requests import ExpressionMethod, ExpressionRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.face.expression_frame import expression_frame
from core.models.sa_stargan.model import NAME, SAStarGANConfig, SAStarGANGenerator
from core.progress import silent
from core.runtime.checkpoints import save_weights

CPU = torch.device("cpu")


class Painter(Networks):
    """Answers every frame with a fixed change, as a network might."""

    def __init__(self, change: float, move: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__(CPU)
        self.change, self.move, self.asked = change, move, []

    def express(self, name, device, image, weights):
        self.asked.append((name, dict(weights)))
        move = np.broadcast_to(np.float32(self.move), (*image.shape[:2], 2))
        return PaintedChange(move, np.full(image.shape, self.change, np.float32))


def painted(networks, portrait, strength=1.0, weights=None):
    image, landmarks = portrait
    asked = weights or {"happy": 1.0}
    return paint_expression(networks, image, landmarks, asked, strength, silent)


def test_what_the_network_leaves_alone_stays_the_photo(portrait):
    answer = painted(Painter(0.0), portrait)
    original = portrait[0][answer.window].astype(int)
    assert np.abs(answer.image - original).max() <= 1


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_a_change_comes_over_by_its_strength(portrait, strength):
    answer = painted(Painter(20.0), portrait, strength)
    original = portrait[0][answer.window].astype(int)
    inside = (answer.coverage == 255) & (original.max(axis=2) < 200) & (original.min(axis=2) > 30)
    assert (answer.image - original)[inside].mean() == pytest.approx(20 * strength, abs=1.0)


def test_pixels_move_at_the_photos_own_resolution_by_the_strength(portrait):
    image, landmarks = portrait
    ramp = np.repeat(np.mgrid[: image.shape[0], : image.shape[1]][1][..., None] // 4, 3, axis=2)
    photo = ramp.astype(np.uint16) * 100
    frame = expression_frame(canonical_frame(landmarks), 128)
    along = 3.0 * frame.matrix[:, :2] @ (1.0, 0.0)  # three pixels of the photo to the right
    for strength in (0.5, 1.0):
        networks = Painter(0.0, tuple(along / np.hypot(*frame.matrix[:, 0])))
        answer = painted(networks, (photo, landmarks), strength)
        inside = answer.coverage == 255
        found = (answer.image - photo[answer.window].astype(float))[inside].mean()
        assert found == pytest.approx(25 * 3.0 * strength / frame.scale, rel=0.1)


def test_sixteen_bits_change_as_eight_do(portrait):
    image, landmarks = portrait
    deep = image.astype(np.uint16) * 257
    shallow, fine = (painted(Painter(12.0), (one, landmarks)) for one in (image, deep))
    assert fine.image.dtype == np.uint16
    assert np.abs(fine.image / 257 - shallow.image).mean() < 0.6


def test_nothing_changes_outside_the_face_or_at_the_frames_border(portrait):
    image, landmarks = portrait
    frame = expression_frame(canonical_frame(landmarks), 128)
    cover = face_cover(frame, landmarks)
    assert cover[64, 64] == 255
    for edge in (cover[:2], cover[-2:], cover[:, :2], cover[:, -2:]):
        assert not edge.any()
    steps = (
        np.abs(np.diff(cover.astype(int), axis=0)).max(),
        np.abs(np.diff(cover.astype(int))).max(),
    )
    assert max(steps) < 60
    answer = painted(Painter(40.0), portrait)
    assert answer.coverage.shape == image[answer.window].shape[:2]
    rows, columns = (part.stop - part.start for part in answer.window)
    assert rows < image.shape[0]
    assert columns < image.shape[1]


def test_a_small_photo_takes_the_change_as_well(portrait):
    image, landmarks = portrait
    small, points = image[::4, ::4].copy(), landmarks / 4
    answer = painted(Painter(20.0), (small, points))
    inside = answer.coverage > 200
    change = (answer.image - small[answer.window].astype(int))[inside]
    assert 10 < np.median(change) < 25


def test_the_network_is_asked_for_the_expression_by_name(portrait):
    networks = Painter(0.0)
    painted(networks, portrait, weights={"sad": 0.5})
    assert networks.asked == [(NAME, {"sad": 0.5})]


def test_a_face_beyond_the_photo_is_no_face_to_paint(portrait):
    image, landmarks = portrait
    assert painted(Painter(5.0), (image, landmarks + 5000)) is None


def test_a_real_network_paints_the_frame(portrait, tmp_path):
    path = _weights(tmp_path, classes=8)
    answer = painted(Networks(CPU, {NAME: path}), portrait)
    original = portrait[0][answer.window]
    assert (
        np.abs(answer.image[answer.coverage > 0] - original[answer.coverage > 0].astype(int)).max()
        > 3
    )


def test_a_network_of_other_classes_is_refused_with_a_sentence(portrait, tmp_path):
    path = _weights(tmp_path, classes=5)
    with pytest.raises(InvalidRequestError, match="other things than expressions"):
        painted(Networks(CPU, {NAME: path}), portrait)


def test_the_photos_own_detail_gives_way_where_the_change_is_large(portrait):
    rng = np.random.default_rng(0)
    image = rng.integers(90, 110, portrait[0].shape).astype(np.uint8)
    few, many = (painted(Painter(change), (image, portrait[1])) for change in (2.0, 120.0))
    inside = few.coverage == 255
    assert many.image[inside].std() < 0.7 * few.image[inside].std()


def _weights(folder, classes):
    config = SAStarGANConfig(classes=classes, width=4, blocks=1, kernel=3)
    path = folder / "network.safetensors"
    save_weights(path, SAStarGANGenerator(config).state_dict(), NAME, vars(config))
    return path


def test_the_paper_way_is_asked_for_by_its_method_and_takes_classes_only(portrait):
    image, landmarks = portrait
    network = ExpressionMethod.NETWORK
    request = ExpressionRequest(image, landmarks, Expression.SAD, method=network)
    networks = Painter(15.0)
    result = make_expression(request, networks, silent)
    assert networks.asked == [(NAME, {"sad": 1.0})]
    assert result.coverage.any()
    assert not make_expression(replace(request, strength=0.0), networks, silent).coverage.any()
    for more in ({"expression": None}, {"like": landmarks}, {"weights": {"jawOpen": 0.5}}):
        with pytest.raises(InvalidRequestError, match="expressions only"):
            replace(request, **more)
