"""Trains EXE-GAN: first to win faces back from their own style, then to follow other people's.

In the first stage encoder and generator learn together, mostly from faces whose exemplar is a bent
copy of themselves. In the second the encoder is frozen, and tells of a fill how far its style is
from the exemplar's (trained together, both would agree on one style for all).
"""

from __future__ import annotations

from collections.abc import Sequence
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
from core.training.data.batches import Tensors
from core.training.data.borrowed_hair import hair_before, lend_hair, shows, takes_hair
from core.training.data.faces import Folders, TrainingFace
from core.training.data.frames import FrameSource, strokes
from core.training.data.label_maps import known_labels, load_labelled
from core.training.data.region_holes import hair_hole, has_hair
from core.training.data.self_exemplars import own_exemplars
from core.training.data.sketches import sketched
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
from core.training.trainer import Painter

__all__ = ["DEFAULTS", "GUIDED", "GUIDED_DEFAULTS", "NAME", "ExeGANTrainingPainter", "sources"]

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
_RENEWED = 4
"""Known codes that each step replaces."""
_PATH_EVERY, _PATH_SAMPLES = 8, 4
_MAX_YAW = 35.0
_SIDE, _CENTRE, _JITTER, _KEEP_LINES = (0.92, 1.04), (0.5, 0.5), 0.02, 0.9
_TIGHT = 0.4
"""Share of holes over hair that end with it."""
_TONED = (
    (Region.LEFT_BROW, Region.RIGHT_BROW),
    (Region.UPPER_LIP, Region.LOWER_LIP),
)
_HOLES = (
    (5, strokes(0.05, 0.2)),
    (12, strokes(0.2, 0.4)),
    (10, strokes(0.4, 0.6)),
    (22, partial(holes.around, group=tuple(range(68)))),
    (16, holes.part),
    (8, partial(holes.around, group=LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW)),
    (5, holes.whole_mouth),
    (5, holes.lower_face),
    (10, holes.half_face),
    (7, holes.box),
)


@dataclass(frozen=True)
class Stage:
    """What a batch is made of, and what it is asked for beside the usual."""

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
    colour; above 0 holes over hair hide where the exemplar's would lie."""
    path: float = 0.0
    """Weight of the path penalty."""


RECONSTRUCT = Stage(own=0.8, random=0.08)
GUIDED = Stage(
    own=0.5, random=0.12, sketched=0.4, attribute=0.3, identity=0.03, tone=0.5, path=0.02
)


