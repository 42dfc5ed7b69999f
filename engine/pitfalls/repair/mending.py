"""Mends a student's lines: a statement put in place of another, and what must run before."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Final, TypeVar

from engine.pitfalls.facts.code import (
    Loop,
    assigned,
    calls,
    mentions,
    own,
    scope,
    statements_before,
    text,
)
from engine.pitfalls.rule import Scene

LINES: Final = 14  # a longer repair is not read in a chat
_HERE: Final = "__here__"
Node = TypeVar("Node", bound=ast.AST)
Edits = Sequence[tuple[ast.stmt, str]]  # a statement, and the lines in its place


def with_expression(node: Node, old: ast.expr, new: ast.expr) -> Node:
    """A copy of `node` in which the expression `new` stands where `old` stood."""
    return deepcopy(node, {id(old): new})


def expression(source: str) -> ast.expr:
    """Python's text of an expression as a syntax tree."""
    return ast.parse(source, mode="eval").body


def with_lines(node: ast.stmt, edits: Edits) -> str:
    """The text of a statement in which other lines stand where some statements stood.

    >>> loop = ast.parse("for i in x:\\n    f(i)").body[0]
    >>> print(with_lines(loop, [(loop.body[0], "a\\nb")]))
    for i in x:
        a
        b
    """
    places = {id(old): ast.Expr(ast.Name(f"{_HERE}{n}")) for n, (old, _) in enumerate(edits)}
    if id(node) in places:
        return next(lines for old, lines in edits if old is node)
    shown = ast.unparse(deepcopy(node, {**places}))
    done: list[str] = []
    for line in shown.splitlines():
        indent, here, number = line.partition(_HERE)
        done += [indent + new for new in edits[int(number)][1].splitlines()] if here else [line]
    return "\n".join(done)


def needed_before(scene: Scene, node: ast.stmt, wanted: Iterable[str]) -> str:
    """The statements before `node` in its scope that make or change the wanted names."""
    names, kept = set(wanted), []
    for item in reversed(statements_before(scene, node)):
        if isinstance(item, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            continue  # a session has them already
        changes = calls([item], "backward") or (_changes(item) and mentions(item) & names)
        if assigned([item]) & names or changes:
            kept.append(item)
            names |= mentions(item)
    return "\n".join(text(item) for item in reversed(kept))


def _changes(node: ast.stmt) -> bool:
    """Whether a statement may change what its names stand for."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return not calls([node.value], "print", "display")
    return isinstance(node, (ast.With, ast.For, ast.While, ast.If, ast.Assign, ast.Delete))


def mended(scene: Scene, edits: Edits, until: ast.stmt) -> tuple[str, str]:
    """The lines to show, and all to try: the statements from the first edit on, mended.

    Shown is a loop as a whole, if it is short, else what is new. Tried is everything from what
    makes the names up to the statement `until`, which failed.
    """
    block = [node for node in scope(scene) if node.lineno <= until.lineno]
    changed = {old for old, _ in edits}
    held = [i for i, node in enumerate(block) if _holds(node, changed)]
    tops = block[held[0] :]
    lines = "\n".join(with_lines(node, edits) for node in tops)
    wanted = set().union(*(mentions(node) | assigned([node]) for node in tops))
    before = needed_before(scene, tops[0], wanted)
    whole = with_lines(tops[0], edits)
    shown = (
        whole
        if isinstance(tops[0], Loop) and short(whole)
        else [new for _, new in edits if new][-1]
    )
    return shown, f"{before}\n{lines}"


def _holds(node: ast.AST, wanted: set[ast.stmt]) -> bool:
    return any(inner in wanted for inner in ast.walk(node))


def short(lines: str) -> bool:
    """Whether a repair is short enough to be read in a chat."""
    return len(lines.splitlines()) <= LINES


def in_place_step(node: ast.Assign) -> ast.AugAssign | None:
    """`x -= step` for `x = x - step`; None when the value is of another form.

    >>> text(in_place_step(ast.parse("x = x - 0.1 * x.grad").body[0]))
    'x -= 0.1 * x.grad'
    """
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=left), op=op, right=right),
        ) if name == left:
            return ast.AugAssign(ast.Name(name, ast.Store()), op, right)
    return None


def updates(nodes: Iterable[ast.AST]) -> list[ast.Assign]:
    """Plain assignments that make the new value of a name from its old one: `x = x - …`."""
    made = [item for item in own(nodes) if isinstance(item, ast.Assign)]
    return [
        item
        for item in made
        if isinstance(place := item.targets[0], ast.Name)
        and len(item.targets) == 1
        and place.id in mentions(item.value)
    ]
