"""Where a step stands at a kink, a tie or a jump at the point, and what torch takes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from mpmath import mp

from engine.derivation.paths import Step
from engine.formula.figures import figure
from engine.formula.tree import Apply, Compare, Node
from engine.records.note import Note

ValueOf = Callable[[Node], Any]  # at the point: an mpf, or an array of them


def kink_note(step: Step, value_of: ValueOf) -> Note | None:
    """What is special about a step at the point; None where nothing is."""
    if not isinstance(step.outer, Apply):
        return None
    local = None if step.local is None else value_of(step.local)
    if step.outer.op in _AT:
        return _AT[step.outer.op](step, local, value_of)
    if local is not None and any(map(mp.isinf, _elements(local))):
        return Note("rule.infinite")
    return None


def _at_zero(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    """A kink where the argument is 0, unless both slopes are 1."""
    taken = _first(local, np.equal(value_of(step.inner), 0)) if step.place == 0 else None
    if taken is None or taken == 1:
        return None
    return Note("rule.kink", {"taken": figure(taken)})


def _norm(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    zero = any(each == 0 for each in _elements(value_of(step.outer)))
    return Note("rule.kink", {"taken": "0"}) if zero else None


def _jump(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    at = step.outer.op == "sign" if isinstance(step.outer, Apply) else False
    inner = _elements(value_of(step.inner))
    there = any(each == 0 if at else mp.isint(each) for each in inner)
    return Note("rule.jump") if there else None


def _tie(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    shares = [each for each in _elements(local) if 0 < each < 1]
    return Note("rule.tie", {"taken": figure(shares[0])}) if shares else None


def _bound(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    assert isinstance(step.outer, Apply)
    x, *bounds = (value_of(each) for each in step.outer.args)
    at = np.logical_or.reduce([np.equal(x, bound) for bound in bounds])
    taken = _first(local, at)
    return None if taken is None else Note("rule.bound", {"taken": figure(taken)})


def _border(step: Step, local: Any, value_of: ValueOf) -> Note | None:
    assert isinstance(step.outer, Apply)
    condition = step.outer.args[0]
    if not isinstance(condition, Compare):
        return None
    equal = np.equal(value_of(condition.left), value_of(condition.right))
    return Note("rule.border") if np.any(equal) else None


def _first(local: Any, at: Any) -> Any:
    """The first element of `local` where `at` holds."""
    where = np.asarray(at, dtype=bool)
    shares = np.asarray(local, dtype=object)
    wide, where = np.broadcast_arrays(shares, where)
    found = wide[where]
    return found.flat[0] if found.size else None


def _elements(value: Any) -> list[Any]:
    return list(np.asarray(value, dtype=object).flatten())


_AT: Final[dict[str, Callable[[Step, Any, ValueOf], Note | None]]] = {
    **dict.fromkeys(("abs", "relu", "leaky_relu", "elu"), _at_zero),
    **dict.fromkeys(("sign", "floor", "ceil"), _jump),
    **dict.fromkeys(("max", "min"), _tie),
    "norm": _norm,
    "clamp": _bound,
    "where": _border,
}
