"""The inpainting networks that the user chooses from; importable without torch."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

FILL_MODELS = ("residual_unet", "ctsdg", "region_norm")
"""Names in the registry of `core.models`, with bundled weights; the first is the default."""
DEFAULT_FILL_MODEL = FILL_MODELS[0]
STYLE_MODEL = "exe_gan"
"""The network that repaints in the style of an exemplar."""


def describe_fill(name: str) -> str:
    """Say in a list how a network fills; its name is for the tooltip."""
    return {
        "residual_unet": _tr("Quality"),
        "ctsdg": _tr("Follows outlines"),
        "region_norm": _tr("Follows regions"),
    }.get(name, name)


def model_title(name: str) -> str:
    """Name a network as those who made it do."""
    return {
        "residual_unet": _tr("Residual U-Net"),
        "ctsdg": "CTSDG",
        "region_norm": _tr("Region norm"),
    }.get(name, name)


def describe_model_strength(name: str) -> str:
    """Describe in one line what an inpainting network is good at, and name it."""
    strength = {
        "residual_unet": _tr("sharper, quicker, and nearest to the original so far"),
        "ctsdg": _tr("structure first, then texture: another answer where the other one misses"),
        "region_norm": _tr("follows the map of regions, as found or as you painted it"),
    }.get(name, "")
    return f"{strength} ({model_title(name)})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("FillModels", text)
