"""What people type about shapes is understood; what cannot be is answered with what is wrong."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.axes.alignment import Shape
from engine.reading.shape_text import CHARACTERS, Question, read_shapes
from engine.records import Note
from tests.engine.shapes import shapes


def read(text: str) -> Question:
    question = read_shapes(text)
    assert isinstance(question, Question), question
    return question


def asked(text: str) -> tuple[str, dict[str, Shape]]:
    question = read(text)
    return question.operator, {operand.name: operand.shape for operand in question.operands}


@pytest.mark.parametrize(
    "text",
    [
        "(5,3,4,1) (3,1,1)",
        "5x3x4x1, 3x1x1",
        "5×3×4×1 и 3×1×1",
        "5х3х4х1; 3Х1Х1",
        "5*3*4*1 3*1*1",
        "5 x 3 x 4 x 1, 3 x 1 x 1",
        "[5, 3, 4, 1] + [3, 1, 1]",
        "x=(5,3,4,1) y=(3,1,1)",
        "x: (5,3,4,1)\ny: (3,1,1)",
        "x (5,3,4,1) и y (3,1,1)",
        "Why (5,3,4,1) and (3,1,1)?",
        "x — (5,3,4,1), y — (3,1,1)",
        "x.shape = (5,3,4,1); y.shape == (3,1,1)",
        "x.size() = torch.Size([5, 3, 4, 1]) y.size() = torch.Size([3, 1, 1])",
        "torch.Size([5, 3, 4, 1]) and torch.Size([3, 1, 1])",
        "torch.empty(5,3,4,1) + torch.zeros((3, 1, 1), dtype=torch.float64)",
        "x = torch.rand(size=(5,3,4,1), requires_grad=True)\ny = torch.full((3,1,1), -7.5)",
        "# x=torch.empty(5,3,4,1)\n# y=torch.empty(  3,1,1)",
        ">>> x=torch.empty(5,3,4,1)\n>>> y=torch.empty(3,1,1)\n# x and y are broadcastable.",
        "x=torch.empty(5,3,4,1)  # (1, 2)\ny=torch.empty(3,1,1)",
        "((5,3,4,1), (3,1,1))",
        "torch.broadcast_shapes((5,3,4,1), (3,1,1))",
        "5 3 4 1, 3 1 1",
        "5,3,4,1; 3,1,1",
        "5, 3, 4, 1 + 3, 1, 1",
        "(5,\n3,4,1)\n(3,1,1)",
        "(5,3,4,1)\u00a0(3,1,1)",
        "(5,3,4,1) + (3,1,1) -> (5,3,4,1)",
        "(5,3,4,1) + (3,1,1) = ?",
        "(5,3,4,1)+(3,1,1).",
        "x=(5,3,4,1) y=(3,1,1) z = x + y",
        "x=(5,3,4,1) y=(3,1,1); torch.add(x, y)",
        "shapes: (5,3,4,1), (3,1,1)",
        "loss: x=(5,3,4,1) y=(3,1,1)",
        "`(5,3,4,1)` «(3,1,1)»",
    ],
)
def test_every_spelling_is_the_same_question(text: str) -> None:
    assert asked(text) == ("+", {"x": (5, 3, 4, 1), "y": (3, 1, 1)})


@pytest.mark.parametrize(
    ("text", "operator", "named"),
    [
        ("() (3,)", "+", {"x": (), "y": (3,)}),
        ("torch.Size([]) torch.Size([2, 2])", "+", {"x": (), "y": (2, 2)}),
        ("x=(5,3) w=3x2 x @ w", "@", {"x": (5, 3), "w": (3, 2)}),
        ("x=(5,3) y=(3,2); torch.matmul(x, y)", "@", {"x": (5, 3), "y": (3, 2)}),
        ("x=(5,3) y=(3,2); x.matmul(y)", "@", {"x": (5, 3), "y": (3, 2)}),
        ("x=(3,) y=(2,3); x += y", "+=", {"x": (3,), "y": (2, 3)}),
        ("x=(3,) y=(2,3); x.add_(y)", "+=", {"x": (3,), "y": (2, 3)}),
        ("(5,3) @ (3,2)", "@", {"x": (5, 3), "y": (3, 2)}),
        ("(5,3) ** 2", "**", {"x": (5, 3), "2": ()}),
        ("1.5 - (5,3)", "-", {"1.5": (), "x": (5, 3)}),
        ("(5,3) / 1e-8", "/", {"x": (5, 3), "1e-8": ()}),
        ("1 - (5,3)", "-", {"1": (), "x": (5, 3)}),
        ("x=(2,3) * 2", "*", {"x": (2, 3), "2": ()}),
        ("(2,3) — (3,)", "-", {"x": (2, 3), "y": (3,)}),
        ("x=(2,3) y=(3,) x ≥ y", ">=", {"x": (2, 3), "y": (3,)}),
        ("(2,3) != (3,)", "!=", {"x": (2, 3), "y": (3,)}),
        ("(2,3) или (3,)!", "+", {"x": (2, 3), "y": (3,)}),
        ("(32,10) m=(32,)", "-", {"x": (32, 10), "m": (32,)}),
        ("x=(32,10) среднее=(32,)", "-", {"x": (32, 10), "среднее": (32,)}),
        ("m=(32,) x=(32,10)", "+", {"m": (32,), "x": (32, 10)}),
        ("х=(2,3) у=(3,)", "+", {"х": (2, 3), "у": (3,)}),
        ("(2,3) y=(3,)", "+", {"x": (2, 3), "y": (3,)}),
        ("y=(2,3) (3,) (1,)", "+", {"y": (2, 3), "x": (3,), "z": (1,)}),
        ("x=(2,3) y=(3,2) z=(3,); x - z", "-", {"x": (2, 3), "z": (3,)}),
        ("(2,3) - (3,) - (5,2,3)", "-", {"x": (2, 3), "y": (3,), "z": (5, 2, 3)}),
        ("(2,3)x(3,4)", "+", {"x": (2, 3), "y": (3, 4)}),
        ("torch.eye(3) * torch.arange(3)", "*", {"x": (3, 3), "y": (3,)}),
        ("(10_000, 3) (3,)", "+", {"x": (10_000, 3), "y": (3,)}),
    ],
)
def test_operators_names_and_numbers(text: str, operator: str, named: dict[str, Shape]) -> None:
    assert asked(text) == (operator, named)


@pytest.mark.parametrize(
    ("text", "said"), [("(5,3) (3)", "(3)"), ("(5,3) 3", "3"), ("(5,3) y=3", "3")]
)
def test_number_read_as_a_shape_is_told(text: str, said: str) -> None:
    question = read(text)

    assert question.operands[1].shape == (3,)
    assert [note.key for note in question.notes] == ["note.bare_number"]


def test_name_given_twice_is_told() -> None:
    question = read("x=(2,3) y=(3,) x=(4,3)")

    assert [note.key for note in question.notes] == ["note.given_twice"]
    assert question.operands[0].shape == (4, 3)


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("", "mistake.nothing", {}),
        ("1 + 2", "mistake.nothing", {}),
        ("(5,3)", "mistake.one", {"shape": "(5, 3)"}),
        ("x=(5,3)", "mistake.one", {"shape": "(5, 3)"}),
        ("привет", "mistake.word", {"word": "привет", "text": "привет"}),
        ("(5, n) (3,)", "mistake.word", {"word": "n", "text": "(5, n)"}),
        ("(True, 3) (3,)", "mistake.word", {"word": "True", "text": "(True, 3)"}),
        ("(-1, 3) (3,)", "mistake.negative", {"size": "-1", "text": "(-1, 3)"}),
        ("(−1, 3) (3,)", "mistake.negative", {"size": "-1", "text": "(−1, 3)"}),
        ("torch.zeros(-1, 3) + (3,)", "mistake.negative", None),
        ("(2.5, 3) (3,)", "mistake.fractional", {"size": "2.5", "text": "(2.5, 3)"}),
        ("(1e3, 3) (3,)", "mistake.fractional", {"size": "1e3", "text": "(1e3, 3)"}),
        ("2.5 (3,)", "mistake.fractional", {"size": "2.5", "text": "2.5"}),
        ("x=2.5 (3,)", "mistake.fractional", {"size": "2.5", "text": "2.5"}),
        ("(10**30,) (3,)", "mistake.expression", {"text": "(10**30,)"}),
        ("(2*3, 4) (4,)", "mistake.expression", {"text": "(2*3, 4)"}),
        (f"({10**30},) (3,)", "mistake.too_large", {"size": str(10**30)}),
        (f"({2**63},) (3,)", "mistake.too_large", {"size": str(2**63)}),
        (f"{10**30}x2 (3,)", "mistake.too_large", {"size": str(10**30)}),
        (f"({2**62}, 2) (3,)", "mistake.elements", {"text": f"({2**62}, 2)"}),
        (f"(0, {2**62}, 2) (3,)", "mistake.elements", None),
        (f"({'1,' * 17}) (3,)", "mistake.axes", {"count": 17, "most": 16}),
        ("(1,) " * 9, "mistake.operands", {"most": 8}),
        ("(1,) " * 500, "mistake.long", {"count": 2500, "most": CHARACTERS}),
        ("(5,3 (3,)", "mistake.bracket", {"bracket": "(", "column": 1, "text": "(5,3 (3,)"}),
        ("(5,3)) (3,)", "mistake.bracket", {"bracket": ")", "column": 6, "text": "(5,3)) (3,)"}),
        ("(5,3] (3,)", "mistake.bracket", {"bracket": "]", "column": 5, "text": "(5,3] (3,)"}),
        ("x=(5,3)\n y=(3,", "mistake.bracket", {"bracket": "(", "column": 4, "text": " y=(3,"}),
        ("((5,3), (3,)", "mistake.bracket", {"bracket": "(", "column": 1, "text": "((5,3), (3,)"}),
        ("torch.zeros(5, 3", "mistake.bracket", None),
        ("3d=(2,3) (3,)", "mistake.name", {"name": "3d"}),
        ("lambda=(2,3) (3,)", "mistake.keyword", {"name": "lambda"}),
        ("self.in=(2,3) (3,)", "mistake.keyword", {"name": "self.in"}),
        ("x=(5,3) y=(3,5) x + y.T", "mistake.code", None),
        ("torch.arange(5)[:, None] + (3,)", "mistake.code", None),
        ("tensor([1, 2]) + (3,)", "mistake.code", None),
        ("x=(2,3) y=(3,) torch.bmm(x, y)", "mistake.code", None),
        ("x=(2,3) y=(3,) torch.dot(x, y)", "mistake.code", None),
        ("import torch\nx = torch.zeros(2, 3)", "mistake.code", None),
        ("x= y=(3,)", "mistake.no_shape", {"name": "x"}),
        ("(3,) x=", "mistake.no_shape", {"name": "x"}),
        ("(2,3) +", "mistake.operand", {"operator": "+"}),
        ("+ (2,3)", "mistake.operand", {"operator": "+"}),
        ("(2,3) + * (3,)", "mistake.operand", {"operator": "*"}),
        ("(2,3) + (3,) * (2,3)", "mistake.operators", {"first": "+", "second": "*"}),
        ("x=(2,3) y=(3,)\nx + y\nx * y", "mistake.formulas", {}),
        ("(2,3) @ (3,4) @ (4,5)", "mistake.two_only", {"operator": "@"}),
        ("(2,) ** (3,) ** (4,)", "mistake.two_only", {"operator": "**"}),
        ("(2,) < (3,) < (4,)", "mistake.two_only", {"operator": "<"}),
        ("2 += (3,)", "mistake.into_number", {"operator": "+="}),
        ("x=(5,3); w=(3,2); relu(x @ w)", "mistake.code", None),
        ("torch.rand(5,3).T + (3,)", "mistake.code", None),
        ("x = (5, 3)\nm = x.mean(1)\nx - m", "mistake.code", {"text": "m = x.mean(1)"}),
        ("torch.tensor([1, 2]) + (3,)", "mistake.code", None),
    ],
)
def test_mistake_is_named(text: str, key: str, values: dict[str, str | int] | None) -> None:
    mistake = read_shapes(text)

    assert isinstance(mistake, Note), mistake
    assert mistake.key == key
    if values is not None:
        assert {**mistake.values, "command": ""} == {**values, "command": ""}


@given(st.lists(shapes(6), min_size=2, max_size=8), st.sampled_from([" ", ", ", ";", "\n", " и "]))
def test_any_shapes_as_torch_prints_them_are_read(several: list[Shape], between: str) -> None:
    as_tuples = between.join(map(str, several))
    as_sizes = between.join(str(torch.Size(shape)) for shape in several)

    for text in (as_tuples, as_sizes):
        assert [operand.shape for operand in read(text).operands] == several


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(
            [
                "(",
                ")",
                "[",
                "]",
                ",",
                "3",
                "10",
                "0",
                "x",
                "y",
                "=",
                "+",
                "+=",
                "@",
                "-",
                "*",
                ";",
                "\n",
                "#",
                ".",
                "5x3",
                "torch.zeros",
                "torch.matmul",
                "x.shape",
                "->",
                "и",
                "1e9",
                " ",
            ]
        ),
        max_size=30,
    ).map(" ".join)
)
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    found = read_shapes(text)

    assert isinstance(found, (Question, Note))
    if isinstance(found, Question):
        assert 2 <= len(found.operands) <= 8
        assert all(operand.name for operand in found.operands)


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(read_shapes(text), (Question, Note))
