"""Per system: what is optimised, on which frames, with which weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.harness.config import TrainConfig
from core.training.recipes import (
    ctsdg,
    exe_gan,
    harmonizer,
    refiner,
    region_norm,
    residual_unet,
)
from core.training.trainer import TrainableModel


@dataclass(frozen=True)
class Recipe:
    """One row: how a system is trained."""

    name: str
    """The command."""
    system: str
    """Key of the registry: whose weights it makes."""
    defaults: TrainConfig
    make_model: Callable[[], TrainableModel]
    sources: Callable[[Folders, str], list[FrameSource]]


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            residual_unet.NAME,
            residual_unet.NAME,
            residual_unet.DEFAULTS,
            residual_unet.TrainableResidualUNet,
            residual_unet.sources,
        ),
        Recipe(ctsdg.NAME, ctsdg.NAME, ctsdg.DEFAULTS, ctsdg.TrainableCTSDG, ctsdg.fill_sources),
        Recipe(
            "ctsdg_smile", ctsdg.NAME, ctsdg.DEFAULTS, ctsdg.TrainableCTSDG, ctsdg.smile_sources
        ),
        Recipe(
            harmonizer.NAME,
            harmonizer.NAME,
            harmonizer.DEFAULTS,
            harmonizer.TrainableHarmonizer,
            harmonizer.sources,
        ),
        Recipe(
            refiner.NAME, refiner.NAME, refiner.DEFAULTS, refiner.TrainableRefiner, refiner.sources
        ),
        Recipe(
            region_norm.NAME,
            region_norm.NAME,
            region_norm.DEFAULTS,
            region_norm.TrainableRegionNorm,
            region_norm.sources,
        ),
        Recipe(
            exe_gan.NAME,
            exe_gan.NAME,
            exe_gan.DEFAULTS,
            exe_gan.TrainableExeGAN,
            exe_gan.sources,
        ),
        Recipe(
            "exe_gan_guided",
            exe_gan.NAME,
            exe_gan.GUIDED_DEFAULTS,
            partial(exe_gan.TrainableExeGAN, exe_gan.GUIDED),
            exe_gan.sources,
        ),
    )
}
