"""The loaded networks, each loaded once, and how a frame is given to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

import numpy as np
import torch
from torch import Tensor

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap
from core.edit.result_cache import ResultCache
from core.errors import InvalidRequestError
from core.face.parse import label_frame, parse_face
from core.imaging.arrays import Floats, Image, Image8, Mask, Pixels
from core.models import MODELS, face_parser, models_for
from core.models.base import Inpainter, RegionInpainter, Task
from core.models.exe_gan.model import ExeGANInpainter
from core.models.face_parser import FaceParser
from core.models.refiner import Refiner
from core.models.sa_stargan.model import ExpressionNetwork, one_hot
from core.models.super_resolution import SuperResolution
from core.progress import Report
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.runtime.device import fast_arithmetic, run_with_fallback

FRAME_SIZES = (128, 64)
"""Sides in pixels of the frames that the networks are trained on; the smaller one where memory is
short."""
DRAFT_SIZES = (96, 64)
"""The same for openings while a slider moves."""

REFINED_FROM = 1.5
"""Photo pixels per pixel of a frame from which on a frame of twice the side shows more."""

_CACHED_FACES = 16
"""Faces of which label maps or styles are kept: 64 KB each, or 4 KB."""
_CACHED_MAPS = 4
"""Photos of which the label map of a face is kept: before and after, small and whole; a byte a
pixel."""
_CACHED_MATTES = 4
"""Faces of which hair mattes are kept: 10 MB each."""
_CACHED_TRANSFERS = 2
"""Hair transfers that are kept: a preview and a whole photo."""

_Painted = TypeVar("_Painted")


class PaintedChange(NamedTuple):
    """What a network does to a frame of S pixels."""

    move: Floats
    """(S, S, 2) float32 where each pixel comes from, x and y in pixels, beside where it is."""
    added: Floats
    """(S, S, 3) float32 what is added then, in 8-bit units."""


class Networks:
    """The loaded networks on a device."""

    def __init__(self, device: torch.device, weights: Mapping[str, Path] | None = None) -> None:
        """Prefer a device; `weights` names files in place of the shipped ones, by model."""
        self._device = device
        self._weights = dict(weights or {})
        self._models: dict[tuple[str, torch.device], object] = {}
        self._label_maps = ResultCache[LabelMap](_CACHED_FACES)
        self._photo_maps = ResultCache[tuple[LabelMap, tuple[str, ...]]](_CACHED_MAPS)
        self._styles = ResultCache[Tensor](_CACHED_FACES)
        self.hair_mattes = ResultCache[object](_CACHED_MATTES)
        """Mattes of hair, by the picture that it was matted in."""
        self.hair_transfers = ResultCache[object](_CACHED_TRANSFERS)
        """Hair transfers, over which variations are painted again and again."""

    def run(
        self, paint: Callable[[torch.device, int], _Painted], sizes: Sequence[int] = FRAME_SIZES
    ) -> tuple[_Painted, tuple[str, ...]]:
        """Call `paint` with a device and a frame's side; where memory runs out, with smaller ones.

        Args:
            paint: is given a device and the side of a frame in pixels.
            sizes: sides of the frame, the best first.

        Returns:
            What `paint` returned, and notices for the user.

        Raises:
            DeviceError: even the smallest frame does not fit into memory.
        """
        return run_with_fallback(paint, self._device, sizes)

    def paint(
        self,
        name: str,
        device: torch.device,
        image: Image | Mask,
        hole: Mask,
        lines: Pixels,
        report: Report,
        labels: LabelMap | None = None,
    ) -> Image:
        """Paint the hole of one frame.

        Args:
            name: of the model.
            image: (S, S, 3) uint8.
            hole: (S, S) nonzero in the hole.
            lines: (S, S, 3) uint8 line channels.
            report: of the progress.
            labels: (S, S) uint8, a `Region` each, for models that see regions.

        Returns:
            (S, S, 3) uint8, equal to `image` outside the hole.

        Raises:
            InvalidRequestError: there is no such model.
            CheckpointError: its weights are missing or damaged.
        """
        report(0.2, "Loading model")
        model = self.model(name, device)
        report(0.4, "Generating")
        inputs = (
            tensors.from_image(np.asarray(image, np.uint8)).to(device),
            tensors.from_mask(hole).to(device),
            tensors.from_lines(lines).to(device),
        )
        with torch.inference_mode(), fast_arithmetic(device):
            if labels is None:
                result = cast(Inpainter, model).inpaint(*inputs)
            else:
                known = tensors.from_labels(labels).to(device)
                result = cast(RegionInpainter, model).inpaint(*inputs, known)
        return tensors.to_image(result)

    def refine(
        self, device: torch.device, image: Image | Mask, hole: Mask, residual: Floats
    ) -> Image:
        """Fill the hole of a frame by what was painted in the frame of half its side.

        Args:
            image: (2S, 2S, 3) uint8.
            hole: (2S, 2S) nonzero in the hole.
            residual: (S, S, 3) float32, what was added to the membrane there, in 8-bit units.

        Returns:
            (2S, 2S, 3) uint8.

        Raises:
            CheckpointError: the refiner's weights are missing or damaged.
        """
        refiner = cast(Refiner, self.model("refiner", device, Task.REFINE))
        scaled = torch.from_numpy(residual).permute(2, 0, 1)[None] / 127.5
        with torch.inference_mode(), fast_arithmetic(device):
            result = refiner.refine(
                tensors.from_image(np.asarray(image, np.uint8)).to(device),
                tensors.from_mask(hole).to(device),
                scaled.to(device),
            )
        return tensors.to_image(result)

    def enlarge(self, name: str, device: torch.device, image: Image8) -> Image8:
        """Make a small, worn picture four times as large and clean.

        Args:
            name: of the model.
            device: where it runs.
            image: (S, S, 3) uint8.

        Returns:
            (4S, 4S, 3) uint8.

        Raises:
            InvalidRequestError: there is no such model.
            CheckpointError: its weights are missing or damaged.
        """
        network = cast(SuperResolution, self.model(name, device, Task.ENLARGE))
        with torch.inference_mode(), fast_arithmetic(device):
            return tensors.to_image(network(tensors.from_image(image).to(device)))

    def express(
        self, name: str, device: torch.device, image: Image8, weights: Mapping[str, float]
    ) -> PaintedChange:
        """Say how a face changes for another expression.

        Args:
            name: of the model.
            device: where it runs.
            image: (S, S, 3) uint8, its expression frame.
            weights: 0..1 by names of `core.models.sa_stargan.model.CLASSES`.

        Raises:
            InvalidRequestError: there is no such model, or it knows other classes.
            CheckpointError: its weights are missing or damaged.
        """
        network = cast(ExpressionNetwork, self.model(name, device, Task.EXPRESS))
        if not network.classes:
            raise InvalidRequestError(
                f"The weights of {name} paint other things than expressions; choose another file."
            )
        label = one_hot(weights, device)
        with torch.inference_mode(), fast_arithmetic(device):
            answer = network.express(tensors.from_image(image).to(device), label)
        move, added = (one[0].permute(1, 2, 0).cpu().numpy() for one in answer)
        return PaintedChange(move, added * np.float32(127.5))

    def parse_face(self, picture: Image8) -> LabelMap:
        """Label every pixel of a face; cached.

        Args:
            picture: (256, 256, 3) uint8 RGB, its parsing frame.

        Returns:
            (256, 256) uint8, a `Region` each.

        Raises:
            CheckpointError: the weights of the parser are missing or damaged.
        """

        def parse(device: torch.device, _: int) -> LabelMap:
            network = cast(FaceParser, self.model(face_parser.NAME, device, Task.PARSE))
            return label_frame(network, picture)

        return self._label_maps.get_or_compute(
            face_parser.NAME, lambda: self.run(parse)[0], picture
        )

    def label_photo(
        self, image: Image, landmarks: Landmarks, name: str = face_parser.NAME
    ) -> tuple[LabelMap, tuple[str, ...]]:
        """Label every pixel of a photo as `core.face.parse.parse_face` does; cached.

        Args:
            image: (H, W, 3), uint8 or uint16.
            landmarks: (68, 2) of the face.
            name: of the model.

        Returns:
            (H, W) uint8, a `Region` each; and sentences for the user.

        Raises:
            InvalidRequestError: there is no such model.
            CheckpointError: its weights are missing or damaged.
        """

        def parse(device: torch.device, _: int) -> LabelMap:
            network = cast(FaceParser, self.model(name, device, Task.PARSE))
            return parse_face(image, landmarks, network)

        return self._photo_maps.get_or_compute(name, lambda: self.run(parse), image, landmarks)

    def encode_style(self, name: str, device: torch.device, picture: Image8) -> Tensor:
        """Encode the style of a face; cached.

        Args:
            name: of the model.
            device: where it runs.
            picture: (S, S, 3) uint8 RGB, the face's canonical frame.

        Returns:
            (1, L, D) float32 style code on that device.

        Raises:
            InvalidRequestError: there is no such model.
            CheckpointError: its weights are missing or damaged.
        """

        def encode() -> Tensor:
            inpainter = cast(ExeGANInpainter, self.model(name, device, Task.STYLE))
            with torch.inference_mode(), fast_arithmetic(device):
                return inpainter.encode(tensors.from_image(picture).to(device)).cpu()

        return self._styles.get_or_compute(name, encode, picture).to(device)

    def has_model(self, name: str) -> bool:
        """Tell whether a network is known and its weights are there."""
        return name in MODELS and self._weights.get(name, weights_path(name)).is_file()

    def model(self, name: str, device: torch.device, task: Task = Task.FILL) -> object:
        """Return a network of that task, loaded once.

        Raises:
            InvalidRequestError: there is none of that name.
            CheckpointError: its weights are missing or damaged.
        """
        known = models_for(task)
        if name not in known:
            raise InvalidRequestError(
                f"There is no model named {name} for this; choose one of {', '.join(known)}."
            )
        key = (name, device)
        if key not in self._models:
            path = self._weights.get(name, weights_path(name))
            self._models[key] = known[name].build(path, device)
        return self._models[key]
