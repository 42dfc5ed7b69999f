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
FORMULA = Meaning.FORMULA
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
        "Cell In[5], line 3\n      2 w.sum().backward()\n----> 3 w -= w.grad",
        "ValueError: какая-то моя ошибка",
        "Exception: всё сломалось",
        'Ошибка "RuntimeError: element 0 of tensors does not require grad"',
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        "получаю ошибку a leaf Variable that requires grad is being used in an in-place operation",
        "runtime error: grad can be implicitly created only for scalar outputs",
        "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1",
        "    def test_power():\n>       assert power(2, 0) == 1\nE       assert None == 1\n\n"
        "test_a.py:4: AssertionError",
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
        "(3) (3)",
        "torch.Size([2, 3]) torch.Size([3])\nпочему не складываются?",
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
        "shapes (2,3) and (3,2)",
        "broadcast (2,3) (3)",
    ],
)
def test_shapes_that_are_python_too(text: str) -> None:
    assert read(text) == (SHAPES, CODE)


@pytest.mark.parametrize(
    "text",
    [
        "torch.ones(2, 3) + torch.ones(2)",
        "x = [1, 2, 3]\ny = [4, 5, 6]",
        "[[1, 2], [3, 4]]",
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
        "а) да (1) б) нет (2)",
        "1) первое 2) второе",
        "задача 4.1 и 4.2",
        "что значит RuntimeError?",
        "(2, 3) -> (3, 2)",
        "pytorch.org",
        "hello",
        "loss: 0.5",
        "👍",
    ],
)
def test_words(text: str) -> None:
    assert read(text) == (WORDS,)


@pytest.mark.parametrize("text", ["accuracy", "python", "рассказ " * 40])
def test_words_that_may_be_tried_as_a_cell(text: str) -> None:
    assert read(text) == (WORDS, CODE)


@pytest.mark.parametrize(
    "text",
    [
        "x^2",
        "2^3",
        "(x+1)^2",
        "sin(x)^2",
        "f(x)=x**2",
        "f(x, y) = x^2 + 3y",
        "f(x) = x^2\nf'(x) = 2x",
    ],
)
def test_formulas(text: str) -> None:
    assert read(text) == (FORMULA, CODE)


