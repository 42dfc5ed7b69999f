"""/timeit through the whole bot and its jails, as `tutor ask` sends it; never how long it took."""

from __future__ import annotations

import re

import pytest

from tests.e2e.asking import ask, last_texts

MESSAGES = {
    "names": "/eval x = list(range(1000)); w = torch.ones(2, requires_grad=True)",
    "one": "/timeit print('seen'); (w * w).sum().backward()",
    "blocks": "/timeit ```python\nsum(x)\n```\nили\n```python\ntorch.tensor(x).sum()\n```",
    "divided": "/timeit sum(x)\n—\nsum(x) + 1",
    "failing": "/timeit sum(x)\n---\nw @ x",
    "count": "/eval len(In)",
}
TIME = r"[\d.]+ (?:нс|мкс|мс|с)"
ROWS = ["первая", "медиана", "от", "до", "1-й", "прогоны"]


@pytest.fixture(scope="module")
def replies() -> dict[str, str]:
    """The text of each message's last reply, as it is shown."""
    return dict(zip(MESSAGES, last_texts(ask(*MESSAGES.values())), strict=True))


def test_one_cell_is_told_by_its_median(replies: dict[str, str]) -> None:
    assert re.match(rf"{TIME} за вызов\n\nМедиана \d+ прогон", replies["one"])
    assert "изменила в сеансе: w.grad." in replies["one"]
    assert replies["one"].endswith("Вывод первого вызова:\nseen")


@pytest.mark.parametrize("message", ["blocks", "divided"])
def test_two_cells_are_compared(replies: dict[str, str], message: str) -> None:
    first, _, *rows = replies[message].splitlines()

    assert re.match("(Первая|Вторая) быстрее в |Разницы |Сравнить ", first)
    assert [row.split()[0] for row in rows[:6]] == ROWS
    assert max(map(len, rows[:6])) <= 35


def test_cells_that_compute_different_things_are_told_so(replies: dict[str, str]) -> None:
    assert "считают не одно и то же" in replies["divided"]
    assert "считают не одно и то же" not in replies["blocks"]


def test_failing_cell_is_shown_as_in_eval(replies: dict[str, str]) -> None:
    assert replies["failing"].startswith("⚠️")
    assert "> 1  w @ x" in replies["failing"]
    assert replies["failing"].endswith("Это вторая из двух ячеек.")


def test_session_has_no_more_cells_than_were_evaluated(replies: dict[str, str]) -> None:
    assert replies["count"].startswith("3")
