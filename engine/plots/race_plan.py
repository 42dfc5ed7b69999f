"""Where the parts of a picture of a race stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.plots.letters import Run
from engine.plots.race_brackets import shown_brackets, strip_height
from engine.plots.race_curve import Panel, level_ticks
from engine.plots.race_errors import Fall, falls_of
from engine.plots.race_legend import ROW, Entry, entries_of, in_lines
from engine.plots.race_marks import GREY, SMALL
from engine.plots.race_samples import sampled
from engine.plots.race_window import MOST, Way, way_of, window_of
from engine.plots.scale import Frame
from engine.records.roots import Method, RaceLabels
from engine.roots.solution import Solution

WIDTH: Final = 1080.0  # all in pixels
CURVE: Final = 805.0  # with the bars below it
ERRORS: Final = 460.0
PAD: Final = 34.0
AIR: Final = 16.0
NUMBERS: Final = 62.0  # room for a line of numbers
TITLE: Final = 72.0
POWER: Final = 48.0  # room for the power of ten above the numbers
LEAST: Final = "10⁻¹⁶"  # numbers beside the lower panel are as wide


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn, and the frames of both panels; `errors` is None where nothing is known."""

    root: float | None
    panel: Panel
    falls: tuple[Fall, ...]
    errors: Frame | None
    legend: list[list[Entry]]
    height: float


def planned(
    f: Callable[[float], float],
    solutions: Sequence[Solution],
    root: float | None,
    labels: RaceLabels,
) -> Plan:
    """The window, the values in it and the errors, each in its place."""
    root = root if root is not None and abs(root) < MOST else None
    falls = tuple(falls_of(solutions, root))
    methods = [solution.method for solution in solutions if solution.trace]
    legend = in_lines(entries_of(methods, root, labels), WIDTH - 2 * PAD)
    bottom = NUMBERS + (TITLE + ERRORS + NUMBERS + TITLE if falls else PAD)
    panel = _panel(f, _way(solutions, root), bottom)
    power = level_ticks(panel.curve.heights).power
    height = panel.plot.top + (POWER if power else AIR) + ROW * len(legend) + PAD
    low = NUMBERS + TITLE
    errors = Frame(panel.plot.left, low, panel.plot.right, low + ERRORS) if falls else None
    return Plan(root, panel, falls, errors, legend, height)


def _way(solutions: Sequence[Solution], root: float | None) -> Way:
    traces = {solution.method: solution.trace for solution in solutions}
    return way_of(traces.get(Method.NEWTON, ()), traces.get(Method.BISECTION, ()), root)


def _panel(f: Callable[[float], float], way: Way, bottom: float) -> Panel:
    window = window_of(f, way)
    curve = sampled(f, window, way)
    brackets = shown_brackets(way.brackets, window)
    texts = (*level_ticks(curve.heights).texts, LEAST)
    left = 2 * AIR + max(Run(text, SMALL, GREY).width for text in texts)
    right, middle = WIDTH - PAD, bottom + strip_height(brackets)
    plot = Frame(left, middle, right, bottom + CURVE)
    return Panel(way, curve, brackets, window, plot, Frame(left, bottom, right, middle))
