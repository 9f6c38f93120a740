import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.checkpoints import load_weights, save_weights
from core.errors import CheckpointError
from core.models import ctsdg
from core.models.ctsdg import (
    EMBEDDED,
    CTSDGConfig,
    CTSDGGenerator,
    CTSDGInputs,
    CTSDGOutput,
    Masked,
    PartialConv,
    RegionAffinity,
    prepare_inputs,
)
from core.models.ctsdg_critic import EMBEDDED_WIDTHS, CTSDGDiscriminator
from core.models.ctsdg_names import convert_discriminator_state_dict, convert_state_dict
from core.models.edges import canny_edges, detect_edges, to_grey, wrap_image

TINY = CTSDGConfig(widths=(8, 8, 16), attention_rate=4, membrane=True, line_band=9)
TINY_PUBLISHED = CTSDGConfig(widths=(8, 8, 8, 16, 16, 16, 16), wrap_u8=True)


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


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
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < 1e-4 * expected.std()


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
