"""A formula differentiated, as it is told: the answer first, verdicts, values, what differs."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from engine.records import Gradient
from handlers.reply.gradient import gradient_blocks, gradient_short
from handlers.reply.mono import COLUMNS
from handlers.words import Words
from tests.handlers.reply.test_derivation import gradient

SAY = Words()("ru")


def plain(text: str) -> str:
    return html.unescape(re.sub("<[^>]+>", "", text))


def told(found: Gradient) -> list[str]:
    return [plain(block) for block in gradient_blocks(found, SAY)]


def test_claim_that_no_point_decides_is_said_to_be_open() -> None:
    found = gradient("log(-1-x^2) check x: 2x")

    assert told(found)[0].startswith("Сверить f'(x) с 2x не удалось.\n")
    assert plain(gradient_short(found, SAY)) == "Сверить f'(x) с 2x не удалось."


def test_wrong_claim_without_a_point_to_show_is_wrong_all_the_same() -> None:
    found = gradient("x^2 check x: 3x")
    (check,) = found.checks
    bare = replace(found, checks=(replace(check, counter="", hint=None),))

    assert told(bare)[0] == "❌ f'(x) не равна 3x"


def test_value_alone_is_shown_where_the_formula_is_missing() -> None:
    found = gradient("x^2 at x=3")
    (only,) = found.partials
    bare = replace(found, partials=(replace(only, form="", simplified=""),))

    assert told(bare)[1].startswith("f'(x) = 6\n✓")


def test_nothing_stands_below_where_nothing_is_derived() -> None:
    blocks = told(gradient("softmax(x, dim=0)"))

    assert blocks[0] == "f(x) = softmax(x, dim=0)"
    assert "" not in blocks


def test_simplified_form_of_one_of_many_is_named() -> None:
    block = told(gradient("f(x,y)=x^2+xy+x^2+y at x=1, y=2"))[1]

    assert "После упрощения: ∂f/∂x = 4x + y." in block


def test_notes_without_words_are_left_out() -> None:
    found = gradient("x^2")
    note = replace(found.notes[0], key="note.unknown")

    bare = [block for block in told(found) if "at x=" not in block]
    assert told(replace(found, notes=(note,))) == bare


def test_many_disputed_derivatives_stand_in_tables_of_their_own() -> None:
    names = "abcd"
    text = " + ".join(f"relu({name})" for name in names)
    point = ", ".join(f"{name}=0" for name in names)
    block = next(
        each for each in told(gradient(f"{text} at {point}")) if each.startswith("Свидетели")
    )

    assert [name for name in names if f"∂f/∂{name}" not in block] == []
    assert block.count("autograd      0 ✓") == len(names)
    assert max(len(line) for line in block.splitlines()[:17]) <= COLUMNS