class ExeGANTrainingPainter(Painter):
    """Lets the trainer train generator and style encoder."""

    def __init__(self, stage: Stage = RECONSTRUCT) -> None:
        self.stage = stage
        self.network: ExeGAN = ExeGAN(EMBEDDED)
        self._rng = np.random.default_rng(0)
        self._step = 0
        self._path = torch.zeros(())
        self._unlike: IdentityLoss | None = None
        if stage.attribute:
            self.network.encoder.requires_grad_(False)

    def meet(self, teachers: Path, device: torch.device) -> None:
        """Load the network that tells people apart, if the stage asks for it."""
        if self.stage.identity:
            self._unlike = IdentityLoss(teachers / TEACHER, device)

    def prepare(self, batch: Tensors, *, is_training: bool) -> Tensors:
        """Make the exemplars; outside training every face's own, and always the same."""
        if self.stage.attribute:
            self.network.encoder.eval()
        rng = self._rng if is_training else np.random.default_rng(int(batch.mask.sum()))
        exemplar, count = own_exemplars(batch.image, rng), len(batch.image)
        if not is_training:
            return batch._replace(exemplar=exemplar)
        batch = sketched(batch, self.stage.sketched, rng)
        own = max(1, round(self.stage.own * count))
        batch = batch._replace(exemplar=_guiding(exemplar, own), answered=own)
        if not self.stage.tone or batch.labels is None:
            return batch
        return lend_hair(batch, self._followed(batch), rng)

    def paint(self, network: nn.Module, batch: Tensors) -> tuple[Tensor, Sequence[Term]]:
        """Fill the hole in the exemplar's style; see `Stage` for what is asked for."""
        network = cast(ExeGAN, network)
        config, count = EMBEDDED.generator, len(batch.image)
        inputs = prepare_inputs(batch.image, batch.mask, batch.lines, config)
        codes, device = self._codes(network, batch), batch.image.device
        if network.training:
            randomness = torch.Generator().manual_seed(int(self._rng.integers(2**31)))
        else:
            randomness = torch.Generator().manual_seed(0)
        latent = torch.randn(count, config.style_dim, generator=randomness).to(device)
        noise = [one.to(device) for one in draw_noise(config, count, randomness)]
        output = network(inputs, codes, latent, noise).image
        terms: list[Term] = []
        if network.training and self.stage.attribute:
            terms.append(self._attribute(network, output, codes, batch))
            if self.stage.tone and batch.labels is not None:
                terms.append(self._tone(output, batch))
            if self._unlike is not None:
                terms.append(self._identity(self._unlike, output, batch))
            self._step += 1
            if self._step % _PATH_EVERY == 0:
                terms.append(self._smoothness(network, inputs, codes, latent, noise))
        return output, terms

    def learned(self) -> list[dict[str, Any]]:
        """Let the encoder learn slower."""
        return [
            {"params": list(self.network.generator.parameters()), "share": 1.0},
            {"params": list(self.network.encoder.parameters()), "share": _ENCODER_SHARE},
        ]

    def stored_config(self) -> dict[str, Any]:
        """What goes beside the weights."""
        return asdict(EMBEDDED)

    def _codes(self, network: ExeGAN, batch: Tensors) -> Tensor:
        """Read the exemplars; in training some samples get random styles at last.

        Only faces that are to be won back teach the encoder.
        """
        assert batch.exemplar is not None
        codes: Tensor = network.encoder(batch.exemplar)
        if batch.answered is None:
            return codes
        own, count = codes[: batch.answered], len(codes)
        self._remember(network, own.detach())
        shares = torch.randn(self._strangers(count), len(network.known))
        random = network.random_codes(shares.to(codes.device))
        others = codes[batch.answered : count - len(random)]
        return torch.cat([own, others.detach(), random])

    @torch.no_grad()
    def _remember(self, network: ExeGAN, codes: Tensor) -> None:
        """Keep some codes in place of the oldest."""
        new = codes[:_RENEWED].to(network.known.dtype)
        network.known.copy_(torch.cat([new, network.known[: len(network.known) - len(new)]]))

    def _attribute(self, network: ExeGAN, output: Tensor, codes: Tensor, batch: Tensors) -> Term:
        """Ask that fills look to the frozen encoder as asked; 1 is how much two faces differ.

        Every row of a code counts as much, however little it differs between faces.
        """
        strange = slice(batch.answered, None)
        variance = network.known.var(dim=0, unbiased=False).mean(dim=1, keepdim=True)
        scale = (2.0 * variance).clamp(min=1e-6).rsqrt()  # (L, 1)

        def encode(image: Tensor) -> Tensor:
            codes: Tensor = network.encoder(image)
            return codes * scale

        distance = attribute_loss(
            encode, output[strange], codes[strange] * scale, batch.mask[strange]
        )
        return Term("attribute", self.stage.attribute, distance)

    def _tone(self, output: Tensor, batch: Tensors) -> Term:
        """Ask that fills have the colours of the other people whose style they follow.

        Brows and lips count where each face has them. Hair counts in every place where it is
        borrowed, or where both have it.
        """
        followed = self._followed(batch)
        faces = batch.image.roll(1, 0)[followed]
        parts = torch.cat([shows(batch, *part) for part in _TONED], dim=1)
        hole = batch.mask > 0
        hair = hair_before(batch) & hole
        hair &= shows(batch, Region.HAIR) | takes_hair(batch)[:, None, None, None]
        apart = tone_loss(
            output[followed], (parts & hole)[followed], faces, parts.roll(1, 0)[followed]
        )
        locally = local_tone_loss(output[followed], faces, hair[followed])
        return Term("tone", self.stage.tone, apart + locally)

    def _identity(self, unlike: IdentityLoss, output: Tensor, batch: Tensors) -> Term:
        """Ask that fills show the photo's person, or whom the exemplar shows; random ones nobody.

        As in the paper, other people's exemplars too are asked for themselves.
        """
        assert batch.answered is not None
        guided = slice(len(output) - self._strangers(len(output)))
        people = _guiding(batch.image, batch.answered)
        distance = unlike(output[guided], people[guided], batch.mask[guided])
        return Term("identity", self.stage.identity, distance)

    def _followed(self, batch: Tensors) -> slice:
        """Tell which samples follow the face before them."""
        return slice(batch.answered, len(batch.image) - self._strangers(len(batch.image)))

    def _strangers(self, count: int) -> int:
        """How many of a batch, its last ones, get a random style."""
        return round(self.stage.random * count)

    def _smoothness(
        self,
        network: ExeGAN,
        inputs: ExeGANInputs,
        codes: Tensor,
        latent: Tensor,
        noise: Sequence[Tensor],
    ) -> Term:
        """Ask that pictures move evenly when styles do, of a few samples every few steps."""
        few = slice(_PATH_SAMPLES)
        asked = codes[few].detach().requires_grad_(True)
        seen = ExeGANInputs(*(one[few] for one in inputs))
        painted = network(seen, asked, latent[few], [one[few] for one in noise]).painted
        randomness = torch.Generator(painted.device).manual_seed(self._step)
        lengths = path_lengths(painted, asked, randomness)
        average = self._path.to(lengths.device) if self._path else lengths.mean().detach()
        penalty, self._path = path_penalty(lengths, average)
        scale = self._path.square().clamp(min=1e-6)
        return Term("path", self.stage.path * _PATH_EVERY, penalty / scale)


def _guiding(faces: Tensor, own: int) -> Tensor:
    """Return whose style each sample of a batch is to have: `own` their own, the next theirs."""
    return torch.cat([faces[:own], faces.roll(1, 0)[own:]])


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Whole faces: holes over their hair where a map shows it, and of every other kind."""
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
    found = [frame(name, weight, faces, make_holes=_HOLES) for name, weight, faces in rows]
    if hairy:
        tight = partial(hair_hole, tight=_TIGHT)
        found.append(frame("hair", 0.45, hairy, make_holes=(), draw_hole=tight))
    return found


def _faces(folders: Folders, split: str, *sets: str) -> list[TrainingFace]:
    return [face for face in load_labelled(folders, sets, split) if face.yaw < _MAX_YAW]
