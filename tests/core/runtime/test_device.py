"""Choosing a device, and falling back from it."""

import weakref

import pytest
import torch

from core.errors import DeviceError
from core.progress import Cancelled
from core.runtime import device as device_module
from core.runtime.device import (
    choose_device,
    fast_arithmetic,
    run_with_fallback,
)

CPU = torch.device("cpu")
CARD = torch.device("cuda")


@pytest.fixture
def card(monkeypatch):
    """A computer on which torch reports a CUDA card."""
    monkeypatch.setitem(device_module._IS_AVAILABLE, "cuda", lambda: True)


@pytest.fixture
def bare(monkeypatch):
    """A computer without an accelerator."""
    for kind in ("cuda", "mps"):
        monkeypatch.setitem(device_module._IS_AVAILABLE, kind, lambda: False)


def failing(error, *, while_):
    """Work that fails in some attempts and keeps a list of them all."""

    def work(device, size):
        work.attempts.append((device.type, size))
        if while_(device, size):
            raise error
        return device.type, size

    work.attempts = []
    return work


@pytest.mark.usefixtures("bare")
def test_without_an_accelerator_the_cpu_computes():
    assert choose_device() == CPU
    assert choose_device("cpu") == CPU


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("name", ["cuda", "mps", "toaster", ""])
def test_device_that_is_not_there_is_refused_in_one_sentence(name):
    with pytest.raises(DeviceError, match=r"; choose .*\.$"):
        choose_device(name)


@pytest.mark.usefixtures("card")
def test_card_that_agrees_with_the_cpu_is_chosen(monkeypatch):
    right = device_module._probe(CPU)
    monkeypatch.setattr(device_module, "_probe", lambda device: right + 0.001)
    assert choose_device() == CARD


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("wrong", [0.5, float("nan")])
def test_card_that_computes_something_else_is_left_alone(monkeypatch, wrong):
    right = device_module._probe(CPU)
    monkeypatch.setattr(
        device_module, "_probe", lambda device: right + (wrong if device == CARD else 0)
    )
    assert choose_device() == CPU


@pytest.mark.usefixtures("card")
def test_card_on_which_the_probe_fails_is_left_alone(monkeypatch):
    monkeypatch.setattr(torch.Tensor, "to", _fail_on_a_card(torch.Tensor.to))
    assert choose_device() == CPU


def _fail_on_a_card(move):
    def to(tensor, device):
        if device == CARD:
            raise RuntimeError("no kernel image is available for execution on the device")
        return move(tensor, device)

    return to


@pytest.mark.usefixtures("card")
def test_card_asked_for_by_name_is_taken_without_a_probe():
    assert choose_device("cuda") == CARD


def test_probe_notices_every_layer_and_has_the_range_that_its_tolerance_is_made_for():
    values = device_module._probe(CPU)
    assert values.shape == (1, 16, 64, 64)
    assert values.std().item() == pytest.approx(1, abs=0.01)
    assert torch.equal(values, device_module._probe(CPU))


@pytest.mark.gpu
def test_real_card_passes_the_probe():
    assert choose_device() == CARD


def test_work_that_succeeds_is_done_once_and_says_nothing():
    work = failing(RuntimeError("never"), while_=lambda device, size: False)
    assert run_with_fallback(work, CPU, [512, 256]) == (("cpu", 512), ())
    assert work.attempts == [("cpu", 512)]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("MPS backend out of memory (MPS allocated: 5 GB)"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
    ids=["cuda", "mps", "cudnn", "cpu", "python"],
)
def test_out_of_memory_leads_to_a_smaller_frame_then_to_the_cpu(error):
    work = failing(error, while_=lambda device, size: device == CARD and size > 256)
    result, notices = run_with_fallback(work, CARD, [512, 256])
    assert result == ("cuda", 256)
    assert notices == (
        "The graphics card ran out of memory; the edit was computed "
        "with 256 pixels instead of 512.",
    )

    work = failing(error, while_=lambda device, size: device == CARD)
    result, notices = run_with_fallback(work, CARD, [512, 256])
    assert work.attempts == [("cuda", 512), ("cuda", 256), ("cpu", 512)]
    assert result == ("cpu", 512)
    assert notices == ("The graphics card ran out of memory; the edit was computed on the CPU.",)


def test_cpu_too_may_take_the_smaller_frame():
    work = failing(MemoryError(), while_=lambda device, size: size > 256)
    assert run_with_fallback(work, CPU, [512, 256])[1] == (
        "The computer ran out of memory; the edit was computed with 256 pixels instead of 512.",
    )
    work = failing(MemoryError(), while_=lambda device, size: device == CARD or size > 256)
    assert run_with_fallback(work, CARD, [512, 256])[1] == (
        "The graphics card ran out of memory; the edit was computed on the CPU "
        "with 256 pixels instead of 512.",
    )


def test_operation_that_the_card_lacks_goes_straight_to_the_cpu():
    error = NotImplementedError("The operator 'aten::_foo' is not implemented for MPS")
    work = failing(error, while_=lambda device, size: device == CARD)
    assert run_with_fallback(work, CARD, [512, 256])[1] == (
        "The graphics card cannot do this edit; the edit was computed on the CPU.",
    )
    assert work.attempts == [("cuda", 512), ("cpu", 512)]


def test_memory_that_suffices_nowhere_is_a_device_error():
    work = failing(MemoryError(), while_=lambda device, size: True)
    with pytest.raises(DeviceError, match=r"memory is too small .*\.$"):
        run_with_fallback(work, CARD, [512, 256])
    assert len(work.attempts) == 4


@pytest.mark.parametrize("error", [RuntimeError("shapes cannot be multiplied"), Cancelled()])
def test_mistakes_and_cancelling_are_not_tried_again(error):
    work = failing(error, while_=lambda device, size: True)
    with pytest.raises(type(error)):
        run_with_fallback(work, CARD, [512, 256])
    assert work.attempts == [("cuda", 512)]


def test_failed_attempt_gives_its_memory_back_before_the_next():
    held = []

    def work(device, size):
        tensor = torch.zeros(size)
        if held:
            return held[0]() is None
        held.append(weakref.ref(tensor))
        raise MemoryError

    assert run_with_fallback(work, CPU, [512, 256])[0]


@pytest.mark.parametrize("capabilities", [set(), {"avx2"}, {"avx2", "avx512_bf16"}])
def test_half_precision_is_used_only_where_the_processor_has_it(monkeypatch, capabilities):
    monkeypatch.setattr(device_module, "_cpu_capabilities", lambda: capabilities)
    with fast_arithmetic(CPU):
        product = torch.ones(4, 4) @ torch.ones(4, 4)
    assert (product.dtype == torch.bfloat16) is ("avx512_bf16" in capabilities)


def test_half_precision_is_left_to_the_card_itself(monkeypatch):
    monkeypatch.setattr(device_module, "_cpu_capabilities", lambda: {"avx512_bf16"})
    with fast_arithmetic(CARD):
        assert not torch.is_autocast_enabled("cpu")
