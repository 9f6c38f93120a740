"""Shipped weights, damaged in every way: a network that works, or one sentence; nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.anatomy.regions import Region
from core.edit.expression.fold_light import load_fold_weights
from core.edit.expression.smile import load_displacements
from core.errors import CheckpointError
from core.models import MODELS
from core.models.base import Task
from core.runtime import checkpoints
from core.runtime.checkpoints import load_state, load_weights, weights_path, write_card
from core.training.losses.discriminators import PatchDiscriminator

ROUNDS = int(os.environ.get("FACEEDITOR_DAMAGE_ROUNDS", "1"))
"""How often each system's file is damaged in each way; more find more."""
CPU = torch.device("cpu")
SIDE = 64
ARRAYS = {"displacements": load_displacements, "folds": load_fold_weights}
CRITIC = "refiner's critic"
HOSTILE = (
    *(0, -1, 1, 2, 3, 5, 17, 10**9, 10**400, 0.5, 1e300, float("nan"), float("inf"), True, None),
    *(
        "",
        "128",
        [],
        [[]],
        [0],
        [-1],
        [10**9],
        [4096] * 16,
        [1] * 100,
        [64.0],
        [True],
        {},
        {"a": 1},
    ),
)
"""Values that stand in for one of a config."""


def shipped_file(name: str) -> Path:
    if name == CRITIC:
        return weights_path("refiner").parent / "resume" / "refiner.safetensors"
    return weights_path(name)


def use(name: str, path: Path) -> None:
    """Load a file, and let what it holds work once."""
    if name in ARRAYS:
        write_card(path, "Damaged", "By an enemy, who also writes its card.")
        loaded = ARRAYS[name].__wrapped__()
        for array in loaded.values() if isinstance(loaded, dict) else loaded:
            assert np.isfinite(array).all()
    elif name == CRITIC:
        state = {
            key.removeprefix("adversarial."): one for key, one in load_weights(path)[0].items()
        }
        load_state(PatchDiscriminator(condition_channels=4), state, path)
    else:
        with torch.inference_mode():
            answer = ask(MODELS[name].task, MODELS[name].build(path, CPU))
        assert answer.shape[-2:] == (SIDE, SIDE)
        assert answer.isfinite().all()


def refusal(name: str, path: Path) -> str | None:
    """Return why a file is refused, or None where it works."""
    try:
        use(name, path)
    except CheckpointError as error:
        return str(error)
    return None


