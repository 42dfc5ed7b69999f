"""Who is meant by which line: what does not matter, what is near, what is never certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.progress.matching import matched
from engine.progress.records import Listed

Line = tuple[str, str | None]


def pairs(lines: Sequence[Line], people: Sequence[Line]) -> dict[tuple[int, int], bool]:
    """Places of the line and the person, and whether it is certain that they are one."""
    found = matched(_numbered(lines), _numbered(people))
    return {(match.listed_id, match.person): match.certain for match in found}


def _numbered(names: Sequence[Line]) -> Mapping[int, Listed]:
    return {at: Listed(name, group) for at, (name, group) in enumerate(names)}


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (("Ёлкина Анна Петровна", "БПМИ-231"), ("анна елкина", "бпми 231")),
        (("Ёлкина Анна Петровна", "БПМИ-231"), ("Елкина Анна", "231")),
        (("Ёлкина Анна Петровна", "231"), ("Анна Ёлкина", None)),
        (("Ёлкина Анна", "5030102/10201"), ("Анна Ёлкина", "10201")),
        (("Ёлкина Анна", "5030102/10201"), ("Анна Ёлкина", "5030102 / 10201")),
        (("Анна Ёлкина", None), ("ЁЛКИНА  Анна   Петровна", "231")),
        (("Римский-Корсаков Николай", None), ("николай римский корсаков", None)),
        (("Д'Артаньян Шарль", None), ("Шарль Д’Артаньян", None)),
        (("Ёлкина Анна", None), ("Е\u0308лкина Анна", None)),  # ё as two characters
        (("Ли Ян", "231"), ("Ян Ли", "231")),
        (("Smith John", None), ("john SMITH", None)),
    ],
)
def test_same_words_are_one_person_for_certain(line: Line, given: Line) -> None:
    assert pairs([line], [given]) == {(0, 0): True}


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (("Ёлкина Анна", "231"), ("Ёлкина Анна", "232")),
        (("Ёлкина Анна", "231"), ("Ёлкина Анна", "31")),
        (("Ёлкина Анна", "5030102/10201"), ("Ёлкина Анна", "5030102/10202")),
        (("Ёлкина Анна", "БПМИ-231"), ("Ёлкина Анна", "БПМИ")),
        (("Ёлкина Анна Петровна", None), ("Елкна Анна", None)),  # one letter too few
        (("Ёлкина Анна", None), ("Елкинна Анна", None)),
        (("Ёлкина Анна", None), ("Елкино Анна", None)),
        (("Ёлкина Анна", None), ("Ёклина Анна", None)),  # two swapped
        (("Ёлкина А. П.", "231"), ("Анна Ёлкина", "231")),
        (("Ёлкина Анна", "231"), ("Ёлкина", "231")),  # a name of one word
    ],
)
def test_typo_initial_and_other_group_are_near(line: Line, given: Line) -> None:
    assert pairs([line], [given]) == {(0, 0): False}


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (("Ёлкина Анна", None), ("Елкна Ана", None)),  # two typos
        (("Ёлкина Анна", "231"), ("Елкна Анна", "232")),  # a typo and another group
        (("Ёлкина Анна", None), ("Петрова Анна", None)),
        (("Ли Ян", None), ("Ли Ен", None)),  # short words that differ are two names
        (("Ким А.", None), ("Хан А.", None)),
        (("Ёлкина", None), ("Елкна", None)),
        (("Ёлкина Анна", None), ("", None)),
        (("Иванов Иван", None), ("Иван Петров", None)),
    ],
)
def test_others_are_no_match(line: Line, given: Line) -> None:
    assert pairs([line], [given]) == {}


def test_two_candidates_on_either_side_are_not_certain() -> None:
    assert pairs([("Ким Борис", "231")], [("Ким Борис", "231"), ("Борис Ким", None)]) == {
        (0, 0): False,
        (0, 1): False,
    }
    lines = [("Ким Борис Олегович", None), ("Ким Борис Ильич", None)]
    assert pairs(lines, [("Ким Борис", None)]) == {(0, 0): False, (1, 0): False}


def test_namesakes_are_told_apart_by_group_and_patronymic() -> None:
    lines: list[Line] = [("Ким Борис", "231"), ("Ким Борис", "232")]
    assert pairs(lines, [("Ким Борис", "232"), ("Ким Борис", "231")]) == {
        (1, 0): True,
        (0, 1): True,
    }
    lines = [("Ким Борис Олегович", None), ("Ким Борис Ильич", None)]
    assert pairs(lines, [("Борис Ильич Ким", None)]) == {(1, 0): True}


def test_near_pair_gives_way_to_a_better_one() -> None:
    lines = [("Иванов Алексей", None), ("Иванова Алексей", None)]

    assert pairs(lines, [("Иванов Алексей", None)]) == {(0, 0): True}


def test_first_name_alone_is_near_to_nobody_in_a_crowd() -> None:
    lines: list[Line] = [(f"{surname} Анна", None) for surname in ("Ким", "Ли", "Пак", "Цой")]

    assert pairs(lines, [("Анна", None)]) == {}
    assert pairs(lines[:3], [("Анна", None)]) == {(0, 0): False, (1, 0): False, (2, 0): False}


NAMES = st.lists(
    st.sampled_from(["Ёлкина", "Елкин", "Анна", "Ана", "Ким", "Петровна", "А.", "И"]), max_size=4
).map(" ".join)
SIDE = st.lists(st.tuples(NAMES, st.sampled_from([None, "231", "БПМИ231", "232"])), max_size=6)


@settings(max_examples=300, deadline=None)
@given(SIDE, SIDE)
def test_certain_pairs_share_no_side_and_order_does_not_matter(
    lines: list[Line], people: list[Line]
) -> None:
    found = pairs(lines, people)
    certain = [pair for pair, sure in found.items() if sure]

    for side in (0, 1):
        assert len({pair[side] for pair in certain}) == len(certain)
        with_certain = {pair[side] for pair in certain}
        assert sum(pair[side] in with_certain for pair in found) == len(certain)
    turned = pairs(lines[::-1], people[::-1])
    last = (len(lines) - 1, len(people) - 1)
    assert {(last[0] - line, last[1] - who): sure for (line, who), sure in turned.items()} == found


def test_of_many_namesakes_only_some_are_shown_and_none_is_certain() -> None:
    found = pairs([("Ким Борис", None)] * 50, [("Ким Борис", None), ("Ким Борис Ильич", None)])

    assert len(found) == 40
    assert not any(found.values())
