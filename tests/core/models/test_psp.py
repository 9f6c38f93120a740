import json
import zlib
from dataclasses import asdict
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
from core.models.psp import EMBEDDED, GradualStyleEncoder, StyleEncoderConfig, convert_state_dict
from core.runtime.checkpoints import save_weights

TINY = StyleEncoderConfig(
    units=(1, 1, 2, 1), widths=(16, 16, 16, 16), style_dim=8, shared_heads=True
)
TINY_PUBLISHED = StyleEncoderConfig(widths=(16, 16, 16, 32), style_dim=8)
CPU = torch.device("cpu")
USED = range(4, 14)


def by_recipe(salt: str, key: str, shape: list[int]) -> Tensor:
    if key.endswith("num_batches_tracked"):
        return torch.tensor(0)
    seed = zlib.crc32((salt + key).encode())
    values = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if key.endswith("running_var"):
        return (0.5 * values).abs() + 0.5
    if key.endswith(("running_mean", "bias")):
        return 0.1 * values
    if key.endswith("linear.weight"):
        return values
    if values.ndim < 2:
        return 1 + 0.1 * values
    return values * (2 / values[0].numel()) ** 0.5 * (0.3 if key.startswith("body") else 1)


def is_used(key: str) -> bool:
    return not key.startswith("styles.") or int(key.split(".")[1]) in USED


def test_the_published_encoder_answers_as_published(parity_dir):
    facts = json.loads((parity_dir / "exegan_g256_k.json").read_text())
    with np.load(parity_dir / "exegan_g256_k.npz") as arrays:
        known = {
            key: torch.from_numpy(arrays[key])
            for key in ("in_exemplar", "in_latent_avg", "enc_codes", "embedding")
        }
    weights = {
        key: by_recipe(facts["salt"], key, shape)
        for key, shape in facts["keys_E"].items()
        if is_used(key)  # the others would take seconds to make and are left out anyway
    }
    with torch.device("meta"):
        encoder = GradualStyleEncoder(StyleEncoderConfig()).eval()
    state = convert_state_dict(weights, known["in_latent_avg"])
    encoder.load_state_dict(state, strict=True, assign=True)
    with torch.inference_mode():
        codes = encoder(known["in_exemplar"])
    for found, expected in (
        (codes, known["embedding"]),
        (codes - encoder.average, known["enc_codes"]),
    ):
        assert found.shape == expected.shape
        assert (found - expected).abs().max() < 1e-4 * expected.std()


@pytest.mark.parametrize("config", [TINY, TINY_PUBLISHED], ids=["embedded", "published"])
def test_an_exemplar_of_any_size_gives_a_row_for_every_style(config):
    encoder = GradualStyleEncoder(config).eval()
    with torch.inference_mode():
        codes = encoder(torch.rand(2, 3, 64, 64) * 2 - 1)
    assert codes.shape == (2, 10, 8)
    assert codes.isfinite().all()


def test_a_larger_exemplar_is_read_at_256_pixels():
    encoder, exemplar = GradualStyleEncoder(TINY).eval(), torch.rand(1, 3, 300, 300)
    reduced = F.interpolate(exemplar, 256, mode="bilinear", align_corners=True)
    with torch.inference_mode():
        assert torch.equal(encoder(exemplar), encoder(reduced))


def test_the_embedded_encoder_looks_at_128_pixels():
    encoder, exemplar = GradualStyleEncoder(EMBEDDED).eval(), torch.rand(1, 3, 256, 256)
    reduced = F.interpolate(exemplar, 128, mode="bilinear", align_corners=True)
    with torch.inference_mode():
        assert torch.equal(encoder(exemplar), encoder(reduced))


def test_a_gradient_reaches_every_parameter():
    encoder = GradualStyleEncoder(TINY)
    encoder(torch.rand(2, 3, 256, 256)).square().mean().backward()
    for name, parameter in encoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


def test_published_rows_are_read_by_a_head_each_and_ours_by_one_for_a_level():
    assert StyleEncoderConfig().heads() == [(1, 1)] * 3 + [(2, 1)] * 7
    assert EMBEDDED.heads() == [(1, 3), (2, 5)]
    assert (EMBEDDED.rows, StyleEncoderConfig().rows) == (8, 10)


def test_the_encoder_reads_the_rows_that_the_generator_takes():
    generator = exe_gan.EMBEDDED.generator
    assert generator.rows - exe_gan.RANDOM_ROWS == EMBEDDED.rows
    assert generator.style_dim == EMBEDDED.style_dim
    assert EMBEDDED.first_row == exe_gan.RANDOM_ROWS


def test_the_embedded_encoder_is_small():
    with torch.device("meta"):
        encoder = GradualStyleEncoder(EMBEDDED)
    assert 2 * sum(tensor.numel() for tensor in encoder.state_dict().values()) < 4e6


