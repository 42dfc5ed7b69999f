"""Roots asked for as students ask, through the whole bot: the counts, the endings, the picture."""

from __future__ import annotations

import re

import pytest

from tests.e2e.asking import ask, last_texts, saved

COURSE = "x**7+5*x**3+17*x-9 on -10 10 from 10"
MESSAGES = {
    "course": f"/root {COURSE}",
    "single": f"/root {COURSE} float32",
    "equation": "/root cos(x) = x",
    "no sign": "/root x^2 + 1 on -1 3",
    "pole": "/root tan(x) on 1 2",
    "cycle": "/root x^3 - 2x + 2 from 0",
    "far": "/root arctan(x) from 1.5",
    "double": "/root (x-1)^2 from 3",
    "nan": "/root log(x) on -1 2",
    "constant": "/root 3 + 0x",
    "tight": "/root x^3 - 2 on 0 2 tol 1e-9 float32",
    "end": "/root x^2 - 4 on 2 5",
    "scaled": "/root 1e20*(x^2-2) on 0 2",
    "tiny": "/root 1e-20*(x-3) from 10",
    "talk": "корень x^2 = 2",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of each message's answer, from one `tutor ask`."""
    folder = tmp_path_factory.mktemp("pictures")
    calls = ask("--save", str(folder), *MESSAGES.values())
    assert all(file.startswith(b"\x89PNG") for file in saved(calls, folder))
    return dict(zip(MESSAGES, last_texts(calls), strict=True))


def test_course_polynomial_races_to_its_root(answers: dict[str, str]) -> None:
    text = answers["course"]

    assert text.startswith("x = 0.493617117798773\n")
    assert re.search(r"^Ньютон +17 +18 +17$", text, re.MULTILINE)
    assert re.search(r"^бисекция +21 +23 +—$", text, re.MULTILINE)
    assert re.search(r"половина прогонов от .+ до .+, первый вызов", text)
    assert "def " not in text


def test_float32_races_with_tensors_alone(answers: dict[str, str]) -> None:
    assert answers["single"].startswith("x = 0.4936171")
    assert "числа" not in answers["single"]


@pytest.mark.parametrize(
    ("name", "first", "sentence"),
    [
        ("equation", "x = 0.739085133215161", ""),
        ("no sign", "Корня не нашлось", "на концах отрезка у f один знак"),
        ("pole", "x = 0, вне отрезка\n", "полюс, а не корень"),
        ("cycle", "x = -1.76929235423863", "Ньютон: зациклился"),
        ("far", "x = 0", "Ньютон: расходится"),
        ("double", "x = 1, корень кратности 2", "сходится не квадратично"),
        ("nan", "x = 1", "получается nan или inf"),
        ("constant", "Корня не нашлось", "производная в float64 равна 0"),
        ("tight", "x = 1.259921", "x больше не меняется"),
        ("end", "x = 2", ""),
        ("scaled", "x = 1.4142135623731", "x больше не меняется"),
        ("tiny", "x = 3", "корня рядом нет"),
        ("talk", "x = 1.4142135623731", "Прочитано как"),
    ],
)
def test_trouble_is_told_as_it_is(
    answers: dict[str, str], name: str, first: str, sentence: str
) -> None:
    assert answers[name].startswith(first)
    assert sentence in answers[name]
