import itertools
from pathlib import Path

import pytest
import torch
from torch import Tensor

from core.models.exe_gan.discriminator import EMBEDDED_WIDTHS, ExeGANDiscriminator, minibatch_stddev
from core.models.exe_gan.state_dict import convert_discriminator_state_dict

FILTER = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0])] * 2) / 64


def published_shapes(widths: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """The layout of a published discriminator, of any width."""
    shapes: dict[str, tuple[int, ...]] = {
        "encoder_input_convs.0.weight": (widths[0], 3, 1, 1),
        "encoder_input_convs.1.bias": widths[:1],
    }
    for index, (above, below) in enumerate(itertools.pairwise(widths)):
        block = f"encoder_convs.{index}"
        shapes |= {
            f"{block}.conv1.0.weight": (above, above, 3, 3),
            f"{block}.conv1.1.bias": (above,),
            f"{block}.conv2.0.kernel": (4, 4),
            f"{block}.conv2.1.weight": (below, above, 3, 3),
            f"{block}.conv2.2.bias": (below,),
            f"{block}.skip.0.kernel": (4, 4),
            f"{block}.skip.1.weight": (below, above, 1, 1),
        }
    deepest = widths[-1]
    return shapes | {
        "final_conv.0.weight": (deepest, deepest + 1, 3, 3),
        "final_conv.1.bias": (deepest,),
        "final_linear.0.weight": (deepest, 16 * deepest),
        "final_linear.0.bias": (deepest,),
        "final_linear.1.weight": (1, deepest),
        "final_linear.1.bias": (1,),
    }


def synthetic_state(widths: tuple[int, ...]) -> dict[str, Tensor]:
    return {
        name: FILTER if name.endswith("kernel") else torch.randn(shape)
        for name, shape in published_shapes(widths).items()
    }


def test_the_layout_is_the_published_one(parity_dir):
    keys = parity_dir.parent / "reference" / "keys" / "exegan.txt"
    if not keys.is_file():
        pytest.skip(f"{keys}, which lists the published layout, is absent")
    assert published_shapes((128, 256, *[512] * 5)) == published_keys(keys)


def published_keys(path: Path) -> dict[str, tuple[int, ...]]:
    section = path.read_text().split("## d ")[1].splitlines()[1:]
    rows = (line.split("\t") for line in section if line)
    return {
        name: tuple(int(size) for size in shape.strip("()").split(",") if size)
        for name, shape, _ in rows
    }


def test_a_published_discriminator_loads():
    widths = (4, 6, 8)
    upstream = synthetic_state(widths)
    critic = ExeGANDiscriminator(widths)
    critic.load_state_dict(convert_discriminator_state_dict(upstream), strict=True)
    skip = critic.state_dict()["blocks.1.skip.weight"]
    assert torch.equal(skip, upstream["encoder_convs.1.skip.1.weight"])


def test_a_published_discriminator_with_another_filter_is_refused():
    upstream = synthetic_state((4, 6, 8)) | {"encoder_convs.0.skip.0.kernel": torch.eye(4) / 4}
    with pytest.raises(ValueError, match="filter"):
        convert_discriminator_state_dict(upstream)


def test_the_published_discriminator_has_the_published_size():
    with torch.device("meta"):
        critic, embedded = ExeGANDiscriminator(), ExeGANDiscriminator(EMBEDDED_WIDTHS)
    assert sum(parameter.numel() for parameter in critic.parameters()) == 28_864_129
    assert sum(parameter.numel() for parameter in embedded.parameters()) < 1.5e6


def test_a_gradient_reaches_every_parameter():
    critic = ExeGANDiscriminator((4, 6, 8), in_channels=4)
    scores = critic(torch.randn(2, 4, 16, 16))
    assert scores.shape == (2, 1)
    scores.square().mean().backward()
    assert all(p.grad is not None and p.grad.any() for p in critic.parameters())


def test_pictures_that_are_all_alike_are_found_out():
    alike = torch.randn(1, 3, 4, 4).expand(4, -1, -1, -1)
    varied = torch.randn(4, 3, 4, 4)
    assert minibatch_stddev(alike).max() < 1e-3
    assert minibatch_stddev(varied).min() > 0.5


@pytest.mark.parametrize(("count", "group"), [(1, 1), (3, 3), (4, 4), (6, 3), (8, 4)])
def test_the_spread_is_that_of_each_picture_s_group(count, group):
    x = torch.randn(count, 3, 2, 2)
    found = minibatch_stddev(x)
    assert found.shape == (count, 1, 2, 2)
    groups = count // group
    for index in range(count):
        members = x[index % groups :: groups]
        expected = (members.var(dim=0, unbiased=False) + 1e-8).sqrt().mean()
        assert torch.allclose(found[index], expected.expand(1, 2, 2))
