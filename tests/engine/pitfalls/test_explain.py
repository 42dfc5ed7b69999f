"""One message, several causes: which one an error is put down to, and how surely."""

from __future__ import annotations

import pytest
import torch

from engine.pitfalls.explain import explain
from engine.pitfalls.rule import Rule, Scene
from engine.pitfalls.rules.backward import BACKWARD
from engine.pitfalls.rules.in_place import IN_PLACE
from engine.pitfalls.rules.inputs import INPUTS
from engine.pitfalls.rules.leaves import LEAVES
from engine.pitfalls.rules.lost_graph import LOST_GRAPH
from engine.pitfalls.rules.no_gradient import NO_GRADIENT_RULES
from engine.pitfalls.rules.quiet import QUIET
from engine.pitfalls.rules.second_backward import SECOND_BACKWARD, TWICE
from engine.pitfalls.rules.shared_graph import SHARED_GRAPH
from engine.records import Certainty, Explanation
from tests.engine.notebook.cells import Session

POLY = "def poly(x):\n    return x ** 7 + 5 * x ** 3 + 17 * x - 9\n"
REGRESSION = (
    "x, y = torch.ones(5), torch.zeros(3)\n"
    "w = torch.randn(5, 3, requires_grad=True)\nb = torch.randn(3, requires_grad=True)\n"
    "for _ in range(3):\n    z = torch.matmul(x, w) + b\n"
    "    loss = F.binary_cross_entropy_with_logits(z, y)\n    loss.backward()\n"
)
STEP = "with torch.no_grad():\n    x -= val / x.grad\nx.grad = None\n"


def newton(turn: str, start: str = "x = torch.tensor(0.5, requires_grad=True)") -> str:
    lines = "\n".join(f"        {line}" for line in turn.splitlines())
    return (
        f"{POLY}\ndef newton(poly):\n    {start}\n    val = poly(x)\n"
        f"    while val.abs() > 1e-5:\n        val.backward()\n{lines}\n    return x\nnewton(poly)"
    )


def explained(*cells: str) -> Explanation | None:
    session = Session()
    for cell in cells[:-1]:
        session.run(cell)
    report = session.run(cells[-1])
    assert report.failure is not None
    return report.explanation


PROVED = {
    "step outside no_grad": (
        "update_keeps_graph",
        newton("x = x - val / x.grad\nval = poly(x)"),
    ),
    "value of before the loop": (
        "stale_value",
        newton(STEP),
    ),
    "graph kept, gradient missing": (
        "update_drops_leaf",
        newton("x = x - val / x.grad\nval = poly(x)").replace(
            "backward()", "backward(retain_graph=True)"
        ),
    ),
    "new x in no_grad": (
        "update_in_no_grad",
        newton("with torch.no_grad():\n    x = x - val / x.grad\nval = poly(x)"),
    ),
    "value in no_grad": (
        "result_in_no_grad",
        newton("with torch.no_grad():\n    x -= val / x.grad\n    val = poly(x)\nx.grad = None"),
    ),
    "value and backward in no_grad": (
        "result_in_no_grad",
        "w = torch.ones(2, requires_grad=True)\nwith torch.no_grad():\n"
        "    loss = (w ** 2).sum()\n    loss.backward()",
    ),
    "value made a number": (
        "graph_cut",
        newton(
            "with torch.no_grad():\n    x -= val / x.grad\nx.grad = None\nval = poly(x)"
        ).replace("    val = poly(x)\n    while", "    val = poly(x).detach()\n    while"),
    ),
    "no gradient asked for": (
        "nothing_requires_grad",
        newton(f"{STEP}val = poly(x)", "x = torch.tensor(0.5)"),
    ),
    "two losses": (
        "shared_graph",
        "w = torch.ones(3, requires_grad=True)\nh = w ** 2\na = h.sum()\nb = h.mean()\n"
        "a.backward()\nb.backward()",
    ),
    "hidden state": (
        "carried_graph",
        "r = nn.RNN(3, 4)\nh = torch.zeros(1, 2, 4)\nfor i in range(3):\n"
        "    out, h = r(torch.randn(5, 2, 3), h)\n    out.sum().backward()",
    ),
    "prediction outside the loop": (
        "stale_value",
        "m = nn.Linear(2, 1)\nX = torch.randn(8, 2)\npred = m(X)\nfor i in range(5):\n"
        "    loss = (pred ** 2).mean()\n    loss.backward()",
    ),
    "element of what is needed": (
        "needed_value_changed",
        "x = torch.randn(3, requires_grad=True)\ny = torch.exp(x)\nz = y.sum()\ny[0] = 0\n"
        "z.backward()",
    ),
    "several parameters": (
        "step_in_place",
        "w = torch.ones(2, requires_grad=True)\nb = torch.ones(2, requires_grad=True)\n"
        "(w + b).sum().backward()\nw -= 0.1 * w.grad\nb -= 0.1 * b.grad",
    ),
    "both parameters, as in the seminar": (
        "update_in_no_grad",
        f"{REGRESSION}    with torch.no_grad():\n        w = w - 0.1 * w.grad\n"
        "        b = b - 0.1 * b.grad",
    ),
    "both parameters with gradients on": (
        "update_drops_leaf",
        f"{REGRESSION}    w = w - 0.1 * w.grad\n    b = b - 0.1 * b.grad",
    ),
    "end of the loop inside it": (
        "update_in_no_grad",
        f"{POLY}\ndef newton(f):\n    x = torch.tensor(1.0, requires_grad=True)\n"
        "    while True:\n        val = f(x)\n        if val.abs() < 1e-5:\n            return x\n"
        "        val.backward()\n        with torch.no_grad():\n            x = x - val / x.grad\n"
        "newton(poly)",
    ),
    "below a magic": (
        "leaf_in_place",
        "%%time\nw = torch.ones(2, requires_grad=True)\nw += 1",
    ),
    "weights of a layer": (
        "leaf_in_place",
        "layer = nn.Linear(2, 3)\nlayer.weight.fill_(0)",
    ),
}


