"""Graphs of formulas: every node knows its expression and value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.formula.request import Request
from engine.formula.writing.text import text_of
from engine.graph.formula_graph import formula_graph
from engine.records import Graph, Note
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, scalar_examples


def graph(text: str) -> Graph:
    found = graph_or_note(text)
    assert isinstance(found, Graph)
    return found


def graph_or_note(text: str) -> Graph | Note:
    return formula_graph(read(text))


def nodes(found: Graph) -> dict[str, tuple[str, str, str]]:
    return {node.text: (node.kind, node.value, node.gradient) for node in found.nodes}


def test_seminars_function_is_told_node_by_node() -> None:
    found = graph("f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2")

    assert found.title == "f(2, 2) = 24"
    assert nodes(found) == {
        "x² + xy + (x + y)²": ("AddBackward0", "24", "1"),
        "x² + xy": ("AddBackward0", "8", "1"),
        "(x + y)²": ("PowBackward0", "16", "1"),
        "x²": ("PowBackward0", "4", "1"),
        "xy": ("MulBackward0", "4", "1"),
        "x + y": ("AddBackward0", "4", "8"),
        "x": ("AccumulateGrad", "2", "14"),
        "y": ("AccumulateGrad", "2", "10"),
    }
    sums = {node.text: found.sum_into(place) for place, node in enumerate(found.nodes) if node.leaf}
    assert sums == {"x": "4 + 2 + 8 = 14", "y": "2 + 8 = 10"}


def test_edge_carries_derivative_and_share() -> None:
    found = graph("3*sin(x) at x=0")

    assert [(edge.local, edge.share) for edge in found.edges] == [("3", "3"), ("1", "3")]


def test_vectors_are_told_by_numbers_or_shape() -> None:
    found = graph("dot(x, x) + sum(w) at x=[1, 2], w=[1, 2, 3, 4]")

    assert found.title == "f(x, w) = 15"
    assert nodes(found)["x"] == ("AccumulateGrad", "[1, 2]", "[2, 4]")
    assert nodes(found)["w"] == ("AccumulateGrad", "(4,)", "(4,)")


def test_condition_has_no_part_in_the_graph() -> None:
    found = graph("where(x > 0, sqrt(x), 0) at x=0")

    assert [node.kind for node in found.nodes] == [
        "WhereBackward0",
        "SqrtBackward0",
        "AccumulateGrad",
    ]
    assert found.nodes[-1].gradient == "nan"


def test_first_nan_is_found() -> None:
    found = graph("x^2 + exp(log(x)) at x=-1")

    assert found.notes == (Note("note.graph_nan", {"text": "log(x)"}),)


def test_tie_is_shared_as_torch_shares_it() -> None:
    found = graph("max(x, y) at x=1, y=1")

    assert [edge.share for edge in found.edges] == ["0.5", "0.5"]


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("x^2 + y", "mistake.graph_point", {"names": ["x", "y"], "example": "x² + y at x=2, y=3"}),
        ("x y at x=7", "mistake.graph_point", {"names": ["y"], "example": "xy at x=7, y=3"}),
        ("norm(x)", "mistake.graph_point", {"names": ["x"], "example": "norm(x) at x=[1, 2]"}),
        ("f(x)=x at x=1", "mistake.graph_constant", {"formula": "x"}),
        ("f(x)=3 at x=1", "mistake.graph_constant", {"formula": "3"}),
    ],
)
def test_what_has_no_graph_says_why(text: str, key: str, values: dict[str, object]) -> None:
    assert graph_or_note(text) == Note(key, values)


def test_example_of_a_point_can_be_sent() -> None:
    found = graph_or_note("x^2 + norm(v)*y")
    assert isinstance(found, Note)

    assert graph(str(found.values["example"])).nodes


def test_shapes_that_do_not_fit_are_torchs_to_tell() -> None:
    found = graph_or_note("x + y at x=[1, 2], y=[1, 2, 3]")
    assert isinstance(found, Note)

    assert found.key == "mistake.graph_raised"
    assert "must match the size" in str(found.values["error"])


def test_more_than_sixty_nodes_are_counted() -> None:
    found = graph_or_note(" + ".join(f"sin({n}x)" for n in range(2, 40)) + " at x=1")

    assert found == Note("mistake.graph_large", {"count": 114, "most": 60})


def test_value_alone_has_a_gradient() -> None:
    found = graph("softmax(x) at x=[1, 2]")

    assert [note.key for note in found.notes] == ["note.graph_root"]
    assert not any(edge.share for edge in found.edges)


@settings(max_examples=60, deadline=None)
@given(scalar_examples())
def test_root_is_the_whole_formula(example: Example) -> None:
    request = Request(example.formula, example.point, (), frozenset(), 1, ())

    found = formula_graph(request)

    if isinstance(found, Graph):
        assert found.nodes[0].text == text_of(example.formula.body) or not found.nodes[0].text
        assert all(node.text in example.formula.inputs for node in found.nodes if node.leaf)


def test_numbers_past_the_range_of_floats_are_infinite() -> None:
    assert graph("x^2 at x=1e400").title.endswith("= inf")
