import json
import zlib
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.errors import CheckpointError
from core.models.sa_stargan import model as sa_stargan
from core.models.sa_stargan.discriminator import (
    EMBEDDED_WIDTHS,
    SAStarGANDiscriminator,
)
from core.models.sa_stargan.layers import SelfAttention
from core.models.sa_stargan.model import (
    CLASSES,
    EMBEDDED,
    PAPER,
    SAStarGANConfig,
    SAStarGANGenerator,
    move_pixels,
    one_hot,
)
from core.models.sa_stargan.state_dict import (
    convert_discriminator_state_dict,
    convert_state_dict,
)
from core.runtime.checkpoints import save_weights

CPU = torch.device("cpu")
TINY = SAStarGANConfig(width=4, blocks=1, kernel=3)
TOLERANCE = 1e-4  # of the output's standard deviation, as the fixtures ask for
ATTENTION_NAMES = {"query_conv": "query", "key_conv": "key", "value_conv": "value"}


class Fixture:
    """A published network's weights by recipe, and what it answers."""

    def __init__(self, folder: Path, name: str) -> None:
        self.facts = json.loads((folder / f"{name}.json").read_text())
        with np.load(folder / f"{name}.npz") as arrays:
            self.arrays = {key: torch.from_numpy(arrays[key]) for key in arrays}

    def state(self, keys: str) -> dict[str, Tensor]:
        return {key: self._tensor(key, shape) for key, shape in self.facts[keys].items()}

    def _tensor(self, key: str, shape: list[int]) -> Tensor:
        if key.endswith("num_batches_tracked"):
            return torch.tensor(0)
        seed = zlib.crc32((self.facts["salt"] + key).encode())
        values = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        if key.endswith("running_var"):
            return (0.5 * values).abs() + 0.5
        if key.endswith(("running_mean", "bias")):
            return 0.1 * values
        if values.ndim >= 2:
            return values * (2 / values[0].numel()) ** 0.5
        return 0.5 * values if values.numel() == 1 else 1 + 0.1 * values


def assert_parity(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < TOLERANCE * expected.std()


@pytest.fixture(scope="module")
def published(parity_dir):
    return Fixture(parity_dir, "stargan_128_c8_k")


@torch.inference_mode()
def published_answer(published: Fixture, *, running_statistics: bool) -> Tensor:
    config = replace(PAPER, attention=False, running_statistics=running_statistics)
    generator = SAStarGANGenerator(config).eval()
    generator.load_state_dict(
        convert_state_dict(published.state("keys_G"), running_statistics=running_statistics)
    )
    return generator(published.arrays["in_image"], published.arrays["in_label"])


def test_the_generator_answers_as_the_published_program_does(published):
    answer = published_answer(published, running_statistics=False)
    assert_parity(answer, published.arrays["out_G_train"])


def test_the_generator_answers_as_published_with_running_statistics(published):
    answer = published_answer(published, running_statistics=True)
    assert_parity(answer, published.arrays["out_G_eval"])


@torch.inference_mode()
def test_the_discriminator_judges_as_published(published):
    discriminator = SAStarGANDiscriminator(8, spectral=False).eval()
    discriminator.load_state_dict(convert_discriminator_state_dict(published.state("keys_D")))
    verdict = discriminator(published.arrays["in_image"])
    assert_parity(verdict.realness, published.arrays["out_D_src"])
    assert_parity(verdict.classes, published.arrays["out_D_cls"])


@torch.inference_mode()
def test_self_attention_answers_as_published(parity_dir):
    fixture, layer = Fixture(parity_dir, "sagan_selfattn128"), SelfAttention(128).eval()
    state = fixture.state("keys")
    for theirs, ours in ATTENTION_NAMES.items():
        state = {key.replace(theirs, ours): tensor for key, tensor in state.items()}
    layer.load_state_dict(state)
    assert_parity(layer(fixture.arrays["in_feat"]), fixture.arrays["out"])


def test_the_paper_network_attends_behind_the_bottleneck_and_the_first_enlargement():
    seen = []
    with torch.device("meta"):
        generator = SAStarGANGenerator(PAPER)
        for layer in generator.attention:
            layer.register_forward_hook(lambda *event: seen.append(event[2].shape[1:]))
        generator(torch.zeros(1, 3, 128, 128), torch.zeros(1, 8))
    assert seen == [(256, 32, 32), (128, 64, 64)]


def test_attention_starts_as_the_identity_and_then_reaches_every_pixel():
    layer, x = SelfAttention(8), torch.randn(1, 8, 6, 6)
    assert torch.equal(layer(x), x)
    torch.nn.init.ones_(layer.gamma)
    changed = x.clone()
    changed[..., 0, 0] += 5.0
    assert ((layer(changed) - layer(x)).abs().amax(dim=1)[0] > 0).all()


def test_pooled_keys_see_as_much_when_nothing_is_pooled():
    layer, pooled = SelfAttention(8), SelfAttention(8, key_side=6)
    torch.nn.init.ones_(layer.gamma)
    pooled.load_state_dict(layer.state_dict())
    x = torch.randn(1, 8, 6, 6)
    assert torch.equal(pooled(x), layer(x))
    assert pooled(torch.randn(1, 8, 12, 12)).shape == (1, 8, 12, 12)


@pytest.mark.parametrize("widths", [(4, 8, 8), EMBEDDED_WIDTHS])
def test_every_layer_of_the_discriminator_has_spectral_norm_one(widths):
    discriminator = SAStarGANDiscriminator(8, widths, side=32)
    with torch.no_grad():
        for _ in range(60):  # power iteration goes on with every look
            discriminator(torch.zeros(1, 3, 32, 32))
    layers = [*discriminator.layers, discriminator.to_realness, discriminator.to_classes]
    assert len(layers) == len(widths) + 2
    for layer in layers:
        norm = float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2))
        assert norm == pytest.approx(1, rel=0.02)