@pytest.mark.parametrize("name", PROVED)
def test_cause_is_proved_and_its_repair_was_run(name: str) -> None:
    slug, code = PROVED[name]
    found = explained(code)

    assert found is not None
    assert (found.slug, found.certainty, found.fix_ran) == (slug, Certainty.PROVED, True)


# What no run can show: there is no repair, or it would draw.
NOT_RUN = {"weights_changed_early", "no_derivative", "gradient_unused", "numpy_of_graph"}
AUTOGRAD = (
    *IN_PLACE,
    *SECOND_BACKWARD,
    *SHARED_GRAPH,
    *TWICE,
    *QUIET,
    *LOST_GRAPH,
    *INPUTS,
    *NO_GRADIENT_RULES,
    *BACKWARD,
    *LEAVES,
)


@pytest.mark.parametrize(
    "rule", [rule for rule in AUTOGRAD if rule.slug not in NOT_RUN], ids=lambda rule: rule.slug
)
def test_example_of_a_rule_is_proved_by_its_own_repair(rule: Rule) -> None:
    found = explained(rule.examples[0].code)

    assert found is not None
    assert (found.certainty, found.fix_ran) == (Certainty.PROVED, True)


LIKELY = {
    "walked in an earlier cell": (
        "backward_twice",
        ("x = torch.tensor(2.0, requires_grad=True)\ny = x ** 2", "y.backward()", "y.backward()"),
    ),
    "step between forward and backward": (
        "weights_changed_early",
        (
            "w = torch.ones(3, requires_grad=True)\nloss = (w ** 2).sum()\n"
            "with torch.no_grad():\n    w += 1\nloss.backward()",
        ),
    ),
    "function under no_grad": (
        "result_in_no_grad",
        (
            "w = torch.ones(3, requires_grad=True)\n@torch.no_grad()\ndef f(w):\n"
            "    return (w * 2).sum()\nf(w).backward()",
        ),
    ),
    "function that returns a number": (
        "graph_cut",
        (
            "w = torch.ones(3, requires_grad=True)\ndef f(w):\n    return (w * 2).sum().item()\n"
            "loss = f(w)\nloss.backward()",
        ),
    ),
    "list of losses": (
        "graph_cut",
        (
            "w = torch.ones(3, requires_grad=True)\nlosses = [(w * i).sum() for i in range(3)]\n"
            "total = torch.tensor(losses).sum()\ntotal.backward()",
        ),
    ),
    "accuracy": (
        "no_derivative",
        (
            "m = nn.Linear(2, 3)\ny = torch.tensor([0, 1])\n"
            "acc = (m(torch.ones(2, 2)).argmax(1) == y).float().mean()\nacc.backward()",
        ),
    ),
}