def published_shapes(widths: tuple[int, ...], style_dim: int) -> dict[str, tuple[int, ...]]:
    """The layout of a published encoder, of any width."""
    top = widths[-1]
    shapes: dict[str, tuple[int, ...]] = {"input_layer.0.weight": (widths[0], 3, 3, 3)}
    shapes |= norm("input_layer.1", widths[0]) | {"input_layer.2.weight": widths[:1]}
    channels = [
        width for width, count in zip(widths, (3, 4, 14, 3), strict=True) for _ in range(count)
    ]
    for index, (above, width) in enumerate(zip([widths[0], *channels], channels, strict=False)):
        shapes |= unit(f"body.{index}", above, width)
    for style in range(18):
        for index in range(4 + (style >= 3) + (style >= 7)):
            name = f"styles.{style}.convs.{2 * index}"
            shapes |= {f"{name}.weight": (top, top, 3, 3), f"{name}.bias": (top,)}
        name = f"styles.{style}.linear"
        shapes |= {f"{name}.weight": (style_dim, top), f"{name}.bias": (style_dim,)}
    for index, width in ((1, widths[2]), (2, widths[1])):
        name = f"latlayer{index}"
        shapes |= {f"{name}.weight": (top, width, 1, 1), f"{name}.bias": (top,)}
    return shapes


def unit(name: str, above: int, width: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    if above != width:
        shapes |= {f"{name}.shortcut_layer.0.weight": (width, above, 1, 1)}
        shapes |= norm(f"{name}.shortcut_layer.1", width)
    layers = f"{name}.res_layer"
    shapes |= norm(f"{layers}.0", above) | norm(f"{layers}.4", width)
    return shapes | {
        f"{layers}.1.weight": (width, above, 3, 3),
        f"{layers}.2.weight": (width,),
        f"{layers}.3.weight": (width, width, 3, 3),
        f"{layers}.5.fc1.weight": (width // 16, width, 1, 1),
        f"{layers}.5.fc2.weight": (width, width // 16, 1, 1),
    }


def norm(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    kinds = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{kind}": (channels,) for kind in kinds} | {f"{name}.num_batches_tracked": ()}


def synthetic_checkpoint(path: Path) -> dict[str, Tensor]:
    shapes = published_shapes(TINY_PUBLISHED.widths, TINY_PUBLISHED.style_dim)
    state = {name: by_recipe("", name, list(shape)) for name, shape in shapes.items()}
    write_checkpoint(path, state)
    return state


def write_checkpoint(path: Path, encoder: dict[str, Tensor]) -> None:
    state = {f"encoder.{name}": tensor for name, tensor in encoder.items()}
    decoder = {"decoder.conv1.noise.weight": torch.zeros(1)}
    average = torch.arange(18.0)[:, None].repeat(1, 8)
    torch.save(
        {"state_dict": state | decoder, "latent_avg": average, "opts": {"learn_in_w": False}}, path
    )


def test_the_synthetic_layout_is_the_published_one(parity_dir):
    published = json.loads((parity_dir / "exegan_g256_k.json").read_text())["keys_E"]
    expected = {name: tuple(shape) for name, shape in published.items()}
    assert published_shapes((64, 128, 256, 512), 512) == expected


def test_a_published_checkpoint_is_imported_without_the_heads_that_nobody_uses(tmp_path):
    source, target = tmp_path / "psp.pt", tmp_path / "imported.safetensors"
    upstream = synthetic_checkpoint(source)
    exe_gan_weights.import_published(source, target)
    encoder = psp.build(target, CPU)
    assert encoder.config == TINY_PUBLISHED
    assert len(encoder.heads) == 10
    state = encoder.state_dict()
    assert torch.equal(state["heads.9.convs.5.bias"], upstream["styles.13.convs.10.bias"])
    assert state["average"][:, 0].tolist() == list(USED)
    assert encoder(torch.rand(1, 3, 256, 256)).isfinite().all()
    assert "sha256: " in (tmp_path / "imported.md").read_text()


@pytest.mark.parametrize("change", ["missing", "extra", "reshaped", "trunk"])
def test_a_checkpoint_that_differs_in_one_tensor_is_refused(tmp_path, change):
    source, target = tmp_path / "psp.pt", tmp_path / "imported.safetensors"
    state = synthetic_checkpoint(source)
    if change == "missing":
        del state["styles.4.linear.bias"]
    elif change == "extra":
        state["another.weight"] = torch.zeros(1)
    elif change == "reshaped":
        state["styles.4.linear.bias"] = torch.zeros(4)
    else:
        del state["body.7.res_layer.1.weight"]
    write_checkpoint(source, state)
    with pytest.raises(CheckpointError):
        psp.import_published(source, target)
    assert not target.exists()


@pytest.mark.parametrize("content", [[1, 2], {"state_dict": {}}, {"state_dict": 3}])
def test_another_file_is_refused_with_a_sentence(tmp_path, content):
    source = tmp_path / "psp.pt"
    torch.save(content, source)
    with pytest.raises(CheckpointError, match="not a checkpoint of"):
        psp.import_published(source, tmp_path / "imported.safetensors")


def test_embedded_weights_survive_the_round_trip(tmp_path):
    path = tmp_path / "psp.safetensors"
    encoder = GradualStyleEncoder(TINY).half().float().eval()
    save_weights(path, encoder.state_dict(), psp.NAME, asdict(TINY))
    exemplar = torch.rand(1, 3, 256, 256)
    assert torch.allclose(psp.build(path, CPU)(exemplar), encoder(exemplar), atol=1e-4)


def test_weights_of_a_later_version_are_refused(tmp_path):
    path = tmp_path / "psp.safetensors"
    save_weights(path, {}, psp.NAME, {**asdict(TINY), "unheard_of": 1})
    with pytest.raises(CheckpointError, match="another version"):
        psp.build(path, CPU)
