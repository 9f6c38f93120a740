"""The super-resolution network is the published one, and says so when a file is another's."""

from dataclasses import asdict

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from core.errors import CheckpointError
from core.models.super_resolution import NAME, SuperResolution, SuperResolutionConfig, build
from core.runtime.checkpoints import save_weights, weights_path

CPU = torch.device("cpu")
SMALL = SuperResolutionConfig(features=6, layers=2)


def small_network():
    """A network of random weights, also in the slopes of its PReLUs."""
    network = SuperResolution(SMALL).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.2)
    return network


def picture(height=9, width=7):
    return torch.rand(2, 3, height, width) * 2 - 1


def published(state, image):
    """Compute what the layout of the published weights says, layer by layer, in 0..1."""
    count = max(int(name.split(".")[1]) for name in state)
    features = image
    for index in range(0, count + 1, 2):
        weight, bias = state[f"body.{index}.weight"], state[f"body.{index}.bias"]
        features = F.conv2d(features, weight, bias, padding=1)
        if index < count:
            slope = state[f"body.{index + 1}.weight"][:, None, None]
            features = torch.where(features > 0, features, features * slope)
    number, _, height, width = image.shape
    shuffled = features.view(number, 3, 4, 4, height, width).permute(0, 1, 4, 2, 5, 3)
    repeated = image.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)
    return shuffled.reshape(number, 3, 4 * height, 4 * width) + repeated


def test_network_computes_what_the_published_layout_says():
    network, image = small_network(), picture()
    expected = published(network.state_dict(), (image + 1) / 2).clamp(0, 1) * 2 - 1
    with torch.no_grad():
        assert torch.allclose(network(image), expected, atol=1e-5)


def test_answer_is_four_times_as_large_and_in_range():
    with torch.no_grad():
        answer = small_network()(picture(5, 8) * 3)
    assert answer.shape == (2, 3, 20, 32)
    assert answer.abs().max() <= 1


def test_saved_weights_are_loaded_in_their_own_size(tmp_path):
    network, path = small_network(), tmp_path / "small.safetensors"
    save_weights(path, network.state_dict(), NAME, asdict(SMALL), fp16=False)
    image = picture()
    with torch.no_grad():
        assert torch.allclose(build(path, CPU)(image), network(image), atol=1e-5)


def test_weights_of_another_system_are_refused():
    with pytest.raises(CheckpointError, match="another system"):
        build(weights_path("refiner"), CPU)


def test_shipped_weights_hold_the_published_numbers(data_dir):
    shipped = load_file(weights_path(NAME))
    original = load_file(data_dir / "published" / "realesr_general_x4v3.safetensors")
    assert shipped.keys() == original.keys()
    assert all(torch.equal(shipped[name], original[name]) for name in original)


def test_shipped_network_computes_what_spandrel_computes():
    spandrel = pytest.importorskip("spandrel", reason="spandrel is for development only")
    state = {name: tensor.float() for name, tensor in load_file(weights_path(NAME)).items()}
    reference = spandrel.ModelLoader(CPU).load_from_state_dict(state)
    image = picture(24, 20)[:1]
    with torch.no_grad():
        expected = reference((image + 1) / 2).clamp(0, 1) * 2 - 1
        assert torch.allclose(build(weights_path(NAME), CPU)(image), expected, atol=1e-4)
