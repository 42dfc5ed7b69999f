"""What is tried to explain one error shares one allowance of time."""

from __future__ import annotations

from engine.pitfalls.repair.allowance import allowance, used_up
from engine.pitfalls.repair.trial import raised


def use_up() -> None:
    while not used_up():
        pass


def test_what_is_tried_within_shares_it() -> None:
    with allowance():
        use_up()
        with allowance():
            assert used_up()
        assert raised("1 + 1", {}) is None
    assert not used_up()


def test_a_new_error_has_its_own() -> None:
    for _ in range(2):
        with allowance():
            assert not used_up()
            use_up()


def test_an_endless_repair_is_given_up() -> None:
    assert raised("while True: pass", {}) is None
