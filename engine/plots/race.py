"""The race of Newton and bisection as a picture: what they do, and how fast they come near."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.transforms import IdentityTransform

from engine.plots.drawing import Words, png_of
from engine.plots.letters import Run, shortened
from engine.plots.race_axes import base_below
from engine.plots.race_brackets import shown_brackets, strip_height
from engine.plots.race_curve import Panel, curve_panel, level_ticks
from engine.plots.race_errors import Fall, errors_panel, falls_of
from engine.plots.race_marks import (
    COLOURS,
    GREY,
    INK,
    MARKERS,
    PAPER,
    SMALL,
    STAR,
    STAR_SIZE,
    TEXT,
    line,
)
from engine.plots.race_names import figure
from engine.plots.race_samples import sampled
from engine.plots.race_window import MOST as FARTHEST
from engine.plots.race_window import way_of, window_of
from engine.plots.scale import Frame
from engine.records.roots import Method, RaceLabels, Status
from engine.roots.solution import Solution, Visit

WIDTH: Final = 1080  # all in pixels
CURVE: Final = 805.0  # with the bars below it
ERRORS: Final = 460.0
PAD: Final = 34.0
AIR: Final = 16.0
NUMBERS: Final = 62.0  # room for a line of numbers
TITLE: Final = 72.0
POWER: Final = 48.0  # room for the power of ten above the numbers
LEGEND: Final = 56.0  # height of a line
KEY: Final = 33.0  # letters of the legend
MARK: Final = 66.0  # width of a mark in the legend, with its air
BETWEEN: Final = 26.0  # of the legend
MOST: Final = 34  # characters of a label
DPI: Final = 72  # a point is a pixel

Entry = tuple[str, str, str]  # text, marker, colour


def draw_race(
    f: Callable[[float], float],
    solutions: Sequence[Solution],
    root: float | None,
    labels: RaceLabels,
) -> bytes:
    """A PNG, 1080 pixels wide, of at most one solution for each method.

    Above: the curve of f, Newton's tangents from (x_k, f(x_k)) to (x_{k+1}, 0), and bisection's
    brackets as bars, in the window that shows most of them; points outside are named at its edge.
    Below: |x_k - root| on a logarithmic scale against evaluations of f and f' (|f| where no root
    is known). f may be nan or infinite anywhere, but must not raise.
    """
    return png_of(figure_of(f, solutions, root, labels))


def figure_of(
    f: Callable[[float], float],
    solutions: Sequence[Solution],
    root: float | None,
    labels: RaceLabels,
) -> Figure:
    """The picture as a figure: a unit is a pixel."""
    root = root if root is not None and abs(root) < FARTHEST else None
    falls = falls_of(solutions, root)
    panel, height, legend = _placed(f, solutions, root, labels, bool(falls))
    made = Figure((WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
    artists = [*_legend(legend, height), *curve_panel(panel)]
    if falls:
        artists += _below(falls, root, labels, panel.plot)
    for artist in artists:
        _add(made, artist)
    return made


def warm() -> None:
    """Do before a fork what the first picture would wait for."""
    trace = (Visit(2.0, 3.0, 2, 2.0, 2.0), Visit(1.25, 0.5625, 4, 1.25, 1.25))
    newton = Solution(Method.NEWTON, Status.CONVERGED, 1.25, 0.5625, 0.75, 1, 2, 2, trace)
    draw_race(lambda x: x * x - 1, (newton,), 1.0, RaceLabels("N", "B", "S", "e", "|x|", "r"))


def _placed(
    f: Callable[[float], float],
    solutions: Sequence[Solution],
    root: float | None,
    labels: RaceLabels,
    below: bool,
) -> tuple[Panel, float, list[list[Entry]]]:
    """The upper panel in its place, the height of the picture, the lines of its legend."""
    traces = {solution.method: solution.trace for solution in solutions}
    way = way_of(traces.get(Method.NEWTON, ()), traces.get(Method.BISECTION, ()), root)
    window = window_of(f, way)
    curve = sampled(f, window, way)
    brackets = shown_brackets(way.brackets, window)
    ticks = level_ticks(curve.heights)
    legend = _lines(_entries([each.method for each in solutions], root, labels))
    over = PAD + LEGEND * len(legend) + (POWER if ticks.power else AIR)
    under = NUMBERS + (TITLE + ERRORS + NUMBERS + TITLE if below else PAD)
    height = round(over + CURVE + under)
    strip = strip_height(brackets)
    bottom = height - over - CURVE
    left, right = _sides(ticks.texts)
    plot = Frame(left, bottom + strip, right, bottom + CURVE)
    panel = Panel(way, curve, brackets, window, plot, Frame(left, bottom, right, bottom + strip))
    return panel, height, legend


def _sides(texts: Sequence[str]) -> tuple[float, float]:
    """Where panels begin and end: their numbers have room beside them."""
    widest = max((Run(text, SMALL, GREY).width for text in (*texts, "10⁻¹⁶")), default=0.0)
    return 2 * AIR + widest, WIDTH - PAD


def _below(
    falls: Sequence[Fall], root: float | None, labels: RaceLabels, plot: Frame
) -> Iterator[Artist]:
    low = NUMBERS + TITLE
    frame = Frame(plot.left, low, plot.right, low + ERRORS)
    yield from errors_panel(falls, frame)
    title = Run("|f|" if root is None else shortened(labels.error, MOST), TEXT, INK)
    yield Words(frame.left, frame.top + 0.6 * TEXT, title)
    count = Run(shortened(labels.evaluations, MOST), TEXT, INK)
    yield Words(frame.right - count.width, base_below(frame) - 1.4 * TEXT, count)


def _entries(methods: Sequence[Method], root: float | None, labels: RaceLabels) -> Iterator[Entry]:
    names = {
        Method.NEWTON: labels.newton,
        Method.BISECTION: labels.bisection,
        Method.SAFEGUARDED: labels.safeguarded,
    }
    for method in Method:
        if method in methods:
            yield shortened(names[method], MOST), MARKERS[method], COLOURS[method]
    if root is not None:
        yield f"{shortened(labels.root, MOST)} {figure(root, 6)}", STAR, INK


def _lines(entries: Iterator[Entry]) -> list[list[Entry]]:
    """Entries of a legend in lines that fit into the width."""
    lines: list[list[Entry]] = [[]]
    left = 0.0
    for entry in entries:
        wide = MARK + Run(entry[0], KEY, INK).width + BETWEEN
        if lines[-1] and left + wide - BETWEEN > WIDTH - 2 * PAD:
            lines.append([])
            left = 0.0
        lines[-1].append(entry)
        left += wide
    return lines


def _legend(lines: list[list[Entry]], height: float) -> Iterator[Artist]:
    for row, entries in enumerate(lines):
        y, x = height - PAD - LEGEND * (row + 0.5), PAD
        for text, marker, colour in entries:
            run = Run(text, KEY, colour)
            sample = [x + 2, x + MARK - 14]
            middle = sum(sample) / 2
            if marker != STAR:
                yield line(sample, [y, y], colour, linewidth=5)
            size = STAR_SIZE if marker == STAR else 20
            yield line([middle], [y], colour, marker=marker, markersize=size)
            yield Words(x + MARK, y - 0.36 * KEY, run)
            x += MARK + run.width + BETWEEN


def _add(figure: Figure, artist: Artist) -> None:
    if not artist.is_transform_set():
        artist.set_transform(IdentityTransform())
    figure.add_artist(artist)
