"""Copies of a session's values, so that a traced cell can change them and the session stays."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import torch

from engine.notebook.clones import clone
from engine.notebook.interpreter import attempt

ROOM_BYTES = 128 << 20  # of tensors, and of containers; what is larger is used as it is
NAMES_MOST = 1000  # a session of more is no student's
_CONTAINERS = (list, dict, set, bytearray, deque, np.ndarray)
_TENSORS = (torch.Tensor, torch.nn.Parameter)
_members = type.__dict__["__dict__"].__get__


def copied(
    names: Mapping[str, Any], first: Collection[str], main: ModuleType, room: int = ROOM_BYTES
) -> dict[str, Any]:
    """`names` with copies of whatever running a cell could change, those in `first` first.

    Tensors are detached clones that require a gradient where the original does; modules,
    optimizers and objects of the user's own classes are deep copies, sharing these clones.

    >>> names = {"x": torch.ones(2), "n": 3}
    >>> copies = copied(names, {"x"}, ModuleType("__main__"))
    >>> copies["x"].add_(1).tolist(), names["x"].tolist(), copies["n"]
    ([2.0, 2.0], [1.0, 1.0], 3)
    """
    copies = dict(names)
    memo: dict[int, Any] = {}
    shelf = ROOM_BYTES
    order = sorted(names, key=lambda name: (name not in first, _rank(names[name])))
    for name in order[:NAMES_MOST]:
        value = names[name]
        kind, known = type(value), memo.get(id(value))
        if known is not None:
            copies[name] = known
        elif _one_of(kind, _TENSORS):
            size = _bytes(value)
            if size <= room and (made := _clone(value)) is not None:
                copies[name] = memo[id(value)] = made
                room -= size
        elif _one_of(kind, _CONTAINERS):
            size = value.nbytes if kind is np.ndarray else 8 * len(value)
            if size <= shelf:
                copies[name] = memo[id(value)] = value.copy()
                shelf -= size
        elif _is_own(kind):
            room = _copy_deeply(value, name, copies, memo, main, room)
    return copies


def _copy_deeply(
    value: Any,
    name: str,
    copies: dict[str, Any],
    memo: dict[int, Any],
    main: ModuleType,
    room: int,
) -> int:
    """Copy an object of the user's, whose methods may do anything; the room left."""
    size = attempt(lambda: _module_bytes(value), main)
    if not isinstance(size, int) or size > room:
        return room
    made = attempt(lambda: copy.deepcopy(value, memo), main)
    if type(made) is type(value):
        copies[name] = made
    return room - size


def _one_of(kind: type, kinds: tuple[type, ...]) -> bool:
    return any(kind is each for each in kinds)  # a metaclass may have an == of its own


def _rank(value: Any) -> int:
    """Tensors before modules before optimizers: the later ones refer to the earlier."""
    if _one_of(type(value), _TENSORS):
        return 0
    return 1 if issubclass(type(value), torch.nn.Module) else 2


def _is_own(kind: type) -> bool:
    if issubclass(kind, type):
        return False
    if issubclass(kind, (torch.nn.Module, torch.optim.Optimizer)):
        return True
    module = _members(kind).get("__module__")
    return type(module) is str and module == "__main__"


def _bytes(tensor: torch.Tensor) -> int:
    try:
        return tensor.untyped_storage().nbytes()
    except NotImplementedError:  # a sparse one has none of its own
        return tensor.numel() * tensor.element_size()


def _module_bytes(value: Any) -> int:
    if not isinstance(value, torch.nn.Module):
        return 0
    return sum(_bytes(each) for each in [*value.parameters(), *value.buffers()])


def _clone(tensor: torch.Tensor) -> torch.Tensor | None:
    """A copy of a tensor; None of one that cannot be cloned here."""
    try:
        return clone(tensor)
    except Exception:  # not every layout can be
        return None
