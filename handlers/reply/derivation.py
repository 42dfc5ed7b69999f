"""Where a derivative comes from: the paths of an input into the formula, folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import DerivationPath, DerivationStep, Gradient, Partial
from handlers.reply.derivative_names import name_of, title
from handlers.reply.explained import worded
from handlers.reply.text import clip, code, harmless, shown_units
from handlers.words import Say

ROOM: Final = 2400
TEXT_UNITS: Final = 160
ROUNDED: Final = 1e-4  # what six digits leave, after cancelling, of a sum
_NEGATIVE = re.compile(r"\+ -(?=\S)")


def derivation(found: Gradient, say: Say) -> Markup:
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
    return Markup("<blockquote expandable>{}</blockquote>").format(text)


def _lines(found: Gradient, say: Say) -> Iterator[Markup]:
    yield _short(f"{found.head} = {found.body}")
    for partial in found.partials:
        yield Markup("")
        yield from _partial(found, partial, say)
    said = found.testimony
    if said is not None and said.error:
        yield Markup("")
        yield say("grad.differences", step=said.step, error=said.error)


def _partial(found: Gradient, partial: Partial, say: Say) -> Iterator[Markup]:
    f, paths = title(found), partial.paths
    known = all(path.value for path in paths)  # else the value is not that of the formula
    number = partial.value if partial.shape is None and known else ""
    what = number or name_of(found, partial.name)
    yield say("grad.from", what=_short(what))
    if not paths:
        yield say("grad.constant", name=code(partial.name), f=code(f))
    if len(paths) > 1:
        yield say("grad.paths", name=code(partial.name), f=code(f), n=len(paths))
    for path in paths:
        yield from _path(path, say)
    if len(paths) > 1 and number and not _cancelled(paths, number):
        total = " + ".join(path.value for path in paths)
        yield _short(f"{_NEGATIVE.sub('- ', total)} = {partial.value}")
    if partial.unused:
        terms = Markup(", ").join(map(_short, partial.unused))
        yield say.n("grad.unused", len(partial.unused), terms=terms, name=code(partial.name))


def _cancelled(paths: tuple[DerivationPath, ...], total: str) -> bool:
    """Whether the summands are too large, as they are shown, for a reader to add them up."""
    try:
        largest = max(abs(float(path.value)) for path in paths)
        return largest * ROUNDED > abs(float(total)) > 0
    except ValueError:
        return False


def _path(path: DerivationPath, say: Say) -> Iterator[Markup]:
    value = f" = {path.value}" if path.value and path.value != path.form else ""
    rule = worded(say, path.rule.key, path.rule.values)
    line = _short(f"{path.term} → {path.form}{value}")
    yield line + Markup(" ({})").format(rule) if rule else line
    if len(path.steps) > 1:
        for step in path.steps:
            yield _step(step, say)


def _step(step: DerivationStep, say: Say) -> Markup:
    """∂outer/∂inner, as a line of its own under the path."""
    value = f" = {step.value}" if step.value and step.value != step.local else ""
    rule = worded(say, step.rule.key, step.rule.values) or Markup("")
    local = Markup(": {}").format(_short(f"{step.local}{value}")) if step.local else ""
    names = {"outer": _short(step.outer), "inner": _short(step.inner)}
    return say("grad.step", **names, local=local, rule=rule)


def _short(text: str) -> Markup:
    return Markup.escape(clip(harmless(text), TEXT_UNITS))
