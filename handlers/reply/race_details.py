"""What only the curious read of a race, folded: where each stopped, how it was timed, batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Batch, Batches, GpuBatch, GpuReport, Method, Race, Racer, Timing
from handlers.reply.quantity import duration, grouped
from handlers.reply.race_names import COLUMNS, NAMES
from handlers.reply.text import clip, harmless, shown_units
from handlers.words import Say

ROOM: Final = 2200
DEVICE_UNITS: Final = 80
STOPS: Final = {
    Method.NEWTON: "race.stop.newton",
    Method.SAFEGUARDED: "race.stop.newton",
    Method.BISECTION: "race.stop.bisection",
}
ALWAYS: Final = {
    "race.crossover": "race.crossover.always",
    "race.gpu.crossover": "race.gpu.crossover.always",
}
FOLDED: Final = ("race.middle",)  # remarks that only the counts raise
BOUNDS: Final = {"memory": "race.gpu.memory", "arithmetic": "race.gpu.arithmetic"}


def details(race: Race, gpu: GpuReport | None, say: Say) -> Markup:
    """All of it in one folded quote; paragraphs for which there is no room are left out."""
    paragraphs = [_stops(race, say), _measures(race, say)]
    if race.batches:
        paragraphs.append(_batches(race, race.batches, say))
    if gpu:
        paragraphs.append(_gpu(gpu, race, say))
    if _both_arrived(race):
        paragraphs.append(iter([say("race.why")]))
    text = Markup("")
    for lines in paragraphs:
        longer = Markup("\n").join([text, Markup(""), *lines] if text else [*lines])
        if shown_units(longer) <= ROOM:
            text = longer
    return Markup("<blockquote expandable>{}</blockquote>").format(text)


def _stops(race: Race, say: Say) -> Iterator[Markup]:
    """Both stopping rules of each method, |f| and the width, with what they left."""
    yield say("race.stops")
    told: dict[tuple[str, ...], Racer] = {}
    for racer in race.racers:
        if racer.timing:  # with floats and tensors mostly the same
            told.setdefault((racer.method, racer.residual, racer.width, racer.error), racer)
    methods = Counter(racer.method for racer in told.values())
    for racer in told.values():
        name = _name(racer, say) if methods[racer.method] > 1 else say(NAMES[racer.method])
        yield _stop(name, racer, race, say)
    if race.residual:
        yield say("race.polished", dtype=race.dtype, residual=race.residual)
    for note in race.notes:
        if note.key in FOLDED:
            yield say(note.key, **note.values)


def _both_arrived(race: Race) -> bool:
    """Whether Newton and bisection came, both in steps, to a simple root: the explanation holds."""
    arrived = {each.method for each in race.racers if each.timing and each.iterations}
    return arrived >= {Method.NEWTON, Method.BISECTION} and race.multiplicity == 1


def _stop(name: Markup, racer: Racer, race: Race, say: Say) -> Markup:
    words = {"method": name, "tol": race.tol, "residual": racer.residual, "width": racer.width}
    stop = say(STOPS[racer.method] if racer.iterations else "race.stop.at_once", **words)
    return say("race.stop.error", stop=stop, error=racer.error) if racer.error else stop


def _name(racer: Racer, say: Say) -> Markup:
    return Markup("{}, {}").format(say(NAMES[racer.method]), say(COLUMNS[racer.arithmetic]))


def _measures(race: Race, say: Say) -> Iterator[Markup]:
    yield say("race.measured")
    for racer in race.racers:
        if racer.timing:
            yield _measure(_name(racer, say), racer.timing, say)


def _measure(name: Markup, timing: Timing, say: Say) -> Markup:
    return say(
        "race.measure",
        method=name,
        median=duration(say, timing.median_s),
        low=duration(say, timing.low_s),
        high=duration(say, timing.high_s),
        runs=timing.runs,
        loops=timing.loops,
        first=duration(say, timing.first_s),
    )


def _batches(race: Race, batches: Batches, say: Say) -> Iterator[Markup]:
    yield say("race.batches", start=race.start)
    loops = {each.count: each for each in batches.loop}
    for batch in batches.tensors:
        words = {"count": grouped(batch.count), "tensors": duration(say, batch.timing.median_s)}
        if loop := loops.get(batch.count):
            line = say("race.batch.loop", **words, loop=duration(say, loop.timing.median_s))
        else:
            line = say("race.batch", **words)
        yield _with_lost(line, batch, race, say)
    if batches.crossover:
        yield _crossover("race.crossover", batches.crossover, say)


def _crossover(key: str, count: int, say: Say) -> Markup:
    """From how many roots on the one way is faster; from the very first is said so."""
    return say(key, count=grouped(count)) if count > 1 else say(ALWAYS[key])


def _with_lost(line: Markup, batch: Batch | GpuBatch, race: Race, say: Say) -> Markup:
    if batch.reached == batch.count:
        return line
    return say("race.batch.lost", line=line, reached=grouped(batch.reached), tol=race.tol)


def _gpu(gpu: GpuReport, race: Race, say: Say) -> Iterator[Markup]:
    how = say("race.gpu.fused" if gpu.fused else "race.gpu.eager")
    yield say("race.gpu", device=clip(harmless(gpu.device), DEVICE_UNITS), how=how)
    for batch in gpu.batches:
        yield _with_lost(_gpu_batch(batch, say), batch, race, say)
    if gpu.crossover:
        yield _crossover("race.gpu.crossover", gpu.crossover, say)
    else:
        yield say("race.gpu.never")


def _gpu_batch(batch: GpuBatch, say: Say) -> Markup:
    line = say(
        "race.gpu.batch",
        count=grouped(batch.count),
        total=duration(say, batch.timing.median_s),
        kernel=duration(say, batch.kernel_s),
        launch=duration(say, batch.launch_s),
    )
    if not batch.limit_s:  # the driver tells no clocks
        return line
    limit = duration(say, batch.limit_s)
    return say("race.gpu.limit", line=line, bound=say(BOUNDS[batch.bound]), limit=limit)
