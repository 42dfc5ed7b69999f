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
ROOT = Meaning.ROOT
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


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        ("найди корень x^2 - 2", "x^2 - 2"),
        ("Найди, пожалуйста, корень x^2 - 2 на отрезке [0, 2]", "x^2 - 2 на отрезке [0, 2]"),
        ("корень x^2 - 2", "x^2 - 2"),
        ("корни x^2 - 5x + 6", "x^2 - 5x + 6"),
        ("корни уравнения x^2 - 5x + 6 = 0", "x^2 - 5x + 6 = 0"),
        ("корень уравнения cos(x) = x", "cos(x) = x"),
        ("реши x^2 = 2", "x^2 = 2"),
        ("реши уравнение x^2 = 2x + 1", "x^2 = 2x + 1"),
        ("Реши, пожалуйста, уравнение x^3 - 2x + 2 = 0 от 0", "x^3 - 2x + 2 = 0 от 0"),
        ("уравнение x^2 = 2", "x^2 = 2"),
        ("solve x^2 = 2", "x^2 = 2"),
        ("solve 2x + 1 = 5", "2x + 1 = 5"),
        ("solve for x: x^2 = 2", "x^2 = 2"),
        ("root of x^2 - 2", "x^2 - 2"),
        ("roots of x^2 - 2", "x^2 - 2"),
        ("find the root of x^3 - x - 1 between 1 and 2", "x^3 - x - 1 between 1 and 2"),
        ("what is the root of cos(x) - x?", "cos(x) - x"),
        ("zero of x^2 - 2", "x^2 - 2"),
        ("zeros of sin(x) on [3, 4]", "sin(x) on [3, 4]"),
        ("find the zeros of e^x - 2", "e^x - 2"),
        ("ноль функции x^2 - 2", "x^2 - 2"),
        ("нули функции f(x) = x^2 - 4 на [0, 5]", "f(x) = x^2 - 4 на [0, 5]"),
        ("нули x^2 - 4", "x^2 - 4"),
        ("где ноль функции ln(x) - 1?", "ln(x) - 1"),
        ("при каком x x^2 - 2 равно нулю?", "x^2 - 2 = 0"),
        ("где x^3 - 2 обращается в ноль", "x^3 - 2 = 0"),
        ("where is x^2 - 2 zero?", "x^2 - 2 = 0"),
        ("where does x^3 - 5 equal zero? solve", "x^3 - 5 = 0"),
        (
            "найди корень многочлена x**7+5*x**3+17*x-9 на [-10, 10] методом Ньютона от 10",
            "x**7+5*x**3+17*x-9 на [-10, 10] от 10",
        ),
        ("x**7+5*x**3+17*x-9 корень", "x**7+5*x**3+17*x-9"),
        ("x^2 - 2, найди корень", "x^2 - 2"),
        ("x^2 - 2 = 0, корень?", "x^2 - 2 = 0"),
        ("f(x) = x^2 - 2, корень на [0, 2]", "f(x) = x^2 - 2 на [0, 2]"),
        ("найди корень на [0, 2]: x^2 - 2", "x^2 - 2 на [0, 2]"),
        ("найти корень f(x)=x^2-2 с точностью 1e-8", "f(x)=x^2-2 с точностью 1e-8"),
        ("корень tan(x) - x от 4.5 с точностью до 1e-10", "tan(x) - x от 4.5 с точностью до 1e-10"),
        ("реши x = cos(x), начиная с 1", "x = cos(x), начиная с 1"),
        ("реши x = cos x", "x = cos x"),
        ("корень e^x = 3", "e^x = 3"),
        ("как найти корень x^5 - x - 1?", "x^5 - x - 1"),
        ("чему равен корень x^3 - 2?", "x^3 - 2"),
        ("корень уравнения a*x^2 - 2 = 0 при a=3", "a*x^2 - 2 = 0 при a=3"),
        ("реши a*x^2 + b*x = 1 при a=3 и b=2", "a*x^2 + b*x = 1 при a=3 и b=2"),
        ("реши ax^2 + bx + c = 0", "ax^2 + bx + c = 0"),
        ("найди корень sinn(x) - 1/2 + x^2", "sinn(x) - 1/2 + x^2"),
        ("корень (x+1^2", "(x+1^2"),
        ("найди корень x^2-2 на [0, 2] float32", "x^2-2 на [0, 2] float32"),
        ("root x^2 - 2 from 1", "x^2 - 2 from 1"),
        ("Здравствуйте! Найдите корень уравнения x² = 5. Спасибо!", "x² = 5"),
        ("найди корень\nx^2 - 2\non 0 2", "x^2 - 2\non 0 2"),
        ("реши ln(x) = 1", "ln(x) = 1"),
        ("реши 2x = 4", "2x = 4"),
        ("root: x**2 - 2", "x**2 - 2"),
        ("корень x^2 - 2 из точки 1", "x^2 - 2 из точки 1"),
        ("корень x^2 - корень из 2", "x^2 - sqrt 2"),
        ("реши sqrt(x) = 2", "sqrt(x) = 2"),
        ("нули многочлена x^3 - x", "x^3 - x"),
        ("при каких x 2x - 4 равно нулю?", "2x - 4 = 0"),
        ("solve x^2 = 2 for x", "x^2 = 2"),
        ("реши относительно x: x^2 = 2", "x^2 = 2"),
        ("корень по x x^2 - 2", "x^2 - 2"),
        ("корень (x-1)^2 - 4", "(x-1)^2 - 4"),
        ("solve (x-1)^2 = 4", "(x-1)^2 = 4"),
        ("корень квадратного уравнения x^2 - 4x + 1 = 0", "x^2 - 4x + 1 = 0"),
        ("solve x^2=2, x0=1", "x^2=2, x0=1"),
        ("x^2=2 решить", "x^2=2"),
        ("Решите: x^2 = 2", "x^2 = 2"),
        ("root of the equation x^2 = 2 near 1", "x^2 = 2 near 1"),
        ("find x: solve x^2 = 2", "x^2 = 2"),
        ("for which x is x^2 - 2 equal to zero?", "x^2 - 2 = 0"),
        ("корень f(x) = x^2 - 2 при x=1", "f(x) = x^2 - 2 при x=1"),
        (
            "корень x^2-2, начальное приближение 1, точность 1e-10",
            "x^2-2, начальное приближение 1, точность 1e-10",
        ),
        ("find root of x^2 - 2 on [0, 2] from 1 tol 1e-8", "x^2 - 2 on [0, 2] from 1 tol 1e-8"),
        ("реши x^2 = -1", "x^2 = -1"),
        ("корень уравнения x = cos(x)", "x = cos(x)"),
        ("уравнение x = cos(x)", "x = cos(x)"),
        ("найди корень функции f(x)=x^3-2x+2, начиная с 0", "f(x)=x^3-2x+2, начиная с 0"),
        ("x^3 - 2 равно 5, реши", "x^3 - 2 = 5"),
        (
            "корень на отрезке [-10; 10] у x**7+5*x**3+17*x-9",
            "x**7+5*x**3+17*x-9 на отрезке [-10; 10]",
        ),
        ("Подскажите, чему равен корень x^5 + x = 1?", "x^5 + x = 1"),
        ("реши x^2-2=0 методом Ньютона от 1", "x^2-2=0 от 1"),
        ("корень x^2 − 2 на [−2; 0]", "x^2 − 2 на [−2; 0]"),
    ],
)
def test_a_root_that_is_asked_for(text: str, equation: str) -> None:
    assert meant(text) == Meant(ROOT, equation, ())


