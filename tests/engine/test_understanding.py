"""Messages as people write them, and what they mean."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.jail.pool import Pool
from engine.records import Job, Meaning, Meant, Outcome, from_data
from engine.understanding import meant

CODE, ERROR, SHAPES, WORDS = Meaning.CODE, Meaning.ERROR, Meaning.SHAPES, Meaning.WORDS
JUPYTER = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[5], line 1
----> 1 w -= w.grad

RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."""
PLAIN = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nKeyError: 'a'"


def read(text: str) -> tuple[Meaning, ...]:
    """What a text means, then what else it may."""
    found = meant(text)
    return (found.meaning, *found.others)


@pytest.mark.parametrize(
    "text",
    [
        JUPYTER,
        PLAIN,
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        "KeyError: 'x'",
        "IndexError: 5",
        "AssertionError",
        "у меня ошибка RuntimeError: grad can be implicitly created, что делать?",
        "Why ValueError: only one element tensors can be converted to Python scalars",
        "x = torch.ones(2)\nx.backward()\nRuntimeError: no",
        "x = torch.ones(2\nSyntaxError: '(' was never closed",
        "----> 3 w -= w.grad\n\nRuntimeError: a leaf Variable",
    ],
)
def test_errors(text: str) -> None:
    assert read(text) == (ERROR,)


@pytest.mark.parametrize(
    "text",
    [
        "(5,3,4,1) (3,1,1)",
        "5x3x4x1 и 3x1x1",
        "5x3x4x1, 3x1x1",
        "5×3 и 3×1",
        "x=(5,7,3) y=(7,1)",
        "x: (32, 10) m: (32,)",
        "torch.Size([2, 2]) torch.Size([2])",
        "(3,) (1,)",
        "(5, n) (3,)",
        "(2.5, 3) (3,)",
        "(-1, 2) (3,)",
    ],
)
def test_shapes(text: str) -> None:
    assert read(text) == (SHAPES,)


@pytest.mark.parametrize(
    "text",
    [
        "(5,3), (3,1)",
        "[5, 7, 3] + [5, 7, 3]",
        "x=(5,7,3)\ny=(7,1)",
        "x=(2,3); y=(3,); x @ y",
        "torch.Size([2, 2]) + torch.Size([2])",
    ],
)
def test_shapes_that_are_python_too(text: str) -> None:
    assert read(text) == (SHAPES, CODE)


@pytest.mark.parametrize(
    "text",
    [
        "torch.ones(2, 3) + torch.ones(2)",
        "x = [1, 2, 3]\ny = [4, 5, 6]",
    ],
)
def test_code_that_shows_shapes_too(text: str) -> None:
    assert read(text) == (CODE, SHAPES)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x.shape",
        "x + y",
        "x = 1  # один",
        "x = (1, 2)",
        "(x + 1) * (y - 1)",
        "(1 + 2) * (3 + 4)",
        "[0] * 3 + [1]",
        "for i in range(3) print(i)",
        "raise ValueError('no')",
        "try:\n    x\nexcept ValueError: pass",
    ],
)
def test_code(text: str) -> None:
    assert read(text) == (CODE,)


def test_sound_code_with_an_error_in_a_comment_is_code() -> None:
    assert read("w -= w.grad  # RuntimeError: a leaf Variable") == (CODE, ERROR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "привет",
        "спасибо",
        "да, спасибо",
        "5",
        "(5, 3)",
        "5x3",
        "Почему (2,3) и (3,) не складываются?",
        "а) да (1) б) нет (2)",
        "1) первое 2) второе",
        "задача 4.1 и 4.2",
        "что значит RuntimeError?",
        "👍",
    ],
)
def test_words(text: str) -> None:
    assert read(text) == (WORDS,)


@pytest.mark.parametrize("text", ["accuracy", "hello", "рассказ " * 40])
def test_words_that_may_be_tried_as_a_cell(text: str) -> None:
    assert read(text) == (WORDS, CODE)


def test_the_text_of_code_is_the_code_alone() -> None:
    assert meant("Почему?\nx = 1").text == "x = 1"
    assert meant("print(“a”)", mendable=True).text == 'print("a")'
    assert meant("print('“a”')").text == "print('“a”')"


async def test_a_desk_understands(pool: Pool) -> None:
    job = Job("talk.understand", {"text": "x.shape", "mendable": False}, "anna")

    result = await pool.run(job)

    assert result.outcome is Outcome.OK
    assert from_data(Meant, result.data) == Meant(CODE, "x.shape", ())


CELLS = json.loads((Path(__file__).parent / "seminar_cells.json").read_text())
WITH_CODE = [cell["source"] for cell in CELLS if re.search(r"^[^#\n]", cell["source"], re.M)]


@pytest.mark.parametrize("source", WITH_CODE, ids=range(len(WITH_CODE)))
def test_every_cell_of_the_seminar_is_code(source: str) -> None:
    assert meant(source) == Meant(CODE, source, ())


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: no\n" + "+".join("1" * 9000),
        "(" * 4000,
        "(1," * 2000,
        "x = 1\n" * 20_000,
        "a " * 30_000,
        "“" * 4000,
        "(1) " * 100 + "x",
    ],
)
def test_hostile_texts_mean_something_too(text: str) -> None:
    assert meant(text, mendable=True).meaning in Meaning
