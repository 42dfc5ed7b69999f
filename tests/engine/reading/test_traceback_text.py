"""Pasted tracebacks of every printer are read, and what is no error is left alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
from IPython.core.ultratb import VerboseTB

from engine.reading.traceback_text import LIMIT, MESSAGE_CHARACTERS, Pasted, read_error
from engine.records import CodeLine

JUPYTER = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[5], line 3
      1 w = torch.tensor([1., 2.], requires_grad=True)
      2 (w ** 2).sum().backward()
----> 3 w -= w.grad

RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."""

COLAB = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
<ipython-input-5-8d1a2f> in <cell line: 3>()
      1 f = w.sum()
      2 f.backward()
----> 3 f.backward()

1 frames
/usr/local/lib/python3.10/dist-packages/torch/_tensor.py in backward(self, gradient)
    520                 inputs=inputs,
    521             )
--> 522         torch.autograd.backward(
    523             self, gradient, retain_graph, create_graph, inputs=inputs
    524         )

RuntimeError: Trying to backward through the graph a second time"""

IN_A_FUNCTION = """\
RuntimeError                              Traceback (most recent call last)
Cell In[7], line 1
----> 1 train(x)

Cell In[6], line 3, in train(x)
      1 def train(x):
      2     for step in range(3):
----> 3         x.backward()
      4     return x

File ~/venv/lib/python3.11/site-packages/torch/_tensor.py:522, in Tensor.backward(self)
    512 if has_torch_function_unary(self):