@pytest.mark.parametrize("name", LIKELY)
def test_cause_that_no_run_can_show_is_only_likely(name: str) -> None:
    slug, cells = LIKELY[name]
    found = explained(*cells)

    assert found is not None
    assert (found.slug, found.certainty, found.fix_ran) == (slug, Certainty.LIKELY, False)


def test_repair_of_two_parameters_keeps_their_steps_together() -> None:
    found = explained(PROVED["both parameters with gradients on"][1])

    assert found is not None
    assert found.fix.endswith(
        "    with torch.no_grad():\n        w -= 0.1 * w.grad\n        b -= 0.1 * b.grad\n"
        "    w.grad = None\n    b.grad = None"
    )


@pytest.mark.parametrize(
    "code",
    [
        # all parameters are frozen: that x has no gradient either is no mistake
        "m = nn.Linear(2, 1).requires_grad_(False)\nx = torch.ones(4, 2)\nm(x).sum().backward()",
        "w = torch.ones(2)\ndef f(x):\n    return (w * x).sum()\n"
        "x = torch.ones(2)\nloss = f(x)\nloss.backward()",
        "w = torch.ones(3)\nloss = (w ** 2).sum()\nw.requires_grad_()\nloss.backward()",
    ],
)
def test_no_cause_is_picked_where_the_code_shows_none(code: str) -> None:
    found = explained(code)

    assert found is not None
    assert found.certainty is Certainty.USUAL
    assert len(found.causes) > 1


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    y = x + 1\ntorch.ones(2) - f(1)",
        "x = None\nx.zero_()",
        "w = torch.ones(3, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
        "(w ** 2).sum().backward()\nopt.zero_grad()\nw.grad.norm()",
        "raise KeyboardInterrupt",
        "1 / 0",
    ],
)
def test_error_that_is_no_mistake_with_gradients_is_left_alone(code: str) -> None:
    assert explained(code) is None


def test_message_alone_lists_the_usual_causes() -> None:
    found = explain(Scene("RuntimeError", "Trying to backward through the graph a second time (or"))

    assert found == Explanation(
        "",
        Certainty.USUAL,
        causes=("update_keeps_graph", "stale_value", "backward_twice"),
    )


def test_code_too_long_to_look_through_is_as_good_as_none() -> None:
    short, long = PROVED["step outside no_grad"][1], "# " + "x" * 10_000 + "\n"
    found = explained(long + short)

    assert found is not None
    assert found.certainty is Certainty.USUAL


def test_message_with_one_cause_names_it() -> None:
    found = explain(Scene("RuntimeError", "Only Tensors of floating point and complex dtype can"))

    assert found == Explanation("integer_gradient", Certainty.USUAL)


def test_seminar_text_is_corrected_where_it_applies() -> None:
    session = Session()
    report = session.run(
        "w = torch.tensor(1.0, requires_grad=True)\nfor _ in range(2):\n    f = w + 1\n"
        "    f.backward()\n    w = w - w.grad"
    )

    assert "correction.graph_cycle" in {note.key for note in report.notes}


HOSTILE = (
    "class Evil(torch.Tensor):\n"
    "    @classmethod\n"
    "    def __torch_function__(cls, *a, **k): raise SystemExit\n"
    "    def __getattribute__(self, name): raise SystemExit\n"
    "    def __bool__(self): raise SystemExit\n"
    "w = torch.ones(2).as_subclass(Evil)\n"
)


@pytest.mark.parametrize(
    "code",
    [
        f"{HOSTILE}raise RuntimeError('a leaf Variable that requires grad is being used in an"
        " in-place'); w -= w.grad",
        f"{HOSTILE}raise RuntimeError('element 0 of tensors does not require grad'); w.backward()",
        "class E(RuntimeError):\n    def __str__(self): raise SystemExit\nraise E",
        "import torch\ntorch.Tensor.clone = None\nw = torch.ones(2, requires_grad=True)\nw += 1",
    ],
)
def test_hostile_values_cost_only_their_own_explanation(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.Tensor, "clone", torch.Tensor.clone)
    session = Session()
    assert session.run(code).failure is not None
    assert session.run("1 + 1").value == "2"
