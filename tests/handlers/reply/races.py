"""Races as the engine tells them, made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.records import (
    Arithmetic,
    Batch,
    Batches,
    GpuBatch,
    GpuReport,
    GpuTask,
    Method,
    Note,
    Race,
    Racer,
    Status,
    Timing,
)

FLOATS, TENSORS = Arithmetic.FLOATS, Arithmetic.TENSORS


def timing(median_s: float) -> Timing:
    return Timing(8 * median_s, median_s, 0.97 * median_s, 1.04 * median_s, 50, 200, False)


def racer(
    method: Method, arithmetic: Arithmetic, counts: tuple[int, int, int], median_s: float
) -> Racer:
    numbers = ("0.493617117798773", "3.6e-7", "9.5e-6", "1.7e-8")
    return Racer(method, arithmetic, Status.CONVERGED, *numbers, *counts, timing(median_s))


BATCHES = Batches(
    (Batch(1, 1, timing(6e-6)), Batch(1000, 1000, timing(6e-3))),
    (Batch(1, 1, timing(3e-4)), Batch(1000, 1000, timing(5e-4)), Batch(10**6, 10**6, timing(0.09))),
    50,
)
RACE = Race(
    body="x⁷ + 5x³ + 17x - 9",
    name="x",
    dtype="float64",
    tol="1e-5",
    start="10",
    bracket=("-10", "10"),
    searched=False,
    root="0.493617117798773",
    residual="0",
    multiplicity=1,
    racers=(
        racer(Method.NEWTON, FLOATS, (17, 18, 17), 6.2e-6),
        racer(Method.SAFEGUARDED, FLOATS, (9, 12, 10), 4.4e-6),
        racer(Method.BISECTION, FLOATS, (21, 23, 0), 5.1e-6),
        racer(Method.NEWTON, TENSORS, (17, 18, 17), 1.9e-3),
        racer(Method.BISECTION, TENSORS, (21, 23, 0), 5.0e-4),
    ),
    batches=BATCHES,
    verdict=(
        Note(
            "race.won.cost",
            {
                "arithmetic": "floats",
                "winner": "bisection",
                "times": 1.216,
                "steps": 21,
                "more": 17,
                "cheaper": 1.5,
            },
        ),
        Note("race.tensors.newton", {"times": 306.0}),
    ),
    notes=(),
    gpu=GpuTask(["name", "x"], "x", 10.0, 1e-5, "float64", BATCHES.tensors),
)
GPU = GpuReport(
    "NVIDIA H100",
    True,
    (
        GpuBatch(1, 1, timing(3e-5), 9e-6, 8e-6, 4e-9, "memory"),
        GpuBatch(10**6, 999_000, timing(8e-5), 4.1e-5, 8e-6, 2.2e-5, "arithmetic"),
    ),
    120,
)


def ended(status: Status, **fields: Any) -> Race:
    """The race when Newton ended otherwise and nothing else ran."""
    lost = replace(RACE.racers[0], status=status, timing=None, error="", **fields)
    return replace(RACE, racers=(lost,), root="", batches=None, verdict=(), gpu=None)
