"""How a function and its derivatives are called."""

from __future__ import annotations

from engine.records import Gradient


def title(found: Gradient) -> str:
    """The name of the function: f of `f(x, y)`."""
    return found.head.partition("(")[0]


def name_of(found: Gradient, variable: str) -> str:
    """The derivative by a variable: ∂f/∂x, and f'(x) where there is no other input."""
    f = title(found)
    return f"{f}'({variable})" if len(found.partials) == 1 else f"∂{f}/∂{variable}"
