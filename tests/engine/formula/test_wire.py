"""A formula's tree on a socket: what was sent arrives, and nothing else is taken for a tree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.tree import Node, walk
from engine.formula.wire import (
    ALL_DIGITS,
    MOST_DEPTH,
    MOST_NODES,
    NUMBER_LENGTH,
    from_wire,
    to_wire,
)
from engine.records import Malformed
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, tensor_examples

X = ["name", "x"]


def through_json(node: Node) -> Node:
    return from_wire(json.loads(json.dumps(to_wire(node))))


@settings(max_examples=300, deadline=None)
@given(tensor_examples())
def test_what_was_sent_arrives(example: Example) -> None:
    assert through_json(example.formula.body) == example.formula.body


@pytest.mark.parametrize(
    "text", ["x^7 + 5x^3 + 17x - 9", "tan(x)", "1e900x - 10^-900", "where(x < 0.1, pi, e^x)"]
)
def test_what_was_read_arrives(text: str) -> None:
    body = read(text).formula.body

    assert through_json(body) == body


def test_the_longest_sum_that_is_read_arrives() -> None:
    body = read("+".join(["x"] * 110)).formula.body

    assert through_json(body) == body


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        [],
        ["name"],
        ["name", ""],
        ["name", "x" * 1000],
        ["name", 1],
        ["name", "x", "y"],
        ["lambda", "x"],
        [["name"], "x"],
        {"name": "x"},
        ["constant", "inf"],
        ["constant", "__import__"],
        ["number", 1],
        ["number", 0.5],
        ["number", "0.5"],
        ["number", "1/0"],
        ["number", ""],
        ["number", "1_0"],
        ["number", " 1"],
        ["number", "1\n"],
        ["number", "٣"],
        ["number", "1/-2"],
        ["number", "nan"],
        ["number", "f" * (NUMBER_LENGTH + 1)],
        ["apply", "eval", None, [X]],
        ["apply", ["sin"], None, [X]],
        ["apply", "literal", None, [X]],
        ["apply", "sin", None, []],
        ["apply", "sin", None, [X, X]],
        ["apply", "sin", None, X],
        ["apply", "sin", None],
        ["apply", "sum", True, [X]],
        ["apply", "sum", 1.0, [X]],
        ["apply", "sum", 1 << 70, [X]],
        ["apply", "max", None, [X] * 9],
        ["compare", "is", X, X],
        ["compare", "<", X],
        ["compare", "<", X, None],
        ["index", X, []],
        ["index", X, ["0"]],
        ["index", X, [0] * 9],
        ["index", X, [1 << 40]],
        ["array", [2], ["1"]],
        ["array", [-1], []],
        ["array", [1 << 60, 0], []],
        ["array", [2000], ["1"] * 2000],
        ["array", 1, ["1"]],
    ],
)
def test_what_is_no_tree_is_refused(data: Any) -> None:
    with pytest.raises(Malformed):
        from_wire(data)


def test_a_tree_too_deep_is_refused() -> None:
    deep: Any = X
    for _ in range(MOST_DEPTH - 1):
        deep = ["apply", "sin", None, [deep]]

    assert sum(1 for _ in walk(from_wire(deep))) == MOST_DEPTH
    with pytest.raises(Malformed, match="deep"):
        from_wire(["apply", "sin", None, [deep]])


def test_a_tree_too_large_is_refused() -> None:
    row = ["apply", "max", None, [X] * 8]
    rows = ["apply", "max", None, [["apply", "max", None, [row] * 8]] * 8]
    large = ["apply", "max", None, [rows] * 8]

    assert MOST_NODES < 8**4
    with pytest.raises(Malformed, match="large"):
        from_wire(large)


def test_many_long_numbers_are_refused() -> None:
    long = ["number", "f" * (ALL_DIGITS // 8 + 1)]

    with pytest.raises(Malformed, match="digits"):
        from_wire(["apply", "max", None, [long] * 8])


_LEAVES = st.sampled_from(["name", "x", "apply", "sin", "number", "1/3", "compare", "<", None, 0])
_NONSENSE = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=5), max_leaves=30)


@settings(max_examples=500, deadline=None)
@given(_NONSENSE)
def test_nonsense_is_a_tree_or_refused(data: Any) -> None:
    try:
        node = from_wire(data)
    except Malformed:
        return
    assert to_wire(node) == data
