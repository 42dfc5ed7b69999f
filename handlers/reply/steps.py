"""The factors of a chain, one a line, each said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import DerivationPath, DerivationStep, Gradient
from handlers.reply.explained import worded
from handlers.reply.inner import called, letter_besides
from handlers.reply.text import clip, code, harmless
from handlers.words import Say

STEP_UNITS: Final = 60


class Steps:
    """What was said of the factors of a formula's paths; paths share many of them."""

    def __init__(self, found: Gradient, say: Say) -> None:
        self._names = [partial.name for partial in found.partials]
        self._letter = letter_besides(self._names)
        self._say = say
        self._said: set[Markup] = set()

    def of(self, path: DerivationPath) -> Iterator[Markup]:
        """The factors of a path that were not told yet; nothing where its own line tells all."""
        for step in () if _plain(path) else path.steps:
            for line in self._lines(step):
                if line not in self._said:
                    self._said.add(line)
                    yield line

    def _lines(self, step: DerivationStep) -> Iterator[Markup]:
        """∂outer/∂inner; where a letter stands for what is inside, that it does."""
        outer = self._short(step.outer, step)
        if outer == step.outer:
            yield self._line(step, outer, step.inner, step.local)
            return
        yield self._say("grad.inner", letter=code(self._letter))
        yield self._line(step, outer, self._letter, self._short(step.local, step))

    def _line(self, step: DerivationStep, outer: str, inner: str, local: str) -> Markup:
        value = f" = {step.value}" if step.value and step.value != local else ""
        return self._say(
            "grad.step",
            outer=_clipped(outer),
            inner=_clipped(inner),
            local=Markup(": {}").format(_clipped(local) + value) if local else "",
            rule=worded(self._say, step.rule.key, step.rule.values) or "",
        )

    def _short(self, text: str, step: DerivationStep) -> str:
        """The text with the letter for the inner function: where it stands once, and is none."""
        inner = step.inner
        plain = inner.partition("[")[0] in self._names
        if plain or not self._letter or step.outer.count(inner) != 1:
            return text
        return called(text, inner, self._letter)


def _plain(path: DerivationPath) -> bool:
    """Whether a path is one rule, named beside it, times constants."""
    ruled = [step for step in path.steps if not step.rule.key.endswith("_constant")]
    return len(path.steps) <= 1 or (len(ruled) <= 1 and path.rule.key != "rule.chain")


def _clipped(text: str) -> Markup:
    return Markup.escape(clip(harmless(text), STEP_UNITS))
