"""The harmonizer paints in the hole only, from what the exemplar shows there."""

import pytest
import torch

from core.errors import CheckpointError
from core.models import harmonizer, residual_unet
from core.models.residual_unet import ResidualUNet, ResidualUNetConfig, config_values
from core.runtime.checkpoints import save_weights

CPU = torch.device("cpu")
SMALL = ResidualUNetConfig(widths=(4, 8))


@pytest.fixture
def stored(tmp_path):
    torch.manual_seed(0)
    network = ResidualUNet(SMALL)
    torch.nn.init.normal_(network.to_residual.weight, std=0.2)
    path = tmp_path / "small.safetensors"
    save_weights(path, network.state_dict(), "harmonizer", config_values(SMALL))
    return path


@pytest.fixture
def scene():
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(2, 3, 32, 32, generator=generator) * 2 - 1
    mask = torch.zeros(2, 1, 32, 32)
    mask[..., 8:20, 10:26] = 1.0
    return image, mask, torch.rand(2, 3, 32, 32, generator=generator)


def test_pixels_outside_the_hole_stay_and_the_hole_follows_the_exemplar(stored, scene):
    image, mask, exemplar = scene
    model = harmonizer.build(stored, CPU)
    filled = model.harmonize(image, mask, exemplar)
    outside = (mask == 0).expand_as(image)
    assert torch.equal(filled[outside], image[outside])
    assert filled.abs().max() <= 1
    assert not torch.equal(filled, model.harmonize(image, mask, 1 - exemplar))


def test_what_lies_in_the_hole_or_beside_the_exemplar_is_not_seen(stored, scene):
    image, mask, exemplar = scene
    model = harmonizer.build(stored, CPU)
    filled = model.harmonize(image, mask, exemplar)
    hidden = torch.where(mask > 0, 0.5, image)
    assert torch.equal(filled, model.harmonize(hidden, mask, exemplar * mask))


def test_untrained_it_answers_with_the_smooth_fill(scene):
    image, mask, exemplar = scene
    filled = harmonizer.build(None, CPU).harmonize(image, mask, exemplar)
    assert filled[(mask > 0).expand_as(image)].std() < image.std()


def test_weights_of_another_system_are_refused(stored):
    with pytest.raises(CheckpointError, match="another system"):
        residual_unet.build(stored, CPU)
