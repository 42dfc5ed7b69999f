"""From an error to the mistake behind it: the rules are asked in the order of the table."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.pitfalls.repair.allowance import allowance
from engine.pitfalls.repair.trial import raised
from engine.pitfalls.rule import Finding, Rule, Scene
from engine.pitfalls.table import RULES
from engine.records import Certainty, Explanation

MESSAGE = 2000  # characters that are looked at
CODE = 10_000


def explain(scene: Scene) -> Explanation | None:
    """The mistake behind an error, None when no rule knows it.

    With its code, the first rule that finds its mistake there; else what the message alone
    usually means: one cause, or several.

    >>> scene = Scene("RuntimeError", "grad can be implicitly created only for scalar outputs")
    >>> found = explain(scene)
    >>> found.slug, found.certainty.value
    ('backward_of_many', 'usual')
    """
    said = f"{scene.type}: {scene.message}"[:MESSAGE]
    asked = [rule for rule in RULES if re.search(rule.message, said)]
    if scene.tree is not None and sum(map(len, scene.lines)) <= CODE:
        with allowance():
            found = next((told for rule in asked if (told := _asked(rule, scene))), None)
        if found is not None:
            return found
        if "NoneType" in said:  # None comes from anywhere; the code shows that it is no gradient
            return None
    return _usual([rule.slug for rule in asked if re.search(rule.alone or rule.message, said)])


def _asked(rule: Rule, scene: Scene) -> Explanation | None:
    finding = _look(rule, scene)
    return _explanation(rule, finding, scene) if finding else None


def _look(rule: Rule, scene: Scene) -> Finding | None:
    try:
        return rule.look(scene)
    except Exception:  # live values are a user's: what cannot be looked at tells nothing
        return None


def _explanation(rule: Rule, finding: Finding, scene: Scene) -> Explanation | None:
    """The finding once its repair was tried; None when the mended lines fail as they did."""
    told = Explanation(rule.slug, finding.certainty, finding.values, finding.fix)
    if not (finding.fix and scene.names):
        return told
    said = raised(finding.trial or finding.fix, scene.names)
    if said is None:
        return told
    if finding.proves and said == f"{scene.type}: {scene.message}":
        return None
    if said:  # a repair that fails is none
        return replace(told, fix="")
    certainty = Certainty.PROVED if finding.proves else finding.certainty
    return replace(told, certainty=certainty, fix_ran=True)


def _usual(slugs: list[str]) -> Explanation | None:
    if not slugs:
        return None
    if len(slugs) == 1:
        return Explanation(slugs[0], Certainty.USUAL)
    return Explanation("", Certainty.USUAL, causes=tuple(slugs))