--> 522     torch.autograd.backward(

RuntimeError: grad can be implicitly created only for scalar outputs"""

PLAIN = """\
Traceback (most recent call last):
  File "/home/me/train.py", line 12, in <module>
    train()
  File "/home/me/train.py", line 7, in train
    loss = F.mse_loss(model(x), y)
           ^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3/dist-packages/torch/nn/functional.py", line 3, in mse_loss
    return torch._C._nn.mse_loss(a, b)
RuntimeError: The size of tensor a (2) must match the size of tensor b (3)"""

CHAIN = """\
Traceback (most recent call last):
  File "a.py", line 2, in <module>
    {}["a"]
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 4, in <module>
    raise ValueError("x")
ValueError: x"""


def read(text: str) -> Pasted:
    pasted = read_error(text)
    assert pasted is not None
    return pasted


def marked(pasted: Pasted) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in pasted.code if line.marked]


@pytest.mark.parametrize(
    ("text", "line", "failing"),
    [
        (JUPYTER, JUPYTER.splitlines()[-1], (3, "w -= w.grad")),
        (COLAB, COLAB.splitlines()[-1], (3, "f.backward()")),
        (IN_A_FUNCTION, IN_A_FUNCTION.splitlines()[-1], (3, "        x.backward()")),
        (PLAIN, PLAIN.splitlines()[-1], (7, "loss = F.mse_loss(model(x), y)")),
        (CHAIN, "ValueError: x", (4, 'raise ValueError("x")')),
    ],
    ids=["jupyter", "colab", "function", "plain", "chain"],
)
def test_line_and_failing_code_are_the_students(
    text: str, line: str, failing: tuple[int, str]
) -> None:
    assert read(text).line == line
    assert marked(read(text)) == [failing]
    assert read(text).rest == ""


def test_lines_around_the_failing_one_keep_their_numbers() -> None:
    assert read(JUPYTER).code[:2] == (
        CodeLine(1, "w = torch.tensor([1., 2.], requires_grad=True)", marked=False),
        CodeLine(2, "(w ** 2).sum().backward()", marked=False),
    )
    assert [line.number for line in read(COLAB).code] == [1, 2, 3]


def test_what_this_python_prints_is_read() -> None:
    program = "def f(x):\n    return x['b']\nf({})\n"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert read(done.stderr).line == "KeyError: 'b'"


def test_what_this_ipython_prints_is_read() -> None:
    try:
        read_error(None)  # type: ignore[arg-type]
    except TypeError as error:
        printer = VerboseTB("nocolor", include_vars=False)
        told = printer.text(type(error), error, error.__traceback__)

    pasted = read(told)
    assert pasted.type == "TypeError"
    assert "object is not subscriptable" in pasted.message
    assert marked(pasted)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("RuntimeError: no", "RuntimeError: no"),
        ("  > RuntimeError: no", "RuntimeError: no"),
        ("E   RuntimeError: no", "RuntimeError: no"),
        ("у меня ошибка RuntimeError: no", "RuntimeError: no"),
        ("ошибка RuntimeError: bad size, что делать?", "RuntimeError: bad size"),
        (
            "Что значит IndexError: index 5 is out of bounds?",
            "IndexError: index 5 is out of bounds?",
        ),
        ("RuntimeError: no\nчто это значит", "RuntimeError: no"),
        ("KeyError: 'ключ'", "KeyError: 'ключ'"),
        ("AssertionError", "AssertionError"),
        ("ValueError: какая-то моя ошибка", "ValueError: какая-то моя ошибка"),
        ("Помогите\nValueError: своя ошибка\nчто делать", "ValueError: своя ошибка"),
        ("KeyError: no key - почему?", "KeyError: no key - почему?"),
        ("выдаёт ValueError: своя ошибка", "ValueError: своя ошибка"),
        ("выдаёт «ValueError: bad size», почему", "ValueError: bad size"),
        ('ошибка "ValueError: bad size" опять', "ValueError: bad size"),
        ("Exception: всё сломалось", "Exception: всё сломалось"),
        ("E   assert 1 == 2\n\ntest_a.py:4: AssertionError", "AssertionError"),
        ("torch._dynamo.exc.Unsupported: nope", "torch._dynamo.exc.Unsupported: nope"),
        ("AssertionError: ", "AssertionError:"),
        ("KeyboardInterrupt", "KeyboardInterrupt"),
        (
            "torch.OutOfMemoryError: CUDA out of memory",
            "torch.OutOfMemoryError: CUDA out of memory",
        ),
        ("/tmp/a.py:3: UserWarning: Using a target size", "UserWarning: Using a target size"),
        ("TypeError: can’t multiply “a”…", 'TypeError: can\'t multiply "a"...'),
        (
            "Traceback (most recent call last):\ntorch._dynamo.exc.Unsupported: nope",
            "torch._dynamo.exc.Unsupported: nope",
        ),
    ],
)
def test_a_line_alone_or_among_words_is_found(text: str, line: str) -> None:
    pasted = read(text)

    assert pasted.line == line
    assert pasted.code == ()


def test_a_message_of_several_lines_is_whole() -> None:
    text = "RuntimeError: Error(s) in loading\n\tsize mismatch for weight\n\tsize mismatch for bias"

    assert read(text).line == text
    assert read(text).message == text.removeprefix("RuntimeError: ")


@pytest.mark.parametrize("arrow", ["---->", "——>", "—-->", "––>", "→"])
def test_an_arrow_that_a_phone_changed_is_an_arrow(arrow: str) -> None:
    pasted = read(f"{arrow} 3 print(“a”)\n\nTypeError: no")

    assert marked(pasted) == [(3, 'print("a")')]


def test_the_place_of_a_syntax_error_is_read() -> None:
    pasted = read("  Cell In[3], line 2\n    x = = 1\n        ^\nSyntaxError: invalid syntax")

    assert marked(pasted) == [(2, "x = = 1")]


def test_a_cell_beside_the_line_is_kept() -> None:
    pasted = read("x = torch.ones(2)\nx.backward()\n\nRuntimeError: no")

    assert pasted.rest.strip() == "x = torch.ones(2)\nx.backward()"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "привет",
        "x = 1",
        'raise ValueError("x")',
        "try:\n    x\nexcept ValueError: pass",
        "class BadError(Exception): ...",
        "MyError",
        "nn.Linear: что это",
        "Error: x",
        "print('RuntimeError: no')",
    ],
)
def test_what_is_no_error_is_none(text: str) -> None:
    assert read_error(text) is None


def test_hostile_texts_are_read_in_bounds() -> None:
    long = read("RuntimeError: " + "x" * LIMIT)

    assert len(long.line) == MESSAGE_CHARACTERS
    assert read_error("A" * LIMIT) is None
    assert read_error("a." * (LIMIT // 2)) is None
    assert read_error("File " * (LIMIT // 5)) is None