def ask(task: Task, model: object) -> Tensor:
    image, mask = torch.zeros(1, 3, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
    image[..., : SIDE // 2], mask[..., 20:40, 20:40] = 0.5, 1.0
    lines = torch.zeros_like(image)
    answers: dict[Task, Callable[[], Tensor]] = {
        Task.FILL: lambda: model.inpaint(image, mask, lines),
        Task.HARMONIZE: lambda: model.harmonize(image, mask, lines),
        Task.STYLE: lambda: model.paint(image, mask, lines, model.encode(image), seed=0),
        Task.REFINE: lambda: model.refine(image, mask, image[..., ::2, ::2]),
        Task.PARSE: lambda: model(image),
        Task.ENLARGE: lambda: model(image[..., ::4, ::4]),
        Task.EXPRESS: lambda: (
            model.express(image, torch.eye(model.generator.config.classes)[:1]).change
        ),
        Task.PORTRAIT: lambda: paint_portrait(model),
    }
    return answers[task]()


def paint_portrait(model: object) -> Tensor:
    face = torch.zeros(1, 3, model.size, model.size)
    labels = torch.full((1, 1, model.size, model.size), Region.SKIN, dtype=torch.uint8)
    return model.paint(face, labels, labels)[..., :SIDE, :SIDE]


Damage = Callable[[np.random.Generator, bytes, Path], None]
"""(random numbers, whole file, where to write what is left of it)"""


def header_bytes(rng, content, path):
    change(rng, content, path, 0, 8 + int.from_bytes(content[:8], "little"))


def numbers(rng, content, path):
    change(rng, content, path, 8 + int.from_bytes(content[:8], "little"), len(content))


def change(rng, content, path, start, stop):
    damaged = bytearray(content)
    for place in rng.integers(start, stop, rng.integers(1, 4)):
        damaged[place] = rng.integers(256)
    path.write_bytes(damaged)


def length(rng, content, path):
    cut = content[: rng.integers(len(content))]
    path.write_bytes(cut if rng.random() < 0.5 else content + bytes(8))


def declared(rng, content, path):
    """Let the header say something else of a tensor than there is."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    entry = header[rng.choice([name for name in header if name != "__metadata__"])]
    wrong = [], [-1], [1 << 62, 4], [0, 1 << 40], "F8_E4M3"
    entry[rng.choice(list(entry))] = wrong[rng.integers(len(wrong))]
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])


def opened(content, path):
    """Return the config and the tensors of a whole file."""
    path.write_bytes(content)
    with safe_open(path, framework="pt") as file:
        names = file.keys()
        return file.metadata(), {name: file.get_tensor(name) for name in names}


def tensors(rng, content, path):
    """Drop, add, rename, reshape, turn or change a tensor, and write a sound file of it."""
    metadata, state = opened(content, path)
    name = str(rng.choice(list(state)))
    one = state.pop(name)
    replaced = {
        "dropped": {},
        "added": {name: one, "another": one.clone()},
        "renamed": {f"{name}x": one},
        "flattened": {name: one.reshape(-1)},
        "turned": {name: one.reshape(one.shape[::-1])},
        "longer": {name: torch.cat([one.reshape(-1), one.reshape(-1)])},
        "empty": {name: one.reshape(-1)[:0]},
        "not a number": {name: torch.full_like(one, torch.nan if one.is_floating_point() else 7)},
        "infinite": {name: torch.full_like(one.float(), torch.inf)},
        "too large for float": {name: torch.full(one.shape, 1e300, dtype=torch.float64)},
        "whole": {name: one.to(torch.int64)},
        "complex": {name: one.to(torch.complex64)},
        "true": {name: one.to(torch.bool)},
    }
    save_file(state | replaced[rng.choice(list(replaced))], path, metadata)


def settings(rng, content, path):
    """Change what is stored beside the tensors."""
    metadata, state = opened(content, path)
    config = json.loads(metadata["config"])
    inner = [value for value in config.values() if isinstance(value, dict)]
    changed = [config, *inner][rng.integers(1 + len(inner))]
    key, value = rng.choice([*changed, "unknown"]), HOSTILE[rng.integers(len(HOSTILE))]
    if rng.random() < 0.2:
        changed.pop(key, None)
    else:
        changed[str(key)] = value
    texts = ["", "{", "[]", "null", "[" * 100_000, '{"a":' * 100_000]
    text = str(rng.choice(texts)) if rng.random() < 0.15 else json.dumps(config)
    save_file(state, path, {"system": metadata["system"], "config": text})


DAMAGES: list[Damage] = [header_bytes, numbers, length, declared, tensors, settings]
SYSTEMS = [*MODELS, *ARRAYS, CRITIC]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", SYSTEMS)
def test_damaged_weights_work_or_are_refused_with_a_sentence(name, damage, tmp_path, monkeypatch):
    content = shipped_file(name).read_bytes()
    if name in ARRAYS:  # which are looked for nowhere else
        monkeypatch.setattr(checkpoints, "WEIGHTS_DIR", tmp_path)
    path = tmp_path / f"{name}.safetensors"
    for seed in range(ROUNDS * (5 if len(content) < 1e6 else 1)):
        damage(np.random.default_rng((SYSTEMS.index(name), seed)), content, path)
        sentence = refusal(name, path)
        assert sentence is None or (str(path) in sentence and sentence.endswith("."))


GIANTS = """
import json, resource, sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from core.errors import CheckpointError
from core.models import MODELS

def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (6 << 30),) * 2)
before, path = peak(), Path(sys.argv[1]) / "giant.safetensors"
for name, config in json.loads(sys.argv[2]):
    save_file({"a": torch.zeros(1)}, path, {"system": name, "config": json.dumps(config)})
    try:
        MODELS[name].build(path, torch.device("cpu"))
    except CheckpointError:
        pass
    else:
        sys.exit(f"{name} works")
    if peak() - before > 100_000:
        sys.exit(f"{name} took {peak() - before} KB for {config}")
"""
WIDE, MANY = [4096] * 6, [1 << 20] * 6
GIANT_CONFIGS = [
    *((name, {"widths": wide}) for name in MODELS for wide in (WIDE, MANY, [4096] * 16)),
    ("region_norm", {"style_down": WIDE[:4], "style_up": WIDE[:3], "head": 4096}),
    ("exe_gan", {"encoder": {}, "known": 4096, "generator": {"widths": WIDE}}),
    ("exe_gan", {"encoder": {"widths": WIDE[:4], "units": [4096] * 4}}),
    ("exe_gan", {"encoder": {}, "generator": {"mapping_layers": 4096, "style_dim": 4096}}),
    ("face_parser", {"labels": 4096}),
    ("super_resolution", {"features": 256, "layers": 128}),
    ("super_resolution", {"features": 4096, "layers": 4096}),
    ("sa_stargan", {"width": 256, "blocks": 32}),
    ("sa_stargan", {"classes": 4096, "width": 4096, "blocks": 4096}),
]


@pytest.mark.skipif(sys.platform != "linux", reason="units differ")
def test_no_memory_is_taken_for_a_network_that_the_file_does_not_fill(tmp_path):
    command = [sys.executable, "-c", GIANTS, str(tmp_path), json.dumps(GIANT_CONFIGS)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
