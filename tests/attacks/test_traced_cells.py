"""/shape runs a cell twice, changed and silently too: no way out, nobody else disturbed."""

from __future__ import annotations

import pytest

from engine.records import Job, JobLimits, Outcome, Result
from tests.attacks.attacker import QUICK, Attacker

HARMLESS = {
    "exit": "import sys\nsys.exit()",
    "hard exit": "import os\nos._exit(0)",
    "a signal to itself": "import os\nos.kill(os.getpid(), 9)",
    "replaced builtins": "import builtins\nfor n in dir(builtins): setattr(builtins, n, None)",
    "emptied modules": "import sys\nsys.modules.clear()",
    "emptied names": "globals().clear()",
    "a closed output": "import os\nos.close(1)",
    "our names": "__step__ = __input__ = None\nx=(2, 3)\nx + 1",
    "the recorder": "__step__.__self__.marks = None\ntorch.ones(2) + 1",
    "a huge recorder": "__step__.__self__.latest.update({n: n for n in range(10 ** 6)})\n1",
    "a mode left on": "from torch._subclasses.fake_tensor import FakeTensorMode\n"
    "FakeTensorMode().__enter__()\ntorch.ones(2) + 1",
    "a mode taken off": "from torch.utils._python_dispatch import _pop_mode\n"
    "_pop_mode(); _pop_mode()\ntorch.ones(2) + 1",
    "a deep expression": "x = torch.ones(1)\n" + "+".join(["x"] * 5000),
    "many branches": "if 0: pass\n" + "elif 0: pass\n" * 900,
    "a deep nest": "(" * 150 + "1" + ")" * 150,
    "many expressions": "x = torch.ones(1)\n" + "x + 1\n" * 5000,
    "a large exponent": "x=(10**9, 10**9)\ntorch.empty(10 ** 9, 10 ** 9)",
    "a real allocation": "import numpy\nnumpy.ones(1 << 33)",
    "a tensor that lies": "class T(torch.Tensor):\n    shape = property(lambda s: 1 / 0)\n"
    "    __add__ = lambda s, o: [][0]\nT([1.0]) + 1",
    "an exception that lies": "class E(Exception):\n    __str__ = lambda s: 1 / 0\n"
    "    __traceback__ = __class__ = property(lambda s: 1 / 0)\n"
    "    def __setattr__(self, *a): 1 / 0\nraise E",
    "a long text": "x = torch.ones(1)\nx" + ".abs()" * 2000,
}
ENDLESS = {
    "a loop": "while True: pass",
    "a sleep": "import time\ntime.sleep(100)",
    "a swallowed interrupt": "while True:\n  try:\n    while True: 1\n  except BaseException: pass",
    "tensors": "while True:\n  try: torch.ones(2) + 1\n  except BaseException: pass",
    "a repair": "x=(4, 3); y=(4,)\nx + y\nwhile True: pass",
}


async def trace(attacker: Attacker, source: str, seconds: float = 8.0) -> Result:
    limits = JobLimits(cpu_s=seconds, wall_s=3 * seconds)
    return await attacker.pool.run(
        Job("shapes.trace", {"source": source}, attacker.owner, limits=limits)
    )


@pytest.mark.parametrize("act", HARMLESS.values(), ids=HARMLESS)
async def test_nothing_but_the_own_session_may_suffer(attacker: Attacker, act: str) -> None:
    result = await trace(attacker, act)

    assert result.outcome not in (Outcome.FAULT, Outcome.TIMEOUT)
    assert (await attacker.cell("import torch\ntorch.ones(2).sum().item()")).outcome is Outcome.OK


@pytest.mark.parametrize("act", ENDLESS.values(), ids=ENDLESS)
async def test_what_does_not_end_is_ended(attacker: Attacker, act: str) -> None:
    result = await trace(attacker, act, seconds=QUICK.cpu_s)

    assert result.outcome in (Outcome.TIMEOUT, Outcome.RAISED)
    assert result.wall_s < 10


REPLACED = {
    "gradient modes": "for n in ('no_grad', 'is_grad_enabled', 'set_grad_enabled', 'ones'):\n"
    "    setattr(torch, n, None)",
    "random numbers": "import random\nrandom.getstate = None",
    "classes": "torch.nn.Module = torch.nn.Parameter = torch.autograd.Function = None",
    "methods": "def leave(*a): raise SystemExit\n"
    "torch.Tensor.detach = torch.Tensor.clone = torch.Tensor.numel = leave",
    "a mode that answers for torch": "from torch.overrides import TorchFunctionMode\n"
    "class Mode(TorchFunctionMode):\n"
    "    def __torch_function__(self, *a, **k): 1 / 0\n"
    "Mode().__enter__()",
}


@pytest.mark.parametrize("act", REPLACED.values(), ids=REPLACED)
async def test_a_session_that_has_spoilt_torch_is_answered(attacker: Attacker, act: str) -> None:
    await attacker.cell("import torch\nx = torch.ones(2, requires_grad=True)")
    await attacker.cell(act)

    for source in ("x.add_(x)", "loss = (x * 2).sum()\nloss.backward()\nloss.backward()"):
        assert (await trace(attacker, source)).outcome is not Outcome.FAULT
        assert (await attacker.cell(source)).outcome is not Outcome.FAULT
