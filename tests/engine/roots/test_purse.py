"""Evaluations at many digits end before they cost more than there is."""

from __future__ import annotations

import math

import pytest
from mpmath import mp, mpf

from engine.roots.exact_root import Kind, exact_root
from engine.roots.purse import Purse, Spent
from tests.engine.roots.asking import formula

SQUARE = 120.0**2


def test_an_evaluation_is_paid_as_those_before_cost() -> None:
    with mp.workdps(120):
        assert Purse(1.0, 0.9, 10 * SQUARE).pay(mp.sqrt, mpf(4)) == 2
        with pytest.raises(Spent):
            Purse(1.0, 0.9, 3 * SQUARE).pay(mp.sqrt, mpf(4))


def test_more_digits_cost_more() -> None:
    with mp.workdps(640), pytest.raises(Spent):
        Purse(1.0, 0.1, SQUARE).pay(mp.sqrt, mpf(4))


def test_the_first_evaluation_tells_what_the_others_cost() -> None:
    purse = Purse(0.0)
    assert purse.pay(math.sqrt, 4.0) == 2
    with pytest.raises(Spent):
        purse.pay(math.sqrt, 4.0)


def test_a_root_that_cannot_be_paid_is_unknown() -> None:
    assert exact_root(formula("x - 1"), 0.5, most_s=0.0).kind is Kind.UNKNOWN
