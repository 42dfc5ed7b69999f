"""Colours, markers and sizes of a picture of a race, and the lines drawn with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, IdentityTransform

from engine.plots.page import INK, PAPER
from engine.plots.scale import Floats, Frame
from engine.records.roots import Method

GREY: Final = "#5A6375"
PALE: Final = "#DCDAD3"
TEXT: Final = 36.0  # pixels of 1080: a phone shows a third of it
SMALL: Final = 31.0
MOST: Final = 32  # letters of a label
STAR: Final = "*"
STAR_SIZE: Final = 30.0
COLOURS: Final = {  # told apart by colour-blind people
    Method.NEWTON: "#0072B2",
    Method.BISECTION: "#C65400",
    Method.SAFEGUARDED: "#00805D",
}
MARKERS: Final = {Method.NEWTON: "o", Method.BISECTION: "s", Method.SAFEGUARDED: "^"}


def line(
    xs: Sequence[float] | Floats,
    ys: Sequence[float] | Floats,
    colour: str,
    within: Frame | None = None,
    **style: Any,
) -> Line2D:
    """A line through these pixels, cut off at the frame."""
    made = Line2D(xs, ys, color=colour, transform=IdentityTransform(), **style)
    if within is not None:
        made.set_clip_box(Bbox.from_extents(within.left, within.low, within.right, within.top))
    return made


def dots(
    xs: Sequence[float] | Floats, ys: Sequence[float] | Floats, method: Method, size: float
) -> Line2D:
    """The method's marker at each of these pixels."""
    marker, colour = MARKERS[method], COLOURS[method]
    edge = {"markeredgecolor": PAPER, "markeredgewidth": 2.0}
    return line(xs, ys, colour, None, linestyle="", marker=marker, markersize=size, **edge)


def star(x: float, y: float) -> Line2D:
    """The root."""
    edge = {"markeredgecolor": PAPER, "markeredgewidth": 2.0}
    return line([x], [y], INK, None, marker=STAR, markersize=STAR_SIZE, zorder=5, **edge)
