"""A race is told with the answer first, tables that fit a phone, and every ending in words."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from bot.local.html import parse
from engine.records import Note, Race, Status
from handlers.reply.mono import COLUMNS
from handlers.reply.race import race_blocks, race_labels, race_short
from handlers.reply.text import stacked
from handlers.words import LANGUAGES, Words
from tests.handlers.reply.races import GPU, RACE, ended

SAY = Words()("ru")


def told(race: Race) -> str:
    return parse(stacked(race_blocks(race, GPU, SAY))).text


def tables(race: Race, language: str) -> list[str]:
    text = stacked(race_blocks(race, GPU, Words()(language)))
    return [html.unescape(each) for each in re.findall("<pre>(.*?)</pre>", text, re.DOTALL)]


def test_root_and_what_was_asked_come_first() -> None:
    first, second = told(RACE).splitlines()[:2]

    assert first == "x = 0.493617117798773"
    assert second == "x⁷ + 5x³ + 17x - 9 = 0, начало 10, отрезок [-10, 10]"


def test_counts_and_times_stand_in_tables() -> None:
    counts, times = tables(RACE, "ru")

    assert counts.splitlines() == [
        "до 1e-5     шаги   f  f′",
        "Ньютон        17  18  17",
        "с отрезком     9  12  10",
        "бисекция      21  23   —",
    ]
    assert times.splitlines() == [
        "время          числа  тензоры",
        "Ньютон      6.20 мкс  1.90 мс",
        "с отрезком  4.40 мкс        —",
        "бисекция    5.10 мкс  500 мкс",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_fit_a_phone(language: str) -> None:
    for table in tables(RACE, language):
        assert max(map(len, table.splitlines())) <= COLUMNS


def test_winner_is_named_with_the_reason() -> None:
    text = told(RACE)

    assert (
        "На числах Python быстрее бисекция, в 1.22 раза: шагов 21 против 17, "
        "зато шаг дешевле в 1.50 раза." in text
    )
    assert "На тензорах Ньютон медленнее, чем на числах, в 306 раз" in text


def test_both_stopping_rules_spread_and_first_call_are_folded() -> None:
    folded = told(RACE).partition("Где остановились")[2]

    assert "Ньютон (пока |f| > 1e-5): |f| = 3.6e-7, последний шаг 9.5e-6" in folded
    assert "бисекция (пока отрезок > 1e-5): |f| = 3.6e-7, отрезок 9.5e-6" in folded
    assert "половина прогонов от 6.01 мкс до 6.45 мкс (50 × 200), первый вызов 49.6 мкс" in folded


def test_batches_and_the_gpu_tell_where_they_pay() -> None:
    text = told(RACE)

    assert "1\u00a0000: циклом 6.00 мс, тензором 500 мкс" in text
    assert "Тензор выгоднее цикла примерно от 50 корней." in text
    assert "NVIDIA H100, весь цикл одним ядром" in text
    assert "ядро 41.0 мкс, запуск 8.00 мкс); предел арифметики 22.0 мкс" in text
    assert "дошли 999\u00a0000" in text
    assert "GPU выгоднее CPU примерно от 120 корней." in text


def test_what_pays_from_the_first_root_on_and_a_card_without_clocks_have_their_words() -> None:
    first = replace(GPU.batches[0], limit_s=0.0)
    gpu = replace(GPU, batches=(first,), crossover=1)
    text = parse(stacked(race_blocks(RACE, gpu, SAY))).text

    assert "GPU выгоднее CPU уже на одном корне." in text
    assert "предел" not in text


def test_card_that_never_pays_is_owned_up_to() -> None:
    text = parse(stacked(race_blocks(RACE, replace(GPU, crossover=None), SAY))).text

    assert "На этих размерах GPU не выгоднее CPU." in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [each for each in Status if each is not Status.CONVERGED])
def test_every_ending_has_its_sentence(status: Status, language: str) -> None:
    say = Words()(language)
    text = stacked(race_blocks(ended(status, root="1.5"), None, say))

    assert text.startswith(f"<b>{say('race.none')}</b>")
    assert f"<b>{say('race.name.newton')}</b>: " in text


def test_search_that_left_all_numbers_names_no_place() -> None:
    text = told(ended(Status.DIVERGED, root=""))

    assert "пока x не перестаёт быть конечным числом. Начните" in text


def test_remark_on_the_start_is_folded() -> None:
    note = Note("race.middle", {"start": "10", "middle": "0"})
    visible, _, folded = told(replace(RACE, notes=(note,))).partition("Где остановились")

    assert "начинал из середины" in folded
    assert "начинал из середины" not in visible


def test_both_methods_are_explained_where_both_came_to_a_simple_root() -> None:
    assert "одна двоичная цифра ответа" in told(RACE)
    assert "одна двоичная цифра ответа" not in told(replace(RACE, multiplicity=2))


def test_endings_of_floats_and_tensors_are_told_once_when_alike() -> None:
    newton = RACE.racers[0], RACE.racers[3]
    lost = tuple(replace(each, status=Status.CYCLE, timing=None) for each in newton)

    assert told(replace(RACE, racers=lost)).count("зациклился") == 1


def test_race_without_times_has_one_table_and_nothing_folded() -> None:
    text = stacked(race_blocks(ended(Status.LIMIT), None, SAY))

    assert text.count("<pre>") == 1
    assert "✗" in text
    assert "blockquote" not in text


def test_bracket_that_was_found_and_one_that_was_not_are_told_apart() -> None:
    found = told(replace(RACE, searched=True, bracket=("0", "1")))
    nowhere = told(replace(RACE, searched=True, bracket=()))

    assert "отрезок нашёлся: [0, 1]" in found
    assert "отрезка со сменой знака вокруг не нашлось" in nowhere


def test_multiple_root_says_so_in_a_line() -> None:
    assert race_short(replace(RACE, multiplicity=2), SAY) == (
        "x = 0.493617117798773, корень кратности 2"
    )


def test_root_outside_the_bracket_is_told_in_the_first_line() -> None:
    outside = replace(RACE, root="0", notes=(Note("race.outside", {"root": "0"}),))

    assert race_short(outside, SAY) == "x = 0, вне отрезка"
    assert "Ньютон сам по себе отрезка не держит" in told(outside)


def test_note_without_words_is_left_out() -> None:
    assert told(replace(RACE, notes=(Note("note.nobody_knows"),))) == told(RACE)


def test_labels_are_plain_text_for_the_picture() -> None:
    labels = race_labels(SAY)

    assert labels.newton == "Ньютон"
    assert "&" not in labels.error + labels.evaluations


def test_tensors_that_took_other_steps_have_a_line_of_their_own() -> None:
    newton = replace(RACE.racers[3], iterations=19, evaluations=20, derivatives=19)
    race = replace(RACE, racers=(*RACE.racers[:3], newton, RACE.racers[4]))
    (counted, _) = tables(race, "ru")

    assert "Ньютон, тензоры    19  20  19" in counted
    assert max(map(len, counted.splitlines())) <= COLUMNS


def test_arithmetic_is_named_where_floats_and_tensors_ended_otherwise() -> None:
    lost = replace(RACE.racers[3], status=Status.LIMIT, timing=None)
    text = told(replace(RACE, racers=(*RACE.racers[:3], lost)))

    assert "Ньютон, тензоры: не дошёл за 17 шагов" in text


def test_f_that_is_zero_by_rounding_alone_is_no_root() -> None:
    text = told(ended(Status.FLAT, residual="0", root="-1023"))

    assert "f там 0 только из-за округления float64: корня рядом нет" in text


def test_bisection_and_newton_stagnate_for_reasons_of_their_own() -> None:
    bisection = replace(RACE.racers[2], status=Status.STAGNATED, timing=None)
    newton = replace(RACE.racers[0], status=Status.STAGNATED, timing=None)
    text = told(replace(RACE, racers=(newton, bisection)))

    assert "бисекция: отрезок уже не короче расстояния между соседними числами" in text
    assert "Ньютон: в пределах точности float64 x больше не меняется" in text
