"""A person over several starts of the bot: known, told once, and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.asking import ask, last_texts, saved

KEPT = "Бот хранит, кто вы в Telegram и на курсе"
LIST = "Фамилия;Имя;Группа\nИванова;Анна;101\nГодунов;Борис;102\n"


def said(folder: Path, *arguments: str) -> list[str]:
    """What the bot says in a process of its own, with its databases in this folder."""
    return last_texts(ask("--db", str(folder), *arguments))


def test_what_was_said_once_outlives_the_bot(tmp_path: Path) -> None:
    first = said(tmp_path, "--user", "anna", "/start", "Анна Иванова, 101", "/language en")
    (second,) = said(tmp_path, "--user", "anna", "/start")

    assert [KEPT in text for text in first] == [True, False, False]
    assert second.endswith("for example Anna Ivanova, 5030102/10201.")
    assert "You are recorded as Анна Иванова, 101." in second
    assert "The bot keeps" not in second


def test_roster_is_loaded_confirmed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, "cp1251")
    upload = f"!file {tmp_path / 'list.csv'} /roster"

    said(tmp_path, "--user", "anna", "Анна Иванова, 101", "/roster")
    *_, loaded = said(tmp_path, "--user", "teacher", upload, "!press Подтвердить")
    (greeting,) = said(tmp_path, "--user", "anna", "/start")

    assert loaded.startswith("✅ Подтверждён 1 студент\n")
    assert "подтверждено 1" in loaded
    assert "Годунов Борис, 102" in loaded
    assert "преподаватель это подтвердил" in greeting


def test_who_is_forgotten_is_nobody_at_the_next_start(tmp_path: Path) -> None:
    acts = ("Анна Иванова, 101", "/language en", "/mydata", "/forget", "!press Delete")
    calls = ask("--db", str(tmp_path), "--save", str(tmp_path), "--user", "anna", *acts)
    (greeting,) = said(tmp_path, "--user", "anna", "/start")

    (mydata,) = saved(calls, tmp_path)
    assert json.loads(mydata)["course"]["enrolments"][0]["name"] == "Анна Иванова"
    assert last_texts(calls)[-1].startswith("Deleted\n")
    assert "Чтобы преподаватель знал, кто вы" in greeting
    assert KEPT in greeting
    assert "Анна".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
