"""The systems this program can run. To add one: write its file, add its row here."""

from core.models import face_parser, harmonizer, refiner, residual_unet, super_resolution
from core.models.base import ModelSpec, Task
from core.models.ctsdg import model as ctsdg
from core.models.exe_gan import weights as exe_gan_weights
from core.models.mask_portrait import weights as mask_portrait_weights
from core.models.region_norm import model as region_norm
from core.models.sa_stargan import model as sa_stargan

MODELS: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        ctsdg.SPEC,
        residual_unet.SPEC,
        region_norm.SPEC,
        harmonizer.SPEC,
        exe_gan_weights.SPEC,
        refiner.SPEC,
        face_parser.SPEC,
        super_resolution.SPEC,
        mask_portrait_weights.SPEC,
        sa_stargan.SPEC,
    )
}


def models_for(task: Task) -> dict[str, ModelSpec]:
    """Return the rows of the registry that do one thing, by name."""
    return {name: spec for name, spec in MODELS.items() if spec.task is task}
