"""How much may be computed at many digits: so much of the processor's time, then no more."""

from __future__ import annotations

from dataclasses import dataclass
from time import thread_time

from mpmath import mp

from engine.roots.nature import Function, Real


class Spent(Exception):
    """The time for evaluations is over, or the next would not fit into it."""


@dataclass(slots=True)
class Purse:
    """Seconds for evaluations, of this thread alone: what else runs on the machine costs nothing.

    What the next evaluation costs is foretold from those before, as if time grew as the square of
    the digits; that of erf from 120 to 640 digits grows 12 to 17 times, the square 28 times.
    """

    left_s: float
    paid_s: float = 0.0
    paid_squares: float = 0.0  # of digits, of all evaluations

    def pay(self, f: Function, x: Real) -> Real:
        """f(x) at mpmath's present digits.

        Raises `Spent` before an evaluation that cannot be paid; the first always can.

        >>> purse = Purse(1.0)
        >>> purse.pay(lambda x: x + 1, 1), purse.paid_s > 0
        (2, True)
        """
        square = float(mp.dps) ** 2
        price_s = square * self.paid_s / self.paid_squares if self.paid_squares else 0.0
        if self.paid_squares and self.paid_s + price_s > self.left_s:
            raise Spent
        started = thread_time()
        found = f(x)
        self.paid_s += thread_time() - started
        self.paid_squares += square
        return found
