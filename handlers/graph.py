"""/graph: the autograd graph as a picture, of a formula at a point or of a session's variable."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import (
    Graph,
    GraphReport,
    Job,
    JobLimits,
    Outcome,
    Result,
    from_data,
    to_data,
)
from handlers.reply import (
    Cells,
    Reply,
    Sent,
    Turn,
    Turns,
    Whole,
    answered,
    at_desk,
    cell_reply,
    done_at_desk,
    graph_blocks,
    graph_short,
    refusal,
    replay_button,
    run_code,
    stacked,
)
from handlers.source import mendable, read

# A name, its attributes and places: what /eval would show, with nothing to compute.
_VARIABLE = re.compile(r"[^\W\d]\w*(\s*\.\s*[^\W\d]\w*|\[\s*(-?\d+|[\"'“”«»‘’][^\[\]]*)\s*\])*")


async def graph(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Cells,
    limits: JobLimits,
    whole: Whole,
) -> None:
    """Draw the graph of what the command brings; without anything, say what that may be."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, limits=limits, whole=whole)


async def answer(
    turn: Turn, message: Message, *, pool: Cells, limits: JobLimits, whole: Whole
) -> None:
    """Draw the graph of the formula, or of the variable, that a message names."""
    source = read(message)
    text = (await whole(message, source.text)).strip()
    if not text:
        await turn.reply(Reply(turn.say("graph.help")))
    elif _VARIABLE.fullmatch(text):
        await _variable(turn, Sent(text, source.plain and mendable(text)), pool, limits)
    else:
        await _formula(turn, text, pool)


async def _formula(turn: Turn, text: str, pool: Cells) -> None:
    result = await at_desk(turn, pool, "graph.draw", text)
    if result is not None:
        await _show(turn, result)


async def _variable(turn: Turn, sent: Sent, pool: Cells, limits: JobLimits) -> None:
    """Have the session describe the graph, and a desk draw it: pictures take memory."""
    ran = await run_code(turn, "graph.variable", sent, pool)
    if ran is None:
        return
    report = answered(GraphReport, ran.result) if ran.result.outcome is Outcome.OK else None
    if report is not None and report.graph is not None:
        await _drawn(turn, report.graph, pool)
        return
    said = refusal(report, turn.say) if report is not None else None
    if said is None:
        await turn.reply(cell_reply(_emptied(ran.result), turn.say, limits, ran.cells))
        return
    await turn.reply(Reply(said, buttons=replay_button(ran.result, turn.say, ran.cells)))


async def _drawn(turn: Turn, graph: Graph, pool: Cells) -> None:
    job = Job("graph.draw", {"graph": to_data(graph)}, turn.owner)
    result = await done_at_desk(turn, pool, job)
    if result is not None:
        await _show(turn, result)


async def _show(turn: Turn, result: Result) -> None:
    report, say = from_data(GraphReport, result.data), turn.say
    if report.graph is None:
        await turn.reply(Reply(refusal(report, say) or say("fault")))
        return
    await turn.reply(
        Reply(
            stacked(graph_blocks(report.graph, say)),
            short=graph_short(report.graph, say),
            pictures=result.blobs,
        )
    )


def _emptied(result: Result) -> Result:
    """Without a report that is none; how a pool says why it ran nothing stays."""
    return replace(result, data={}) if result.outcome in (Outcome.OK, Outcome.RAISED) else result
