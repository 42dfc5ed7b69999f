"""The factors of a chain, one a line, each said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import DerivationPath, DerivationStep, Gradient
from handlers.reply.explained import worded
from handlers.reply.inner import called, letter_besides
from handlers.reply.text import clip, harmless
from handlers.words import Say

STEP_UNITS: Final = 60


class Steps:
    """What was said of the factors of a formula's paths; paths share many of them."""

    def __init__(self, found: Gradient, say: Say) -> None:
        self.letter = letter_besides([partial.name for partial in found.partials])
        self.lettered = False  # whether any line needs the letter explained
        self._say = say
        self._said: set[Markup] = set()

    def of(self, path: DerivationPath) -> Iterator[Markup]:
        """The factors of a path that were not told yet; nothing where there is only one."""
        for step in path.steps if len(path.steps) > 1 else ():
            line = self._line(step)
            if line not in self._said:
                self._said.add(line)
                yield line

    def _line(self, step: DerivationStep) -> Markup:
        """∂outer/∂inner, with a letter for what is inside."""
        outer = called(step.outer, step.inner, self.letter)
        short = outer != step.outer
        self.lettered |= short
        local = called(step.local, step.inner, self.letter) if short else step.local
        value = f" = {step.value}" if step.value and step.value != local else ""
        return self._say(
            "grad.step",
            outer=_short(outer),
            inner=_short(self.letter if short else step.inner),
            local=Markup(": {}").format(_short(local) + value) if local else "",
            rule=worded(self._say, step.rule.key, step.rule.values) or "",
        )


def _short(text: str) -> Markup:
    return Markup.escape(clip(harmless(text), STEP_UNITS))
