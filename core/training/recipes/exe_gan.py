"""Trains EXE-GAN: first to reconstruct faces from their own style, then to follow an exemplar's.

In the first stage encoder and generator learn together, mostly from faces whose exemplar is a
warped copy of themselves. In the second the encoder is frozen, and measures how far a fill's style
is from the exemplar's (trained together, both would agree on one style for all).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from core.anatomy.landmarks import LEFT_BROW, LEFT_EYE, RIGHT_BROW, RIGHT_EYE
from core.anatomy.regions import Region
from core.models.exe_gan.model import (
    EMBEDDED,
    NAME,
    ExeGAN,
    ExeGANInputs,
    draw_noise,
    prepare_inputs,
)
from core.training.data import holes
from core.training.data.batches import TensorBatch
from core.training.data.exemplar_hair import (
    add_exemplar_hair,
    exemplar_hair_mask,
    region_mask,
    replaces_hair,
)
from core.training.data.faces import Folders, TrainingFace
from core.training.data.frames import FrameSource, stroke_holes
from core.training.data.label_maps import known_labels, load_labelled_faces
from core.training.data.region_holes import hair_hole, has_hair
from core.training.data.self_exemplars import make_self_exemplars
from core.training.data.sketches import add_sketches
from core.training.harness.config import TrainConfig
from core.training.losses.identity import TEACHER, IdentityLoss
from core.training.losses.style import (
    attribute_loss,
    local_tone_loss,
    path_lengths,
    path_penalty,
    tone_loss,
)
from core.training.losses.terms import Term
from core.training.trainer import TrainableModel

__all__ = ["DEFAULTS", "GUIDED", "GUIDED_DEFAULTS", "NAME", "TrainableExeGAN", "sources"]

DEFAULTS = TrainConfig(learning_rate=2e-3, momentum=0.0, critic_share=0.2)
GUIDED_DEFAULTS = TrainConfig(
    learning_rate=2e-3,
    momentum=0.0,
    critic_share=0.2,
    adversarial=0.5,
    adversarial_from=0,
    perceptual_by_place=True,
)

_ENCODER_SHARE = 0.25
"""Of the learning rate: its layers are not equalised as the generator's are."""
_REPLACED_CODES = 4
"""Known codes that each step replaces."""
_PATH_EVERY, _PATH_SAMPLES = 8, 4
_MAX_YAW = 35.0
_SIDE, _CENTRE, _JITTER, _KEEP_LINES = (0.92, 1.04), (0.5, 0.5), 0.02, 0.9
_TIGHT = 0.4
"""Share of holes over hair without a margin."""
_COLOUR_REGIONS = (
    (Region.LEFT_BROW, Region.RIGHT_BROW),
    (Region.UPPER_LIP, Region.LOWER_LIP),
)
_HOLES = (
    (5, stroke_holes(0.05, 0.2)),
    (12, stroke_holes(0.2, 0.4)),
    (10, stroke_holes(0.4, 0.6)),
    (22, partial(holes.around_landmarks, group=tuple(range(68)))),
    (16, holes.face_part),
    (8, partial(holes.around_landmarks, group=LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW)),
    (5, holes.whole_mouth),
    (5, holes.lower_face),
    (10, holes.half_face),
    (7, holes.box),
)


@dataclass(frozen=True)
class Stage:
    """The composition of a batch, and the weights of the losses beside the usual ones."""

    own: float
    """Share of samples whose exemplar is the face itself: the photo is the answer."""
    random: float
    """Share of samples in a random style. The others follow another face of the batch."""
    sketched: float = 0.0
    """Share of samples that are told a sketch of what the hole hides."""
    attribute: float = 0.0
    """Weight of the attribute loss; above 0 the encoder is frozen."""
    identity: float = 0.0
    """Weight of the identity loss."""
    tone: float = 0.0
    """Weight of how far hair, brows and lips, where maps tell of them, are from the exemplar's in
    colour; above 0 holes over hair also cover the exemplar's."""
    path: float = 0.0
    """Weight of the path penalty."""


RECONSTRUCT = Stage(own=0.8, random=0.08)
GUIDED = Stage(
    own=0.5, random=0.12, sketched=0.4, attribute=0.3, identity=0.03, tone=0.5, path=0.02
)


