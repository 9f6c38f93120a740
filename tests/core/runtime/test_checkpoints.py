import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.errors import CheckpointError
from core.runtime import checkpoints
from core.runtime.checkpoints import (
    card_path,
    load_state,
    load_weights,
    save_weights,
    weights_path,
    write_card,
)
from core.runtime.stored_config import read_config


def small_state() -> dict[str, Tensor]:
    return {"layer.weight": torch.randn(3, 4), "count": torch.tensor(7)}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    save_weights(path, small_state(), "small", {"width": 4})
    write_card(path, "Small", "Made for a test.")
    return path


def test_weights_survive_the_round_trip_in_half_precision(tmp_path):
    state = small_state()
    path = tmp_path / "small.safetensors"
    save_weights(path, state, "small", {"width": 4})
    found, metadata = load_weights(path)
    assert torch.equal(found["layer.weight"], state["layer.weight"].half().float())
    assert torch.equal(found["count"], state["count"])
    assert read_config(metadata, "small", path) == {"width": 4}
    assert [file.name for file in tmp_path.iterdir()] == ["small.safetensors"]


def test_weights_can_be_kept_in_full_precision(tmp_path):
    state = small_state()
    save_weights(tmp_path / "full.safetensors", state, "small", {}, fp16=False)
    assert torch.equal(
        load_weights(tmp_path / "full.safetensors")[0]["layer.weight"], state["layer.weight"]
    )


def test_weights_that_match_their_card_load(weights):
    assert set(load_weights(weights)[0]) == {"layer.weight", "count"}


def test_a_changed_byte_is_noticed(weights):
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged"):
        load_weights(weights)


def test_a_card_without_a_digest_verifies_nothing(weights):
    card_path(weights).write_text("# Small\n")
    with pytest.raises(CheckpointError, match="damaged"):
        load_weights(weights)


def test_a_truncated_file_of_ones_own_is_noticed(weights):
    card_path(weights).unlink()
    weights.write_bytes(weights.read_bytes()[:-5])
    with pytest.raises(CheckpointError, match="damaged"):
        load_weights(weights)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"absent\.safetensors are missing"):
        load_weights(tmp_path / "absent.safetensors")


def test_shipped_weights_must_have_a_card(weights, monkeypatch):
    monkeypatch.setattr(checkpoints, "WEIGHTS_DIR", weights.parent)
    card_path(weights).unlink()
    assert weights_path("small") == weights
    with pytest.raises(CheckpointError, match="card"):
        load_weights(weights)


def test_weights_of_another_network_are_refused(weights):
    state, _ = load_weights(weights)
    with pytest.raises(CheckpointError, match="another network"):
        load_state(nn.Linear(4, 3), state, weights)


def test_weights_of_another_system_are_refused(weights):
    _, metadata = load_weights(weights)
    with pytest.raises(CheckpointError, match="another system"):
        read_config(metadata, "large", weights)


@pytest.mark.parametrize("metadata", [{}, {"system": "small", "config": "{"}])
def test_weights_without_a_config_are_refused(weights, metadata):
    with pytest.raises(CheckpointError, match="does not hold weights"):
        read_config(metadata, "small", weights)


def test_the_folder_of_weights_can_be_named_by_the_environment(tmp_path):
    program = "from core.runtime.weights_folder import WEIGHTS_DIR; print(WEIGHTS_DIR)"
    environment = os.environ | {"FACEEDITOR_WEIGHTS_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(tmp_path)
