"""Alone nothing changes; several processes average their gradients and stop together."""

import os
import socket
import subprocess
import sys

import pytest
import torch
from torch import nn

from core.training.harness.distributed import ProcessGroup, join_process_group

MEMBER = """
import torch
from torch import nn
from core.training.harness.distributed import join_process_group

torch.set_num_threads(1)
group = join_process_group(torch.device("cpu"))
module = nn.Linear(2, 1)
rank = int(group.seed_offset > 0)
for parameter in module.parameters():
    parameter.grad = torch.full_like(parameter, float(rank))
group.average_gradients(module)
means = [float(one.grad.mean()) for one in module.parameters()]
shared = group.broadcast_first(float(rank + 7), torch.device("cpu"))
print(group.size, means, shared, group.is_first)
"""


def test_alone_gradients_stay_as_they_are():
    process_group = join_process_group(torch.device("cpu"))
    module = nn.Linear(2, 1)
    module.weight.grad = torch.ones_like(module.weight)
    process_group.average_gradients(module)
    assert torch.equal(module.weight.grad, torch.ones_like(module.weight))
    assert (
        process_group.size,
        process_group.seed_offset,
        process_group.is_first,
        process_group.broadcast_first(0.5, process_group.device(torch.device("cpu"))),
    ) == (1, 0, True, 0.5)
    assert isinstance(process_group, ProcessGroup)


def test_two_processes_average_their_gradients_and_stop_together():
    pytest.importorskip("accelerate")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    shared |= {"ACCELERATE_USE_CPU": "true", "LOCAL_WORLD_SIZE": "2"}
    members = [
        subprocess.Popen(
            [sys.executable, "-c", MEMBER],
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in (0, 1)
    ]
    answers = [member.communicate(timeout=240)[0].strip() for member in members]
    assert answers == ["2 [0.5, 0.5] 7.0 True", "2 [0.5, 0.5] 7.0 False"]
