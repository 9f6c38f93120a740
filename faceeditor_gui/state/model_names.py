"""The networks that fill, as the user chooses them; to know them, torch need not be loaded."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

FILL_MODELS = ("residual_unet", "ctsdg", "region_norm")
"""Names in the registry of `core.models` of those whose weights come with the program; the first
is chosen unless the user chooses another."""
DEFAULT_FILL_MODEL = FILL_MODELS[0]
STYLE_MODEL = "exe_gan"
"""The network that paints in the style of an exemplar."""


def model_title(name: str) -> str:
    """Name a network in a list."""
    return {
        "residual_unet": _tr("Residual U-Net"),
        "ctsdg": "CTSDG",
        "region_norm": _tr("Region norm"),
    }.get(name, name)


def model_strength(name: str) -> str:
    """Say in one line what a network that fills is good at."""
    return {
        "residual_unet": _tr("sharper, quicker, and nearest to the original so far"),
        "ctsdg": _tr("structure first, then texture: another answer where the other one misses"),
        "region_norm": _tr("follows the map of regions, as found or as you painted it"),
    }.get(name, "")


def painter_in_words(name: str) -> str:
    """Name any network within a sentence."""
    return {
        "residual_unet": _tr("the residual U-Net"),
        "harmonizer": _tr("the harmonizer"),
        "region_norm": _tr("region norm"),
        STYLE_MODEL: "EXE-GAN",
    }.get(name, model_title(name))


def _tr(text: str) -> str:
    return QCoreApplication.translate("FillModels", text)
