"""The generator of region-normalised inpainting in both sizes."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.anatomy.regions import Region, StyleRegion
from core.errors import CheckpointError
from core.models.region_norm.model import (
    EMBEDDED,
    NAME,
    RegionNormConfig,
    RegionNormGenerator,
    RegionNormInpainter,
    build,
    config_values,
    one_hot,
    partition,
    prepare_inputs,
)
from core.runtime.checkpoints import save_weights

CPU = torch.device("cpu")
TINY = RegionNormConfig((8, 8, 16, 16, 16), (8, 8, 8, 8), (8, 8, 8), membrane=True, head=8)
TINY_PATENTED = replace(TINY, membrane=False)


def scene(side: int = 64) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A picture, a hole, no lines, and every label in a stripe of its own."""
    image = torch.rand(1, 3, side, side) * 2 - 1
    mask = torch.zeros(1, 1, side, side)
    mask[..., side // 4 : side // 2, :] = 1.0
    labels = (torch.arange(side) * len(Region) // side).to(torch.uint8)
    return image, mask, torch.zeros_like(image), labels.expand(1, 1, side, side).clone()


def awake(config: RegionNormConfig) -> RegionNormGenerator:
    generator = RegionNormGenerator(config)
    torch.nn.init.normal_(generator.to_image.weight, 0.0, 0.1)
    return generator


@pytest.mark.parametrize("config", [TINY, TINY_PATENTED], ids=["embedded", "patented"])
def test_gradient_reaches_every_parameter(config):
    generator = awake(config)
    generator(prepare_inputs(*scene(), config)).square().sum().backward()
    without = [
        name
        for name, one in generator.named_parameters()
        if one.grad is None or not one.grad.abs().sum() > 0
    ]
    assert without == []


def test_patented_network_has_four_repaired_skips_and_a_layer_up_more():
    generator = RegionNormGenerator(RegionNormConfig())
    assert (len(generator.encoder), len(generator.repairs), len(generator.decoder)) == (5, 4, 5)
    assert [one.conv.in_channels for one in generator.decoder] == [512, 1024, 512, 256, 128]
    assert generator.style.layers[-1].conv.out_channels == 256
    assert sum(one.numel() for one in generator.parameters()) == 31_851_275


def test_patented_network_sees_the_damaged_picture_only_and_answers_with_the_whole():
    image, mask, lines, labels = scene()
    generator = awake(TINY_PATENTED)
    output = generator(prepare_inputs(image, mask, lines, labels, TINY_PATENTED))
    assert output.shape == image.shape
    assert output.abs().max() <= 1
    assert not torch.allclose(output * (1 - mask), image * (1 - mask), atol=0.05)
    with_lines = generator(prepare_inputs(image, mask, lines + 1, labels, TINY_PATENTED))
    assert torch.equal(output, with_lines)


def test_embedded_weights_fit_into_8_megabytes():
    count = sum(one.numel() for one in RegionNormGenerator(EMBEDDED).parameters())
    assert 2 * count < 8e6


def test_untrained_embedded_network_answers_with_the_smooth_fill():
    image, mask, lines, labels = scene()
    inputs = prepare_inputs(image, mask, lines, labels, TINY)
    assert torch.equal(RegionNormGenerator(TINY)(inputs), inputs.membrane)


def test_both_lips_and_the_mouth_between_them_are_one_region():
    labels = torch.tensor([Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP, Region.EARS])
    regions = partition(one_hot(labels.to(torch.uint8).reshape(1, 1, 2, 2)))
    assert regions.shape == (1, 9, 2, 2)
    assert regions.argmax(dim=1).flatten().tolist() == [StyleRegion.MOUTH] * 3 + [StyleRegion.EARS]


def test_what_is_not_known_counts_as_the_rest():
    labels = torch.tensor([255, Region.BACKGROUND, 200, Region.SKIN], dtype=torch.uint8)
    regions = partition(one_hot(labels.reshape(1, 1, 2, 2)))
    found = regions.argmax(dim=1).flatten().tolist()
    assert found == [StyleRegion.REST] * 3 + [StyleRegion.SKIN]
    assert torch.equal(regions.sum(dim=1), torch.ones(1, 2, 2))


def test_a_missing_map_is_a_map_of_which_nothing_is_known():
    image, mask, lines, labels = scene()
    model = RegionNormInpainter(awake(TINY))
    without = model.inpaint(image, mask, lines)
    assert torch.equal(without, model.inpaint(image, mask, lines, torch.full_like(labels, 255)))
    assert without.isfinite().all()


def test_a_region_painted_into_the_hole_changes_what_is_filled_there():
    image, mask, lines, labels = scene()
    model = RegionNormInpainter(awake(TINY))
    painted = labels.clone()
    painted[..., 20:28, 10:20] = Region.HAIR
    first, second = (model.inpaint(image, mask, lines, one) for one in (labels, painted))
    hole = mask.expand_as(image) > 0
    assert not torch.allclose(first[hole], second[hole], atol=1e-4)
    assert torch.equal(second[~hole], image[~hole])


def test_saved_weights_answer_as_the_network_they_came_from(tmp_path):
    generator = awake(TINY)
    path = tmp_path / "region_norm.safetensors"
    save_weights(path, generator.state_dict(), NAME, config_values(TINY), fp16=False)
    told = scene()
    expected = RegionNormInpainter(generator).inpaint(*told)
    assert torch.allclose(build(path, CPU).inpaint(*told), expected, atol=1e-5)


def test_weights_of_another_version_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "region_norm.safetensors"
    save_weights(path, {"x": torch.zeros(1)}, NAME, {**config_values(TINY), "more": 1})
    with pytest.raises(CheckpointError, match="another version"):
        build(path, CPU)
