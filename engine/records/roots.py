"""A root found in several ways, and how long each of them took."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.records.codec import Json
from engine.records.gradients import Misread
from engine.records.note import Note
from engine.records.timing import Timing


class Method(StrEnum):
    """How a root is sought."""

    BISECTION = "bisection"
    NEWTON = "newton"
    SAFEGUARDED = "safeguarded"  # Newton within a bracket that bisection keeps


class Arithmetic(StrEnum):
    """What a method computes with."""

    FLOATS = "floats"  # Python's own, by straight-line code
    TENSORS = "tensors"  # torch, one number at a time; Newton by autograd


class Status(StrEnum):
    """How a search ended."""

    CONVERGED = "converged"
    MULTIPLE = "multiple"  # a multiple root: reached, at a linear rate
    STAGNATED = "stagnated"  # as near as floating point gets; the tolerance is below that
    STUCK = "stuck"  # x does not move any more, and no root is there
    FLAT = "flat"  # |f| is within the tolerance where no root is near
    NO_SIGN_CHANGE = "no_sign_change"
    POLE = "pole"  # the sign changes through infinity
    JUMP = "jump"  # the sign changes without a value between
    ZERO_DERIVATIVE = "zero_derivative"
    DIVERGED = "diverged"
    CYCLE = "cycle"
    NON_FINITE = "non_finite"  # f or f' is nan or infinite where the method had to look
    LIMIT = "limit"  # of iterations

    @property
    def reached(self) -> bool:
        """Whether it came to a root."""
        return self.within or self is Status.STAGNATED

    @property
    def within(self) -> bool:
        """Whether it came to a root within the tolerance, for which counts and times are told."""
        return self in (Status.CONVERGED, Status.MULTIPLE)


@dataclass(frozen=True, slots=True)
class Racer:
    """One method with one arithmetic: where it stopped, and what that took.

    `residual` is |f| there, `width` the bracket's or the last step's length, `error` the distance
    from the root: numbers as text, empty where there is none. `timing` is None where it did not
    come within the tolerance.
    """

    method: Method
    arithmetic: Arithmetic
    status: Status
    root: str
    residual: str
    width: str
    error: str
    iterations: int
    evaluations: int  # of f
    derivatives: int  # evaluations of f'
    timing: Timing | None


@dataclass(frozen=True, slots=True)
class Batch:
    """So many shifted copies f(x - s) = 0, |s| <= 1/2, solved by Newton together."""

    count: int
    reached: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches on the CPU: one root after another in Python, and all at once in torch."""

    loop: tuple[Batch, ...]
    tensors: tuple[Batch, ...]
    crossover: int | None  # from so many on tensors are faster


@dataclass(frozen=True, slots=True)
class GpuTask:
    """What a GPU is asked: Newton for the formula `tree` (engine.formula.wire) of one input."""

    tree: Json
    name: str
    start: float
    tol: float
    dtype: str  # "float64" or "float32"
    cpu: tuple[Batch, ...]  # the same batches on the CPU, for the crossover


@dataclass(frozen=True, slots=True)
class GpuBatch:
    """A batch on the GPU: all of it, and its parts: the kernel alone, and its launch.

    `limit_s` is what the hardware needs at least, bound by "memory" or by "arithmetic".
    """

    count: int
    reached: int
    timing: Timing  # from the call until the GPU has finished
    kernel_s: float
    launch_s: float
    limit_s: float
    bound: str


@dataclass(frozen=True, slots=True)
class GpuReport:
    """What a GPU made of a task; `fused`: one kernel for the whole loop, not torch step by step."""

    device: str
    fused: bool
    batches: tuple[GpuBatch, ...]
    crossover: int | None  # from so many on the GPU is faster than the CPU


@dataclass(frozen=True, slots=True)
class Race:
    """A formula's root, and the methods side by side; numbers as text, empty where there are none.

    `root` is polished to the last digit of the dtype, `residual` is |f| there; empty where the
    formula is too large for that, and the root is as near as floats tell. `multiplicity` is 0 where
    there is none to tell: no root, or one of an order that is not whole, as of x^1.5.
    """

    body: str  # "x⁷ + 5x³ + 17x - 9"
    name: str  # "x"
    dtype: str
    tol: str
    start: str
    bracket: tuple[str, ...]  # two, or none
    searched: bool  # the bracket was found by expansion
    root: str
    residual: str
    multiplicity: int
    racers: tuple[Racer, ...]
    batches: Batches | None
    verdict: tuple[Note, ...]  # who won, and why
    notes: tuple[Note, ...]
    gpu: GpuTask | None


@dataclass(frozen=True, slots=True)
class RaceReport:
    """The answer to /root; the picture is a blob beside it."""

    race: Race | None
    mistake: Misread | None


@dataclass(frozen=True, slots=True)
class RaceLabels:
    """The words in the picture, in the language of the reply."""

    newton: str
    bisection: str
    safeguarded: str
    evaluations: str  # axis: evaluations of f and f'
    error: str  # axis: distance from the root
    root: str
