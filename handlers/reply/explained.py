"""A mistake explained: how sure we are of its cause, what to do, lines that mend it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Final

from markupsafe import Markup

from engine.records import Certainty, Explanation
from handlers.reply.text import clip, harmless, units
from handlers.words import Say

log = logging.getLogger(__name__)

CAUSES: Final = 8
VALUE_UNITS: Final = 300
LOGGED: Final = 200
FIX_UNITS: Final = 900
LEADS: Final = {
    Certainty.PROVED: "explain.proved",
    Certainty.LIKELY: "explain.likely",
    Certainty.USUAL: "explain.usual",
}


def heading(explanation: Explanation | None, say: Say) -> Markup | None:
    """What the mistake is called; None when several causes are left, or none is known."""
    if explanation is None or explanation.causes:
        return None
    return worded(say, f"pitfall.{explanation.slug}", {})


def explained(explanation: Explanation, say: Say) -> Iterator[Markup]:
    """The blocks below Python's own line: why, what to do, the lines; nothing without words.

    They fit for a cell's own error and for one that was pasted.
    """
    if explanation.causes:
        yield from _causes(explanation, say)
        return
    title, slug = heading(explanation, say), f"pitfall.{explanation.slug}"
    usual = explanation.certainty is Certainty.USUAL
    why = worded(say, f"{slug}.usual" if usual else f"{slug}.why", explanation.values)
    if title is None or why is None:
        return
    yield say(LEADS[explanation.certainty], why=why)
    advice = worded(say, f"{slug}.advice", explanation.values)
    if advice is not None:
        yield advice
    fix = harmless(explanation.fix)
    if fix and units(fix) <= FIX_UNITS:  # a part of a repair repairs nothing
        label = say("explain.fix_ran" if explanation.fix_ran else "explain.fix")
        yield label + "\n" + python(fix)


def python(lines: str) -> Markup:
    """A block of Python, coloured where Telegram does so."""
    block = Markup('<pre><code class="language-python">{}</code></pre>')
    return block.format(lines)


def _causes(explanation: Explanation, say: Say) -> Iterator[Markup]:
    known = [worded(say, f"pitfall.{slug}.usual", {}) for slug in explanation.causes[:CAUSES]]
    lines = [Markup("• ") + words for words in known if words is not None]
    if lines:
        yield Markup("\n").join([say("explain.causes"), *lines])


def worded(say: Say, key: str, values: Mapping[str, object]) -> Markup | None:
    """The words of a key that the engine gave, None when we have none for it or a value lacks."""
    shown = {name: _shown(value) for name, value in values.items()}
    try:
        return say(key, **shown)
    except (KeyError, TypeError) as error:  # a value of the name `key` is a TypeError
        # A cell can overwrite what its own jail answers: no reason to fail over it.
        log.warning("no words: %s", clip(str(error), LOGGED))
        return None


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return clip(harmless(text), VALUE_UNITS)
