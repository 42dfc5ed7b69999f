"""A power written as in mathematics: `x^2`, which is Python's exclusive or."""

from __future__ import annotations

from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty
from engine.spelling import python


def _caret(scene: Scene) -> Finding | None:
    """Not from the tree: `x^2 + 1` binds as x ^ (2 + 1), and that is not what was meant."""
    if not scene.line:
        return None
    line = scene.lines[scene.line - 1].strip()
    meant = line.replace("^=", "**=").replace("^", "**")
    if meant == line or python(meant) is None:
        return None
    return Finding(Certainty.LIKELY, {"text": line}, meant, proves=True)


POWERS: tuple[Rule, ...] = (
    Rule(
        "caret",
        r'"bitwise_xor_\w+" not implemented for|unsupported operand type\(s\) for \^',
        _caret,
        (
            Example("x = torch.ones(3)\ny = x^2 + 1", "x = torch.ones(3)\ny = x**2 + 1"),
            Example("x = 2.5\nx^2", "x = 2.5\nx**2"),
        ),
    ),
)
