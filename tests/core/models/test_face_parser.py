"""The face parser: parity with the published network, sizes, and files."""

import json
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.anatomy.regions import Region
from core.errors import CheckpointError
from core.models import face_parser
from core.models.face_parser import EMBEDDED, FaceParser, FaceParserConfig, convert_state_dict
from core.runtime.checkpoints import save_weights

TINY = FaceParserConfig(widths=(4, 6, 8), labels=len(Region), bounded=False, dropout=0.0)
CPU = torch.device("cpu")


def published_tensor(key: str, shape: list[int], salt: str) -> Tensor:
    if key.endswith("num_batches_tracked"):
        return torch.tensor(0)
    seed = zlib.crc32(f"{salt}P/{key}".encode())
    values = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if key.endswith("running_var"):
        return (0.5 * values).abs() + 0.5
    if key.endswith(("running_mean", "bias")):
        return 0.1 * values
    return values * (2 / values[0].numel()) ** 0.5 if values.ndim >= 2 else 1 + 0.1 * values


@pytest.fixture
def published(parity_dir: Path) -> dict[str, Tensor]:
    facts = json.loads((parity_dir / "mgpe_256_k.json").read_text())
    shapes = facts["keys"]["P"]
    return {key: published_tensor(key, shape, facts["salt"]) for key, shape in shapes.items()}


def test_the_paper_width_answers_as_the_published_parser(published, parity_dir):
    network = FaceParser(FaceParserConfig()).eval()
    network.load_state_dict(convert_state_dict(published))
    with np.load(parity_dir / "mgpe_256_k.npz") as arrays:
        portrait, expected = (torch.from_numpy(arrays[name]) for name in ("out", "parse"))
    with torch.inference_mode():
        found = network(portrait).softmax(dim=1)
    assert (found - expected).abs().max() < 1e-4 * expected.std()


def test_a_published_checkpoint_without_batch_counts_is_imported(published, tmp_path):
    old = {key: value for key, value in published.items() if not key.endswith("tracked")}
    torch.save(old, tmp_path / "latest_net_P.pth")
    out = tmp_path / "face_parser.safetensors"
    face_parser.import_published(tmp_path / "latest_net_P.pth", out)
    network = face_parser.build(out, CPU)
    assert network.config == FaceParserConfig()
    assert "CC BY-NC-SA" in out.with_suffix(".md").read_text()


@pytest.mark.parametrize("name", ["model.model.0.weight", "model.model.1.model.9.bias", "a"])
def test_another_networks_checkpoint_is_refused(tmp_path, name):
    torch.save({name: torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError):
        face_parser.import_published(tmp_path / "other.pth", tmp_path / "out.safetensors")


def test_the_embedded_size_fits_into_four_megabytes():
    values = sum(tensor.numel() for tensor in FaceParser(EMBEDDED).state_dict().values())
    assert 2 * values < 4e6


def test_every_pixel_gets_a_score_for_each_label():
    scores = FaceParser(TINY)(torch.rand(2, 3, 16, 24))
    assert scores.shape == (2, len(Region), 16, 24)


def test_a_gradient_reaches_every_parameter():
    network = FaceParser(TINY)
    network(torch.rand(2, 3, 16, 16)).square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_weights_keep_their_size_and_answers_on_disk(tmp_path):
    network, path = FaceParser(TINY).eval(), tmp_path / "own.safetensors"
    save_weights(path, network.state_dict(), face_parser.NAME, asdict(TINY), fp16=False)
    loaded, image = face_parser.build(path, CPU), torch.rand(1, 3, 16, 16)
    assert loaded.config == TINY
    assert torch.allclose(loaded(image), network(image), atol=1e-6)


def test_weights_of_another_system_are_refused(tmp_path):
    path = tmp_path / "own.safetensors"
    save_weights(path, {"a": torch.zeros(1)}, "ctsdg", {})
    with pytest.raises(CheckpointError, match="another system"):
        face_parser.build(path, CPU)
