"""A race tells the root to its last digit, who came to it and who did not, and draws it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
import torch
from mpmath import mp
from PIL import Image

from engine.race import run
from engine.records import (
    Arithmetic,
    Call,
    Method,
    Race,
    RaceLabels,
    Racer,
    RaceReport,
    Status,
    from_data,
    to_data,
)
from engine.roots import batches, racers

LABELS = RaceLabels("Ньютон", "бисекция", "с отрезком", "вычислений", "ошибка", "корень")
COURSE = "x**7+5*x**3+17*x-9 on -10 10 from 10"
FLOATS, TENSORS = Arithmetic.FLOATS, Arithmetic.TENSORS


def report(text: str) -> tuple[RaceReport, tuple[bytes, ...]]:
    """What the job answers, by way of the wire."""
    data = {"text": text, "labels": to_data(LABELS)}
    answer = run(Call(data, (), {}, lambda event: None))
    return from_data(RaceReport, json.loads(json.dumps(answer.data))), answer.blobs


def raced(text: str) -> Race:
    race = report(text)[0].race
    assert race is not None
    return race


def racer(race: Race, method: Method, arithmetic: Arithmetic = FLOATS) -> Racer:
    (found,) = [r for r in race.racers if (r.method, r.arithmetic) == (method, arithmetic)]
    return found


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """How long things take is not asked here; one thread, as in a jail."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(racers, "RACE_S", 0.02)
    monkeypatch.setattr(batches, "BATCH_S", 0.01)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def course() -> tuple[RaceReport, tuple[bytes, ...]]:
    return report(COURSE)


def test_course_polynomial_takes_the_steps_that_were_measured(
    course: tuple[RaceReport, tuple[bytes, ...]],
) -> None:
    race = course[0].race
    assert race is not None
    counts = {
        (each.method, each.arithmetic): (each.iterations, each.evaluations, each.derivatives)
        for each in race.racers
    }

    assert race.root == "0.493617117798773"
    assert counts[Method.NEWTON, FLOATS] == counts[Method.NEWTON, TENSORS] == (17, 18, 17)
    assert counts[Method.BISECTION, FLOATS] == counts[Method.BISECTION, TENSORS] == (21, 23, 0)
    assert {each.status for each in race.racers} == {Status.CONVERGED}
    assert all(each.timing and each.timing.runs > 1 for each in race.racers)


def test_picture_is_as_wide_as_a_phone_likes(
    course: tuple[RaceReport, tuple[bytes, ...]],
) -> None:
    (picture,) = course[1]

    assert Image.open(BytesIO(picture)).size[0] == 1080


def test_batches_arrive_whole_and_a_gpu_would_get_the_same_task(
    course: tuple[RaceReport, tuple[bytes, ...]],
) -> None:
    race = course[0].race
    assert race is not None
    assert race.batches is not None
    assert race.gpu is not None

    assert [batch.count for batch in race.batches.loop] == [1, 1000]
    assert [batch.count for batch in race.batches.tensors][:2] == [1, 1000]
    assert all(batch.reached == batch.count for batch in race.batches.tensors)
    assert (race.gpu.start, race.gpu.tol, race.gpu.dtype) == (10.0, 1e-5, "float64")
    assert race.gpu.cpu == race.batches.tensors


@pytest.mark.parametrize(
    ("text", "oracle"),
    [
        ("cos(x) = x", lambda: mp.findroot(lambda x: mp.cos(x) - x, 0.7)),
        ("x^2 = 2 from 5", lambda: mp.sqrt(2)),
        ("x e^x = 1 on 0 1", lambda: mp.lambertw(1)),
        ("a x^3 - 5 on 0 3 at a=2", lambda: mp.cbrt(mp.mpf(5) / 2)),
        ("ln(x) = 1", lambda: mp.e),
    ],
)
def test_root_is_right_to_its_last_digit(text: str, oracle: object) -> None:
    race = raced(text)

    assert callable(oracle)
    assert mp.mpf(race.root) == pytest.approx(oracle(), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "method", "status"),
    [
        ("x^2 + 1 on -1 3", Method.BISECTION, Status.NO_SIGN_CHANGE),
        ("tan(x) on 1 2", Method.BISECTION, Status.POLE),
        ("tan(x) on 1 2", Method.SAFEGUARDED, Status.POLE),
        ("floor(x) + 0.5 on -1 2", Method.BISECTION, Status.JUMP),
        ("x^3 - 2x + 2 from 0", Method.NEWTON, Status.CYCLE),
        ("arctan(x) from 1.5", Method.NEWTON, Status.DIVERGED),
        ("(x-1)^2 from 3", Method.NEWTON, Status.MULTIPLE),
        ("log(x) on -1 2", Method.BISECTION, Status.NON_FINITE),
        ("3 + 0x", Method.NEWTON, Status.ZERO_DERIVATIVE),
        ("x^2 - 4 on 2 5", Method.BISECTION, Status.CONVERGED),
        ("1e20*(x^2-2) on 0 2", Method.NEWTON, Status.STAGNATED),
        ("1e-20*(x-3) from 10", Method.NEWTON, Status.FLAT),
        ("exp(x)", Method.NEWTON, Status.FLAT),
        ("exp(1e18(x-1))", Method.NEWTON, Status.STUCK),
        ("exp(x) on -1023 -511", Method.BISECTION, Status.FLAT),
    ],
)
def test_ending_is_told_as_it_is(text: str, method: Method, status: Status) -> None:
    found = racer(raced(text), method)

    assert found.status is status
    assert (found.timing is not None) is status.within