@pytest.mark.parametrize(
    "text", ["x^2 = 2x + 1", "sin(x) = 0.5", "x^2 - 2 = 0", "ln x = 1", "x² = 4 на [0, 3]"]
)
def test_an_equation_alone_is_one_to_solve(text: str) -> None:
    assert meant(text) == Meant(ROOT, text, (), clear=False)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("квадратный корень из 2", WORDS),
        ("корень из x", WORDS),
        ("корень из x^2 + 1", WORDS),
        ("производная корня из x", FORMULA),
        ("производная корень(x)", WORDS),
        ("найди производную корня из x^2 + 1", FORMULA),
        ("корень x", WORDS),
        ("что такое корень уравнения?", WORDS),
        ("почему grad ноль", WORDS),
        ("почему градиент x^2 равен нулю", WORDS),
        ("loss стал ноль", WORDS),
        ("loss равен нулю на шаге 2*n", WORDS),
        ("корень слова", WORDS),
        ("в чём корень проблемы", WORDS),
        ("root = tree.root", CODE),
        ("root = x**2 - 2", CODE),
        ("root.left", CODE),
        ("np.roots([1, -3, 2])", CODE),
        ("torch.zeros(2, 3)", CODE),
        ("zeros = torch.zeros(2)", CODE),
        ("x = solve(A, b)", CODE),
        ("torch.linalg.solve(A, b)", CODE),
        ("def root(x):\n    return x**2 - 2", CODE),
        ("x = torch.ones(2)\ny = x**2  # корень", CODE),
        ("print('корень', x**2 - 2)", CODE),
        ("square root of 2x", WORDS),
        ("cube root of x^3", WORDS),
        ("реши задачу 4.1", WORDS),
        ("реши задание 4.2 x^2", WORDS),
        ("как решить ошибку RuntimeError", WORDS),
        ("уравнение прямой y = 2x + 1", WORDS),
        ("уравнение регрессии y = wx + b", WORDS),
        ("метод Ньютона не сходится для x^2 = 2", WORDS),
        ("почему корень x^2 - 2 не находится", WORDS),
        ("корень из дисперсии", WORDS),
        ("корень n-й степени из x^2", WORDS),
        ("root mean square of x^2", WORDS),
        ("root cause of x^2 bug", WORDS),
        ("корень", WORDS),
        ("найди корень", WORDS),
        ("уравнение", WORDS),
        ("2 + 2 = 4", WORDS),
        ("реши 2 + 2", WORDS),
        ("y = x^2", CODE),
        ("y = 3x² + 1", FORMULA),
        ("f(x) = x^2", FORMULA),
        ("x^2", FORMULA),
        ("x == 2", CODE),
        ("log loss = 0.5", CODE),
        ("корень: 0.4936", WORDS),
        ("у меня корень 0.49361 и 17 шагов", WORDS),
        ("Newton дал корень 1.4142, шагов 5", WORDS),
        ("ноль", WORDS),
        ("zero grad", WORDS),
        ("optimizer.zero_grad()", CODE),
        ("обнули x.grad: ноль на каждом шаге", WORDS),
        ("корень x^2 - 2 или x^2 - 3", WORDS),
        ("x/0 = inf", WORDS),
        ("x·w равно нулю", WORDS),
        ("f = x^2 + 1", CODE),
        ("градиент = 0", CODE),
        ("loss^2 = 0.25", WORDS),
        ("sin(x) is zero at pi", WORDS),
        ("I need a root password", WORDS),
        ("the root cause is x - 1", WORDS),
        ("solve the problem 4.2", WORDS),
        ("реши x = 5", WORDS),
        ("x = 3", CODE),
        ("Реши за меня задачу про power", WORDS),
        ("x^2 - 2x", FORMULA),
        ("f'(x) = 2x", FORMULA),
        ("найди нули производной x^2 - 2x", FORMULA),
        ("корень 8-й степени", WORDS),
        ("как решить уравнение", WORDS),
        ("решение x = A^-1 b", WORDS),
        ("реши x = кубический корень из 2", WORDS),
        ("найди кубический корень из 2x", WORDS),
    ],
)
def test_what_only_speaks_of_roots_asks_for_none(text: str, meaning: Meaning) -> None:
    assert meant(text).meaning is meaning


@pytest.mark.parametrize(
    "text",
    ["производная корня из x", "производная квадратного корня из x", "градиент корень из x"],
)
def test_the_derivative_of_a_square_root_is_a_derivative(text: str) -> None:
    assert meant(text) == Meant(FORMULA, "sqrt x", ())


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
        "корень " * 60,
        "корень " + "(" * 480,
        "реши " + "x=" * 240,
        "корень x^2 на " + "1 " * 240,
        "где " + "равно нулю " * 45,
        "where is " + "x " * 240,
        "корень " + "от " * 150 + "1",
        "при каком x " * 40,
    ],
)
def test_hostile_texts_mean_something_too(text: str) -> None:
    assert meant(text, mendable=True).meaning in Meaning


@pytest.mark.parametrize("text", ["x ^ y == 0", "градиент не считается, x^2 у меня"])
def test_speaks_of_a_formula_but_asks_for_no_derivative(text: str) -> None:
    assert meant(text).meaning is not FORMULA
