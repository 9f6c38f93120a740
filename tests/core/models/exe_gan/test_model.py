import itertools
import json
import zlib
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.errors import CheckpointError
from core.models import psp
from core.models.exe_gan import model as exe_gan
from core.models.exe_gan import weights as exe_gan_weights
from core.models.exe_gan.model import (
    EMBEDDED,
    ExeGAN,
    ExeGANConfig,
    ExeGANGenerator,
    ExeGANInpainter,
    ExeGANInputs,
    StyleConfig,
    draw_noise,
    join_styles,
    mix_styles,
    prepare_inputs,
)
from core.models.exe_gan.state_dict import convert_state_dict
from core.models.psp import StyleEncoderConfig
from core.runtime.checkpoints import save_weights
from core.runtime.membrane import smooth_fill

TINY = ExeGANConfig(
    widths=(4, 4, 6, 6),
    style_dim=8,
    global_dim=8,
    mapping_layers=2,
    membrane=True,
    line_channels=3,
)
PLAIN = replace(TINY, membrane=False, line_channels=0)  # as published, but for its sizes
TINY_ENCODER = StyleEncoderConfig(
    units=(1, 1, 1, 1), widths=(16,) * 4, style_dim=8, last_row=7, shared_heads=True, size=32
)
TINY_PUBLISHED = ExeGANConfig(
    widths=(2, 4, 4, 4, 6, 6, 6), style_dim=8, global_dim=8, mapping_layers=2
)
CPU = torch.device("cpu")
FILTER = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0])] * 2) / 64


def by_recipe(salt: str, key: str, shape: list[int]) -> Tensor:
    if key.endswith(".kernel"):
        return FILTER if key.startswith("encoder") else 4 * FILTER
    seed = zlib.crc32((salt + key).encode())
    values = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if key.endswith("modulation.bias"):
        return 1 + 0.1 * values
    if key.endswith(("bias", "noise.weight")):
        return 0.1 * values
    return values / 0.01 if key.startswith("style.") else values


