"""Figures of a cell as PNG pictures; also the backend that pyplot draws with in a session."""

from __future__ import annotations

import io
import math
from typing import Any

import matplotlib as mpl
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

PICTURES_MAX = 4
SIDE_MAX = 4096
PICTURE_BYTES_MAX = 768 << 10  # four of them and the report are well under a result's 4 MiB
_SMALLEST_DPI = 20.0

_waiting: list[Figure] = []


class FigureManager(FigureManagerBase):
    """Keeps a shown figure for the end of the cell, where other backends open a window."""

    def show(self) -> None:
        _keep(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        for manager in Gcf.get_all_fig_managers():
            _keep(manager.canvas.figure)
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """Agg with our manager; matplotlib looks both names up in a backend's module."""

    manager_class = FigureManager


def use_backend() -> None:
    """Let pyplot, once a user imports it, draw without a screen and show by `take_figures`."""
    mpl.use(f"module://{__name__}")


def show_figure(value: Any) -> bool:
    """Keep `value` for `take_figures` when it is a figure; returns whether it is one."""
    if not issubclass(type(value), Figure):
        return False
    _keep(value)
    return True


def take_figures() -> list[Figure]:
    """Figures shown or left open by the cell, in order; pyplot is left without any."""
    FigureManager.pyplot_show()
    taken = [*_waiting]
    _waiting.clear()
    return taken


def draw(figure: Figure) -> bytes:
    """A PNG of at most `SIDE_MAX` pixels a side and `PICTURE_BYTES_MAX` bytes.

    Raises ValueError when no resolution fits, and whatever drawing the figure raises.
    """
    longest = max(figure.get_size_inches())
    box = figure.get_tightbbox()
    content = max(box.width, box.height) + 2 * mpl.rcParams["savefig.pad_inches"] if box else 0.0
    # Something drawn far outside would shrink the rest to a dot: then the figure is cut instead.
    tight = 0.0 < content <= 4 * longest
    dpi = min(float(figure.dpi), (SIDE_MAX - 2) / (content if tight else longest))
    while dpi >= _SMALLEST_DPI:
        picture = _png(figure, dpi, tight)
        if len(picture) <= PICTURE_BYTES_MAX:
            return picture
        dpi *= min(0.7, 0.9 * math.sqrt(PICTURE_BYTES_MAX / len(picture)))
    raise ValueError(f"a figure {longest:.0f} inches long is too large")


def _png(figure: Figure, dpi: float, tight: bool) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=dpi, bbox_inches="tight" if tight else None)
    return stream.getvalue()


def _keep(figure: Figure) -> None:
    if not any(figure is other for other in _waiting):
        _waiting.append(figure)
