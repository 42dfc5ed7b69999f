"""A formula differentiated: its value, its partial derivatives, where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.records.note import Note


@dataclass(frozen=True, slots=True)
class Misread:
    """What is wrong with a text that should be a formula, and where.

    `line` is the line of the text that is at fault, `start` and `end` the columns in it.
    """

    note: Note
    line: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """One factor on a path: what the rule says of `outer` as `inner` changes.

    `local` is ∂outer/∂inner as text, `value` the same at the point; both may be empty.
    """

    rule: Note
    outer: str
    inner: str
    local: str
    value: str


@dataclass(frozen=True, slots=True)
class DerivationPath:
    """One way in which an input enters the formula, and what it contributes.

    `term` is the summand of the formula it runs through, `form` the product of the factors of
    `steps` (from the formula down to the input), `value` the same at the point; `rule` is the one
    that the path stands for.
    """

    term: str
    form: str
    value: str
    rule: Note
    steps: tuple[DerivationStep, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """The derivative by one input.

    `form` as differentiated, path by path; `simplified` is empty when that is the same, when
    nothing simpler was found, or when the two could not be shown to agree. `value` is empty
    without a point; `shape` is None for a number and without a point.
    """

    name: str
    shape: tuple[int, ...] | None
    form: str
    simplified: str
    value: str
    paths: tuple[DerivationPath, ...]
    unused: tuple[str, ...]  # summands of the formula in which the input does not stand


class WitnessKind(StrEnum):
    """Who says what the gradient is."""

    EXACT = "exact"  # the derived formula at 50 digits
    AUTOGRAD = "autograd"  # torch, float64
    DIFFERENCES = "differences"  # central differences, float64
    SINGLE = "single"  # torch, float32: heard only where it differs


@dataclass(frozen=True, slots=True)
class Witness:
    """What one witness says: the value of the formula, and a derivative per input."""

    kind: WitnessKind
    value: str
    partials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Testimony:
    """The witnesses side by side.

    `believed` names the one to believe where they differ: None where they agree, and where there
    is nothing to believe; `reasons` say why they differ. `error` is the largest difference of the
    central differences from the exact derivatives, empty where one of these does not exist; `step`
    is what they were taken with.
    """

    witnesses: tuple[Witness, ...]
    believed: WitnessKind | None
    agree: bool
    reasons: tuple[Note, ...]
    error: str
    step: str


@dataclass(frozen=True, slots=True)
class Check:
    """A student's own derivative beside ours.

    `equal` is None where no point could decide; `counter` is a point where they differ, with
    what each gives there.
    """

    name: str
    claim: str
    equal: bool | None
    counter: str
    claimed: str
    right: str
    hint: Note | None  # what the claim is instead, where that is known


@dataclass(frozen=True, slots=True)
class Table:
    """Second derivatives or a Jacobian: `rows` as text, named by `row_names` and `columns`."""

    title: Note
    columns: tuple[str, ...]
    row_names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    forms: tuple[tuple[str, ...], ...]  # the same as formulas; empty where there are none


@dataclass(frozen=True, slots=True)
class Gradient:
    """Everything about a formula; the parts that need a point are empty without one."""

    head: str  # "f(x, y)"
    body: str  # "x² + xy + (x + y)²"
    at: str  # "f(2, 2)", or the inputs of tensors named
    value: str
    shape: tuple[int, ...] | None  # of the value; None for a number and without a point
    partials: tuple[Partial, ...]
    testimony: Testimony | None
    checks: tuple[Check, ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class GradientReport:
    """The answer to a formula; blobs beside it are pictures of what is too wide for text."""

    gradient: Gradient | None
    mistake: Misread | None
