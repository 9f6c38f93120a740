import json
import zlib
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.errors import CheckpointError
from core.models.ctsdg import model as ctsdg
from core.models.ctsdg.discriminator import EMBEDDED_WIDTHS, CTSDGDiscriminator
from core.models.ctsdg.layers import (
    Masked,
    PartialConv,
    RegionAffinity,
    mix_by_convolution,
    mix_by_product,
)
from core.models.ctsdg.model import (
    EMBEDDED,
    CTSDGConfig,
    CTSDGGenerator,
    CTSDGInpainter,
    CTSDGInputs,
    CTSDGOutput,
    prepare_inputs,
)
from core.models.ctsdg.state_dict import convert_discriminator_state_dict, convert_state_dict
from core.runtime.checkpoints import save_weights
from core.runtime.membrane import smooth_fill

TINY = CTSDGConfig(widths=(16, 16, 16, 16), attention_rate=4, membrane=True, line_band=9)
TINY_PUBLISHED = CTSDGConfig(widths=(8, 8, 8, 16, 16, 16, 16), wrap_u8=True)
CPU = torch.device("cpu")


class Fixture:
    """A published network's weights by recipe, and what it answers."""

    def __init__(self, folder: Path, name: str) -> None:
        self.facts = json.loads((folder / f"{name}.json").read_text())
        with np.load(folder / f"{name}.npz") as arrays:
            self.arrays = {key: torch.from_numpy(arrays[key]) for key in arrays}

    def state(self) -> dict[str, Tensor]:
        return {key: self._tensor(key, shape) for key, shape in self.facts["keys"].items()}

    def _tensor(self, key: str, shape: list[int]) -> Tensor:
        if key.endswith("num_batches_tracked"):
            return torch.tensor(0)
        seed = zlib.crc32((self.facts["salt"] + key).encode())
        values = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        values = _scaled(key, values)
        return F.normalize(values, dim=0) if key.endswith(("weight_u", "weight_v")) else values


def _scaled(key: str, values: Tensor) -> Tensor:
    if key.endswith("running_var"):
        return (0.5 * values).abs() + 0.5
    if key.endswith(("running_mean", "bias")):
        return 0.1 * values
    if values.ndim >= 2:
        return values * (2 / values[0].numel()) ** 0.5
    return 0.5 * values if values.numel() == 1 else 1 + 0.1 * values


def assert_parity(found: Tensor, expected: Tensor) -> None:
    """Ask for three digits: processors choose other kernels and orders of adding, even on two runs
    of one machine (measured: root mean square 3e-6 to 1e-4, largest 2e-4 to 2.5e-3)."""
    assert found.shape == expected.shape
    error = (found - expected).float()
    assert error.square().mean().sqrt() < 1e-3 * expected.std()
    assert error.abs().max() < 1e-2 * expected.std()


@pytest.fixture(scope="module")
def published_answers(parity_dir) -> tuple[Fixture, CTSDGOutput, dict[str, Tensor]]:
    fixture = Fixture(parity_dir, "ctsdg_g256_k")
    with torch.device("meta"):
        generator = CTSDGGenerator(CTSDGConfig())
    generator.load_state_dict(convert_state_dict(fixture.state()), strict=True, assign=True)
    acts: dict[str, Tensor] = {}
    layers = {
        "bigff": generator.fusion,
        "fusion_layer1": generator.reduce,
        "cfa.ral": generator.aggregation.affinity,
        "cfa": generator.aggregation,
        "fusion_layer2": generator.refine,
    }
    for name, layer in layers.items():
        layer.register_forward_hook(
            lambda _, __, output, name=name: acts.update({name: output[:, :, ::8, ::8]})
        )
    arrays = fixture.arrays
    known = arrays["in_mask"]
    inputs = CTSDGInputs(
        image=arrays["in_image"],
        mask=1 - known,
        edge=arrays["in_edge"],
        edge_known=known,
        grey=arrays["in_gray"],
        membrane=arrays["in_image"],
        openings=torch.zeros_like(known),
    )
    with torch.inference_mode():
        return fixture, generator.eval()(inputs), acts


def test_the_published_generator_answers_as_published(published_answers):
    fixture, output, _ = published_answers
    assert_parity(output.image, fixture.arrays["out"])
    assert_parity(output.projected_image, fixture.arrays["projected_image"])
    assert_parity(torch.sigmoid(output.projected_edge), fixture.arrays["projected_edge"])


