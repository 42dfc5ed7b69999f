"""A traced cell changes nothing: neither names nor values, numbers drawn nor settings."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from tests.engine.tracing.traced import Tracing

BEFORE = """\
x = torch.ones(2, 3)
w = torch.ones(3, requires_grad=True)
y = w * 2
losses = [1]
table = {"a": 1}
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
class Counter:
    n = 0
counter = Counter()
def step():
    global total
    total = 1
    x.add_(1)
    losses.append(2)
weights = model.weight.detach().clone()
"""


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("x += 1", "x.sum().item() == 6"),
        ("x = 5", "x.shape == (2, 3)"),
        ("x.add_(1); x.resize_(1)", "x.sum().item() == 6"),
        ("new = x * 2", "'new' not in globals()"),
        ("del x", "x.shape == (2, 3)"),
        ("(w * 2).sum().backward()", "w.grad is None"),
        ("y += 1\ny.sum().backward()", "w.grad is None and y.sum().item() == 6"),
        ("w.requires_grad_(False)", "w.requires_grad"),
        ("losses.append(2); table['b'] = 2", "losses == [1] and table == {'a': 1}"),
        ("counter.n += 1", "counter.n == 0"),
        ("step()", "'total' not in globals() and x.sum().item() == 6 and losses == [1]"),
        (
            "model(x).sum().backward()\noptimizer.step()",
            "model.weight.grad is None and torch.equal(model.weight, weights)",
        ),
        ("model.eval()", "model.training"),
        ("_ = 3; In.append('a'); Out[9] = 1", "len(In) == 3 and 9 not in Out"),
        ("torch.set_default_dtype(torch.float64)", "torch.ones(1).dtype == torch.float32"),
        ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()"),
        ("1 + 1", "'_' not in globals()"),
    ],
)
def test_session_stays_as_it_was(code: str, check: str) -> None:
    tracing = Tracing()
    tracing.evaluate(BEFORE)

    report = tracing.trace(code)

    assert report.failure is None
    assert tracing.evaluate(check).value == "True"


def test_names_of_the_session_are_used() -> None:
    tracing = Tracing()
    tracing.evaluate(BEFORE)

    report = tracing.trace("model(x) @ w[:1]")

    assert [step.text for step in report.steps if step.shape == "(2, 3)"] == ["x"]
    assert report.steps[-1].shape == "(2,)"


def test_optimizer_works_on_the_copied_model() -> None:
    tracing = Tracing()
    tracing.evaluate(BEFORE)

    report = tracing.trace(
        "model(x).sum().backward()\nold = model.weight.clone()\noptimizer.step()\n"
        "assert not torch.equal(old, model.weight)\nold"
    )

    assert report.failure is None


def test_gradient_of_a_leaf_is_there() -> None:
    tracing = Tracing()
    tracing.evaluate("w = torch.ones(3, requires_grad=True)\n(w * 2).sum().backward()")

    assert tracing.trace("w.grad").steps[-1].shape == "(3,)"


def test_large_tensors_are_not_copied() -> None:
    tracing = Tracing()
    tracing.evaluate("big = torch.zeros(40 << 20)")  # 160 MiB

    report = tracing.trace("here = big.data_ptr()\nbig.view(2, -1)")
    there = tracing.evaluate("big.data_ptr()").value

    assert report.steps[-1].shape == "(2, 20971520)"
    assert there is not None
    assert tracing.trace(f"assert big.data_ptr() == {there}").failure is None


def drawn(cell: str) -> tuple[object, ...]:
    """Numbers drawn after a cell was traced, if there is one."""
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    if cell:
        Tracing().trace(cell)
    return torch.rand(2).tolist(), np.random.rand(2).tolist(), random.random()


def test_numbers_drawn_later_are_those_drawn_without_it() -> None:
    cell = "import random\nrandom.random()\nnp.random.rand(3)\nrand(3) + 1"

    assert drawn(cell) == drawn("")


def test_cells_are_numbered_as_if_nothing_had_been_traced() -> None:
    tracing = Tracing()
    tracing.evaluate("x = 1")
    tracing.trace("x = (2, 3)")
    tracing.evaluate("x + 1")

    assert tracing.evaluate("Out").value == "{2: 2}"


def test_object_whose_class_raises_at_every_look_is_no_failure() -> None:
    tracing = Tracing()
    tracing.evaluate(
        "class M(type):\n    def __eq__(s, o): 1 / 0\n    def __hash__(s): 1 / 0\n"
        "class A(metaclass=M): pass\na = A()"
    )

    assert tracing.trace("a\nones(2)").failure is None


def test_endless_skeleton_is_not_run() -> None:
    report = Tracing().trace("while ...:\n    pass")

    assert "note.not_run" in [note.key for note in report.notes]
    assert report.steps == ()


def test_syntax_error_is_told_at_its_line() -> None:
    tracing = Tracing()

    report = tracing.trace("x=(2, 3)\nx +")

    assert tracing.answer.raised
    assert report.failure is not None
    assert [line.number for line in report.failure.code if line.marked] == [2]


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.exit()",
        "import builtins\nbuiltins.len = None\nbuiltins.isinstance = None\nones(2) + 1",
        "import sys\nsys.modules.clear()\ntorch.ones(2) + 1",
        "import sys\nsys.stdout = None\ntorch.ones(2) + 1",
        "__step__ = None\nones(2) + 1",
        "class M(type):\n    def __eq__(s, o): 1 / 0\n    def __hash__(s): 1 / 0\n"
        "class A(metaclass=M): pass\na = A()\na",
        "class T(torch.Tensor):\n    shape = property(lambda s: 1 / 0)\nT([1.0]) + 1",
        "class L(list):\n    def __iter__(s): raise SystemExit\nL([1])",
        "def f(n): return f(n + 1)\nf(0)",
        "globals().clear()\n1",
        "import torch\ntorch.rand = None\nones(2)",
        "raise KeyboardInterrupt",
        "del __builtins__\nones(2) + 1",
    ],
)
def test_hostile_cells_leave_the_session_usable(code: str) -> None:
    tracing = Tracing()
    tracing.evaluate("x = torch.ones(2, 3)\nrand = torch.rand")

    tracing.trace(code)
    tracing.evaluate("torch.rand = rand")

    assert tracing.evaluate("len(x)").value == "2"
    assert tracing.trace("x + 1").steps[-1].shape == "(2, 3)"


def test_small_tensors_beside_a_large_one_are_copied() -> None:
    tracing = Tracing()
    tracing.evaluate("big = torch.zeros(40 << 20)\nw = torch.zeros(3)")  # 160 MiB

    assert tracing.trace("w += 1 + big[:3]").failure is None
    assert tracing.evaluate("w.tolist()").value == "[0.0, 0.0, 0.0]"


def test_large_array_is_not_copied() -> None:
    tracing = Tracing()
    tracing.evaluate("import numpy as np\nbig = np.zeros(20 << 20)\nhere = id(big)")  # 160 MiB

    assert tracing.trace("assert id(big) == here\nones(2)").failure is None


def test_sparse_tensor_in_the_session_is_no_hindrance() -> None:
    tracing = Tracing()
    tracing.evaluate("s = torch.eye(3).to_sparse().requires_grad_()")

    assert tracing.trace("s @ ones(3, 2)").steps[-1].shape == "(3, 2)"


MODE = """\
from torch.overrides import TorchFunctionMode
class Stubborn(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        raise ValueError("no")
"""


def test_mode_that_a_cell_leaves_on_is_off_again() -> None:
    tracing = Tracing()
    tracing.evaluate(MODE)

    tracing.trace("Stubborn().__enter__()")

    assert tracing.evaluate("torch.ones(2).sum().item()").value == "2.0"


def test_mode_of_the_session_stays_on() -> None:
    tracing = Tracing()
    tracing.evaluate(f"{MODE}torch.set_default_device('meta')\nmode = Stubborn()\nmode.__enter__()")

    tracing.trace("mode.__exit__(None, None, None)\nones(2)")

    told = tracing.evaluate("torch.ones(2)").failure
    assert told is not None
    assert told.line == "ValueError: no"
    assert tracing.evaluate("mode.__exit__(None, None, None)\ntorch.ones(2).device.type").value == (
        "'meta'"
    )
    tracing.evaluate("torch.set_default_device(None)")
