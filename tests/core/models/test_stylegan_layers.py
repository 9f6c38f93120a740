import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.models.stylegan_layers import (
    EqualConv2d,
    EqualLinear,
    MappingNetwork,
    ModulatedConv2d,
    StyledConv,
    ToRGB,
    blur,
    upsample,
)


def published_modulated_conv(layer: ModulatedConv2d, x: Tensor, style: Tensor) -> Tensor:
    """One kernel for each picture, as the paper writes it."""
    scale = layer.modulation(style)
    weight = layer.weight / layer.weight[0].numel() ** 0.5 * scale[:, None, :, None, None]
    if layer.demodulated:
        weight = weight * (weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    pictures = []
    for one, kernel in zip(x, weight, strict=True):
        if layer.upsample:
            spread = x.new_zeros(len(one), 2 * one.shape[1] - 1, 2 * one.shape[2] - 1)
            spread[:, ::2, ::2] = one
            convolved = F.conv2d(spread[None], kernel.flip(2, 3), padding=2)
            pictures.append(4 * blur(convolved, 1))
        else:
            pictures.append(F.conv2d(one[None], kernel, padding=kernel.shape[-1] // 2))
    return (torch.cat(pictures) + layer.bias[:, None, None]) * layer.gain


@pytest.mark.parametrize("upsample", [False, True])
@pytest.mark.parametrize("demodulated", [False, True])
def test_weighing_features_is_as_good_as_a_kernel_for_every_picture(upsample, demodulated):
    layer = ModulatedConv2d(
        6, 5, 3, 4, upsample=upsample, demodulated=demodulated, gain=1.5 if demodulated else 1.0
    )
    torch.nn.init.normal_(layer.bias)
    x, style = torch.randn(3, 6, 8, 8), torch.randn(3, 4)
    assert torch.allclose(layer(x, style), published_modulated_conv(layer, x, style), atol=1e-5)


def test_a_demodulated_convolution_keeps_the_variance_whatever_the_style():
    layer = ModulatedConv2d(64, 64, 3, 8)
    x = torch.randn(1, 64, 32, 32)
    for strength in (0.1, 1.0, 10.0):
        inner = layer(x, strength * torch.randn(1, 8))[..., 1:-1, 1:-1]
        assert inner.std().item() == pytest.approx(1.0, abs=0.05)


def test_the_low_pass_filter_keeps_what_is_even_and_removes_the_finest_stripes():
    even, stripes = torch.ones(1, 2, 8, 8), torch.ones(1, 2, 8, 8)
    stripes[..., ::2] = -1
    assert torch.allclose(blur(even, 2)[..., 2:-2, 2:-2], torch.ones(1, 2, 5, 5))
    assert blur(stripes, 2)[..., 2:-2, 2:-2].abs().max() < 1e-6


def test_enlarging_is_bilinear_with_zeros_beyond_the_border():
    x = torch.randn(2, 3, 5, 5)
    expected = F.interpolate(F.pad(x, (1, 1, 1, 1)), scale_factor=2.0, mode="bilinear")
    assert torch.allclose(upsample(x), expected[..., 2:-2, 2:-2], atol=1e-6)


@pytest.mark.parametrize("size", [1, 3])
def test_a_convolution_that_halves_filters_first(size):
    layer = EqualConv2d(3, 4, size, downsample=True, activated=False)
    x = torch.randn(2, 3, 16, 16)
    filtered = blur(x, 2 if size == 3 else 1)
    expected = F.conv2d(filtered, layer.weight / (3 * size * size) ** 0.5, stride=2)
    assert expected.shape[-1] == 8
    assert torch.allclose(layer(x), expected, atol=1e-6)


def test_layers_keep_the_variance_of_what_they_see():
    flat, image = torch.randn(512, 256), torch.randn(2, 64, 32, 32)
    assert EqualLinear(256, 128)(flat).std().item() == pytest.approx(1.0, abs=0.05)
    activated = EqualConv2d(64, 64, 3)(image)[..., 1:-1, 1:-1]
    assert activated.square().mean().item() == pytest.approx(1.0, abs=0.1)


def test_a_slow_layer_answers_like_another_and_learns_so_much_less():
    slow, other = EqualLinear(8, 4, rate=0.01), EqualLinear(8, 4)
    slow.load_state_dict({"weight": 100 * other.weight.data, "bias": 100 * other.bias.data})
    x = torch.randn(3, 8)
    assert torch.allclose(slow(x), other(x), atol=1e-6)
    slow(x).sum().backward()
    other(x).sum().backward()
    assert torch.allclose(slow.weight.grad, 0.01 * other.weight.grad)


def test_a_style_depends_on_the_direction_of_its_latent_only():
    mapping, latent = MappingNetwork(8, 3), torch.randn(2, 8)
    assert torch.allclose(mapping(latent), mapping(5 * latent), atol=1e-5)


def test_noise_is_silent_until_its_weight_is_learnt():
    layer = StyledConv(4, 4, 8)
    x, style = torch.randn(1, 4, 8, 8), torch.randn(1, 8)
    noise = [torch.randn(1, 1, 8, 8) for _ in range(2)]
    assert torch.equal(layer(x, style, noise[0]), layer(x, style, noise[1]))
    torch.nn.init.ones_(layer.noise_weight)
    assert not torch.equal(layer(x, style, noise[0]), layer(x, style, noise[1]))


def test_a_level_adds_its_part_to_the_coarser_picture():
    layer, x, style = ToRGB(4, 8), torch.randn(1, 4, 8, 8), torch.randn(1, 8)
    coarser = torch.randn(1, 3, 4, 4)
    assert torch.equal(layer(x, style, coarser), layer(x, style) + upsample(coarser))
