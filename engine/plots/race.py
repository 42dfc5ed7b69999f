"""The race of Newton and bisection as a picture: what they do, and how fast they come near."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.transforms import IdentityTransform

from engine.plots.drawing import Words, png_of
from engine.plots.letters import Run, shortened
from engine.plots.page import INK, PAPER
from engine.plots.race_axes import base_below
from engine.plots.race_curve import curve_panel
from engine.plots.race_errors import errors_panel
from engine.plots.race_legend import legend
from engine.plots.race_marks import MOST, TEXT
from engine.plots.race_plan import PAD, WIDTH, Plan, planned
from engine.records.roots import RaceLabels
from engine.roots.solution import Solution

DPI: Final = 72  # a point is a pixel


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
    return png_of(figure_of(planned(f, solutions, root, labels), labels))


def figure_of(plan: Plan, labels: RaceLabels) -> Figure:
    """The plan as a figure; a unit is a pixel, and the origin is at the lower left."""
    figure = Figure((WIDTH / DPI, round(plan.height) / DPI), dpi=DPI, facecolor=PAPER)
    for artist in _artists(plan, labels):
        if not artist.is_transform_set():
            artist.set_transform(IdentityTransform())
        figure.add_artist(artist)
    return figure


def _artists(plan: Plan, labels: RaceLabels) -> Iterator[Artist]:
    yield from legend(plan.legend, PAD, plan.height - PAD)
    yield from curve_panel(plan.panel)
    if plan.errors is not None:
        yield from errors_panel(plan.falls, plan.errors)
        title = "|f|" if plan.root is None else shortened(labels.error, MOST)
        top = plan.errors.top + 0.6 * TEXT
        yield Words(plan.errors.left, top, Run(title, TEXT, INK))
        count = Run(shortened(labels.evaluations, MOST), TEXT, INK)
        base = base_below(plan.errors) - 1.4 * TEXT
        yield Words(plan.errors.right - count.width, base, count)
