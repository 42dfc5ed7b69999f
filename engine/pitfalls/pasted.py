"""The mistake behind an error that was pasted: its code was not run here, often only a part is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.pitfalls.before_torch import explain_before_torch
from engine.pitfalls.explain import explain
from engine.pitfalls.rule import Scene
from engine.reading.prose import code_in
from engine.reading.traceback_text import Pasted, read_error
from engine.records import (
    Answer,
    Call,
    Certainty,
    CodeLine,
    ErrorReport,
    Explanation,
    to_data,
)
from engine.spelling import mended, python

_KINDS = ("RuntimeError", "ValueError", "IndexError", "TypeError")
_ALONE_LINES, _ALONE_CHARACTERS = 12, 500  # where a message without its exception is looked for
_NOT_RUSSIAN = re.compile(r"[a-zA-Z0-9][^а-яёА-ЯЁ]{12,}(?<![\s,:;?«»\"`(—-])")
_MISSPELT = re.compile(r"\A\w*\s?error\s*:\s*", re.IGNORECASE)  # `Runtime Error : no`
_WINDOW = 9  # lines of a frame that are looked at
_CELL_LINES = 60  # of a cell beside its error


def explain_pasted(call: Call) -> Answer:
    """The desk job "pitfalls.explain": {"text"} -> `ErrorReport`.

    Text without an exception comes to a report whose line is empty.

    >>> call = Call({"text": "RuntimeError: it went wrong"}, (), {}, lambda event: None)
    >>> explain_pasted(call).data
    {'line': 'RuntimeError: it went wrong', 'code': [], 'explanation': None}
    """
    pasted = read_error(call.data["text"]) or known_line(call.data["text"])
    if pasted is None:
        return Answer(to_data(ErrorReport("", (), None)))
    known = explain_before_torch(pasted.type, pasted.message)
    found = known or _explained(scene_of(pasted))
    return Answer(to_data(ErrorReport(pasted.line, _window(pasted.code), found)))


def known_line(text: str) -> Pasted | None:
    """A message that torch is known for, copied without the name of its exception.

    >>> known_line("ошибка mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)").line
    'mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)'
    >>> known_line("почему shapes не сходятся?") is None
    True
    """
    lines = text.splitlines()
    for place, line in enumerate(lines[:_ALONE_LINES]):
        for said in _NOT_RUSSIAN.findall(line[:_ALONE_CHARACTERS]):
            message = _MISSPELT.sub("", said)
            for kind in _KINDS:
                if explain(Scene(kind, message)):
                    rest = "\n".join([*lines[:place], *lines[place + 1 :]])
                    return Pasted(said, kind, message, rest=rest)
    return None


def _explained(scene: Scene) -> Explanation | None:
    """The mistake; in a cell whose failing line is unknown, at the first line that shows it."""
    found = explain(scene)
    if scene.tree is None or scene.line or (found and found.certainty is not Certainty.USUAL):
        return found
    for line in range(1, min(len(scene.lines), _CELL_LINES) + 1):
        shown = explain(replace(scene, line=line))
        if shown and shown.certainty is not Certainty.USUAL:
            return shown
    return found


def scene_of(pasted: Pasted) -> Scene:
    """What is known of the error: its code, if some of it parses, and the failing line there.

    >>> pasted = read_error("      2     y = x\\n----> 3     y.backward()\\n\\nRuntimeError: no")
    >>> scene_of(pasted).lines, scene_of(pasted).line
    (('y = x', 'y.backward()'), 2)
    """
    bare = Scene(pasted.type, " ".join(pasted.message.split()))  # a phone breaks its lines
    code = _window(pasted.code)
    if not code:
        return _with_cell(bare, pasted.rest)
    place = next(n for n, line in enumerate(code) if line.marked)
    texts = [line.text for line in code]
    for first, last in _spans(len(texts), place):
        for text in _readings(texts[first:last]):
            tree = python(mended(text))
            if tree is not None:
                lines = tuple(text.split("\n"))
                return Scene(bare.type, bare.message, tree, lines, place - first + 1)
    return bare


def _with_cell(bare: Scene, rest: str) -> Scene:
    """The scene with a cell that was pasted beside the bare line of its error."""
    text = code_in(mended(rest.strip("\n")))
    tree = python(text) if text else None
    if text is None or tree is None:
        return bare
    return Scene(bare.type, bare.message, tree, tuple(text.split("\n")))


def _window(code: Sequence[CodeLine]) -> tuple[CodeLine, ...]:
    """The lines around the failing one."""
    place = next((n for n, line in enumerate(code) if line.marked), 0)
    first = max(0, min(place - _WINDOW // 2, len(code) - _WINDOW))
    return tuple(code[first : first + _WINDOW])


def _spans(count: int, place: int) -> Iterator[tuple[int, int]]:
    """Every run of lines that holds the failing one, the longest first."""
    spans = [(a, b) for a in range(place + 1) for b in range(place + 1, count + 1)]
    yield from sorted(spans, key=lambda span: span[0] - span[1])


def _readings(lines: Sequence[str]) -> Iterator[str]:
    """The lines as a text, and with a body where they end in a line that opens one."""
    text = textwrap.dedent("\n".join(lines))
    yield text
    last = text.rpartition("\n")[2]
    if last.partition("#")[0].rstrip().endswith(":"):
        indent = last[: len(last) - len(last.lstrip())]
        yield f"{text}\n{indent}    pass"
