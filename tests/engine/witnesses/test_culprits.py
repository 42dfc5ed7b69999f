"""What is to blame is blamed for no more than it does."""

from __future__ import annotations

from engine.witnesses.culprits import lost_digits
from tests.engine.witnesses.asked import case


def test_vectors_lose_the_digits_that_numbers_lose() -> None:
    """exp(x) magnifies an error of x by x itself; y - 1 by y/(y - 1)."""
    assert lost_digits(case("sum(exp(x)) at x=[1, 2, 5]")) is None

    lost = lost_digits(case("sum(x - 1) at x=[1.0001, 1.0001]"))
    assert lost is not None
    assert lost[1] == 4
