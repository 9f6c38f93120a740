"""Frozen networks of the published shapes whose weights are random: they tell images apart."""

import torch

INCEPTIONS = {
    "inception_3a": (192, {"3x3": (96, 128), "5x5": (16, 32)}, {"pool": 32, "1x1": 64}),
    "inception_3b": (256, {"3x3": (96, 128), "5x5": (32, 64)}, {"pool": 64, "1x1": 64}),
}
FIRES = {2: (96, 16), 3: (128, 16), 4: (128, 32), 5: (256, 32), 6: (256, 48), 7: (384, 48)}
REDUCTIONS = {
    "entry_flow.reduction_block_0": (32, 64),
    "entry_flow.reduction_block_1": (64, 128),
    "exit_flow.reduction_block": (128, 256),
}


def squeezenet():
    """Return a state for `SqueezeNetFeatures`."""
    state = convolution("conv1", 3, 96, 7)
    for number, (inputs, squeezed) in FIRES.items():
        state |= convolution(f"fire{number}/conv1x1_1", inputs, squeezed, 1)
        state |= convolution(f"fire{number}/conv1x1_2", squeezed, 4 * squeezed, 1)
        state |= convolution(f"fire{number}/conv3x3_2", squeezed, 4 * squeezed, 3)
    return state


def openface():
    """Return a state for `OpenFaceFeatures`."""
    state = {}
    for number, inputs, outputs, size in ((1, 3, 64, 7), (2, 64, 64, 1), (3, 64, 192, 3)):
        state |= convolution(f"conv{number}", inputs, outputs, size) | norm(f"bn{number}", outputs)
    for name, (inputs, reduced, single) in INCEPTIONS.items():
        for size, (middle, outputs) in reduced.items():
            branch = f"{name}_{size}"
            state |= convolution(f"{branch}_conv1", inputs, middle, 1)
            state |= convolution(f"{branch}_conv2", middle, outputs, int(size[0]))
            state |= norm(f"{branch}_bn1", middle) | norm(f"{branch}_bn2", outputs)
        for kind, outputs in single.items():
            state |= convolution(f"{name}_{kind}_conv", inputs, outputs, 1)
            state |= norm(f"{name}_{kind}_bn", outputs)
    return state


def age_gender():
    """Return a state for `AgeGenderFeatures`."""
    state = convolution("entry_flow.conv_in", 3, 32, 3, "filters")
    for name, (inputs, outputs) in REDUCTIONS.items():
        state |= separable(f"{name}.separable_conv0", inputs, outputs)
        state |= separable(f"{name}.separable_conv1", outputs, outputs)
        state |= convolution(f"{name}.expansion_conv", inputs, outputs, 1, "filters")
    for block in range(2):
        for layer in range(3):
            state |= separable(f"middle_flow.main_block_{block}.separable_conv{layer}", 128, 128)
    state |= separable("exit_flow.separable_conv", 256, 512)
    for name, outputs in (("fc.age", 1), ("fc.gender", 2)):
        layer = convolution(name, 512, outputs, 1, "weights")
        state |= layer | {f"{name}.weights": layer[f"{name}.weights"][..., 0, 0].contiguous()}
    return state


def convolution(name, inputs, outputs, size, kind="weight"):
    weight = torch.empty(outputs, inputs, size, size)
    torch.nn.init.kaiming_normal_(weight)  # as strong behind the layer as before it
    return {f"{name}.{kind}": weight, f"{name}.bias": torch.zeros(outputs)}


def separable(name, inputs, outputs):
    mixed = convolution(name, inputs, outputs, 1, "pointwise_filter")
    depthwise = torch.randn(inputs, 1, 3, 3) / 3
    return mixed | {f"{name}.depthwise_filter": depthwise}


def norm(name, channels):
    ones, zeros = torch.ones(channels), torch.zeros(channels)
    return {
        f"{name}.weight": ones,
        f"{name}.bias": zeros,
        f"{name}.running_mean": zeros.clone(),
        f"{name}.running_var": ones.clone(),
    }
