"""The whole seminar, typed to the bot cell by cell, answered as the seminar's page shows it."""

import json
import re
from pathlib import Path

import pytest

from tests.e2e.asking import ask, last_texts

CELLS = json.loads((Path(__file__).parent.parent / "engine" / "seminar_cells.json").read_text())
ADDRESS = re.compile(r"0x[0-9a-f]+")
WITH_VERSION = 0  # its first line names the torch of that day
MISTAKES = {  # of the seminar's section 3.3
    13: "Лист графа нельзя менять на месте",
    14: "После шага это уже не лист графа",
    15: "После шага тензор не требует градиента",
}


@pytest.fixture(scope="module")
def replies() -> list[str]:
    """The text of each cell's answer, from one `tutor ask` in one session."""
    return last_texts(ask(*(f"/eval {cell['source']}" for cell in CELLS)))


def comparable(text: str) -> list[str]:
    """Its lines, as Telegram shows them: without addresses and space at the ends of lines."""
    return [ADDRESS.sub("0x", line).rstrip() for line in text.splitlines() if line.strip()]


def test_every_cell_is_answered_once(replies: list[str]) -> None:
    assert len(replies) == len(CELLS)


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_recorded_output_appears(number: int, replies: list[str]) -> None:
    cell, reply = CELLS[number], comparable(replies[number])
    recorded = comparable(cell["recorded"] or "")
    if number == WITH_VERSION:
        recorded = recorded[1:]
    if cell["raises"]:
        recorded = recorded[-1:]  # the exception's line; the page shows more of the traceback
    missing = [line for line in recorded if line not in reply]
    assert missing == []


def test_every_cell_that_raises_brings_its_exception(replies: list[str]) -> None:
    raising = {n: cell["raises"] for n, cell in enumerate(CELLS) if cell["raises"]}

    assert MISTAKES.keys() <= raising.keys()
    assert [n for n, kind in raising.items() if kind not in replies[n]] == []


@pytest.mark.parametrize("number", MISTAKES)
def test_an_error_cell_is_explained_as_its_mistake(number: int, replies: list[str]) -> None:
    assert replies[number].startswith(f"⚠️ {MISTAKES[number]}")
    assert f"{CELLS[number]['raises']}: " in replies[number]
    assert "потому что" in replies[number]


@pytest.mark.parametrize("number", [n for n, cell in enumerate(CELLS) if cell["unfilled"]])
def test_an_unfilled_cell_is_named_as_such(number: int, replies: list[str]) -> None:
    assert "Ещё не заполнено" in replies[number]


def test_no_other_cell_is_called_unfilled_unless_it_calls_one(replies: list[str]) -> None:
    named = {n for n, reply in enumerate(replies) if "Ещё не заполнено" in reply}
    calling = {n for n, cell in enumerate(CELLS) if "Power.apply" in cell["source"]}
    assert named - calling == {n for n, cell in enumerate(CELLS) if cell["unfilled"]}
