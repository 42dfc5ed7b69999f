"""/timeit through the whole bot and its jails, as `tutor ask` sends it; never how long it took."""

from __future__ import annotations

import re

import pytest

from tests.e2e.test_plain_talk import asked

FENCED = "/timeit ```python\nsum(x)\n```\nили\n```python\ntorch.tensor(x).sum()\n```"
TIME = r"[\d.]+ (?:нс|мкс|мс|с)"
TABLE = ["первая", "медиана", "от", "до", "1-й", "прогоны"]


@pytest.fixture(scope="module")
def answers() -> list[str]:
    said = [
        "/eval x = list(range(1000)); w = torch.ones(2, requires_grad=True)",
        "/timeit print('seen'); sum(x)",
        FENCED,
        "/timeit sum(x)\n—\nsum(x) + 1",
        "/timeit (w * w).sum().backward()",
        "/timeit sum(x)\n---\nw @ x",
        "/eval len(In)",
    ]
    texts = [text for text, _ in asked(*said) if "Запускаюсь" not in text]
    assert len(texts) == len(said)
    return texts


def test_one_cell_is_told_by_its_median(answers: list[str]) -> None:
    assert re.match(rf"{TIME} за вызов\n\nМедиана \d+ прогон", answers[1])
    assert answers[1].endswith("Вывод первого вызова:\nseen")


@pytest.mark.parametrize("place", [2, 3])
def test_two_cells_are_compared(answers: list[str], place: int) -> None:
    first, _, *rows = answers[place].splitlines()

    assert re.match("(Первая|Вторая) быстрее в |Разницы |Сравнить ", first)
    assert [row.split()[0] for row in rows[:6]] == TABLE
    assert max(map(len, rows[:6])) <= 35


def test_cells_that_compute_different_things_are_told_so(answers: list[str]) -> None:
    assert "считают не одно и то же" in answers[3]
    assert "считают не одно и то же" not in answers[2]


def test_what_the_runs_changed_is_named(answers: list[str]) -> None:
    assert "изменила в сеансе: w.grad." in answers[4]


def test_failing_cell_is_shown_as_in_eval(answers: list[str]) -> None:
    assert answers[5].startswith("⚠️")
    assert "w @ x" in answers[5]
    assert answers[5].endswith("Это вторая из двух ячеек.")


def test_session_has_no_more_cells_than_were_evaluated(answers: list[str]) -> None:
    assert answers[6].startswith("3")
