"""What students really ask, typed to the bot: the replies say what a good teacher would."""

from __future__ import annotations

import re

import pytest

from tests.e2e.asking import ask, last_texts

MESSAGES = {
    "axes": "/broadcast x=(5,2,4,1) y=(3,1,1)",
    "mean": "/broadcast x=(32,10) m=(32,)",
    "empty": "/broadcast x=torch.empty((0,)) y=torch.empty(2,2)",
    "product": "/broadcast x=(10,1,2,3) w=(5,3,4) x @ w",
    "shape": "/shape x=(5,3); w=(4,2); relu(x @ w)",
    "forecast": "/shape x=(100000,1); y=(100000,); x - y",
    "leaf": (
        "/eval w = torch.tensor(1.0, requires_grad=True)\nf = w + 1\nf.backward()\nw -= w.grad"
    ),
    "newton": (
        "/eval def poly(x):\n    return x ** 7 + 5 * x ** 3 + 17 * x - 9\n"
        "x = torch.tensor(1., requires_grad=True)\nval = poly(x)\n"
        "while val.abs() > 1e-5:\n    val.backward()\n    x = x - val / x.grad\n    val = poly(x)"
    ),
    "pasted line": (
        "RuntimeError: Trying to backward through the graph a second time (or directly access "
        "saved tensors after they have already been freed)."
    ),
    "grad": "/grad f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2",
    "long": "/grad sum((A@x-b)^2) at A=[[1,2],[3,4]], x=[1,1], b=[0,1]",
    "tensors": "/graph sigmoid(W@x)[0] at W=[[1,2],[3,4]], x=[1,1]",
    "claim": "/grad f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2 check x: 4x+2y",
    "kink": "/grad f(x) = where(x>0, sqrt(x), 0) при x=0",
    "graph": "/graph f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2",
    "formula": "градиент x² + 3xy при x=1, y=2",
    "code": "torch.arange(6).view(2, 3).sum(dim=0)",
    "shapes": "5x3x4x1 и 3x1x1",
}

# A value is no verdict: it stands alone.
VALUES = {"grad", "long", "tensors", "kink", "graph", "formula"}


@pytest.fixture(scope="module")
def replies() -> dict[str, str]:
    """The text of each message's last reply, as it is shown."""
    return dict(zip(MESSAGES, last_texts(ask(*MESSAGES.values())), strict=True))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "axes",
            [
                "❌ Размеры не подходят: 2 и 3 на оси −3",
                " -3   2   3      —   ✗",
                "x.unsqueeze(2) + y → (5, 2, 3, 4, 1)",
                "x + y.transpose(0, 2) → (5, 2, 4, 3)",
                "проверено запуском",
                "at non-singleton dimension 1",
                "это та же ось −3",
            ],
        ),
        ("mean", ["❌", "10 и 32 на оси −1", "x - m.unsqueeze(1) → (32, 10)", "keepdim=True"]),
        ("empty", ["❌", "0 и 2", "К тексту семинара"]),
        ("product", ["✅", "(10, 5, 2, 4)"]),
        ("shape", ["❌", "x @ w", "✗", "mat1 and mat2 shapes cannot be multiplied (5x3 and 4x2)"]),
        ("forecast", ["37.3 ГиБ", "прогноз", "(100000, 100000)"]),
        ("leaf", ["⚠️ Лист графа", "> 4  w -= w.grad", "потому что", "with torch.no_grad():"]),
        ("newton", ["⚠️ Шаг попал в граф", "retain_graph=True не поможет", "проверено запуском"]),
        ("pasted line", ["Обычно", "retain_graph=True", "Пришлите ячейку целиком"]),
        (
            "grad",
            [
                "f(2, 2) = 24\n",
                "∂f/∂x = 2x + y + 2(x + y) = 14\n∂f/∂y = x + 2(x + y)      = 10",
                "После упрощения: 4x + 3y и 3x + 2y.",
                "✓ autograd, формула и конечные разности совпали",
                "Откуда 14\nx входит в f тремя путями, вклады складываются:",
                "x² → 2x = 4 (степень)",
                "xy → y = 2 (произведение, y — константа)",
                "(x + y)² → 2(x + y) · 1 = 8 (сложная функция)",
                "4 + 2 + 8 = 14",
                "Откуда 10",
                "В x² переменной y нет.",
            ],
        ),
        ("long", ["f(A, x, b) = 45", "[42, 60]", "u — то, что внутри:", "· sum(u) по u: 1"]),
        ("tensors", ["Градиент по W: shape (2, 2).", "вместо чисел его shape"]),
        ("claim", ["❌ ∂f/∂x не равна 4x + 2y", "При x = 2, y = 2 у вас 12, а верно 14."]),
        ("kink", ["nan", "Свидетели расходятся", "where"]),
        ("graph", ["f(2, 2) = 24", "4 + 2 + 8 = 14"]),
        ("formula", ["f(1, 2) = 7", "= 8", "= 3", "как формула"]),
        ("code", ["tensor([3, 5, 7])", "как код"]),
        ("shapes", ["✅", "(5, 3, 4, 1)", "как размеры"]),
    ],
)
def test_reply_says(message: str, said: list[str], replies: dict[str, str]) -> None:
    assert [words for words in said if words not in replies[message]] == []


def test_first_line_is_the_answer(replies: dict[str, str]) -> None:
    firsts = {name: reply.splitlines()[0] for name, reply in replies.items()}

    assert {name for name, line in firsts.items() if line[0] not in "✅❌⚠"} == {"code", *VALUES}
    assert all(re.match(r"f\(.+\) = ", firsts[name]) for name in VALUES)


def test_every_table_fits_a_phone(replies: dict[str, str]) -> None:
    tables = [
        line for name in ("axes", "mean", "empty", "product") for line in _rows(replies[name])
    ]

    assert tables
    assert max(map(len, tables)) <= 35


def _rows(reply: str) -> list[str]:
    return [line for line in reply.splitlines() if re.match(r" *(ось|общая|-\d) ", line)]
