"""The same message from another cause, and repairs that run but mean something else."""

from __future__ import annotations

import matplotlib.pyplot  # noqa: F401  as a jail has it before the first cell
import pytest

from engine.records import Explanation
from tests.engine.notebook.cells import Session, notes


def explained(*cells: str) -> Explanation | None:
    session = Session()
    for cell in cells[:-1]:
        assert session.run(cell).failure is None
    report = session.run(cells[-1])
    assert report.failure is not None
    return report.explanation


def slug(*cells: str) -> str | None:
    found = explained(*cells)
    return found.slug if found else None


W = "w = torch.ones(2, requires_grad=True)\n"
FUNCTION = (
    "class P(torch.autograd.Function):\n    @staticmethod\n    def forward({first}, x):\n"
    "        k = 2\n        return x * k\n    @staticmethod\n    def backward(ctx, g):\n"
    "        return g * 2\n"
)
GAN = (
    "G, D = nn.Linear(2, 2), nn.Linear(2, 1)\nopt = torch.optim.SGD(D.parameters(), lr=0.1)\n"
    "fake = G(torch.ones(4, 2))\na = torch.sigmoid(D(fake)).mean()\na.backward()\n{between}"
    "b = -torch.sigmoid(D(fake)).mean()\nb.backward()"
)


@pytest.mark.parametrize(
    "cells",
    [
        # a gradient was there, and was taken away or went elsewhere
        (f"{W}(w ** 2).sum().backward()\nw.grad = None\nw.grad.norm()",),
        (f"{W}g = torch.autograd.grad((w ** 2).sum(), w)\nw.grad.norm()",),
        (f"{W}def step():\n    (w ** 2).sum().backward()\nstep()\nw.grad = None\nw.grad + 1",),
        (f"{W}(w ** 2).sum().backward()\nw.grad = None", "w.grad.norm()"),
    ],
)
def test_gradient_that_was_there_is_not_called_missing_since_the_start(
    cells: tuple[str, ...],
) -> None:
    found = explained(*cells)

    assert found is None or found.certainty.value != "proved"


def test_new_leaf_under_the_old_name_is_not_called_unused() -> None:
    code = (
        f"{W}for i in range(3):\n    loss = (w ** 2).sum()\n    loss.backward()\n"
        "    with torch.no_grad():\n        w = (w - 0.1 * w.grad).requires_grad_()\n"
        "    w.grad.zero_()"
    )
    assert slug(code) is None


def test_step_that_cuts_its_graph_off_is_not_what_keeps_it() -> None:
    code = (
        "x = torch.tensor(1.0, requires_grad=True)\nval = x ** 3 - 2\nfor i in range(5):\n"
        "    val.backward()\n    x = (x - val / x.grad).detach().requires_grad_()"
    )
    assert slug(code) == "stale_value"


def test_elements_of_a_gradient_are_not_walked_twice() -> None:
    code = (
        "x = torch.tensor([1.0, 2.0], requires_grad=True)\nf = (x ** 3).sum()\n"
        "g, = torch.autograd.grad(f, x, create_graph=True)\n"
        "[torch.autograd.grad(item, x)[0] for item in g]"
    )
    assert slug(code) != "backward_twice"


def test_cause_that_its_own_repair_refutes_is_not_told() -> None:
    """The target is detached on purpose; the parameters are frozen."""
    code = (
        "m = nn.Linear(2, 1).requires_grad_(False)\nx = torch.ones(1, 2)\n"
        "t = m(x).detach()\nloss = (m(x) - t).sum()\nloss.backward()"
    )
    assert slug(code) != "graph_cut"


def test_parameter_that_does_not_enter_the_loss_is_named() -> None:
    found = explained(f"{W}x = torch.ones(2)\nloss = (x ** 2).sum()\nloss.backward()")

    assert found is not None
    assert (found.slug, dict(found.values)) == (
        "gradient_unused",
        {"name": "w", "result": "loss"},
    )


def test_first_argument_of_forward_is_the_context_whatever_its_name() -> None:
    assert slug(FUNCTION.format(first="self") + "P.apply(torch.ones(2), 3)") != "ctx_missing"


def test_number_that_forward_does_not_return_is_not_blamed() -> None:
    code = FUNCTION.format(first="ctx") + "P.apply(torch.ones(1)).item().sum()"
    assert slug(code) != "number_returned"


def test_recursion_that_may_stop_is_not_called_endless() -> None:
    code = "def walk(n):\n    for c in n:\n        walk(c)\nwalk('a')"
    found = explained(code)

    assert found is None or found.certainty.value == "usual"


@pytest.mark.parametrize("loss", ["cross_entropy", "nll_loss"])
def test_prediction_and_target_in_the_wrong_order_are_not_made_real(loss: str) -> None:
    found = explained(f"z, y = torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])\nF.{loss}(y, z)")

    assert found is not None
    assert (found.slug, found.fix) == ("loss_arguments_swapped", f"F.{loss}(z, y)")


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (f"import matplotlib.pyplot as plt\n{W}y = w ** 2\nplt.plot(w, y)",
         "plt.plot(w.detach(), y.detach())"),
        (f"import matplotlib.pyplot as plt\n{W}plt.plot(w.detach(), w)",
         "plt.plot(w.detach(), w.detach())"),
        ("x = torch.randn(5)\nm = (x > 0).float()\nx[m]", "x[m.bool()]"),
        ("x = torch.arange(5.)\ni = torch.tensor([0., 3.])\nx[i]", "x[i.long()]"),
        ("x, y = torch.ones(4, 3), torch.ones(5, 3)\nd = x.sum(1) - y.sum(1)", ""),
        ("X = torch.randn(4, 3)\nX = (X - X.mean(1)) / X.std(1)",
         "X = (X - X.mean(1, keepdim=True)) / X.std(1, keepdim=True)"),
        ("g = torch.randn(3)\nwhile g.abs() > 1e-3:\n    g = g / 2", ""),
        (GAN.format(between=""), "(a + b).backward()"),
        (GAN.format(between="opt.step()\n"), ""),
        (GAN.format(between="opt.zero_grad()\n"), ""),
    ],
)  # fmt: skip
def test_repair_means_what_was_meant_or_is_not_offered(code: str, fix: str) -> None:
    found = explained(code)

    assert found is not None
    assert found.fix == fix


def test_overflow_is_not_put_down_to_a_division() -> None:
    report = Session().run(
        "x = torch.tensor([100.0], requires_grad=True)\ny = torch.exp(x)\n(y / y.sum()).backward()"
    )
    assert "note.bad_gradient" in notes(report)


def test_division_in_a_branch_not_taken_is_put_down_to_where() -> None:
    report = Session().run(
        "x = torch.tensor([0.0, 1.0], requires_grad=True)\n"
        "torch.where(x > 0, 1 / x, 0.0).sum().backward()"
    )
    assert "note.bad_gradient_where" in notes(report)


@pytest.mark.parametrize(
    "cell",
    [
        "w0 = torch.ones(3).data",
        "q = torch.ones(2, requires_grad=True) + 1\nt = q.detach()\n(q - t).sum().backward()",
    ],
)
def test_seminar_is_not_corrected_where_nobody_thinks_of_a_copy(cell: str) -> None:
    assert "correction.detach_copy" not in notes(Session().run(cell))


def test_transposition_is_taken_back_and_not_done_twice() -> None:
    found = explained("x = torch.ones(3, 4)\ny = torch.ones(4, 1)\nz = x @ y.T")

    assert found is not None
    assert found.fix == "z = x @ y"
