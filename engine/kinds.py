"""Every kind of job and the function that does it; imported by the zygote, never by the bot."""

from __future__ import annotations

from collections.abc import Callable

from engine import (
    broadcasting,
    cell,
    gradients,
    graphs,
    race,
    shapes,
    spelling,
    timeit,
    understanding,
)
from engine.jail import breakouts
from engine.pitfalls import pasted
from engine.records import Answer, Call

KINDS: dict[str, Callable[[Call], Answer]] = {
    "broadcasting.explain": broadcasting.explain,
    "cell.evaluate": cell.evaluate,
    "gradients.explain": gradients.explain,
    "graph.draw": graphs.draw,
    "graph.variable": graphs.variable,
    "jail.breakouts": breakouts.attempt,
    "pitfalls.explain": pasted.explain_pasted,
    "root.race": race.run,
    "shapes.trace": shapes.trace,
    "spelling.mend": spelling.mend,
    "talk.understand": understanding.understand,
    "timing.measure": timeit.measure,
}
