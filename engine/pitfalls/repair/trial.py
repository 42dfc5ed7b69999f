"""Runs the lines that mend a mistake, on copies, to be sure that they do."""

from __future__ import annotations

import ast
import contextlib
import io
import math
import random
import sys
import time
import types
import warnings
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from types import FrameType, FunctionType, ModuleType
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.pitfalls.facts.code import Function, assigned, mentions
from engine.pitfalls.facts.values import is_plain

ELEMENTS: Final = 1 << 20  # of all tensors that are copied
ITEMS: Final = 1000  # of all lists and the like
LINES: Final = 50_000
SECONDS: Final = 0.3  # an interrupted cell has one second left to answer
_RETURNED: Final = "__returned__"
_MODULES: Final = (torch, nn, functional, np, math, time)
_HARMLESS: Final = (int, float, complex, bool, str, bytes, type(None), torch.dtype, torch.Size)


class _Refused(BaseException):
    """A value that cannot be copied, or lines that take too long: nothing is known.

    No `except Exception` of the lines may catch it: it is raised only once.
    """


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

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> runs("(x ** 2).backward()", {"x": x}), x.grad
    (True, None)
    >>> runs("x.backward(1, 2, 3, 4, 5)", {"x": x}), runs("open(x)", {"x": object()})
    (False, None)
    """
    try:
        tree = ast.fix_missing_locations(_Returns().visit(ast.parse(lines)))
        if any(isinstance(node, ast.ExceptHandler) and not node.type for node in ast.walk(tree)):
            return None  # what catches everything cannot be stopped
        copies = _Copies(names)
        copies.take(_read_first(tree))
        copies.copied[_RETURNED] = _Returned
        code = compile(tree, "<trial>", "exec")
    except (Exception, _Refused):  # a value that resists is not tried
        return None
    try:
        with _aside(), _bounded():
            exec(code, copies.copied)
    except _Returned:
        return True
    except _Refused:
        return None
    except Exception:
        return False
    return True


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


@dataclass(slots=True)
class _Copies:
    """Copies of live values by name; what is one object stays one."""

    names: Mapping[str, object]
    copied: dict[str, Any] = field(default_factory=dict)
    _known: dict[int, Any] = field(default_factory=dict)
    _elements: int = 0
    _items: int = 0

    def take(self, wanted: set[str]) -> None:
        """Copy the values of these names and of those that copied functions look up."""
        for name in sorted(wanted):
            if name in self.names and name not in self.copied:
                self.copied[name] = None  # a function may look itself up
                self.copied[name] = self._copy(self.names[name])

    def _copy(self, value: Any) -> Any:
        if id(value) not in self._known:
            self._known[id(value)] = self._new(value)
        return self._known[id(value)]

    def _new(self, value: Any) -> Any:
        kind = type(value)
        if kind in _HARMLESS or (kind is ModuleType and value in _MODULES):
            return value
        if is_plain(value):
            return self._tensor(value)
        if kind in (list, tuple):
            self._count(len(value))
            return kind(self._copy(item) for item in value)
        if kind is dict:
            self._count(len(value))
            return {self._copy(key): self._copy(item) for key, item in value.items()}
        if issubclass(kind, nn.Module):
            return self._module(value)
        if kind is FunctionType:
            return self._function(value)
        if kind is type and getattr(value, "__module__", "").partition(".")[0] == "torch":
            return value
        if kind is types.BuiltinFunctionType and _is_of_torch(value):
            return value
        raise _Refused(kind)

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > ITEMS:
            raise _Refused(items)

    def _tensor(self, value: Tensor) -> Tensor:
        self._elements += value.numel()
        if self._elements > ELEMENTS or value.layout is not torch.strided:
            raise _Refused(value.numel())
        with torch.enable_grad():
            copy = value.detach().clone().requires_grad_(value.requires_grad)
            if not value.is_leaf:
                return copy.clone()
        if type(value) is nn.Parameter:
            copy = nn.Parameter(copy.detach(), value.requires_grad)
        if value.grad is not None:
            copy.grad = value.grad.detach().clone()
        return copy

    def _module(self, value: nn.Module) -> nn.Module:
        parts = [*nn.Module.modules(value)]
        self._count(len(parts))
        if not all(_is_plain_module(part) for part in parts):
            raise _Refused(type(value))
        self._elements += sum(item.numel() for item in nn.Module.parameters(value))
        if self._elements > ELEMENTS:
            raise _Refused(type(value))
        copy = deepcopy(value)
        pairs = zip(nn.Module.parameters(value), nn.Module.parameters(copy), strict=True)
        for old, new in pairs:
            new.grad = None if old.grad is None else old.grad.detach().clone()
            self._known[id(old)] = new
        return copy

    def _function(self, value: FunctionType) -> FunctionType:
        module = value.__module__ or ""
        if module.partition(".")[0] in ("torch", "math", "numpy"):
            return value
        if value.__closure__ or value.__kwdefaults__:
            raise _Refused(value)
        defaults = tuple(self._copy(item) for item in value.__defaults__ or ())
        self.take(set(_looked_up(value.__code__)))
        return FunctionType(value.__code__, self.copied, value.__name__, defaults)


def _is_plain_module(value: nn.Module) -> bool:
    """Whether a module is of torch's own class, with no code of the user's hung onto it."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    own = object.__getattribute__(value, "__dict__")
    torchs = type(value).__module__.startswith("torch.nn.")
    return torchs and not any(own.get(name) for name in hooks) and "forward" not in own


def _is_of_torch(value: Any) -> bool:
    return any(getattr(module, value.__name__, None) is value for module in (torch, functional))


def _looked_up(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _looked_up(constant)


@contextlib.contextmanager
def _aside() -> Iterator[None]:
    """What is printed or warned of is dropped; torch and random numbers are left as they were."""
    gradients = torch.is_grad_enabled()
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_grad_enabled(gradients)  # lines may have been stopped inside `no_grad`
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Stop what runs too long at a line of its Python."""
    lines, end, before = 0, time.monotonic() + SECONDS, sys.gettrace()

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += 1
        if lines > LINES or time.monotonic() > end:
            raise _Refused(lines)
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