@pytest.mark.parametrize("name", ["bigff", "fusion_layer1", "cfa.ral", "cfa", "fusion_layer2"])
def test_the_published_generator_thinks_as_published(published_answers, name):
    fixture, _, acts = published_answers
    found = acts[name]
    if name.startswith("fusion"):  # there the activation is part of the layer
        found = F.leaky_relu(found, 0.2)
    assert_parity(found, fixture.arrays[f"act.{name}"])


def test_the_published_discriminator_answers_as_published(parity_dir):
    fixture = Fixture(parity_dir, "ctsdg_d256_k")
    critic = CTSDGDiscriminator()
    critic.load_state_dict(convert_discriminator_state_dict(fixture.state()), strict=True)
    arrays = fixture.arrays
    with torch.inference_mode():
        critic.eval()
        real = critic(arrays["in_image"], arrays["in_gray"], arrays["in_edge"])
        fake = critic(arrays["in_image"], arrays["in_gray"])
    assert_parity(torch.sigmoid(real.scores), arrays["pred_real"])
    assert_parity(torch.sigmoid(real.edge), arrays["edge_real"])
    assert_parity(torch.sigmoid(fake.scores), arrays["pred_fake"])


def naive_partial_conv(features: Tensor, known: Tensor, weight: Tensor, stride: int):
    """The layer as published: a mask channel for every feature channel."""
    padding = weight.shape[-1] // 2
    count = F.conv2d(known, torch.ones_like(weight), stride=stride, padding=padding)
    updated = count.clamp(0, 1)
    ratio = weight[0].numel() / (count + 1e-8) * updated
    return F.conv2d(features * known, weight, stride=stride, padding=padding) * ratio, updated


@pytest.mark.parametrize(("kernel_size", "stride"), [(7, 2), (5, 2), (3, 2), (3, 1)])
@pytest.mark.parametrize("same", [True, False], ids=["one mask", "two masks"])
def test_one_mask_a_group_is_as_good_as_one_a_channel(kernel_size, stride, same):
    layer = PartialConv(7, 6, kernel_size, stride)
    first, second = torch.randn(2, 4, 32, 32), torch.randn(2, 3, 32, 32)
    known = (torch.rand(2, 2, 32, 32) > 0.6).float()
    known[..., 8:24, 8:24] = 0
    masks = [known[:, :1], known[:, :1] if same else known[:, 1:]]
    found = layer([Masked(first, masks[0]), Masked(second, masks[1])])
    expected, updated = naive_partial_conv(
        torch.cat([first, second], dim=1),
        torch.cat([masks[0].expand_as(first), masks[1].expand_as(second)], dim=1),
        layer.conv.weight,
        stride,
    )
    assert torch.equal(found.known.expand_as(updated), updated)
    assert torch.equal(found.features, expected)


def test_where_all_is_known_partial_convolution_is_convolution():
    layer, features = PartialConv(5, 6, 3, 1), torch.randn(1, 5, 16, 16)
    found = layer([Masked(features[:, :2], None), Masked(features[:, 2:], None)])
    assert found.known is None
    assert torch.equal(found.features, layer.conv(features))


def test_a_group_known_everywhere_counts_as_a_mask_of_ones():
    layer, features = PartialConv(5, 6, 3, 1), torch.randn(1, 5, 16, 16)
    known = (torch.rand(1, 1, 16, 16) > 0.5).float()
    ones = torch.ones_like(known)
    short = layer([Masked(features[:, :2], known), Masked(features[:, 2:], None)])
    full = layer([Masked(features[:, :2], known), Masked(features[:, 2:], ones)])
    assert torch.equal(short.features, full.features)
    assert short.known is None
    assert full.known.all()


def test_mask_sums_are_exact_under_autocast():
    layer = PartialConv(256, 4, 5, 2)
    known = (torch.rand(1, 1, 32, 32) > 0.5).float()
    groups = [Masked(torch.randn(1, 256, 32, 32), known)]
    ratio, _ = layer.count_known(groups)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(layer.count_known(groups)[0], ratio)


@pytest.mark.parametrize("rate", [2, 4])
def test_attention_as_products_is_attention_as_convolutions(rate):
    x = torch.randn(2, 8, 32, 32)
    reduced = F.interpolate(x, scale_factor=1 / rate, mode="bilinear", align_corners=True)
    found, expected = mix_by_product(x, reduced), mix_by_convolution(x, reduced)
    assert found.shape == x.shape
    assert (found - expected).abs().max() < 1e-5 * expected.std()


