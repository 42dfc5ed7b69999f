"""The catalogues hold what the code says, in every language alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from markupsafe import Markup

from bot.local.html import parse
from handlers.words import CATALOGUES, LANGUAGES, Tongues, Words

PROJECT = Path(__file__).resolve().parents[2]
# "name.name" in quotes is a key, unless it is one of these.
NOT_KEYS = {
    "broadcasting.explain",
    "cell.evaluate",
    "gradients.explain",
    "graph.draw",
    "graph.variable",
    "pitfalls.explain",
    "root.batch",
    "root.race",
    "shapes.trace",
    "spelling.mend",
    "talk.understand",
    "timing.measure",
    "mydata.json",
    "output.txt",
    "roster.txt",
    "shape.txt",
    "handlers.locales",
    "x.to",
}
KEY = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')
ONE_WORD_KEY = re.compile(r'say\("([a-z]+)"')
SAID_BY_THE_ENGINE = (
    "note.",
    "repair.",
    "correction.",
    "mistake.",
    "rule.",
    "why.",
    "table.",
    "hint.",
    "race.",
)
USUAL = re.compile(r'\bExplanation\("([a-z_]+)", Certainty\.USUAL')
RULE = re.compile(r'\bRule\(\s*(?:slug=)?"([a-z_]+)"')


@cache
def catalogues(language: str) -> list[Catalog]:
    folder = PROJECT / "handlers" / "locales" / language / "LC_MESSAGES"
    assert {path.name for path in folder.iterdir()} == set(CATALOGUES)
    return [_catalogue(folder / name, language) for name in CATALOGUES]


def _catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for each in catalogues(language) for message in each if message.id)


def key(message: Message) -> str:
    return str(message.id[0] if message.pluralizable else message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def keys_in_code() -> set[str]:
    found: set[str] = set()
    speaking = [
        PROJECT / "bot" / name for name in ("app.py", "presses.py", "menus.py", "errors.py")
    ]
    for path in [*speaking, *(PROJECT / "handlers").rglob("*.py")]:
        text = path.read_text()
        found |= {*KEY.findall(text), *ONE_WORD_KEY.findall(text)}
    for path in (PROJECT / "engine").rglob("*.py"):
        text = path.read_text()
        found |= {name for name in KEY.findall(text) if name.startswith(SAID_BY_THE_ENGINE)}
        for slug in RULE.findall(text):
            found |= {f"pitfall.{slug}{part}" for part in ("", ".why", ".usual", ".advice")}
        for slug in USUAL.findall(text):  # known by its message alone: only that is ever said
            found |= {f"pitfall.{slug}{part}" for part in ("", ".usual", ".advice")}
    return found - NOT_KEYS - set(CATALOGUES)


def test_languages_have_the_same_keys() -> None:
    assert {key(m) for m in messages("ru")} == {key(m) for m in messages("en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    keys = [key(message) for message in messages(language)]
    assert sorted(keys) == sorted(set(keys))


def test_every_key_in_the_code_has_words_and_every_key_is_used() -> None:
    assert keys_in_code() == {key(message) for message in messages("ru")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_has_the_same_fields_in_every_language(language: str) -> None:
    russian = {key(m): fields(forms(m)[0]) for m in messages("ru")}
    for message in messages(language):
        for form in forms(message):  # "the cell before" needs no number
            assert fields(form) ^ russian[key(message)] <= {"n"}, key(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_words_are_telegram_html(language: str) -> None:
    for message in messages(language):
        for form in forms(message):
            assert form, key(message)
            assert parse(form).text, key(message)


def test_russian_is_as_a_teacher_writes_it() -> None:
    for message in messages("ru"):
        for form in forms(message):
            assert not re.search(r"!|упс|к сожалению|пожалуйста|молодец", form.lower()), form
            assert not re.search(r"\bВы\b|\bВас\b|\bВам\b", form), form


def test_plural_has_every_form_of_the_language() -> None:
    counts = {"ru": 3, "en": 2}
    for language in LANGUAGES:
        plural = [m for m in messages(language) if m.pluralizable]
        assert plural
        assert {len(forms(m)) for m in plural} == {counts[language]}


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "1 ячейка"),
        (2, "2 ячейки"),
        (5, "5 ячеек"),
        (11, "11 ячеек"),
        (21, "21 ячейка"),
        (112, "112 ячеек"),
    ],
)
def test_plural_takes_the_right_form(n: int, words: str) -> None:
    assert Words()("ru").n("working.queued", n) == f"В очереди, перед вами {words}"


def test_values_are_escaped_unless_they_are_markup() -> None:
    say = Words()("ru")

    assert "&lt;b&gt;" in say("card.title", type="<b>")
    assert "<i>x</i>" in say("card.title", type=Markup("<i>x</i>"))


def test_missing_key_is_named() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        Words()("ru")("no.such.key")
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        Words()("en").n("no.such.key", 2)


@pytest.mark.parametrize(
    ("telegram", "language"),
    [("ru", "ru"), ("en", "en"), ("en-GB", "en"), ("de", "ru"), (None, "ru")],
)
def test_language_is_telegrams_else_russian(telegram: str | None, language: str) -> None:
    assert Tongues().of(1, telegram) == language


async def test_chosen_language_wins() -> None:
    tongues = Tongues(default="en")
    await tongues.choose(1, "ru")

    assert (tongues.of(1, "en"), tongues.of(2, "de")) == ("ru", "en")
