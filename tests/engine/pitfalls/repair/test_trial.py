"""A repair is tried on copies: the session does not notice."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.pitfalls.repair.trial import runs


def test_values_and_gradients_of_the_session_are_untouched() -> None:
    w = torch.ones(3, requires_grad=True)
    (w**2).sum().backward()  # type: ignore[no-untyped-call]
    names = {"torch": torch, "w": w}

    assert runs("with torch.no_grad():\n    w -= w.grad\nw.grad = None\nnew = 1", names)
    assert w.tolist() == [1.0, 1.0, 1.0]
    assert w.grad is not None
    assert w.grad.tolist() == [2.0, 2.0, 2.0]
    assert "new" not in names


def test_parameter_keeps_its_gradient_in_the_copy() -> None:
    p = nn.Parameter(torch.ones(2))
    p.grad = torch.ones(2)

    assert runs("assert p.grad.sum() == 2 and p.is_leaf and p.requires_grad", {"p": p})


def test_one_object_stays_one() -> None:
    w = torch.ones(2)

    assert runs("a += 1\nassert (b[0] == 2).all() and a is b[0]", {"a": w, "b": [w]})


def test_functions_change_only_the_copies() -> None:
    names: dict[str, Any] = {"count": 0, "seen": []}
    exec("def f(x):\n    global count\n    count += 1\n    seen.append(x)\n    return x", names)

    assert runs("assert f(1) == 1 and count == 1 and seen == [1]", names)
    assert (names["count"], names["seen"]) == (0, [])


def test_layer_is_copied_with_its_weights() -> None:
    layer = nn.Linear(2, 1)
    before = layer.weight.tolist()

    assert runs(
        "with torch.no_grad():\n    layer.weight.fill_(0)", {"torch": torch, "layer": layer}
    )
    assert layer.weight.tolist() == before


def test_nothing_is_printed_and_random_numbers_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3).tolist()
    torch.manual_seed(1)

    assert runs("print(torch.rand(5))", {"torch": torch})
    assert torch.rand(3).tolist() == expected
    assert capsys.readouterr().out == ""


def test_lines_that_fail_are_told_from_lines_that_were_not_tried() -> None:
    assert runs("1 / 0", {}) is False
    assert runs("x = (", {}) is None
    assert runs("f.write('')", {"f": sys.stdout}) is None
    assert runs("m(x)", {"m": type("M", (nn.Module,), {})(), "x": 1}) is None
    assert runs("x + 1", {"x": torch.ones(1 << 21)}) is None
    assert runs("try:\n    1\nexcept:\n    2", {}) is None


def test_lines_of_a_function_may_return() -> None:
    names = {"x": 1}

    assert runs("while True:\n    if x:\n        return x", names) is True
    assert runs("return x / 0", names) is False


@pytest.mark.parametrize(
    "turn", ["pass", "with torch.no_grad(): pass", "try: pass\n    except Exception: pass"]
)
def test_endless_lines_are_stopped_and_gradients_stay_on(turn: str) -> None:
    before = sys.gettrace()

    assert runs(f"while True:\n    {turn}", {"torch": torch}) is None
    assert torch.is_grad_enabled()
    assert sys.gettrace() is before


CATCHES_ALL = (
    "def f():\n    while True:\n        try:\n            pass\n        except:\n            pass"
)


def test_nothing_outside_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "file"
    names: dict[str, Any] = {"torch": torch, "np": np, "path": str(file), "x": torch.ones(1)}
    exec("def save():\n    open(path, 'w').close()", names)

    for lines in (
        "save()",
        "open(path, 'w')",
        "torch.save(x, path)",
        "np.savetxt(path, x)",
        "import __main__",
        "__import__('sys').exit()",
        "exit()",
        "raise SystemExit",
    ):
        assert runs(lines, names) is None, lines
    assert not file.exists()


def test_settings_of_torch_and_randomness_are_put_back() -> None:
    names = {"torch": torch, "np": np}
    before = repr(np.random.get_state()), random.getstate()

    assert runs("torch.set_default_dtype(torch.float64)\nnp.random.seed(1)", names)
    assert torch.get_default_dtype() is torch.float32
    assert (repr(np.random.get_state()), random.getstate()) == before


def test_what_would_catch_the_stop_or_wait_is_not_tried() -> None:
    names: dict[str, Any] = {}
    exec(CATCHES_ALL, names)

    assert runs("f()", names) is None
    assert (
        runs("while True:\n    try:\n        1\n    except BaseException:\n        2", {}) is None
    )
    assert runs("time.sleep(60)", {"time": time}) is None


def test_defaults_of_a_function_are_copies() -> None:
    names: dict[str, Any] = {"w": torch.ones(2)}
    exec("def f(x=w, seen=[]):\n    seen.append(x)\n    x += 1\n    return len(seen)", names)

    assert runs("assert f() == 1 and (w == 2).all()", names)
    assert names["w"].tolist() == [1.0, 1.0]
    assert names["f"]() == 1