@pytest.mark.parametrize(
    "text",
    ["x^2+3x", "3x² − 1", "sin 2x", "e^(-x^2/2)", "√x + 1", "x^2 + 3x at x=2", "f(x) = 2x при x=1"],
)
def test_formulas_that_are_no_python(text: str) -> None:
    found = meant(text)
    assert (found.meaning, found.text, found.clear) == (FORMULA, text, False)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("найди производную x^2", "x^2"),
        ("Найди, пожалуйста, производную x^2 + 3x в точке 2", "x^2 + 3x в точке 2"),
        ("Градиент f(x,y)=x^2+xy+(x+y)^2 в точке (2,2)", "f(x,y)=x^2+xy+(x+y)^2 в точке (2,2)"),
        ("градиент x^2 + y^2 при x=1, y=2", "x^2 + y^2 при x=1, y=2"),
        ("grad x^2+3x", "x^2+3x"),
        ("grad: f(x) = x^2", "f(x) = x^2"),
        ("derivative of sin(x)^2", "sin(x)^2"),
        ("I need the derivative of x^3", "x^3"),
        ("what is the gradient of x^2 + y^2 at x=1, y=2?", "x^2 + y^2 at x=1, y=2"),
        ("продифференцируй e^(-x^2/2)", "e^(-x^2/2)"),
        ("f(x)=x^2, чему равна производная в точке 2?", "f(x)=x^2  в точке 2"),
        ("x^2+3x — найди производную", "x^2+3x"),
        ("производная — −x²", "−x²"),
        ("Здравствуйте! Найдите градиент f(x,y)=x²+y². Спасибо!", "f(x,y)=x²+y²"),
        ("производная ln(x)", "ln(x)"),
        ("производная sin 2x", "sin 2x"),
        ("производная 1/x", "1/x"),
        ("производная sigmoid(x)?", "sigmoid(x)"),
        ("градиент softmax(w @ x)", "softmax(w @ x)"),
        ("градиент |x| в точке 0", "|x| в точке 0"),
        ("найди градиент\nf(x,y) = x^2y\nx=1, y=2", "f(x,y) = x^2y\nx=1, y=2"),
        ("производная: x**2", "x**2"),
        ("а производная x^3?", "x^3"),
        ("у функции x^2 найди производную", "x^2"),
        ("производная х^2 по х", "х^2 по х"),
        ("вторая производная x^3", "x^3 order 2"),
        ("second derivative of sin(2x)", "sin(2x) order 2"),
        ("градиент x^2 + sinn(x)", "x^2 + sinn(x)"),
        ("производная (x+1^2", "(x+1^2"),
    ],
)
def test_a_formula_whose_derivative_is_asked_for(text: str, formula: str) -> None:
    found = meant(text)
    assert (found.meaning, found.text, found.clear) == (FORMULA, formula, True)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("что такое градиент?", WORDS),
        ("что такое производная x^2?", WORDS),
        ("почему градиент нулевой?", WORDS),
        ("почему x.grad None", WORDS),
        ("почему градиент x^2 равен 2x", WORDS),
        ("loss.backward() не считает градиент", WORDS),
        ("градиент", WORDS),
        ("производная по x", WORDS),
        ("gradient descent", WORDS),
        ("gradient clipping 1.0", WORDS),
        ("my gradient explodes when batch = 2*n", WORDS),
        ("does gradient clipping help with loss^2 terms", WORDS),
        ("как посчитать градиент loss по весам?", WORDS),
        ("у меня градиент взрывается на шаге 10, lr = 0.1", WORDS),
        ("шаг 1: считаем градиент, шаг 2: обновляем w", WORDS),
        ("градиент nan на 5 эпохе, lr=0.1", WORDS),
        ("накопление градиента: 28 и 20", WORDS),
        ("что делает requires_grad=True?", WORDS),
        ("задание 4.1 про градиенты", WORDS),
        ("x.grad", CODE),
        ("grad", CODE),
        ("w = w - lr * grad", CODE),
        ("lr * grad + w", CODE),
        ("grad = 2 * x", CODE),
        ("градиент = x**2", CODE),
        ("torch.autograd.grad(y, x)", CODE),
        ("x = torch.ones(2)\ny = x**2  # градиент", CODE),
        ("w -= lr * w.grad\nw.grad.zero_()", CODE),
        ("with torch.no_grad():\n    w -= 0.1 * w.grad", CODE),
        ("print('градиент', x**2)", CODE),
        ("def grad(x):\n    return 2*x", CODE),
        ("размер градиента (3, 4), а весов (4, 3)", SHAPES),
        ("RuntimeError: grad can be implicitly created only for scalar outputs", ERROR),
    ],
)
def test_what_only_speaks_of_gradients_is_no_formula(text: str, meaning: Meaning) -> None:
    assert meant(text).meaning is meaning


@pytest.mark.parametrize("text", ["mask ^ other", "y = x ^ 2", "x**2", "f(x) == 2", "a.b ^ c"])
def test_what_only_looks_like_a_formula_is_code(text: str) -> None:
    assert read(text) == (CODE,)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("Почему (2,3) и (3,) не складываются?", "(2,3) (3,)"),
        ("у меня x=(5,3), а m=(5,), сложатся?", "x=(5,3) m=(5,)"),
        ("x.shape = (5, 3), а y размера 5x1, подходят?", "x.shape = (5, 3) 5x1"),
        ("can I multiply matrices (2, 3) and (3, 4)?", "(2, 3) @ (3, 4)"),
        ("можно ли перемножить (2, 3) и (3, 4)", "(2, 3) @ (3, 4)"),
        ("вышло torch.Size([2, 3]), а надо torch.Size([3])", "torch.Size([2, 3]) torch.Size([3])"),
    ],
)
def test_shapes_that_words_speak_of(text: str, shapes: str) -> None:
    assert meant(text) == Meant(SHAPES, shapes, (), clear=False)


@pytest.mark.parametrize("text", ["y", "x, y", "10/10", "5-3", "спасибо", "пары (1, 2) и (3, 4)"])
def test_what_people_say_to_each_other_is_not_clear(text: str) -> None:
    assert not meant(text).clear


@pytest.mark.parametrize(
    "text", ["x + 1", "x.grad", "print(x)", "x = 1", "for i in x print(i)", PLAIN]
)
def test_what_only_programmers_say_is_clear(text: str) -> None:
    assert meant(text).clear


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
        "градиент " * 50,
        "градиент " + "(" * 480,
        "производная " + "x^" * 240,
        "grad " + "ab " * 160,
        "градиент " * 10_000 + "x^2",
    ],
)
def test_hostile_texts_mean_something_too(text: str) -> None:
    assert meant(text, mendable=True).meaning in Meaning


@pytest.mark.parametrize("text", ["x ^ y == 0", "градиент не считается, x^2 у меня"])
def test_speaks_of_a_formula_but_asks_for_no_derivative(text: str) -> None:
    assert meant(text).meaning is not FORMULA
