"""Keys into words: gettext catalogues, read from their .po files without a build step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import chain
from typing import Final, NoReturn, Protocol

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGES: Final = ("ru", "en")
DEFAULT: Final = "ru"
# A file per topic; no key stands in two.
CATALOGUES: Final = (
    "tutor.po",
    "broadcast.po",
    "derivation.po",
    "formula.po",
    "grad.po",
    "graph.po",
    "people.po",
    "pitfalls.po",
    "pitfalls_autograd.po",
    "pitfalls_data.po",
    "pitfalls_functions.po",
    "pitfalls_silent.po",
    "root.po",
    "shape.po",
    "talk.po",
    "timeit.po",
    "witnesses.po",
)


class Say:
    """One language: a key and its values -> Telegram HTML with the values escaped."""

    def __init__(self, language: str, catalogue: GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, key: str, /, **values: object) -> Markup:
        """The words of `key`; raises KeyError when the catalogue has none."""
        return Markup(self._catalogue.gettext(key)).format(**values)

    def n(self, key: str, n: int, **values: object) -> Markup:
        """The words of `key` in the form that `n` things take; `{n}` stands for `n`."""
        return Markup(self._catalogue.ngettext(key, key, n)).format(n=n, **values)


class Words:
    """Every language we speak; a catalogue is read when first asked for."""

    def __call__(self, language: str) -> Say:
        return Say(language, catalogue(language))


class _Missing(NullTranslations):
    """What gettext asks when a catalogue lacks a key: that is our bug, and it says so."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(f"no words for {message!r}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(f"no plural words for {msgid1!r}")


@cache
def catalogue(language: str) -> GNUTranslations:
    """The catalogue of a language of ours: all its files in one, so that a key is one look-up."""
    folder = files("handlers.locales") / language / "LC_MESSAGES"
    whole, *others = [_read(folder / name) for name in CATALOGUES]
    for message in chain.from_iterable(others):
        if message.id:  # the first of each file is its header
            whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_Missing())
    return translations


def _read(path: Traversable) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, abort_invalid=True)


class Choices(Protocol):
    """Where chosen languages are kept."""

    async def choose_language(self, person: int, language: str) -> None:
        """Keep that the person reads this language."""


class Tongues:
    """Which language a person reads: the chosen one, else Telegram's, else the course's."""

    def __init__(
        self,
        default: str = DEFAULT,
        chosen: Mapping[int, str] | None = None,
        store: Choices | None = None,
    ) -> None:
        self._default = default
        self._chosen = dict(chosen or {})
        self._store = store

    async def choose(self, user_id: int, language: str) -> None:
        """Speak `language` with this person from now on, once that is kept."""
        if self._store is not None:
            await self._store.choose_language(user_id, language)
        self._chosen[user_id] = language

    def forget(self, user_id: int) -> None:
        """Forget what the person chose."""
        self._chosen.pop(user_id, None)

    def of(self, user_id: int, telegram: str | None) -> str:
        """The language to answer in; `telegram` is what the person's client is set to."""
        ours = (telegram or "").partition("-")[0]
        return self._chosen.get(user_id, ours if ours in LANGUAGES else self._default)