class TrainableExeGAN(TrainableModel):
    """Lets the trainer train generator and style encoder."""

    def __init__(self, stage: Stage = RECONSTRUCT) -> None:
        self.stage = stage
        self.network: ExeGAN = ExeGAN(EMBEDDED)
        self._rng = np.random.default_rng(0)
        self._step = 0
        """Number of the step under way."""
        self._path = torch.zeros(())
        self._identity_loss: IdentityLoss | None = None
        if stage.attribute:
            self.network.encoder.requires_grad_(False)

    def load_teachers(self, teachers: Path, device: torch.device) -> None:
        """Load the network that tells people apart, if the stage asks for it."""
        if self.stage.identity:
            self._identity_loss = IdentityLoss(teachers / TEACHER, device)

    def begin_step(self, step: int, seed: int) -> None:
        """Draw exemplars, styles and noise of a step by that seed."""
        self._step, self._rng = step, np.random.default_rng(seed)

    def state_dict(self) -> dict[str, Any]:
        """Return the running mean of path lengths."""
        return {"path": self._path}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on with that mean."""
        self._path = torch.zeros(()).copy_(state["path"])

    def prepare(self, batch: TensorBatch, *, is_training: bool) -> TensorBatch:
        """Make the exemplars; outside training every face's own, and always the same."""
        if self.stage.attribute:
            self.network.encoder.eval()
        rng = self._rng if is_training else np.random.default_rng(int(batch.mask.sum()))
        exemplar, count = make_self_exemplars(batch.image, rng), len(batch.image)
        if not is_training:
            return batch._replace(exemplar=exemplar)
        batch = add_sketches(batch, self.stage.sketched, rng)
        own = max(1, round(self.stage.own * count))
        batch = batch._replace(
            exemplar=_with_exemplars_of_others(exemplar, own), num_supervised=own
        )
        if not self.stage.tone or batch.labels is None:
            return batch
        return add_exemplar_hair(batch, self._exemplar_rows(batch), rng)

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Fill the hole in the exemplar's style; see `Stage` for the losses."""
        network = cast(ExeGAN, network)
        config, count = EMBEDDED.generator, len(batch.image)
        inputs = prepare_inputs(batch.image, batch.mask, batch.lines, config)
        codes, device = self._codes(network, batch), batch.image.device
        if network.training:
            randomness = torch.Generator().manual_seed(int(self._rng.integers(2**31)))
        else:
            randomness = torch.Generator().manual_seed(0)
        latent = torch.randn(count, config.style_dim, generator=randomness).to(device)
        noise = [item.to(device) for item in draw_noise(config, count, randomness)]
        output = network(inputs, codes, latent, noise).image
        terms: list[Term] = []
        if network.training and self.stage.attribute:
            terms.append(self._attribute(network, output, codes, batch))
            if self.stage.tone and batch.labels is not None:
                terms.append(self._tone(output, batch))
            if self._identity_loss is not None:
                terms.append(self._identity(self._identity_loss, output, batch))
            if (self._step + 1) % _PATH_EVERY == 0:
                terms.append(self._smoothness(network, inputs, codes, latent, noise))
        return output, terms

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Let the encoder learn slower."""
        return [
            {"params": list(self.network.generator.parameters()), "share": 1.0},
            {"params": list(self.network.encoder.parameters()), "share": _ENCODER_SHARE},
        ]

    def stored_config(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""
        return asdict(EMBEDDED)

    def _codes(self, network: ExeGAN, batch: TensorBatch) -> Tensor:
        """Read the exemplars; in training some samples get random styles at last.

        Only reconstructed faces train the encoder.
        """
        assert batch.exemplar is not None
        codes: Tensor = network.encoder(batch.exemplar)
        if batch.num_supervised is None:
            return codes
        own, count = codes[: batch.num_supervised], len(codes)
        self._update_known_codes(network, own.detach())
        shares = torch.randn(self._num_random(count), len(network.known))
        random = network.random_codes(shares.to(codes.device))
        exemplar_codes = codes[batch.num_supervised : count - len(random)]
        return torch.cat([own, exemplar_codes.detach(), random])

    @torch.no_grad()
    def _update_known_codes(self, network: ExeGAN, codes: Tensor) -> None:
        """Keep some codes in place of the oldest."""
        new = codes[:_REPLACED_CODES].to(network.known.dtype)
        network.known.copy_(torch.cat([new, network.known[: len(network.known) - len(new)]]))

    def _attribute(
        self, network: ExeGAN, output: Tensor, codes: Tensor, batch: TensorBatch
    ) -> Term:
        """Pull the frozen encoder's code of a fill to the exemplar's; 1 is two faces' difference.

        Every row of a code counts as much, however little it differs between faces.
        """
        guided = slice(batch.num_supervised, None)
        variance = network.known.var(dim=0, unbiased=False).mean(dim=1, keepdim=True)
        scale = (2.0 * variance).clamp(min=1e-6).rsqrt()  # (L, 1)

        def encode(image: Tensor) -> Tensor:
            codes: Tensor = network.encoder(image)
            return codes * scale

        distance = attribute_loss(encode, output[guided], codes[guided] * scale, batch.mask[guided])
        return Term("attribute", self.stage.attribute, distance)

    def _tone(self, output: Tensor, batch: TensorBatch) -> Term:
        """Pull the mean colours of fills to the exemplar's.

        Brows and lips count where each face has them. Hair counts wherever
        it is the exemplar's, or where both have it.
        """
        rows = self._exemplar_rows(batch)
        faces = batch.image.roll(1, 0)[rows]
        parts = torch.cat([region_mask(batch, *part) for part in _COLOUR_REGIONS], dim=1)
        hole = batch.mask > 0
        hair = exemplar_hair_mask(batch) & hole
        hair &= region_mask(batch, Region.HAIR) | replaces_hair(batch)[:, None, None, None]
        distance = tone_loss(output[rows], (parts & hole)[rows], faces, parts.roll(1, 0)[rows])
        local_distance = local_tone_loss(output[rows], faces, hair[rows])
        return Term("tone", self.stage.tone, distance + local_distance)

    def _identity(self, identity_loss: IdentityLoss, output: Tensor, batch: TensorBatch) -> Term:
        """Pull identity to the photo's person, or to the exemplar's; not for random styles.

        As in the paper, exemplars of other people are compared with themselves.
        """
        assert batch.num_supervised is not None
        guided = slice(len(output) - self._num_random(len(output)))
        people = _with_exemplars_of_others(batch.image, batch.num_supervised)
        distance = identity_loss(output[guided], people[guided], batch.mask[guided])
        return Term("identity", self.stage.identity, distance)

    def _exemplar_rows(self, batch: TensorBatch) -> slice:
        """Return the samples whose exemplar is the face before them."""
        return slice(batch.num_supervised, len(batch.image) - self._num_random(len(batch.image)))

    def _num_random(self, count: int) -> int:
        """Return how many of a batch, its last ones, get a random style."""
        return round(self.stage.random * count)

    def _smoothness(
        self,
        network: ExeGAN,
        inputs: ExeGANInputs,
        codes: Tensor,
        latent: Tensor,
        noise: Sequence[Tensor],
    ) -> Term:
        """Regularise path lengths, of a few samples every few steps."""
        few = slice(_PATH_SAMPLES)
        styles = codes[few].detach().requires_grad_(True)
        few_inputs = ExeGANInputs(*(item[few] for item in inputs))
        painted = network(few_inputs, styles, latent[few], [item[few] for item in noise]).painted
        randomness = torch.Generator(painted.device).manual_seed(self._step)
        lengths = path_lengths(painted, styles, randomness)
        average = self._path.to(lengths.device) if self._path else lengths.mean().detach()
        penalty, self._path = path_penalty(lengths, average)
        scale = self._path.square().clamp(min=1e-6)
        return Term("path", self.stage.path * _PATH_EVERY, penalty / scale)


def _with_exemplars_of_others(faces: Tensor, own: int) -> Tensor:
    """Return each sample's exemplar: itself for the first `own`, then the face before it."""
    return torch.cat([faces[:own], faces.roll(1, 0)[own:]])


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Return whole faces: holes over hair where a label map shows it, and of every other kind."""
    sharp = _faces(folders, split, "faces256", "hires768")
    rows: list[tuple[str, float, list[TrainingFace]]] = [
        ("face", 0.35, sharp),
        ("small face", 0.2, _faces(folders, split, "ffhq128")),
    ]
    hairy = [face for face in sharp if has_hair(face)]
    frame = partial(
        FrameSource,
        side=_SIDE,
        centre=_CENTRE,
        jitter=_JITTER,
        keep_lines=_KEEP_LINES,
        draw_labels=known_labels,
    )
    result = [frame(name, weight, faces, make_holes=_HOLES) for name, weight, faces in rows]
    if hairy:
        tight = partial(hair_hole, tight=_TIGHT)
        result.append(frame("hair", 0.45, hairy, make_holes=(), draw_hole=tight))
    return result


def _faces(folders: Folders, split: str, *sets: str) -> list[TrainingFace]:
    return [face for face in load_labelled_faces(folders, sets, split) if face.yaw < _MAX_YAW]
