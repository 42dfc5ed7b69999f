"""A Jacobian or derivatives of a higher order: formulas by name, numbers as a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from markupsafe import Markup

from engine.records import Table
from handlers.reply.explained import worded
from handlers.reply.mono import fits, rounded_grid, wrapped
from handlers.reply.text import harmless, pre
from handlers.words import Say

GRADIENT: Final = "table.gradient_row"
HESSIANS: Final = ("table.hessian", "table.hessian_of")
ORDER: Final = "table.order"


def derivatives_table(table: Table, f: str, say: Say) -> Markup:
    """The title, the numbers, and below them the formulas that the numbers do not show."""
    heading = worded(say, table.title.key, table.title.values)
    ordered = table.title.key == ORDER
    lines = _order(table, f) if ordered else chain(_numbers(table), _forms(table, f))
    return Markup("\n").join(filter(None, [heading, pre("\n".join(lines))]))


def _order(table: Table, f: str) -> Iterator[str]:
    """Derivatives of one order, a line each: ∂³f/∂x³ = 60x² = 240."""
    for place, name in enumerate(table.row_names):
        form = harmless(table.forms[place][0])
        value = table.rows[place][0] if table.rows else ""
        parts = [name.replace("/", f"{f}/", 1), form, "" if value == form else value]
        yield from wrapped(" = ".join(filter(None, parts)), "", "  ")


def _numbers(table: Table) -> list[str]:
    """As a table where a phone has room for it, else row by row."""
    if not table.rows:
        return []
    rows = [["", *table.columns]]
    rows += [[name, *row] for name, row in zip(table.row_names, table.rows, strict=False)]
    lines = rounded_grid(rows)
    if fits(lines):
        return lines
    by_row = (wrapped(f"{name}: {', '.join(row)}", "", "  ") for name, *row in rows[1:])
    return [*chain.from_iterable(by_row)]


def _forms(table: Table, f: str) -> Iterator[str]:
    """The formulas of a table but those that are shown already, and mirrored ones."""
    if table.rows and table.title.key == GRADIENT:  # the derivatives themselves
        return
    said: dict[tuple[str, str], str] = {}
    for row, forms in enumerate(table.forms):
        for column, form in enumerate(forms):
            names = (table.row_names[row], table.columns[column])
            shown = bool(table.rows) and table.rows[row][column] == form
            if form and not shown and said.get(names[::-1]) != form:
                said[names] = form
                yield from wrapped(f"{_name(table, f, *names)} = {harmless(form)}", "", "  ")


def _name(table: Table, f: str, row: str, column: str) -> str:
    """∂²f/∂x∂y in a Hessian, ∂f/∂x in a Jacobian."""
    if table.title.key not in HESSIANS:
        return f"∂{row}/∂{column}"
    return f"∂²{f}/∂{row}²" if row == column else f"∂²{f}/∂{row}∂{column}"
