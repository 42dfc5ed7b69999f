"""A formula differentiated, as a chat shows it: value, derivatives, who agrees, where from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from markupsafe import Markup

from engine.records import Check, Gradient, Partial, Table
from handlers.reply.derivation import derivation
from handlers.reply.derivative_names import name_of
from handlers.reply.explained import worded
from handlers.reply.mono import fits, grid, wrapped
from handlers.reply.text import clip, code, harmless, pre
from handlers.reply.witnesses import testimony
from handlers.words import Say

HEAD_UNITS: Final = 300
FORM_UNITS: Final = 120


def gradient_blocks(found: Gradient, say: Say) -> Iterator[Markup]:
    """What was asked first, how it came about last and folded."""
    for check in found.checks:
        yield _checked(check, found, say)
    yield Markup("<b>{}</b>").format(headline(found))
    yield from _derivatives(found, say)
    if found.testimony is not None:
        yield testimony(found, found.testimony, say)
    yield from (_table(table, say) for table in found.tables)
    yield from _notes(found, say)
    yield derivation(found, say)


def gradient_short(found: Gradient, say: Say) -> Markup:
    """One line for a group: the verdict on what was checked, else the value and derivatives."""
    if found.checks:
        return _verdict(found.checks[0], found, say)
    parts = [headline(found)]
    parts += [f"{name_of(found, p.name)} = {p.value or p.form}" for p in found.partials]
    return Markup(", ").join(code(clip(harmless(part), FORM_UNITS)) for part in parts)


def headline(found: Gradient) -> str:
    """`f(2, 2) = 24`; without a point the formula as it was read."""
    said = f"{found.at} = {found.value}" if found.value else f"{found.head} = {found.body}"
    return clip(harmless(said), HEAD_UNITS)


def _derivatives(found: Gradient, say: Say) -> Iterator[Markup]:
    if not found.partials:
        return
    block = pre("\n".join(_lines(found, say)))
    simplified = _simplified(found, say)
    yield Markup("\n").join([block, simplified]) if simplified else block


def _lines(found: Gradient, say: Say) -> list[str]:
    """One line for each derivative where all fit, the values under one another."""
    names = [name_of(found, each.name) for each in found.partials]
    forms = [harmless(each.form) for each in found.partials]
    wide = max(map(len, forms))
    lines = [
        f"{name} = {form.ljust(wide)} = {each.value}"
        if each.value and each.value != each.form
        else f"{name} = {form}"
        for name, form, each in zip(names, forms, found.partials, strict=True)
    ]
    if all(forms) and fits(lines) and all(map(_of_form, found.partials)):
        return lines
    formula = str(say("witness.exact"))
    return [
        *chain.from_iterable(
            _long(*two, formula) for two in zip(names, found.partials, strict=True)
        )
    ]


def _of_form(partial: Partial) -> bool:
    """Whether a value is that of the form; at some points they differ, log(x) at -1 is one."""
    return not partial.value or all(path.value for path in partial.paths)


def _long(name: str, partial: Partial, formula: str) -> Iterator[str]:
    """A derivative over several lines: its value first, then its form."""
    form, value = harmless(partial.form), harmless(partial.value)
    if not value:
        yield from wrapped(f"{name} = {form}", "")
        return
    yield from wrapped(f"{name} = {value}", "")
    if form and form != value:
        yield from wrapped(f"= {form}" if _of_form(partial) else f"{formula}: {form}")


def _simplified(found: Gradient, say: Say) -> Markup | None:
    simpler = [each for each in found.partials if each.simplified]
    if not simpler:
        return None
    whole = len(simpler) == len(found.partials)
    texts = [
        each.simplified if whole else f"{name_of(found, each.name)} = {each.simplified}"
        for each in simpler
    ]
    *first, last = [code(clip(harmless(text), FORM_UNITS)) for text in texts]
    forms = say("grad.and", first=Markup(", ").join(first), last=last) if first else last
    return say("grad.simplified", forms=forms)


def _checked(check: Check, found: Gradient, say: Say) -> Markup:
    """The verdict on a student's own derivative, and what it may be instead."""
    hint = worded(say, check.hint.key, check.hint.values) if check.hint else None
    return Markup("\n").join(filter(None, [_verdict(check, found, say), hint]))


def _verdict(check: Check, found: Gradient, say: Say) -> Markup:
    names = {
        "derivative": code(harmless(name_of(found, check.name))),
        "claim": code(clip(harmless(check.claim), FORM_UNITS)),
    }
    if check.equal:
        return say("grad.check.right", **names)
    if check.equal is None:
        return say("grad.check.undecided", **names)
    if not check.counter:
        return say("grad.check.not", **names)
    at = {field: code(clip(harmless(getattr(check, field)), FORM_UNITS)) for field in _COUNTER}
    return say("grad.check.wrong", **names, **at)


_COUNTER: Final = ("counter", "claimed", "right")


def _table(table: Table, say: Say) -> Markup:
    heading = worded(say, table.title.key, table.title.values)
    return Markup("\n").join(filter(None, [heading, pre("\n".join(_table_lines(table)))]))


def _table_lines(table: Table) -> list[str]:
    """As a table where a phone has room for it, else row by row; then its formulas."""
    rows = [["", *table.columns]]
    rows += [[name, *row] for name, row in zip(table.row_names, table.rows, strict=False)]
    lines = grid(rows) if table.rows else []
    if not fits(lines):
        by_row = [wrapped(f"{name}: {', '.join(row)}", "") for name, *row in rows[1:]]
        lines = [*chain.from_iterable(by_row)]
    return [*lines, *chain.from_iterable(wrapped(form, "") for form in _forms(table))]


def _forms(table: Table) -> Iterator[str]:
    """The formulas of a table but those that its numbers show already, and mirrored ones."""
    said: dict[tuple[str, str], str] = {}
    for row, forms in enumerate(table.forms):
        for column, form in enumerate(forms):
            names = (table.row_names[row], table.columns[column])
            shown = bool(table.rows) and table.rows[row][column] == form
            if form and not shown and said.get(names[::-1]) != form:
                said[names] = form
                yield f"{', '.join(filter(None, names))}: {form}"


def _notes(found: Gradient, say: Say) -> Iterator[Markup]:
    for note in found.notes:
        if note.key.startswith("note.") and (words := worded(say, note.key, note.values)):
            yield words
