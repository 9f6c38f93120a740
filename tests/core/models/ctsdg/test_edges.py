import numpy as np
import torch

from core.models.ctsdg.edges import canny_edges, detect_edges, to_grey, wrap_image
from core.runtime.tensors import from_image


def disc(side: int = 64, radius: float = 20.0) -> torch.Tensor:
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    image = np.where(np.hypot(rows, columns) < radius, 200, 60).astype(np.uint8)
    return from_image(np.dstack([image] * 3))


def test_edges_of_a_disc_are_a_thin_circle():
    edge = detect_edges(disc())[0, 0].numpy()
    rows, columns = np.nonzero(edge > 0.5)
    distance = np.hypot(rows - 31.5, columns - 31.5)
    assert np.abs(distance - 20.0).max() < 1.5
    assert 100 < len(rows) < 260  # the circle is 126 pixels long


def test_flat_and_faintly_shaded_pictures_have_no_edges():
    ramp = torch.linspace(-0.5, 0.5, 64).expand(1, 3, 64, 64)
    assert not detect_edges(torch.zeros(1, 3, 32, 32)).any()
    assert not detect_edges(ramp).any()


def test_edges_of_a_batch_are_those_of_its_pictures():
    both = torch.cat([disc(radius=20.0), disc(radius=10.0)])
    assert torch.equal(detect_edges(both)[1:], detect_edges(both[1:]))


def test_edges_do_not_lose_precision_under_autocast():
    plain = detect_edges(disc())
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(detect_edges(disc()), plain)


def test_canny_finds_the_disc_too():
    edge = canny_edges(to_grey(disc()))
    assert edge.shape == (1, 1, 64, 64)
    assert set(edge.unique().tolist()) == {0.0, 1.0}
    assert ((edge - detect_edges(disc())).abs() < 0.5).float().mean() > 0.9


def test_a_wrapped_picture_is_what_a_cast_to_bytes_leaves():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image = from_image(np.dstack([levels] * 3))
    doubled = 2 * levels.astype(int)
    expected = np.where(levels < 128, (doubled + 1) % 256, doubled - 255)
    wrapped = (wrap_image(image) + 1) * 127.5
    assert np.allclose(wrapped[0, 0].numpy(), expected, atol=1e-3)


def test_grey_weighs_channels_as_luma():
    image = torch.tensor([1.0, -1.0, 0.0]).view(1, 3, 1, 1)
    assert torch.allclose(to_grey(image), torch.tensor(0.2125 + 0.0721 / 2))
