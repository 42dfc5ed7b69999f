"""A path in one line: the rule that it stands for, and the factors that it multiplies."""

from __future__ import annotations

from typing import Final

from engine.derivation.paths import Path, Step
from engine.derivation.tidy import ONE, times
from engine.formula.tree import Apply, Index, Name, Node
from engine.records.note import Note

_TRIVIAL: Final = {"rule.sum", "rule.sign_changed"}
_LINEAR: Final = {
    "rule.product_constant",
    "rule.quotient_constant",
    "rule.sum_elements",
    "rule.mean",
    "rule.index",
    "rule.dot",
    "rule.matmul",
}


def telling(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that say something: all but those through sums; of these alone the first."""
    return tuple(step for step in steps if step.rule.key not in _TRIVIAL) or steps[:1]


def headline(path: Path) -> Note:
    """The one rule that a path stands for.

    The rule of its only step that is not linear; of several steps the product or the quotient
    that comes first, else the chain rule.
    """
    steps = telling(path.steps)
    if not steps:
        return Note("rule.itself")
    bent = [step for step in steps if step.rule.key not in _LINEAR]
    first = bent[0] if bent else steps[0]
    if first.rule.key in _LINEAR | _TRIVIAL | {"rule.product", "rule.quotient"}:
        return first.rule
    return first.rule if _is_input(first.inner) else Note("rule.chain")


def _is_input(node: Node) -> bool:
    return isinstance(node, Name) or (isinstance(node, Index) and isinstance(node.base, Name))


def unfolded(path: Path) -> Node:
    """The contribution as the product of its factors, as the chain rule has them.

    `2(x + y) · 1`: what stands beneath the last telling step through a sum is a factor too. Where
    a step has no derivative of its own (softmax, matrices), or there is one factor, it is the
    contribution itself.
    """
    factors = _factors(path.steps)
    if len(factors) < 2:
        return path.contribution
    product = factors[0]
    for factor in factors[1:]:
        product = Apply("mul", (product, factor))
    return product


def _factors(steps: tuple[Step, ...]) -> list[Node]:
    factors: list[Node] = []
    sums: list[Node] = [ONE]
    for step in steps:
        if step.local is None:
            return []
        if step.rule.key in _TRIVIAL:
            sums[-1] = times(sums[-1], step.local)
        else:
            factors.append(step.local)
            sums.append(ONE)
    return _among(factors, sums, bool(steps) and steps[-1].rule.key in _TRIVIAL)


def _among(factors: list[Node], sums: list[Node], ends_in_sum: bool) -> list[Node]:
    """The factors with the signs before them; the last one, though it be 1, if it is a sum's."""
    if not factors:
        return []
    found = [times(sums[0], factors[0])]
    for sign, factor in zip(sums[1:], factors[1:], strict=False):
        found += [factor] if sign == ONE else [sign, factor]
    return [*found, sums[-1]] if ends_in_sum else found
