"""What every system that fills promises; a new row is tested without an edit here."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from core.errors import CheckpointError
from core.models import MODELS, models_for
from core.models.base import Inpainter, ModelSpec, Task
from core.runtime.checkpoints import weights_path

SIDE = 128
CPU = torch.device("cpu")

FILLING = models_for(Task.FILL)
every_model = pytest.mark.parametrize("spec", FILLING.values(), ids=lambda spec: spec.name)
every_published_model = pytest.mark.parametrize(
    "spec", [spec for spec in MODELS.values() if spec.import_published], ids=lambda spec: spec.name
)


@pytest.fixture(scope="module")
def models() -> dict[str, Inpainter]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return {name: spec.build(shipped(name), CPU) for name, spec in FILLING.items()}


def shipped(name: str) -> Path | None:
    path = weights_path(name)
    return path if path.is_file() else None


def scene(count: int = 1, side: int = SIDE) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    image = torch.rand(count, 3, side, side, generator=generator) * 2 - 1
    mask = torch.zeros(count, 1, side, side)
    mask[..., side // 4 : side // 2, side // 3 : side // 2] = 1.0
    lines = torch.zeros(count, 3, side, side)
    lines[:, :, side // 3, side // 3 : side // 2] = 1.0
    return image, mask, lines


@every_model
@pytest.mark.parametrize(("count", "side"), [(2, 128), (1, 256)])
def test_a_model_keeps_shape_and_range(spec: ModelSpec, models, count: int, side: int):
    image, mask, lines = scene(count, side)
    output = models[spec.name].inpaint(image, mask, lines)
    assert output.shape == image.shape
    assert output.dtype == torch.float32
    assert output.isfinite().all()
    assert output.abs().max() <= 1


@every_model
def test_a_model_leaves_pixels_outside_the_hole_alone(spec: ModelSpec, models):
    image, mask, lines = scene()
    output = models[spec.name].inpaint(image, mask, lines)
    outside = (mask == 0).expand_as(image)
    assert torch.equal(output[outside], image[outside])


@every_model
def test_a_model_never_looks_into_the_hole(spec: ModelSpec, models):
    image, mask, lines = scene()
    first = models[spec.name].inpaint(image, mask, lines)
    second = models[spec.name].inpaint(torch.where(mask > 0, 0.7, image), mask, lines)
    assert torch.equal(first, second)


@every_model
def test_a_model_answers_the_same_twice(spec: ModelSpec, models):
    arguments = scene()
    assert torch.equal(models[spec.name].inpaint(*arguments), models[spec.name].inpaint(*arguments))


@every_model
def test_a_model_says_so_when_its_weights_are_missing(spec: ModelSpec, tmp_path: Path):
    with pytest.raises(CheckpointError, match="missing"):
        spec.build(tmp_path / "nothing.safetensors", CPU)


@every_published_model
def test_a_model_imports_nothing_but_its_own_checkpoints(spec: ModelSpec, tmp_path: Path):
    assert spec.import_published is not None
    source = tmp_path / "other.pth"
    torch.save({"generator": {"layer.weight": torch.zeros(1)}}, source)
    with pytest.raises(CheckpointError):
        spec.import_published(source, tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


def test_every_row_stands_under_its_own_name():
    assert all(name == spec.name and spec.title for name, spec in MODELS.items())
