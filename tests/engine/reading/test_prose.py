"""Code and ordinary language are told apart as a person would."""

from __future__ import annotations

import pytest

from engine.reading.prose import code_in, may_be_code
from engine.spelling import LIMIT

CELL = "x = torch.ones(2)\nx.backward()"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x.shape",
        "w1",
        "x_grad",
        "loss",
        "x, y",
        "x -y",
        "loss - target",
        "w.grad is None",
        "2+2",
        "[1, 2, 3]",
        "'a' + 'b'",
        "print('привет')",
        "x = 5  # это пять",
        "градиент = 0",
        "import torch",
        "lambda x: x",
        "await f()",
        "    x = 1\n    y = 2",
        "x = torch.tensor([1., 2.], requires_grad=True)\n(x**2).sum().backward()\nx.grad",
        "class Power(torch.autograd.Function):\n    @staticmethod\n    def forward(x): ...",
        "%timeit f(x)",
        "!pip install einops",
        "torch.add??",
        "x.grad?",
        "x?",
    ],
)
def test_what_parses_and_means_something_is_code(text: str) -> None:
    assert code_in(text) == text


@pytest.mark.parametrize("text", ["х.shape", "х", "х + у"])
def test_a_russian_letter_that_looks_latin_is_a_name(text: str) -> None:
    assert code_in(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(3) print(i)",
        "x = torch.ones(2",
        "def f(x) return x",
        "print x",
        "f(x)=x^2",
        "x.backward",
        "y = x.view(3 2)",
        "s = 'не закрыта",
        "print('это не ошибка' ",
        "if x > 0:\nprint(x)",
        "for epoch in range(3):\n    loss = f(x)\n   loss.backward()",
    ],
)
def test_code_with_a_slip_is_code(text: str) -> None:
    assert code_in(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "привет",
        "спасибо!",
        "да, спасибо",
        "как-то",
        "вопрос: почему",
        "Здравствуйте (Иван)",
        "Спасибо.Понял",
        "привет\nкак дела",
        "почему?",
        "почему x.grad равен None?",
        "как посчитать torch.ones(2)?",
        "Добрый день. Не могу понять, почему f(x) = x^2 не работает",
        "градиент = 0?",
        "x равен 5",
        "и",
        "ok",
        "hello",
        "yes, thanks",
        "loss: 0.5",
        "Epoch 1: loss=0.5\nEpoch 2: loss=0.4",
        "Out[5]: tensor([1, 2])",
        "tensor(0.5, grad_fn=<MeanBackward0>)",
        "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<AddBackward0>)",
        "pytorch.org",
        "www.example.com",
        "colab.research.google.com/drive/abc",
        "anna@mail.ru",
        "not now",
        "pass",
        "why?",
        "what is broadcasting?",
        "why does x.backward() raise an error?",
        "I don't know why x.grad is None",
        "How do I compute the gradient of f(x) = x^2 here?",
        "https://pytorch.org/docs/stable/torch.add.html?x=1",
        "5",
        "-5",
        "3.14",
        "...",
        "(5, 3)",
        '"привет"',
        "???",
        "👍",
        ":)",
        "ок)",
        "# только комментарий",
    ],
)
def test_what_people_say_is_no_code(text: str) -> None:
    assert code_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"Почему?\n{CELL}",
        f"Почему это падает?\n\n{CELL}",
        f"{CELL}\nчто не так?",
        f"why does this fail?\n{CELL}\n\nthank you very much",
    ],
)
def test_words_above_and_below_code_are_no_part_of_it(text: str) -> None:
    assert code_in(text) == CELL


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (">>> x = 1\n>>> x\n1", "x = 1\nx"),
        (">>> for i in (1, 2):\n...     print(i)\n...\n1\n2", "for i in (1, 2):\n    print(i)\n"),
        ("In [1]: x = 1\nIn [2]: x\nOut[2]: 1", "x = 1\nx"),
        ("код: x = 1", "x = 1"),
        ("https://pytorch.org\nx = 1", "x = 1"),
        ("url='https://pytorch.org'", "url='https://pytorch.org'"),
        ("x = 1\nспасибо", "x = 1"),
        ("привет\nx = 1\nпока", "x = 1"),
        ("вот\n\nx = 1\n\nспасибо\nпока", "x = 1"),
        ("x.sum()\ntensor(2., grad_fn=<SumBackward0>)", "x.sum()"),
        ("градиент = 1\nградиент", "градиент = 1\nградиент"),
        ("x = 1\naccuracy", "x = 1\naccuracy"),
        ("x = 1; спасибо", "x = 1; спасибо"),
    ],
)
def test_only_what_was_typed_is_code(text: str, code: str) -> None:
    assert (code_in(text) or "").rstrip("\n") == code.rstrip("\n")


def test_words_that_touch_code_may_be_tried_as_a_cell() -> None:
    assert may_be_code("accuracy")
    assert may_be_code("mean, std")
    assert may_be_code("вот код:\nx = torch.ones(2)\nа дальше не знаю\ny = x.T")
    assert may_be_code("очень длинный рассказ " * 20)


@pytest.mark.parametrize("text", ["привет", "привет\nкак дела", "👍", "почему?", "5", "ok"])
def test_small_talk_is_not_worth_a_try(text: str) -> None:
    assert not may_be_code(text)


def test_a_text_past_the_limit_is_not_looked_at() -> None:
    assert code_in("x = 1\n" * (LIMIT // 6 + 1)) is None
