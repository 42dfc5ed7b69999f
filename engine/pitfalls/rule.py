"""What a rule about a mistake is, and what it looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.records import Certainty, Json


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of an error.

    `tree` is the code it came from, None when only its message is known; `lines` are that code's
    lines and `line` the failing one, from 1 (0: unknown). `names` are the live values of the
    innermost frame of the user's, empty when the code was not run here.
    """

    type: str
    message: str
    tree: ast.Module | None = None
    lines: tuple[str, ...] = ()
    line: int = 0
    names: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer to a scene: how sure it is, values for its words, lines that mend it.

    Where there are live values, `trial` (the fix itself when empty) is tried on copies of them:
    the fix among the lines it needs. `proves`: that they run to their end proves the cause,
    because without the fix they are the very lines that failed.
    """

    certainty: Certainty
    values: Mapping[str, Json] = field(default_factory=dict)
    fix: str = ""
    trial: str = ""
    proves: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A cell that makes the mistake, and the same cell mended."""

    code: str
    mended: str


Look = Callable[[Scene], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One mistake.

    `message` is searched in "Type: message" as a regular expression; only then `look` is asked,
    and only with a tree. Its words: `pitfall.SLUG` (a title), `.why` (a clause that follows
    "because", "most likely", "usually"), `.usual` (the same without the code's names), `.advice`
    (a sentence that leads to the fix).

    Without a tree the rule is a usual cause of what `message` finds, or only of what `alone`
    finds where that is given: many a TypeError looks the same.
    """

    slug: str
    message: str
    look: Look
    examples: tuple[Example, ...]
    alone: str = ""


NEVER = r"(?!)"  # for `alone`: the message says nothing without the code
