"""The systems this program can run. To add one: write its file, add its row here."""

from core.models import ctsdg, residual_unet
from core.models.base import ModelSpec

MODELS: dict[str, ModelSpec] = {spec.name: spec for spec in (ctsdg.SPEC, residual_unet.SPEC)}