def assert_parity(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < 1e-4 * expected.std()


def test_the_published_generator_answers_as_published(parity_dir):
    facts = json.loads((parity_dir / "exegan_g256_k.json").read_text())
    with np.load(parity_dir / "exegan_g256_k.npz") as arrays:
        known = {key: torch.from_numpy(arrays[key]) for key in arrays}
    weights = {key: by_recipe(facts["salt"], key, shape) for key, shape in facts["keys_G"].items()}
    with torch.device("meta"):
        generator = ExeGANGenerator(ExeGANConfig()).eval()
    generator.load_state_dict(convert_state_dict(weights), strict=True, assign=True)
    mask = known["in_mask"]
    inputs = ExeGANInputs(known["in_image"] * (1 - mask), mask, mask[:, :0])
    noise = [known[f"noise_{layer}"] for layer in range(13)]
    with torch.inference_mode():
        random = generator.mapping(known["in_z"])
        codes = join_styles(random, known["embedding"])
        features = generator.encode(inputs)
        painted = generator.decode(features, codes, noise)
    assert_parity(random, known["mapped_w"])
    assert_parity(codes, known["latent"])
    assert_parity(features.style, known["x_global"])
    assert_parity(painted, known["out"])
    assert_parity(inputs.base + painted * mask, known["completed"])


def scene(side: int = 32, count: int = 2) -> tuple[Tensor, Tensor, Tensor]:
    """A smooth picture, a hole, and a line across both."""
    image = F.interpolate(torch.rand(count, 3, 8, 8) * 2 - 1, side, mode="bicubic").clamp(-1, 1)
    mask = torch.zeros(count, 1, side, side)
    mask[..., side // 4 : side // 2, side // 4 : side // 2] = 1.0
    lines = torch.zeros(count, 3, side, side)
    lines[:, 2, side // 3] = 1.0
    return image, mask, lines


def awake(config: ExeGANConfig) -> ExeGANGenerator:
    """A generator whose zero-initialised parts have begun to learn."""
    generator = ExeGANGenerator(config)
    for name, parameter in generator.named_parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, 0.0, 0.3)
            assert "rgb" in name or name.endswith(("bias", "noise_weight"))
    return generator


def inpainter(config: ExeGANConfig, generator: ExeGANGenerator | None = None) -> ExeGANInpainter:
    """Both networks, ready to paint; the encoder answers alike in training and here."""
    network = ExeGAN(StyleConfig(config, TINY_ENCODER, known=5))
    network.generator = generator or awake(config)
    torch.nn.init.normal_(network.known)
    return ExeGANInpainter(network)


def exemplar(config: ExeGANConfig, count: int = 2) -> Tensor:
    return torch.randn(count, config.rows - exe_gan.RANDOM_ROWS, config.style_dim)


def answer(generator: ExeGANGenerator, scenery: tuple[Tensor, Tensor, Tensor], codes: Tensor):
    noise = draw_noise(generator.config, len(codes), torch.Generator().manual_seed(0))
    return generator(prepare_inputs(*scenery, generator.config), codes, noise)


CONFIGS = pytest.mark.parametrize("config", [TINY, PLAIN], ids=["embedded", "published"])


@CONFIGS
def test_a_gradient_reaches_every_parameter(config):
    generator = awake(config)
    styles = generator.mapping(torch.randn(2, config.style_dim))
    output = answer(generator, scene(), join_styles(styles, exemplar(config)))
    output.painted.square().mean().backward()
    for name, parameter in generator.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


@CONFIGS
def test_the_composite_equals_the_picture_outside_the_hole(config):
    image, mask, lines = scene()
    found = inpainter(config).paint(image, mask, lines, exemplar(config), 0)
    outside = (mask == 0).expand_as(image)
    assert torch.equal(found[outside], image[outside])
    assert not torch.equal(found, image)
    assert found.abs().max() <= 1


@CONFIGS
def test_what_the_hole_holds_is_never_seen(config):
    model, codes = inpainter(config), exemplar(config)
    image, mask, lines = scene()
    other = torch.where(mask > 0, -image, image)
    first, second = (model.paint(one, mask, lines, codes, 0) for one in (image, other))
    assert torch.equal(first, second)


def test_the_first_answer_is_the_membrane():
    image, mask, lines = scene()
    model = ExeGANInpainter(ExeGAN(StyleConfig(TINY, TINY_ENCODER)))
    found = model.paint(image, mask, lines, exemplar(TINY), 0)
    assert torch.equal(found, torch.where(mask > 0, smooth_fill(image, mask), image))


def test_another_exemplar_gives_another_picture():
    model, scenery = inpainter(TINY), scene()
    first, second = (model.paint(*scenery, exemplar(TINY), 0) for _ in range(2))
    assert not torch.equal(first, second)


def test_every_row_of_an_exemplar_matters():
    generator, scenery = awake(TINY).eval(), scene(count=1)
    codes = torch.randn(1, TINY.rows, TINY.style_dim, requires_grad=True)
    answer(generator, scenery, codes).image.square().sum().backward()
    assert codes.grad.abs().sum(dim=2).gt(0).all()


def test_a_seed_gives_the_same_picture_again_and_another_seed_a_variation():
    model, scenery, codes = inpainter(TINY), scene(), exemplar(TINY)
    first = model.paint(*scenery, codes, 1)
    assert torch.equal(model.paint(*scenery, codes, 1), first)
    assert not torch.equal(model.paint(*scenery, codes, 2), first)


def test_lines_steer_the_embedded_network_only():
    for config, steers in ((TINY, True), (PLAIN, False)):
        model, codes = inpainter(config), exemplar(config)
        image, mask, lines = scene()
        drawn, blank = (model.paint(image, mask, one, codes, 0) for one in (lines, 0 * lines))
        assert torch.equal(drawn, blank) != steers


def test_pictures_of_a_batch_do_not_depend_on_one_another():
    generator, scenery = awake(TINY).eval(), scene()
    codes = torch.randn(2, TINY.rows, TINY.style_dim)
    noise = draw_noise(TINY, 2, torch.Generator().manual_seed(0))
    both = generator(prepare_inputs(*scenery, TINY), codes, noise).image
    alone = generator(
        prepare_inputs(*(one[1:] for one in scenery), TINY), codes[1:], [one[1:] for one in noise]
    ).image
    assert torch.allclose(both[1:], alone, atol=1e-5)


def test_random_rows_come_before_those_of_the_exemplar():
    random, codes = torch.randn(2, 8), torch.randn(2, 10, 8)
    joined = join_styles(random, codes)
    assert torch.equal(joined[:, 4:], codes)
    assert all(torch.equal(joined[:, row], random) for row in range(4))


def test_mixing_takes_a_range_of_rows_from_the_second_style():
    first, second = torch.zeros(1, 6, 2), torch.ones(1, 6, 2)
    assert mix_styles(first, second, 2, 5)[0, :, 0].tolist() == [0, 0, 1, 1, 1, 0]
    assert torch.equal(mix_styles(first, second, 3, 3), first)


def test_a_fixed_seed_gives_the_answers_it_gave():
    torch.manual_seed(3)
    generator, scenery, codes = awake(TINY), scene(), exemplar(TINY)
    output = inpainter(TINY, generator).paint(*scenery, codes, 0)
    found = output[0, ::2, 10, [8, 10, 14]].flatten()
    expected = [-0.6034, -0.5880, -0.0793, 0.6547, 0.2608, -0.1810]
    assert torch.allclose(found, torch.tensor(expected), atol=1e-3)


def test_training_in_half_precision_stays_finite():
    config = replace(EMBEDDED.generator, widths=EMBEDDED.generator.widths[1:])
    generator = awake(config).to(memory_format=torch.channels_last)
    codes = torch.randn(1, config.rows, config.style_dim)
    with torch.autocast("cpu", torch.bfloat16):
        output = answer(generator, scene(64, 1), codes)
        loss = output.image.square().mean()
    loss.backward()
    assert all(one.dtype == torch.float32 for one in output)
    assert all(p.grad.isfinite().all() for p in generator.parameters() if p.grad is not None)


def test_the_embedded_network_is_small():
    with torch.device("meta"):
        generator = ExeGANGenerator(EMBEDDED.generator)
    assert 2 * sum(tensor.numel() for tensor in generator.state_dict().values()) < 8e6


def test_the_published_size_has_a_level_more_than_ours():
    assert (ExeGANConfig().image_size, ExeGANConfig().rows) == (256, 14)
    assert (EMBEDDED.generator.image_size, EMBEDDED.generator.rows) == (128, 12)


def test_a_frame_of_another_side_is_painted_at_the_networks_own():
    image, mask, lines = scene(64)
    found = inpainter(TINY).paint(image, mask, lines, exemplar(TINY), 0)
    assert found.shape == image.shape
    outside = (mask == 0).expand_as(image)
    assert torch.equal(found[outside], image[outside])
    assert not torch.equal(found, image)


def test_a_resized_frame_does_not_show_what_the_hole_hides():
    image, mask, lines = scene(64)
    model, codes = inpainter(TINY), exemplar(TINY)
    other = torch.where(mask > 0, -image, image)
    first, second = (model.paint(one, mask, lines, codes, 0) for one in (image, other))
    assert torch.equal(first, second)


def test_without_an_exemplar_every_seed_gives_a_style_of_its_own():
    model, scenery = inpainter(TINY), scene()
    first = model.paint(*scenery, None, 1)
    assert torch.equal(model.paint(*scenery, None, 1), first)
    assert not torch.equal(model.paint(*scenery, None, 2), first)


def test_random_styles_are_spread_as_the_known_ones():
    network = inpainter(TINY).network
    drawn = network.random_codes(torch.randn(20_000, len(network.known)))
    assert torch.allclose(drawn.mean(dim=0), network.known.mean(dim=0), atol=0.05)
    wanted = network.known.var(dim=0, unbiased=False)
    assert torch.allclose(drawn.var(dim=0), wanted, rtol=0.1, atol=0.01)


def test_the_codes_of_an_exemplar_are_the_rows_that_painting_takes():
    model = inpainter(TINY)
    codes = model.encode(torch.rand(2, 3, 48, 48) * 2 - 1)
    assert codes.shape == exemplar(TINY).shape
    assert model.paint(*scene(), codes, 0).isfinite().all()


def published_shapes(config: ExeGANConfig) -> dict[str, tuple[int, ...]]:
    """The layout of a published generator, of any width."""
    widths, deepest, style = config.widths, config.widths[-1], config.style_dim
    shapes: dict[str, tuple[int, ...]] = {}
    for index in range(config.mapping_layers):
        shapes |= layer(f"style.{index + 1}", style, style)
    shapes |= {"down_from_big.0.weight": (widths[0], 4, 1, 1), "down_from_big.1.bias": widths[:1]}
    styles = style + config.global_dim
    shapes |= styled("conv1", deepest, deepest, styles) | to_rgb("to_rgb1", deepest, styles)
    for index, (above, below) in enumerate(itertools.pairwise(widths)):
        name = f"encoder_convs.{2 * index}"
        shapes |= {f"{name}.0.weight": (above, above, 3, 3), f"{name}.1.bias": (above,)}
        name = f"encoder_convs.{2 * index + 1}"
        shapes |= {f"{name}.0.kernel": (4, 4), f"{name}.1.weight": (below, above, 3, 3)}
        shapes |= {f"{name}.2.bias": (below,)}
        level = len(widths) - 2 - index
        shapes |= styled(f"convs.{2 * level}", below, above, styles)
        shapes |= {f"convs.{2 * level}.conv.blur.kernel": (4, 4)}
        shapes |= styled(f"convs.{2 * level + 1}", above, above, styles)
        shapes |= to_rgb(f"to_rgbs.{level}", above, styles)
        shapes |= {f"to_rgbs.{level}.upsample.kernel": (4, 4)}
    for index, noise in enumerate(draw_noise(config, 1, torch.Generator())):
        shapes |= {f"noises.noise_{index}": tuple(noise.shape)}
    shapes |= {"final_layer.0.weight": (deepest, deepest, 3, 3), "final_layer.1.bias": (deepest,)}
    shapes |= layer("final_linear.0", config.global_dim, 16 * deepest)
    return shapes | layer("final_transfer", 16 * deepest, config.global_dim)


def layer(name: str, out_features: int, in_features: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out_features, in_features), f"{name}.bias": (out_features,)}


def styled(name: str, in_channels: int, out_channels: int, styles: int):
    return {
        f"{name}.conv.weight": (1, out_channels, in_channels, 3, 3),
        f"{name}.noise.weight": (1,),
        f"{name}.activate.bias": (out_channels,),
    } | layer(f"{name}.conv.modulation", in_channels, styles)


def to_rgb(name: str, in_channels: int, styles: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.bias": (1, 3, 1, 1),
        f"{name}.conv.weight": (1, 3, in_channels, 1, 1),
    } | layer(f"{name}.conv.modulation", in_channels, styles)


def synthetic_checkpoint(path: Path, config: ExeGANConfig = TINY_PUBLISHED) -> dict[str, Tensor]:
    shapes = published_shapes(config)
    state = {name: by_recipe("", name, list(shape)) for name, shape in shapes.items()}
    write_checkpoint(path, state)
    return state


def write_checkpoint(path: Path, state: dict[str, Tensor]) -> None:
    torch.save(
        {"g_ema": state, "args": Namespace(size=256), "best_fid": np.float64(5.3), "iter": 8}, path
    )


def test_the_synthetic_layout_is_the_published_one(parity_dir):
    published = json.loads((parity_dir / "exegan_g256_k.json").read_text())["keys_G"]
    expected = {name: tuple(shape) for name, shape in published.items()}
    assert published_shapes(ExeGANConfig()) == expected


def test_a_published_checkpoint_is_imported_and_runs(tmp_path):
    source, target = tmp_path / "exe_gan.pt", tmp_path / "imported.safetensors"
    upstream = synthetic_checkpoint(source)
    exe_gan_weights.import_published(source, target)
    average = write_encoder(tmp_path)
    model = exe_gan_weights.build(target, CPU)
    assert model.network.config.generator == TINY_PUBLISHED
    assert torch.allclose(model.network.known, average[None], atol=1e-3)
    first = model.network.generator.state_dict()["decoder.2.conv.conv.weight"]
    assert torch.equal(first, upstream["convs.5.conv.weight"][0])
    image, mask, lines = scene(256, 1)
    output = model.paint(image, mask, lines, exemplar(TINY_PUBLISHED, 1), 0)
    assert output.isfinite().all()
    assert "sha256: " in (tmp_path / "imported.md").read_text()


def write_encoder(folder: Path) -> Tensor:
    """Weights of an encoder beside the generator's; returns its average style."""
    config = replace(TINY_ENCODER, last_row=13)
    encoder = psp.GradualStyleEncoder(config)
    torch.nn.init.normal_(encoder.average)
    save_weights(folder / "psp.safetensors", encoder.state_dict(), psp.NAME, asdict(config))
    return encoder.average


def test_an_imported_generator_without_its_encoder_is_refused_with_the_missing_name(tmp_path):
    source, target = tmp_path / "exe_gan.pt", tmp_path / "imported.safetensors"
    synthetic_checkpoint(source)
    exe_gan_weights.import_published(source, target)
    with pytest.raises(CheckpointError, match=r"psp\.safetensors"):
        exe_gan_weights.build(target, CPU)


@pytest.mark.parametrize("change", ["missing", "extra", "reshaped", "filter"])
def test_a_checkpoint_that_differs_in_one_tensor_is_refused(tmp_path, change):
    source, target = tmp_path / "exe_gan.pt", tmp_path / "imported.safetensors"
    state = synthetic_checkpoint(source)
    if change == "missing":
        del state["final_layer.1.bias"]
    elif change == "extra":
        state["another.weight"] = torch.zeros(1)
    elif change == "reshaped":
        state["final_layer.1.bias"] = torch.zeros(4)
    else:
        state["to_rgbs.0.upsample.kernel"] = torch.ones(4, 4) / 4
    write_checkpoint(source, state)
    with pytest.raises(CheckpointError):
        exe_gan_weights.import_published(source, target)
    assert not target.exists()


def test_a_checkpoint_for_larger_frames_is_refused_with_its_size(tmp_path):
    source = tmp_path / "exe_gan.pt"
    larger = ExeGANConfig(
        widths=(2, *TINY_PUBLISHED.widths), style_dim=8, global_dim=8, mapping_layers=2
    )
    synthetic_checkpoint(source, larger)
    with pytest.raises(CheckpointError, match="512 pixels"):
        exe_gan_weights.import_published(source, tmp_path / "imported.safetensors")


def test_embedded_weights_survive_the_round_trip(tmp_path):
    path = tmp_path / "exe_gan.safetensors"
    model = inpainter(TINY)
    network = model.network.half().float()
    save_weights(path, network.state_dict(), exe_gan.NAME, asdict(network.config))
    arguments = (*scene(), None, 0)
    expected = model.paint(*arguments)
    assert torch.allclose(exe_gan_weights.build(path, CPU).paint(*arguments), expected, atol=1e-4)


def test_weights_of_a_later_version_are_refused(tmp_path):
    path = tmp_path / "exe_gan.safetensors"
    config = asdict(EMBEDDED)
    changed = {**config, "generator": {**config["generator"], "unheard_of": 1}}
    for values in (changed, {**config, "unheard_of": 1}):
        save_weights(path, {}, exe_gan.NAME, values)
        with pytest.raises(CheckpointError, match="another version"):
            exe_gan_weights.build(path, CPU)
