import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
import torch

from core.runtime.membrane import fill_membrane, smooth_fill

SAME = 6e-5  # of 255


def picture_with_hole(shape):
    rng = np.random.default_rng(0)
    noise = (255 * rng.random((*shape, 3))).astype(np.float32)
    image = cv2.GaussianBlur(noise, (0, 0), 1)
    hole = np.where(rng.random(shape) < 0.2, 255, 0).astype(np.uint8)
    hole[shape[0] // 5 : shape[0] // 2, shape[1] // 4 : shape[1] // 4 * 3] = 255
    return image, hole


def in_tensors(image, hole):
    pixels = torch.from_numpy(image).permute(2, 0, 1)[None]
    return pixels, torch.from_numpy((hole > 0).astype(np.float32))[None, None]


@pytest.mark.parametrize("shape", [(128, 128), (97, 131), (33, 250), (5, 4)])
def test_a_picture_gets_the_membrane_that_networks_have_learnt_on(shape):
    image, hole = picture_with_hole(shape)
    learnt = smooth_fill(*in_tensors(image, hole))[0].permute(1, 2, 0).numpy()
    assert np.abs(fill_membrane(image, hole) - learnt).max() < SAME
    with torch.inference_mode():
        asked = smooth_fill(*in_tensors(image, hole))[0].permute(1, 2, 0).numpy()
    assert np.abs(asked - learnt).max() < SAME


@pytest.mark.parametrize("covered", [0, 255])
def test_nothing_and_everything_can_be_hole(covered):
    image, hole = picture_with_hole((20, 30))
    hole[:] = covered
    expected = image if covered == 0 else np.zeros_like(image)
    assert np.array_equal(fill_membrane(image, hole), expected)


def test_what_a_hole_holds_does_not_matter():
    image, hole = picture_with_hole((64, 48))
    other = np.where(hole[..., None] > 0, 7, image).astype(np.float32)
    assert np.array_equal(fill_membrane(image, hole), fill_membrane(other, hole))


def test_networks_learn_through_the_membrane():
    pixels, mask = in_tensors(*picture_with_hole((16, 16)))
    pixels.requires_grad_()
    smooth_fill(pixels, mask).sum().backward()
    assert pixels.grad is not None
    assert pixels.grad.abs().sum() > 0


@pytest.mark.parametrize(("before", "after"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_that_wait_leave_the_processor_to_others_unless_told_otherwise(before, after):
    variables = {key: value for key, value in os.environ.items() if key != "OMP_WAIT_POLICY"}
    if before is not None:
        variables["OMP_WAIT_POLICY"] = before
    code = "import os, core; print(os.environ['OMP_WAIT_POLICY'])"
    answer = subprocess.run(
        [sys.executable, "-c", code], env=variables, check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == after
