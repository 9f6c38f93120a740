"""Training settings: frozen dataclasses with measured defaults; unknown keys are errors."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True)
class TrainConfig:
    """The options of a run; the defaults suit two CPU cores."""

    size: int = 128
    """Side of the frames in pixels."""
    batch: int = 16
    learning_rate: float = 4e-4
    momentum: float = 0.5
    """Of the generator's optimiser (Adam's first beta)."""
    critic_share: float = 1.0
    """Learning rate of the discriminators / the generator's."""
    ema: float = 0.995
    hole: float = 6.0
    perceptual: float = 0.3
    perceptual_by_place: bool = False
    """Weigh the gradient of that one spatially: full at a hole's border, less in its middle."""
    style: float = 0.0
    adversarial: float = 0.15
    adversarial_from: int = 300
    """Step at which the discriminators join."""
    projected: float = 0.0
    """Weight of the discriminator on frozen features; 0 leaves it out, and so the next ones."""
    feature_matching: float = 0.0
    """Weight of the distance between what that one sees in a fill and in its original."""
    r1: float = 0.0
    """Weight of the gradient penalty on the pixel discriminator; 10 is usual."""
    r1_every: int = 16
    """Steps between two penalties, each then that much heavier."""
    diff_augment: bool = False
    """Change photos and fills alike at random before they are judged."""
    relativistic: bool = False
    """Let the pixel discriminator say how much more real a patch is than the others' mean."""
    critics_see_lines: bool = True
    """Whether the pixel discriminator is conditioned on the lines, or on the mask only."""
    compile: bool = False
    """Let torch compile the network: minutes at the start, faster steps on a graphics card."""
    seed: int = 0
    samples_before: int = 0
    """Samples seen in earlier runs, for the card."""


Config = TypeVar("Config", bound=Any)
"""A frozen dataclass of numbers, truth values and choices."""


def load_config(path: Path | None, defaults: Config) -> Config:
    """Read a TOML file over `defaults`; a key that means nothing is an error.

    Raises:
        ValueError: an unknown key, or a value of another type.
    """
    if path is None:
        return defaults
    values = tomllib.loads(path.read_text())
    known = {field.name: type(getattr(defaults, field.name)) for field in fields(defaults)}
    for key, value in values.items():
        if key not in known:
            raise ValueError(f"{path}: there is no setting '{key}'; known: {', '.join(known)}")
        if not _is_of(value, known[key]):
            raise ValueError(f"{path}: '{key}' needs a value of type {known[key].__name__}")
    converted = {key: known[key](value) for key, value in values.items()}
    settings: Config = replace(defaults, **converted)
    return settings


def _is_of(value: object, kind: type) -> bool:
    if issubclass(kind, StrEnum):
        return value in [str(one) for one in kind]
    return isinstance(value, kind) or (kind is float and type(value) is int)
