"""The name that a mistaken one was meant to be: a slip of the keyboard, a letter of Cyrillic."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from engine.records import Note

_LIKENESS = 0.8
_LIKENESS_BUILTIN = 0.88  # `net` is not a slip of `next`
_LIKENESS_KEYWORD = 0.75
_LATIN = str.maketrans("асеорхуіјѕАВЕКМНОРСТХУІЈЅ", "aceopxyijsABEKMHOPCTXYIJS")
_NOT_IN_MODULE = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_WORD = re.compile(r"[^\W\d]\w*")
_STATEMENT = re.compile(r"\s*([^\W\d]\w*)(?:\s+[\w'\"]|\s*:)")  # `retrun x`, `esle:`
_LIBRARIES = ("torch", "numpy", "matplotlib")


def notes_on_name(error: BaseException, names: Mapping[str, Any]) -> Iterator[Note]:
    """What the name may have meant that a NameError, AttributeError or import did not find."""
    if isinstance(error, ImportError):
        yield from _on_import(error)
        return
    name = getattr(error, "name", None)
    if type(name) is not str:
        return
    if isinstance(error, AttributeError):
        yield from _note(name, dir(error.obj))
    elif isinstance(error, NameError):
        yield from _note(name, [*names], dir(builtins))


def _on_import(error: ImportError) -> Iterator[Note]:
    if found := _NOT_IN_MODULE.search(str(error)):
        module, name = found[2], found[1]
    else:
        module, _, name = str(error.name).rpartition(".")
    if module:
        yield from _note(name, dir(sys.modules.get(module)))
    elif isinstance(error, ModuleNotFoundError):
        yield from _note(name, _LIBRARIES)


def notes_on_line(line: str) -> Iterator[Note]:
    """The word of a line that Python did not understand, if a keyword was meant by it."""
    for word in _WORD.findall(line):
        if same := _same_looking(word, keyword.kwlist):
            yield Note("note.letters", {"name": word, "near": same})
            return
    first = _STATEMENT.match(line)
    if first and not keyword.iskeyword(first[1]) and first[1] not in dir(builtins):
        near = get_close_matches(first[1], keyword.kwlist, 1, _LIKENESS_KEYWORD)
        yield from (Note("note.near", {"near": name}) for name in near)


def _note(name: str, known: Collection[str], more: Collection[str] = ()) -> Iterator[Note]:
    if name in known:
        return
    if same := _same_looking(name, [*known, *more]):
        yield Note("note.letters", {"name": name, "near": same})
        return
    near = [other for other in [*known, *more] if other.lower() == name.lower()]
    near += get_close_matches(name, known, 1, _LIKENESS)
    near += get_close_matches(name, more, 1, _LIKENESS_BUILTIN)
    if near:
        yield Note("note.near", {"near": near[0]})


def _same_looking(name: str, known: Collection[str]) -> str | None:
    seen = name.translate(_LATIN)
    return next((o for o in known if o != name and o.translate(_LATIN) == seen), None)