def test_the_embedded_network_starts_by_leaving_every_face_as_it_is():
    image = torch.rand(2, 3, 32, 32) * 2 - 1
    answer = SAStarGANGenerator(EMBEDDED)(image, torch.eye(8)[:2])
    assert torch.allclose(answer, image, atol=1e-5)


def test_pixels_come_from_where_a_move_says():
    image = torch.rand(1, 3, 16, 16)
    move = torch.zeros(1, 2, 16, 16)
    move[:, 0] = 3 / 8  # half sides: three pixels from the right
    moved = move_pixels(image, move)
    assert torch.allclose(moved[..., :13], image[..., 3:], atol=1e-5)


def test_the_embedded_network_says_its_moves_in_pixels():
    generator = SAStarGANGenerator(replace(TINY, moving=True))
    torch.nn.init.normal_(generator.to_image.weight)
    image, label = torch.rand(1, 3, 32, 32) * 2 - 1, one_hot({"happy": 1.0}, CPU)
    answer = sa_stargan.ExpressionNetwork(generator).express(image, label)
    expected = generator(image, label)
    assert answer.move.abs().max() > 0.1
    assert torch.allclose(move_pixels(image, answer.move / 16) + answer.change, expected, atol=1e-5)


@pytest.mark.parametrize("config", [TINY, replace(TINY, key_side=4, steered=True, moving=True)])
def test_a_gradient_reaches_every_parameter_of_the_generator(config):
    generator = SAStarGANGenerator(config)
    for parameter in generator.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    generator(torch.randn(2, 3, 32, 32), torch.eye(8)[:2]).square().mean().backward()
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in generator.parameters())


def test_another_label_gives_another_face():
    generator = SAStarGANGenerator(TINY).eval()
    image = torch.rand(1, 3, 32, 32)
    happy, sad = (generator(image, one_hot({name: 1.0}, CPU)) for name in ("happy", "sad"))
    assert (happy - sad).abs().max() > 1e-3


