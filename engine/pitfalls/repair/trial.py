"""Runs the lines that mend a mistake, on copies, to be sure that they do."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, Final

from engine.notebook.settings import settings_kept
from engine.pitfalls.facts.code import Function, assigned, mentions
from engine.pitfalls.repair.allowance import allowance, used_up
from engine.pitfalls.repair.session_copies import Copies, Refused, allowed

LINES: Final = 50_000
_RETURNED: Final = "__returned__"


class _Returned(BaseException):
    """The lines came to a `return` of the function that they are taken from."""


class _Returns(ast.NodeTransformer):
    """Lets `return` end lines that stand in no function any more."""

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        leave = ast.Raise(ast.Name(_RETURNED, ast.Load()))
        return [*([ast.Expr(node.value)] if node.value else []), leave]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node


def runs(lines: str, names: Mapping[str, object]) -> bool | None:
    """Whether `lines` run to their end on copies of `names`; None: they could not be tried.

    Tensors are copied with their gradients, a computed one without its graph; functions of
    the user's see the copies. Nothing that has effects outside is handed to the lines.

    >>> import torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> runs("(x ** 2).backward()", {"x": x}), x.grad
    (True, None)
    >>> runs("x.backward(1, 2, 3, 4, 5)", {"x": x}), runs("open(x)", {"x": object()})
    (False, None)
    """
    said = raised(lines, names)
    return None if said is None else not said


def raised(lines: str, names: Mapping[str, object]) -> str | None:
    """The first line of what `lines` raise on copies of `names`, empty when they do not.

    None: they could not be tried.

    >>> raised("1 / 0", {}), raised("1 / 1", {}), raised("open('f')", {})
    ('ZeroDivisionError: division by zero', '', None)
    """
    try:
        tree = ast.fix_missing_locations(_Returns().visit(ast.parse(lines)))
        code = compile(tree, "<trial>", "exec")
        if not allowed(code):
            return None
        copies = Copies(names)
        copies.take(_read_first(tree))
        copies.copied[_RETURNED] = _Returned
    except (Exception, Refused):  # a value that resists is not tried
        return None
    try:
        with settings_kept(), _unseen(), allowance(), _bounded():
            exec(code, copies.copied)
    except _Returned:
        return ""
    except (Refused, SystemExit):
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return ""


def _read_first(tree: ast.Module) -> set[str]:
    """Names that the lines read before they have set them."""
    wanted: set[str] = set()
    bound: set[str] = set()
    for node in tree.body:
        wanted |= mentions(node) - bound
        bound |= assigned([node])
        if isinstance(node, Function):
            bound.add(node.name)
    return wanted


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """What is printed or warned of is dropped."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Stop what runs too long at a line of its Python."""
    lines, before = 0, sys.gettrace()

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += 1
        if lines > LINES or used_up():
            raise Refused(lines)
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
