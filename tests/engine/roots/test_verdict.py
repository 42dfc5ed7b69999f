"""Nobody is called the winner without a reason that the clock and the counts give."""

from __future__ import annotations

import pytest

from engine.records import Arithmetic, Method, Note, Racer, Status, Timing
from engine.roots.verdict import verdict

FLOATS, TENSORS = Arithmetic.FLOATS, Arithmetic.TENSORS
NEWTON, BISECTION = Method.NEWTON, Method.BISECTION


def timing(median_s: float, noisy: bool = False) -> Timing:
    return Timing(9 * median_s, median_s, 0.95 * median_s, 1.05 * median_s, 30, 100, noisy)


def racer(
    method: Method,
    steps: int,
    took: Timing | None,
    arithmetic: Arithmetic = FLOATS,
    root: str = "0.5",
    error: str = "1e-8",
) -> Racer:
    status = Status.CONVERGED if took else Status.CYCLE
    numbers = (root, "1e-7", "1e-6", error)
    return Racer(method, arithmetic, status, *numbers, steps, steps + 1, steps, took)


def said(*racers: Racer) -> list[str]:
    return [note.key for note in verdict(racers)]


@pytest.mark.parametrize(
    ("steps", "seconds", "key"),
    [
        ((17, 21), (3e-6, 2e-6), "race.won.cost"),  # more steps win when they are cheaper
        ((21, 17), (2e-6, 3e-6), "race.won.cost"),
        ((3, 21), (1e-6, 2e-6), "race.won.steps"),  # fewer steps win though each is dearer
        ((20, 21), (1e-6, 2e-6), "race.won.both"),
        ((10, 20), (1.02e-6, 2e-6), "race.won.level"),  # "1.02 times as dear" says nothing
    ],
)
def test_reason_is_what_time_and_steps_say(
    steps: tuple[int, int], seconds: tuple[float, float], key: str
) -> None:
    newton = racer(NEWTON, steps[0], timing(seconds[0]))
    bisection = racer(BISECTION, steps[1], timing(seconds[1]))
    assert said(newton, bisection) == [key]


def test_values_tell_the_ratio_and_the_steps() -> None:
    (note,) = verdict([racer(NEWTON, 17, timing(3e-6)), racer(BISECTION, 21, timing(2e-6))])

    assert note.values["winner"] == "bisection"
    assert note.values["arithmetic"] == "floats"
    assert note.values["times"] == pytest.approx(1.5)
    assert (note.values["steps"], note.values["more"]) == (21, 17)
    assert note.values["cheaper"] == pytest.approx((3 / 17) / (2 / 21))


def test_overlapping_quartiles_are_not_ranked() -> None:
    close = [racer(NEWTON, 17, timing(2.0e-6)), racer(BISECTION, 21, timing(2.1e-6))]

    assert verdict(close) == (Note("race.even", {"arithmetic": "floats"}),)


def test_who_did_not_arrive_is_not_compared() -> None:
    assert said(racer(NEWTON, 200, None), racer(BISECTION, 21, timing(2e-6))) == []


def test_different_roots_are_not_ranked() -> None:
    newton = racer(NEWTON, 3, timing(1e-6))
    bisection = racer(BISECTION, 21, timing(2e-6), root="-0.5")
    tensors = racer(NEWTON, 3, timing(400e-6), TENSORS, root="7")

    assert said(newton, bisection, tensors) == []


def test_same_root_from_two_sides_is_ranked() -> None:
    newton = racer(NEWTON, 30, timing(1e-6), root="0.52", error="0.02")
    bisection = racer(BISECTION, 21, timing(2e-6), root="0.47", error="0.031")

    assert said(newton, bisection) == ["race.won.cost"]


def test_each_arithmetic_has_its_own_winner_and_floats_are_held_against_tensors() -> None:
    found = verdict(
        [
            racer(NEWTON, 3, timing(1e-6)),
            racer(BISECTION, 21, timing(2e-6)),
            racer(NEWTON, 3, timing(400e-6), TENSORS),
            racer(BISECTION, 21, timing(300e-6), TENSORS),
        ]
    )

    assert [note.values.get("winner") for note in found] == ["newton", "bisection", None]
    assert found[2].key == "race.tensors.newton"
    assert found[2].values["times"] == pytest.approx(400)


def test_who_began_at_the_root_wins_nothing() -> None:
    assert said(racer(NEWTON, 0, timing(1e-7)), racer(BISECTION, 21, timing(2e-6))) == []


def test_floats_and_tensors_that_took_other_steps_did_other_work() -> None:
    floats = racer(NEWTON, 30, timing(1e-6))
    assert said(floats, racer(NEWTON, 28, timing(4e-4), TENSORS)) == []


def test_busy_machine_is_spoken_of() -> None:
    assert said(racer(NEWTON, 3, timing(1e-6, noisy=True))) == ["race.noisy"]
