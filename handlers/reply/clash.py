"""Why an operation of a cell does not fit, and what was found to fit: in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from engine.records import Broadcast, ShapeReport
from handlers.reply import alignment
from handlers.words import Say

NEXT_CLASH: Final = "note.next_clash"  # limits what a repair promises

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClashWords:
    """The answer's first line, all that a group sees of it, and the blocks below the trace."""

    title: Markup
    short: Markup
    blocks: tuple[Markup, ...]


def clash_words(report: ShapeReport, say: Say) -> ClashWords | None:
    """The clash of a report in words, None when there is none that makes sense."""
    clash = report.clash
    if clash is None:
        return None
    try:
        title, short = alignment.headline(clash, say), alignment.short(clash, say)
        return ClashWords(title, short, tuple(_blocks(clash, report, say)))
    except Exception as error:  # a cell can overwrite what its own jail answers
        log.warning("a clash that makes no sense: %r", error)
        return None


def _blocks(clash: Broadcast, report: ShapeReport, say: Say) -> Iterator[Markup]:
    yield alignment.table(clash, say) + "\n" + alignment.why(clash, say)
    if report.repairs:
        mended = replace(clash, repairs=report.repairs)
        asked = alignment.question(mended, say)
        repaired = alignment.repaired(mended, say)
        yield repaired + "\n" + asked if asked else repaired
        yield from (alignment.said(n, say) for n in report.notes if n.key == NEXT_CLASH)
    elif not report.forecast:  # of what was not run nothing was tried
        yield say("shape.no_repairs") if clash.repairs else alignment.repaired(clash, say)
    said = alignment.torch_says(clash, say)
    if said:
        yield said
