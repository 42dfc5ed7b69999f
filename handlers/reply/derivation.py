"""Where a derivative comes from: the paths of an input into the formula, folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import DerivationPath, Gradient, Partial, sum_text
from handlers.reply.derivative_names import name_of, title
from handlers.reply.explained import worded
from handlers.reply.steps import Steps
from handlers.reply.text import clip, code, harmless, shown_units
from handlers.words import Say

ROOM: Final = 2400
TEXT_UNITS: Final = 160
TERM_UNITS: Final = 60
ROUNDED: Final = 1e-4  # what six digits leave, after cancelling, of a sum


def derivation(found: Gradient, say: Say) -> Markup | None:
    """Each derivative as the sum of what its paths contribute, and how exact the differences are.

    Lines for which there is no room are left out; a picture has them all.
    """
    text = Markup("")
    for line in _lines(found, say):
        longer = text + "\n" + line if text else line
        if shown_units(longer) > ROOM:
            text += "\n…"
            break
        text = longer
    return Markup("<blockquote expandable>{}</blockquote>").format(text) if text else None


def _lines(found: Gradient, say: Say) -> Iterator[Markup]:
    steps = Steps(found, say)
    if found.value:
        yield _short(f"{found.head} = {found.body}")
    for partial in found.partials:
        yield Markup("")
        yield from _partial(found, partial, steps, say)
    said = found.testimony
    if said is not None and said.error and said.believed is None:
        yield Markup("")
        key = "grad.differences" if said.error != "0" else "grad.differences.none"
        yield say(key, step=said.step, error=said.error)


def _partial(found: Gradient, partial: Partial, steps: Steps, say: Say) -> Iterator[Markup]:
    f, paths = title(found), partial.paths
    yield say("grad.from", what=_short(_what(found, partial)))
    if not paths:
        yield say("grad.constant", name=code(partial.name), f=code(f))
    if len(paths) > 1:
        yield _ways(partial.name, f, len(paths), say)
    for path in paths:
        yield _path(path, say)
        yield from steps.of(path)
    number = _number(partial)
    if len(paths) > 1 and number and not _cancelled(paths, number):
        yield _short(sum_text([path.value for path in paths], number))
    if partial.unused:
        terms = Markup(", ").join(map(_short, partial.unused))
        yield say.n("grad.unused", len(partial.unused), terms=terms, name=code(partial.name))


def _number(partial: Partial) -> str:
    """The derivative as a number that its paths add up to; else empty."""
    known = all(path.value for path in partial.paths)  # else the value is not the formula's
    return partial.value if partial.shape is None and known else ""


def _cancelled(paths: tuple[DerivationPath, ...], total: str) -> bool:
    """Whether the summands are too large, as they are shown, for a reader to add them up."""
    try:
        largest = max(abs(float(path.value)) for path in paths)
        return largest * ROUNDED > abs(float(total)) > 0
    except ValueError:
        return False


def _what(found: Gradient, partial: Partial) -> str:
    """The number that is explained; the derivative's name where two have the same number."""
    name, number = name_of(found, partial.name), _number(partial)
    if not number:
        return name
    values = Counter(each.value for each in found.partials)
    return number if values[number] == 1 else f"{name} = {number}"


def _ways(name: str, f: str, n: int, say: Say) -> Markup:
    """By how many ways an input gets in: in words while people would say it in words."""
    words = say("grad.numbers").split()
    ways = words[n - 2] if n - 2 < len(words) else str(n)
    return say.n("grad.paths", n, name=code(name), f=code(f), ways=ways)


def _path(path: DerivationPath, say: Say) -> Markup:
    value = f" = {path.value}" if path.value and path.value != path.form else ""
    rule = worded(say, path.rule.key, path.rule.values)
    line = _short(f"{clip(path.term, TERM_UNITS)} → {path.form}{value}")
    return line + Markup(" ({})").format(rule) if rule else line


def _short(text: str) -> Markup:
    return Markup.escape(clip(harmless(text), TEXT_UNITS))