def test_a_label_has_its_weights_in_the_order_of_the_classes():
    label = one_hot({"angry": 0.25, "surprised": 1.0}, CPU)
    assert label.tolist() == [[0.25, 0, 0, 0, 0, 0, 0, 1.0]]
    assert list(CLASSES) == sorted(CLASSES)
    with pytest.raises(KeyError):
        one_hot({"bored": 1.0}, CPU)


def test_the_embedded_network_fits_into_four_megabytes(tmp_path):
    path = tmp_path / "sa_stargan.safetensors"
    state = SAStarGANGenerator(EMBEDDED).state_dict()
    save_weights(path, state, sa_stargan.NAME, asdict(EMBEDDED))
    assert path.stat().st_size <= 4_000_000
    sa_stargan.build(path, CPU)


def test_weights_of_the_paper_size_are_told_by_their_file(tmp_path):
    path = tmp_path / "sa_stargan.safetensors"
    save_weights(path, SAStarGANGenerator(TINY).state_dict(), sa_stargan.NAME, asdict(TINY))
    assert sa_stargan.build(path, CPU).generator.config == TINY


@pytest.mark.parametrize("values", [{"width": 2}, {"kernel": 4}, {"blocks": 99}, {"classes": 0}])
def test_sizes_that_are_no_network_are_refused(values, tmp_path):
    path = tmp_path / "sa_stargan.safetensors"
    config = asdict(TINY) | values
    save_weights(path, SAStarGANGenerator(TINY).state_dict(), sa_stargan.NAME, config)
    with pytest.raises(CheckpointError):
        sa_stargan.build(path, CPU)


def published_state(classes: int, *, counted: bool) -> dict[str, Tensor]:
    """Tensors as a published checkpoint names them, of a small network."""

    def norm(name: str, channels: int) -> dict[str, Tensor]:
        return {
            f"{name}.weight": torch.ones(channels),
            f"{name}.bias": torch.zeros(channels),
            f"{name}.running_mean": torch.zeros(channels),
            f"{name}.running_var": torch.ones(channels),
            **({f"{name}.num_batches_tracked": torch.tensor(9)} if counted else {}),
        }

    state = {"main.0.weight": torch.randn(4, 3 + classes, 7, 7)} | norm("main.1", 4)
    for row, (above, below) in {3: (4, 8), 6: (8, 16)}.items():
        state |= {f"main.{row}.weight": torch.randn(below, above, 4, 4)}
        state |= norm(f"main.{row + 1}", below)
    for row in (9, 10):
        for part in (0, 3):
            state |= {f"main.{row}.main.{part}.weight": torch.randn(16, 16, 3, 3)}
            state |= norm(f"main.{row}.main.{part + 1}", 16)
    for row, (above, below) in {11: (16, 8), 14: (8, 4)}.items():
        state |= {f"main.{row}.weight": torch.randn(above, below, 4, 4)}
        state |= norm(f"main.{row + 1}", below)
    return state | {"main.17.weight": torch.randn(3, 4, 7, 7)}


@pytest.mark.parametrize(("classes", "counted"), [(5, False), (8, True)])
def test_published_checkpoints_become_weights_of_their_own_size(classes, counted, tmp_path):
    source, target = tmp_path / "200000-G.ckpt", tmp_path / "imported.safetensors"
    torch.save(published_state(classes, counted=counted), source)
    sa_stargan.import_published(source, target)
    network = sa_stargan.build(target, CPU)
    assert network.generator.config == SAStarGANConfig(
        classes, width=4, blocks=2, kernel=7, attention=False
    )
    assert network.classes == (CLASSES if classes == 8 else ())
    image = torch.rand(1, 3, 32, 32)
    answer = network.express(image, torch.eye(classes)[:1])
    assert not answer.move.any()
    assert torch.allclose(
        image + answer.change, network.generator(image, torch.eye(classes)[:1]), atol=1e-6
    )


def test_a_discriminator_is_no_generator(tmp_path):
    source = tmp_path / "200000-D.ckpt"
    torch.save({"main.0.weight": torch.zeros(64, 3, 4, 4)}, source)
    with pytest.raises(CheckpointError):
        sa_stargan.import_published(source, tmp_path / "out.safetensors")