@pytest.mark.parametrize(
    ("text", "statuses", "root"),
    [
        ("x+floor(x)-3 on -1 5 float32 tol 1e-6", {Status.CYCLE, Status.JUMP}, ""),
        ("exp(1e18(x-1))", {Status.STUCK, Status.FLAT}, ""),
        (
            "tanh(1e17*(x-1/3)) from 3",
            {Status.ZERO_DERIVATIVE, Status.CONVERGED},
            "0.333333333333333",
        ),
        (
            "(x-1)(x-1.0000001) on -10 10",
            {Status.CONVERGED, Status.NO_SIGN_CHANGE},
            "1",
        ),
    ],
)
def test_all_methods_speak_of_one_thing(text: str, statuses: set[Status], root: str) -> None:
    race = raced(text)

    assert {each.status for each in race.racers} == statuses
    assert race.root == root


def test_root_of_a_formula_too_large_for_fifty_digits_is_as_near_as_floats_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(racers, "EXACT_S", 0.0)
    race = raced("x^3 - 2 on 0 2")

    assert mp.mpf(race.root) == pytest.approx(mp.cbrt(2), rel=1e-14)
    assert (race.residual, {each.error for each in race.racers}) == ("", {""})


@pytest.mark.parametrize(
    ("text", "oracle"),
    [
        ("1e200x^3-1e-200", lambda: mp.cbrt(mp.mpf("1e-400"))),
        ("1e300*x^5-1 on 0 1", lambda: mp.mpf("1e-60")),
    ],
)
def test_simple_root_next_to_zero_is_not_told_as_zero(text: str, oracle: object) -> None:
    race = raced(text)

    assert callable(oracle)
    assert mp.mpf(race.root) == pytest.approx(oracle(), rel=1e-14, abs=0)
    assert race.multiplicity == 1


def test_float32_is_raced_with_tensors_alone_and_owns_up_to_its_resolution() -> None:
    race = raced("x^3 - 2 on 0 2 tol 1e-9 float32")

    assert {each.arithmetic for each in race.racers} == {TENSORS}
    assert {each.status for each in race.racers} == {Status.STAGNATED}
    assert race.root == "1.259921"
    assert race.batches is None


def test_multiplicity_is_told() -> None:
    assert raced("(x-1)^3 on 0 3").multiplicity == 3


@pytest.mark.parametrize("text", ["x^1.5 from 0.5", "abs(x)^2.5", "sqrt(x) on 0 1"])
def test_of_a_fractional_order_no_multiplicity_is_told(text: str) -> None:
    race = raced(text)

    assert (race.root, race.multiplicity) == ("0", 0)
    assert Status.MULTIPLE not in {each.status for each in race.racers}


def test_root_outside_the_bracket_is_said_to_be_there() -> None:
    race = raced("tan(x) on 1 2 from 1.5")

    assert race.root == "0"
    assert [note.key for note in race.notes] == ["race.outside"]


def test_root_inside_the_bracket_is_preferred() -> None:
    race = raced("sin(x) on 2 4 from 1.5")

    assert race.root == "3.14159265358979"
    assert "race.several" in [note.key for note in race.notes]


def test_start_outside_the_bracket_is_replaced_and_said() -> None:
    (note,) = [n for n in raced(COURSE).notes if n.key == "race.middle"]

    assert note.values == {"start": "10", "middle": "0"}


@pytest.mark.parametrize(
    "text", ["x^2 - ", "x^2 + y", "A @ x", "x^2 on 1", "x" * 3000, "exp" * 500, "where(x>0,1,2)"]
)
def test_bad_text_is_answered_and_never_raises(text: str) -> None:
    found, pictures = report(text)

    assert found.mistake is not None or found.race is not None
    assert bool(pictures) is (found.race is not None)
