"""Layers of StyleGAN2 that several systems share, without compiled operators.

Tero Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020. Weights
are kept at unit variance and scaled where they are used (an equalised learning rate).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.2
"""Of all leaky ReLUs here."""
_GAIN = math.sqrt(2)  # undoes what a leaky ReLU takes; it passes through one, so it goes before
_TAPS = (0.125, 0.375, 0.375, 0.125)  # the low-pass filter, in either direction
_FLOOR = 1e-8


class EqualLinear(nn.Module):
    """A dense layer, with a leaky ReLU if `activated`."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        activated: bool = False,
        rate: float = 1.0,
        bias: float = 0.0,
    ) -> None:
        """Make the layer.

        Args:
            in_features, out_features: sizes.
            activated: a leaky ReLU follows.
            rate: how much slower than others it learns.
            bias: what the bias starts with.
        """
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / rate)
        self.bias = nn.Parameter(torch.full((out_features,), bias))
        self.activated = activated
        self._bias_gain = rate * (_GAIN if activated else 1.0)
        self._weight_gain = self._bias_gain / math.sqrt(in_features)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., in_features) to (..., out_features)."""
        y = F.linear(x, self.weight * self._weight_gain, self.bias * self._bias_gain)
        return F.leaky_relu(y, SLOPE) if self.activated else y


class EqualConv2d(nn.Module):
    """A convolution with bias and leaky ReLU, or with neither."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        downsample: bool = False,
        activated: bool = True,
    ) -> None:
        super().__init__()
        self.weight = _normal_kernel(out_channels, in_channels, kernel_size)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if activated else None
        self.downsample = downsample
        self._gain = (_GAIN if activated else 1.0) / math.sqrt(self.weight[0].numel())

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H, W), or half the sides."""
        size = self.weight.shape[-1]
        bias = None if self.bias is None else self.bias * _GAIN
        if self.downsample:
            y = F.conv2d(blur(x, (size + 1) // 2), self.weight * self._gain, bias, stride=2)
        else:
            y = F.conv2d(x, self.weight * self._gain, bias, padding=size // 2)
        return y if bias is None else F.leaky_relu(y, SLOPE)


class ModulatedConv2d(nn.Module):
    """A convolution whose input channels a style weighs.

    The published one weighs the kernel, which then differs from picture to picture. Weighing the
    features before and after gives the same and needs one kernel only.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        style_dim: int,
        *,
        upsample: bool = False,
        demodulated: bool = True,
        gain: float = 1.0,
    ) -> None:
        """Make the layer.

        Args:
            in_channels, out_channels, kernel_size: of the convolution.
            style_dim: numbers of a style.
            upsample: the sides are doubled.
            demodulated: outputs keep the variance of the inputs, whatever the style.
            gain: what the output, bias included, is multiplied by.
        """
        super().__init__()
        self.weight = _normal_kernel(out_channels, in_channels, kernel_size)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.modulation = EqualLinear(style_dim, in_channels, bias=1.0)
        self.upsample, self.demodulated, self.gain = upsample, demodulated, gain
        self._weight_gain = 1.0 / math.sqrt(self.weight[0].numel())

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Convolve.

        Args:
            x: (N, in_channels, H, W).
            style: (N, style_dim).

        Returns:
            (N, out_channels, H, W), or twice the sides.
        """
        scale = self.modulation(style).float()  # (N, in_channels)
        y = self._convolve(x * _spread(scale, x))
        gain = self._restoring(scale) if self.demodulated else scale.new_tensor([[self.gain]])
        bias = (self.bias * self.gain).to(y.dtype)[:, None, None]
        return torch.addcmul(bias, y, _spread(gain, y))

    def _convolve(self, x: Tensor) -> Tensor:
        weight = self.weight * self._weight_gain
        if not self.upsample:
            return F.conv2d(x, weight, padding=weight.shape[-1] // 2)
        y = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
        return blur(y, 1, gain=4.0)  # of four pixels that stride makes, one was filled

    def _restoring(self, scale: Tensor) -> Tensor:
        """Return (N, out_channels) what brings outputs back to the variance of the inputs."""
        power = (self.weight * self._weight_gain).square().sum(dim=(2, 3))
        return self.gain * ((scale.square()[:, None] * power).sum(dim=2) + _FLOOR).rsqrt()


class StyledConv(nn.Module):
    """A modulated 3x3 convolution, noise, leaky ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, style_dim: int, *, upsample: bool = False
    ) -> None:
        super().__init__()
        self.conv = ModulatedConv2d(
            in_channels, out_channels, 3, style_dim, upsample=upsample, gain=_GAIN
        )
        self.noise_weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        """Convolve (N, C, H, W) by a style (N, D); noise is (N, 1, H, W) of the output's sides."""
        y = self.conv(x, style)
        return F.leaky_relu(y + (noise * (self.noise_weight * _GAIN)).to(y.dtype), SLOPE)


class ToRGB(nn.Module):
    """Adds what a level knows of the picture to what the coarser ones do."""

    def __init__(self, in_channels: int, style_dim: int) -> None:
        super().__init__()
        self.conv = ModulatedConv2d(in_channels, 3, 1, style_dim, demodulated=False)

    def forward(self, x: Tensor, style: Tensor, coarser: Tensor | None = None) -> Tensor:
        """Map (N, C, H, W) and, if there is one, a picture of half its sides to (N, 3, H, W)."""
        image: Tensor = self.conv(x, style)
        return image if coarser is None else image + upsample(coarser)


class MappingNetwork(nn.Module):
    """Turns normal noise into styles."""

    def __init__(self, style_dim: int, num_layers: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(
                EqualLinear(style_dim, style_dim, activated=True, rate=0.01)
                for _ in range(num_layers)
            )
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Map z (N, D) to w (N, D)."""
        style: Tensor = self.layers(latent * (latent.square().mean(1, True) + _FLOOR).rsqrt())
        return style


def blur(x: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Low-pass (N, C, H, W) and multiply; the sides become 2 padding - 3 larger."""
    return F.conv2d(x, _kernel(x, gain), padding=padding, groups=x.shape[1])


def upsample(x: Tensor) -> Tensor:
    """Double the sides of (N, C, H, W) smoothly; beyond the border there are zeros."""
    return F.conv_transpose2d(x, _kernel(x, 4.0), stride=2, padding=1, groups=x.shape[1])


def _normal_kernel(out_channels: int, in_channels: int, size: int) -> nn.Parameter:
    weight = torch.randn(out_channels, in_channels, size, size)
    return nn.Parameter(weight.contiguous(memory_format=torch.channels_last))  # a third faster


def _kernel(x: Tensor, gain: float) -> Tensor:
    taps = x.new_tensor(_TAPS)
    return (gain * torch.outer(taps, taps)).expand(x.shape[1], 1, -1, -1)


def _spread(values: Tensor, features: Tensor) -> Tensor:
    """Shape (N, C) to multiply (N, C, H, W), in its precision."""
    return values.to(features.dtype)[:, :, None, None]