def test_attention_brings_every_region_back_when_each_is_like_itself_only():
    x = 30 * torch.randn(1, 16, 32, 32)
    found = RegionAffinity(2, as_published=False)(x)
    inner = (..., slice(1, -1), slice(1, -1))  # at the border fewer windows overlap, as published
    assert torch.allclose(found[inner], x[inner], atol=1e-2)


def test_attention_bears_features_that_are_all_zero():
    x = torch.zeros(1, 4, 16, 16, requires_grad=True)
    RegionAffinity(2, as_published=False)(x).sum().backward()
    assert x.grad.isfinite().all()


def scene(side: int = 64, count: int = 2) -> tuple[Tensor, Tensor, Tensor]:
    """A smooth picture, a hole, and one line of the lips across hole and picture."""
    image = F.interpolate(torch.rand(count, 3, 8, 8) * 2 - 1, side, mode="bicubic").clamp(-1, 1)
    mask = torch.zeros(count, 1, side, side)
    mask[..., side // 4 : side // 2, side // 4 : side // 2] = 1.0
    lines = torch.zeros(count, 3, side, side)
    lines[:, 0, side // 3] = 1.0
    return image, mask, lines


def awake(config: CTSDGConfig) -> CTSDGGenerator:
    """A generator whose zero-initialised parts have begun to learn."""
    generator = CTSDGGenerator(config)
    torch.nn.init.normal_(generator.to_image.weight, 0.0, 0.1)
    torch.nn.init.constant_(generator.fusion.structure_gamma, 0.5)
    torch.nn.init.constant_(generator.fusion.texture_gamma, 0.5)
    return generator


@pytest.mark.parametrize("config", [TINY, TINY_PUBLISHED], ids=["embedded", "published"])
def test_a_gradient_reaches_every_parameter(config):
    generator = awake(config)
    output = generator(prepare_inputs(*scene(128), config))
    sum(answer.square().mean() for answer in output).backward()
    for name, parameter in generator.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


def test_a_gradient_reaches_every_parameter_of_the_discriminator():
    critic = CTSDGDiscriminator((4, 4, 8, 8))
    image, grey = torch.rand(2, 3, 64, 64), torch.rand(2, 1, 64, 64)
    verdicts = [critic(image, grey), critic(image, grey, torch.rand(2, 1, 64, 64))]
    sum(answer.square().mean() for verdict in verdicts for answer in verdict).backward()
    assert all(p.grad is not None and p.grad.any() for p in critic.parameters())


def test_a_fixed_seed_gives_the_answers_it_gave():
    torch.manual_seed(3)
    output = CTSDGInpainter(awake(TINY)).inpaint(*scene())
    expected = [0.3207, -0.1784, -0.5174, -0.0387, -0.2131, -0.1099]
    found = output[0, ::2, 20, [16, 20, 30]].flatten()
    assert torch.allclose(found, torch.tensor(expected), atol=1e-3)


def test_the_first_answer_is_the_membrane():
    image, mask, lines = scene()
    found = CTSDGInpainter(CTSDGGenerator(TINY)).inpaint(image, mask, lines)
    assert torch.equal(found, torch.where(mask > 0, smooth_fill(image, mask), image))


def test_the_composite_equals_the_picture_outside_the_hole():
    image, mask, lines = scene()
    output = awake(TINY)(prepare_inputs(image, mask, lines, TINY))
    outside = (mask == 0).expand_as(image)
    assert torch.equal(output.image[outside], image[outside])
    assert not torch.equal(output.image, image)


@pytest.mark.parametrize("config", [TINY, TINY_PUBLISHED], ids=["embedded", "published"])
def test_filling_gives_what_training_sees_without_the_projections(config):
    generator = awake(config).eval()
    inputs = prepare_inputs(*scene(128), config)
    assert torch.equal(generator.fill(inputs), generator(inputs).image)


@pytest.mark.parametrize("config", [TINY, TINY_PUBLISHED], ids=["embedded", "published"])
def test_what_the_hole_holds_is_never_seen(config):
    model = CTSDGInpainter(awake(config))
    image, mask, lines = scene(128)
    other = torch.where(mask > 0, -image, image)
    assert torch.equal(
        model.inpaint(image, mask, lines)[mask.expand_as(image) > 0],
        model.inpaint(other, mask, lines)[mask.expand_as(image) > 0],
    )


def test_lines_in_the_hole_steer_the_embedded_network_only():
    image, mask, lines = scene(128)
    for config, steers in ((TINY, True), (TINY_PUBLISHED, False)):
        model = CTSDGInpainter(awake(config))
        with_lines = model.inpaint(image, mask, lines)
        without = model.inpaint(image, mask, torch.zeros_like(lines))
        assert torch.equal(with_lines, without) != steers


def test_openings_steer_the_embedded_network():
    image, mask, lines = scene()
    model = CTSDGInpainter(awake(TINY))
    opened = lines.clone()
    opened[:, 1, 20:28, 20:28] = 1.0
    assert not torch.equal(model.inpaint(image, mask, lines), model.inpaint(image, mask, opened))


def test_edges_are_known_in_a_band_around_lines_in_the_hole():
    image, mask, lines = scene()
    row = 64 // 3
    inputs = prepare_inputs(image, mask, lines, TINY)
    hole = inputs.edge_known[0, 0, 16:32, 16:32]
    assert hole[row - 4 - 16 : row + 5 - 16].all()
    assert hole.sum() == 9 * 16
    assert inputs.edge[0, 0, row, 16:32].eq(1).all()
    assert not inputs.edge[0, 0, row + 1 : 32, 16:32].any()
    blank = prepare_inputs(image, mask, torch.zeros_like(lines), TINY)
    assert torch.equal(blank.edge_known, 1 - mask)


def test_published_weights_see_the_wrapped_picture():
    image, mask, lines = scene(128)
    wrapped = prepare_inputs(image, mask, lines, TINY_PUBLISHED)
    plain = prepare_inputs(image, mask, lines, replace(TINY_PUBLISHED, wrap_u8=False))
    assert torch.equal(wrapped.image, plain.image)
    assert not torch.equal(wrapped.grey, plain.grey)
    assert not torch.equal(wrapped.edge, plain.edge)


def test_training_in_half_precision_stays_finite():
    generator = CTSDGGenerator(EMBEDDED).to(memory_format=torch.channels_last)
    torch.nn.init.normal_(generator.to_image.weight, 0.0, 0.1)
    image, mask, lines = scene(64)
    with torch.autocast("cpu", torch.bfloat16):
        output = generator(prepare_inputs(image, mask, lines, EMBEDDED))
        loss = (output.image - image).abs().mean() + output.projected_edge.square().mean()
    loss.backward()
    assert all(answer.dtype == torch.float32 for answer in output)
    assert all(p.grad.isfinite().all() for p in generator.parameters() if p.grad is not None)


def test_the_embedded_network_is_small():
    with torch.device("meta"):
        generator, critic = CTSDGGenerator(EMBEDDED), CTSDGDiscriminator(EMBEDDED_WIDTHS)
    assert 2 * sum(tensor.numel() for tensor in generator.state_dict().values()) < 8e6
    assert sum(parameter.numel() for parameter in critic.parameters()) < 1.5e6


def published_shapes(widths: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """The layout of a published generator, of any width."""
    width = widths[0]
    shapes = stream_shapes("texture", 3, widths) | stream_shapes("structure", 2, widths)
    for name in ("fusion_layer1.0", "fusion_layer2.0"):
        shapes |= conv(name, width, 2 * width, 3, bias=True)
    for name in [f"dilated_conv_{i}.0" for i in range(4)] + ["weight_calc.0"]:
        shapes |= conv(f"cfa.msfa.{name}", width, width, 3, bias=True)
    shapes |= conv("cfa.msfa.weight_calc.2", 4, width, 1, bias=True)
    return shapes | conv("out_layer.0", 3, 3 * width, 1, bias=True)


def stream_shapes(
    stream: str, channels: int, widths: tuple[int, ...]
) -> dict[str, tuple[int, ...]]:
    width, above, shapes = widths[0], (channels, *widths), {}
    for level, size in enumerate((7, 5, 5, 3, 3, 3, 3)):
        encoder, decoder = f"ec_{stream}_{level + 1}", f"dc_{stream}_{level + 1}"
        below = widths[max(level - 1, 0)]
        shapes |= conv(f"{encoder}.conv", widths[level], above[level], size)
        shapes |= norm(f"{encoder}.bn", widths[level]) if level else {}
        shapes |= conv(f"{decoder}.conv", below, widths[level] + above[level], 3)
        shapes |= norm(f"{decoder}.bn", below)
    head = f"{stream}_feature_projection"
    resolver = f"{head}.{stream}_resolver"
    shapes |= conv(f"{resolver}.conv1", width // 4, width, 3)
    shapes |= conv(f"{resolver}.conv2", width, width // 4, 3)
    shapes |= norm(f"{resolver}.bn1", width // 4) | norm(f"{resolver}.bn2", width)
    shapes |= conv(f"{head}.out_layer.0", 3 if channels == 3 else 1, width, 1, bias=True)
    shapes |= conv(f"bigff.{stream}_gate.0", width, 2 * width, 3, bias=True)
    return shapes | {f"bigff.{stream}_gamma": (1,)}


def conv(
    name: str, out_channels: int, in_channels: int, size: int, *, bias: bool = False
) -> dict[str, tuple[int, ...]]:
    weight = {f"{name}.weight": (out_channels, in_channels, size, size)}
    return weight | ({f"{name}.bias": (out_channels,)} if bias else {})


def norm(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    kinds = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{kind}": (channels,) for kind in kinds} | {f"{name}.num_batches_tracked": ()}


def synthetic_checkpoint(path: Path) -> dict[str, Tensor]:
    state = {
        name: torch.ones(shape) if name.endswith("running_var") else 0.1 * torch.randn(shape)
        for name, shape in published_shapes(TINY_PUBLISHED.widths).items()
    }
    state = {
        name: torch.tensor(5) if name.endswith("num_batches_tracked") else tensor
        for name, tensor in state.items()
    }
    torch.save({"n_iter": 350000, "generator": state, "discriminator": {}}, path)
    return state


def test_the_synthetic_layout_is_the_published_one(parity_dir):
    published = json.loads((parity_dir / "ctsdg_g256_k.json").read_text())["keys"]
    expected = {name: tuple(shape) for name, shape in published.items()}
    assert published_shapes(CTSDGConfig().widths) == expected


def test_a_published_checkpoint_is_imported_and_runs(tmp_path):
    source, target = tmp_path / "ctsdg.pth", tmp_path / "imported.safetensors"
    upstream = synthetic_checkpoint(source)
    ctsdg.import_published(source, target)
    model = ctsdg.build(target, CPU)
    assert model.generator.config == TINY_PUBLISHED
    first = model.generator.state_dict()["texture.encoder.0.conv.conv.weight"]
    assert torch.equal(first, upstream["ec_texture_1.conv.weight"])
    image, mask, lines = scene(128)
    output = model.inpaint(image, mask, lines)
    outside = (mask == 0).expand_as(image)
    assert torch.equal(output[outside], image[outside])
    assert output.abs().max() <= 1
    assert "sha256: " in (tmp_path / "imported.md").read_text()


@pytest.mark.parametrize("change", ["missing", "extra", "reshaped"])
def test_a_checkpoint_that_differs_in_one_tensor_is_refused(tmp_path, change):
    source, target = tmp_path / "ctsdg.pth", tmp_path / "imported.safetensors"
    state = synthetic_checkpoint(source)
    if change == "missing":
        del state["out_layer.0.bias"]
    elif change == "extra":
        state["another.weight"] = torch.zeros(1)
    else:
        state["out_layer.0.bias"] = torch.zeros(4)
    torch.save({"generator": state}, source)
    with pytest.raises(CheckpointError):
        ctsdg.import_published(source, target)
    assert not target.exists()


def test_embedded_weights_survive_the_round_trip(tmp_path):
    path = tmp_path / "ctsdg.safetensors"
    generator = awake(TINY).half().float()
    save_weights(path, generator.state_dict(), ctsdg.NAME, asdict(TINY))
    arguments = scene()
    expected = CTSDGInpainter(generator).inpaint(*arguments)
    assert torch.allclose(ctsdg.build(path, CPU).inpaint(*arguments), expected, atol=1e-4)


def test_weights_of_a_later_version_are_refused(tmp_path):
    path = tmp_path / "ctsdg.safetensors"
    save_weights(path, {}, ctsdg.NAME, {**asdict(TINY), "unheard_of": 1})
    with pytest.raises(CheckpointError, match="another version"):
        ctsdg.build(path, CPU)
