"""Which functions count as unfilled, and which only hold an Ellipsis."""

from __future__ import annotations

import ast

import pytest

from engine.notebook.skeleton import find_skeletons


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f():\n    ...", ["f"]),
        ("def f():\n    '''doc'''\n    pass\n    ...", ["f"]),
        ("async def f(): ...", ["f"]),
        ("def f():\n    x = ...\n    return x", ["f"]),
        ("def f():\n    x: int = ...\n    return x", ["f"]),
        ("def f():\n    print(1)\n    return ...", ["f"]),
        ("def f(x):\n    while ...:\n        x += 1\n    return x", ["f"]),
        ("def f(x):\n    if x:\n        y = ...\n    return y", ["f"]),
        ("class A:\n    def m(self): ...\n    @staticmethod\n    def s(): ...", ["A.m", "A.s"]),
        ("def f():\n    def g(): ...\n    return g", ["f.g"]),
        ("if True:\n    def f(): ...", ["f"]),
        ("...", ["cell"]),
        ("x = 1\nloss = ...", ["cell"]),
        ("while ...:\n    pass", ["cell"]),
        ("def f(): ...\ny = ...", ["cell", "f"]),
    ],
)
def test_templates_are_recognised(source: str, names: list[str]) -> None:
    assert [skeleton.name for skeleton in find_skeletons(ast.parse(source))] == names


@pytest.mark.parametrize(
    "source",
    [
        "x[..., 1]",
        "def f(x): return x[..., 1]",
        "def f(x):\n    x[...] = 0",
        "def f(x):\n    rest = ...\n    return x[rest, 0]",
        "def f(x=...): return x",
        "def f(x: Tuple[int, ...]) -> Callable[..., int]: return x",
        "y: Tuple[int, ...] = (1,)",
        "Polynomial = Callable[..., int]",
        "@overload\ndef f(x: int) -> int: ...",
        "@typing.overload\ndef f(x: int) -> int: ...",
        "class A(ABC):\n    @abstractmethod\n    def m(self): ...",
        "class A(Protocol):\n    def m(self): ...",
        "class A(typing.Protocol[T]):\n    def m(self): ...",
        "class E(Exception): ...",
        "def f(x):\n    print(x)\n    ...\n    return x",
        "f(...)",
        "x == ...",
        "einsum(x, [..., 0])",
        "def f(x):\n    for _ in x: ...",
        "def f(): pass",
        "",
    ],
)
def test_an_ellipsis_that_is_used_is_no_template(source: str) -> None:
    assert find_skeletons(ast.parse(source)) == ()


@pytest.mark.parametrize(
    ("body", "endless"),
    [
        ("while ...:\n        ...", True),
        ("x = ...\n    tol = 10 ** -5\n    while ...:\n        pass\n    return x", True),
        ("x = torch.tensor(0.)\n    while ...:\n        '''hint'''", True),
        ("while ...:\n        x = ...", True),
        ("while ...:\n        break", False),
        ("while ...:\n        step()", False),  # it may raise
        ("return 1\n    while ...: ...", False),
        ("x = ...\n    y = p(x)\n    while ...: ...", False),  # the call may raise
        ("if p:\n        while ...: ...", False),
        ("if p:\n        return\n    while ...: ...", False),
        ("yield\n    while ...: ...", False),
        ("assert p\n    while ...: ...", False),
        ("x = ...", False),
    ],
)
def test_only_a_sure_endless_loop_counts_as_endless(body: str, endless: bool) -> None:
    found = find_skeletons(ast.parse(f"def f(p):\n    {body}"))
    assert any(skeleton.endless for skeleton in found) is endless


def test_lines_are_those_of_the_first_place_and_of_the_loops() -> None:
    (skeleton,) = find_skeletons(
        ast.parse("@deco\ndef f():\n    '''doc'''\n    x = ...\n    while ...:\n        ...\n")
    )
    assert (skeleton.first_line, skeleton.line, skeleton.loops) == (1, 4, ((5, 6),))
