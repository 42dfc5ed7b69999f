"""Small integers for how Newton's method ended, element by element, on the CPU and on a GPU alike.

One element is solved so, by every program that answers with these codes:

    steps = 0
    forever:
        v = f(x)
        |v| <= tol                         -> CONVERGED
        v is nan or infinite               -> NON_FINITE
        steps = most                       -> LIMIT
        d = f'(x)
        d is nan or infinite               -> NON_FINITE
        d = 0                              -> ZERO_DERIVATIVE
        x - v/d is nan or infinite         -> NON_FINITE
        x = x - v/d; steps = steps + 1

x stays where it is when the loop ends, so that a root is finite if its start is.
"""

from __future__ import annotations

from typing import Final

CONVERGED: Final = 0
ZERO_DERIVATIVE: Final = 1
NON_FINITE: Final = 2
LIMIT: Final = 3
