"""Names and groups as people write them; what may be anything else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.progress.introduction import (
    GROUP_MOST,
    NAME_MOST,
    Introduction,
    Slip,
    introduced,
    introduced_unasked,
)

ANNA = "Анна Иванова, 5030102/10201"


@pytest.mark.parametrize(
    ("text", "name", "group"),
    [
        (ANNA, "Анна Иванова", "5030102/10201"),
        ("ИВАНОВА Анна; 5030102/10201", "ИВАНОВА Анна", "5030102/10201"),
        ("Иванова, Анна, 5030102 / 10201", "Иванова Анна", "5030102/10201"),
        ("Анна-Мария д’Артаньян гр. ИУ7-34Б", "Анна-Мария д’Артаньян", "ИУ7-34Б"),
        ("Иванов И. И., группа № 20.Б08", "Иванов И. И.", "20.Б08"),
        ("О'Нил Джон, М3239", "О'Нил Джон", "М3239"),
        ("5030102/10201 Анна Иванова", "Анна Иванова", "5030102/10201"),
        ('«Анна» Иванова, "5030102/10201"', "Анна Иванова", "5030102/10201"),
        ("меня зовут Анна Иванова, группа 231", "Анна Иванова", "231"),
        ("Я Анна Иванова из группы 231", "Анна Иванова", "231"),
        ("I'm Anna Ivanova", "Anna Ivanova", None),
        ("Яков Ким, 231", "Яков Ким", "231"),
        ("Йосиф Бродский\nБ05-021", "Йосиф Бродский", "Б05-021"),
    ],
)
def test_names_and_groups_are_read_as_people_write_them(text: str, name: str, group: str) -> None:
    assert introduced(text) == Introduction(name, group)


@pytest.mark.parametrize(
    "text",
    [
        ANNA,
        "анна иванова, 5030102/10201",
        "Анна Иванова 5030102/10201",
        "5030102/10201 Иванова Анна Петровна",
        "5030102/10201, Иванова Анна",
        "Anna Ivanova, B231",
    ],
)
def test_what_can_be_nothing_else_is_taken_unasked(text: str) -> None:
    assert introduced_unasked(text) == introduced(text)


@pytest.mark.parametrize(
    "text",
    [
        "Анна Иванова",
        "5030102/10201",
        "производная корня 5030102/10201",
        "Adam Momentum 0.001",
        "x, 123",
        "x y, 123",
        "import torch, x123",
        "del weights, x100",
        "градиент синуса, 100",
        "производная xy, 5030",
        "ответ один, 5030",
        "torch.ones(2), 100",
        "100, Ответ Один",
        "5030102/10201 это корень",
        "5030102/10201, это корень",
        '"Adam", "Momentum", 100',
        "Анна Иванова, первая группа",
        "Анна Иванова, 5030102/10201, а ещё вопрос",
        "(5, 3) и (3, 1)",
        "",
    ],
)
def test_what_may_be_anything_else_is_not_taken_unasked(text: str) -> None:
    assert introduced_unasked(text) is None


@pytest.mark.parametrize("text", ["", " ", "\u200b", ",", "\n,;", "💥" * 50])
def test_nothing_is_a_slip_and_no_failure(text: str) -> None:
    assert isinstance(introduced(text), Slip)


PIECES = st.sampled_from(["Анна", "о'нил", "5030102/10201", "ИУ7-34Б", ",", "\n", "гр.", "<b>"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join)))
def test_whatever_is_sent_a_name_is_letters_and_bounded(text: str) -> None:
    said = introduced(text)

    if isinstance(said, Introduction):
        assert 2 <= len(said.name.split()) <= 4
        assert len(said.name) <= NAME_MOST
        assert all(each.isalpha() or each in " .-'’" for each in said.name)
        assert said.group is None or len(said.group) <= GROUP_MOST
    else:
        assert introduced_unasked(text) is None
