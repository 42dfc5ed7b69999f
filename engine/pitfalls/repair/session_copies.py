"""Copies of a session's values for the trial of a repair: nothing leads back to the session."""

from __future__ import annotations

import builtins
import dis
import math
import time
import types
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.notebook.clones import clone
from engine.pitfalls.facts.trusted import is_tensor

ELEMENTS: Final = 1 << 20  # of all tensors that are copied
ITEMS: Final = 1000  # of all lists and the like
_MODULES: Final = (torch, nn, functional, np, math, time)
_IMPORTED: Final = ("torch", "numpy", "math", "time")
_HARMLESS: Final = (int, float, complex, bool, str, bytes, type(None), torch.dtype, torch.Size)
# What reaches files, the session or the clock: lines that say so are not tried.
_OUTSIDE: Final = {
    "save", "savez", "savetxt", "tofile", "load", "sleep", "share_memory_",
    "set_num_threads", "set_detect_anomaly", "use_deterministic_algorithms", "BaseException",
}  # fmt: skip
_REFUSED: Final = (
    "open", "input", "exit", "quit", "breakpoint", "exec", "eval", "compile", "help"
)  # fmt: skip


class Refused(BaseException):
    """A value that cannot be copied, or lines that may not be run: nothing is known.

    No `except Exception` of the lines may catch it: it is raised only once.
    """


def allowed(code: CodeType) -> bool:
    """Whether lines name nothing that reaches outside, and can be stopped.

    >>> allowed(compile("x + 1", "", "exec")), allowed(compile("torch.save(x, f)", "", "exec"))
    (True, False)
    """
    codes = [code, *_inner(code)]
    return not any(_OUTSIDE & {*item.co_names} or _is_unstoppable(item) for item in codes)


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def _is_unstoppable(code: CodeType) -> bool:
    """Whether there is an `except:`, which would catch what stops the lines, or a bare loop.

    `while True: pass` in one line is a jump to itself, of which a trace function hears nothing.
    """
    steps = [*dis.get_instructions(code)]
    catches = ("PUSH_EXC_INFO", "POP_TOP") in pairwise(step.opname for step in steps)
    return catches or any("JUMP" in step.opname and step.argval == step.offset for step in steps)


def given_builtins() -> dict[str, Any]:
    """Python's own names, without those that reach outside."""
    return {
        **vars(builtins),
        **dict.fromkeys(_REFUSED, _refuse),
        "__import__": _import,
    }


def _refuse(*_: object, **__: object) -> None:
    raise Refused


def _import(name: str, *args: Any, **words: Any) -> ModuleType:
    if name.partition(".")[0] not in _IMPORTED:
        raise Refused(name)
    return builtins.__import__(name, *args, **words)


@dataclass(slots=True)
class Copies:
    """Copies of live values by name; what is one object stays one."""

    names: Mapping[str, object]
    copied: dict[str, Any] = field(default_factory=lambda: {"__builtins__": given_builtins()})
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
        if is_tensor(value):
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
        raise Refused(kind)

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > ITEMS:
            raise Refused(items)

    def _tensor(self, value: Tensor) -> Tensor:
        self._elements += value.numel()
        if self._elements > ELEMENTS or value.layout is not torch.strided:
            raise Refused(value.numel())
        return clone(value)

    def _module(self, value: nn.Module) -> nn.Module:
        parts = [*nn.Module.modules(value)]
        self._count(len(parts))
        if not all(_is_plain_module(part) for part in parts):
            raise Refused(type(value))
        self._elements += sum(item.numel() for item in nn.Module.parameters(value))
        if self._elements > ELEMENTS:
            raise Refused(type(value))
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
        if value.__closure__ or value.__kwdefaults__ or not allowed(value.__code__):
            raise Refused(value)
        defaults = tuple(self._copy(item) for item in value.__defaults__ or ())
        codes = [value.__code__, *_inner(value.__code__)]
        self.take({name for code in codes for name in code.co_names})
        return FunctionType(value.__code__, self.copied, value.__name__, defaults)


def _is_plain_module(value: nn.Module) -> bool:
    """Whether a module is of torch's own class, with no code of the user's hung onto it."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    own = object.__getattribute__(value, "__dict__")
    torchs = type(value).__module__.startswith("torch.nn.")
    return torchs and not any(own.get(name) for name in hooks) and "forward" not in own


def _is_of_torch(value: Any) -> bool:
    return any(getattr(module, value.__name__, None) is value for module in (torch, functional))
