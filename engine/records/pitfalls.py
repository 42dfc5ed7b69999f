"""A mistake explained: what happened, why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.records.codec import Json


class Certainty(StrEnum):
    """How sure an explanation is; each has words of its own."""

    PROVED = "proved"  # seen in the values themselves, or by running
    LIKELY = "likely"  # the code shows the pattern
    USUAL = "usual"  # only the message is known


@dataclass(frozen=True, slots=True)
class Explanation:
    """The mistake behind an error. Its words are `pitfall.SLUG` and what hangs below it.

    `fix` are lines of Python in the student's own names, `fix_ran` whether they were run here.
    When only the message is known and several mistakes cause it, `causes` are their slugs.
    """

    slug: str
    certainty: Certainty
    values: Mapping[str, Json] = field(default_factory=dict)
    fix: str = ""
    fix_ran: bool = False
    causes: tuple[str, ...] = ()
