"""The names that tensors of CTSDG have in published checkpoints, and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


def convert_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published generator's tensors; unknown names stay, for strict loading to refuse."""
    state = dict(upstream)
    gates = [f"bigff.{stream}_gate.0" for stream in ("structure", "texture")]
    for kind in ("weight", "bias"):
        both = [state.pop(f"{gate}.{kind}") for gate in gates]
        state[f"fusion.gates.{kind}"] = torch.cat(both)
    return {_rename(name, _GENERATOR_NAMES): tensor for name, tensor in state.items()}


def convert_discriminator_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published discriminator's tensors.

    It holds its first layers under two names; the second is the one that loading leaves.
    """
    return {
        _rename(name, _DISCRIMINATOR_NAMES): tensor
        for name, tensor in upstream.items()
        if ".conv1." not in name or "_branch" not in name
    }


_ENCODER_WEIGHT = r"ec_texture_\d\.conv\.weight"
_GENERATOR_NAMES = (
    (r"^ec_(texture|structure)_(\d)\.conv\.", r"\1.encoder.#\2.conv.conv."),
    (r"^ec_(texture|structure)_(\d)\.bn\.", r"\1.encoder.#\2.norm."),
    (r"^dc_(texture|structure)_(\d)\.conv\.", r"\1.decoder.#\2.conv.conv."),
    (r"^dc_(texture|structure)_(\d)\.bn\.", r"\1.decoder.#\2.norm."),
    (r"^(texture|structure)_feature_projection\.\1_resolver\.bn", r"\1_projection.block.norm"),
    (r"^(texture|structure)_feature_projection\.\1_resolver\.", r"\1_projection.block."),
    (r"^(texture|structure)_feature_projection\.out_layer\.0\.", r"\1_projection.to_out."),
    (r"^bigff\.", "fusion."),
    (r"^fusion_layer1\.0\.", "reduce."),
    (r"^fusion_layer2\.0\.", "refine."),
    (r"^cfa\.msfa\.dilated_conv_(\d)\.0\.", r"aggregation.scales.branches.\1."),
    (r"^cfa\.msfa\.weight_calc\.0\.", "aggregation.scales.to_hidden."),
    (r"^cfa\.msfa\.weight_calc\.2\.", "aggregation.scales.to_weights."),
    (r"^out_layer\.0\.", "to_image."),
)
"""Published names and ours; # marks a number that counts from 1 there and from 0 here."""
_SPECTRAL_NORM = "parametrizations.weight."
_DISCRIMINATOR_NAMES = (
    (r"_branch\.features\.0\.", "_branch.conv1.0."),
    (r"^(texture|structure)_branch\.conv(\d)\.0\.", r"\1.layers.#\2."),
    (r"\.weight_orig$", f".{_SPECTRAL_NORM}original"),
    (r"\.weight_([uv])$", rf".{_SPECTRAL_NORM}0._\1"),
    (r"^edge_detector\.projection\.0\.", "edge_detector.stem."),
    (r"^edge_detector\.projection\.1\.", "edge_detector.norm."),
    (r"^edge_detector\.res_layer\.0\.", "edge_detector.block.conv1."),
    (r"^edge_detector\.res_layer\.1\.", "edge_detector.block.norm1."),
    (r"^edge_detector\.res_layer\.3\.", "edge_detector.block.conv2."),
    (r"^edge_detector\.res_layer\.4\.", "edge_detector.block.norm2."),
    (r"^edge_detector\.out_layer\.0\.", "edge_detector.to_edge."),
)


def published_widths(upstream: Mapping[str, Tensor]) -> tuple[int, ...]:
    """Read the widths of the encoder layers off a published generator's tensors."""
    names = sorted(name for name in upstream if re.fullmatch(_ENCODER_WEIGHT, name))
    return tuple(upstream[name].shape[0] for name in names)


def _rename(name: str, table: Sequence[tuple[str, str]]) -> str:
    for pattern, ours in table:
        name = re.sub(pattern, ours, name)
    return re.sub(r"#(\d)", lambda found: str(int(found[1]) - 1), name)
