"""What a cell draws, as PNG pictures; also the backend that pyplot draws with in a session."""

from __future__ import annotations

import io
import math
import warnings
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

Drawing = Figure | bytes  # bytes: a PNG already

_waiting: list[Drawing] = []
_outdated: list[bool] = []  # not empty: what waits goes as soon as something follows it


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
    """Keep `value` for `take_figures` when it is a figure or draws itself; returns whether it is.

    Images of Pillow draw themselves, as anything with `_repr_png_` does.
    """
    drawing = value if issubclass(type(value), Figure) else _own_picture(value)
    if drawing is not None:
        _keep(drawing)
    return drawing is not None


def _own_picture(value: Any) -> bytes | None:
    own = getattr(type(value), "_repr_png_", None)
    made = own(value) if callable(own) else None
    made = made[0] if isinstance(made, tuple) and made else made  # the second is metadata
    return made if isinstance(made, bytes) else None


def clear_output(wait: bool = False) -> None:
    """`clear_output()` of a notebook, for pictures: printed text has been sent and stays.

    With `wait` what was shown goes only when another picture comes.
    """
    _outdated.append(True)
    if not wait:
        _drop_outdated()


def _drop_outdated() -> None:
    if _outdated:
        _waiting.clear()
        _outdated.clear()


def take_figures() -> list[Drawing]:
    """What was shown or left open by the cell, in order; pyplot is left without any."""
    FigureManager.pyplot_show()
    taken = [*_waiting]
    _waiting.clear()
    _outdated.clear()
    return taken


def draw(figure: Drawing) -> bytes:
    """A PNG of at most `PICTURE_BYTES_MAX` bytes, and of a figure `SIDE_MAX` pixels a side.

    Raises ValueError when it does not fit, and whatever drawing the figure raises.
    """
    if isinstance(figure, bytes):
        if len(figure) > PICTURE_BYTES_MAX:
            raise ValueError(f"an image of {len(figure) >> 10} KiB is too large")
        return figure
    longest = max(figure.get_size_inches())
    with warnings.catch_warnings(action="ignore"):  # drawing says the same again
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


def _keep(drawing: Drawing) -> None:
    _drop_outdated()
    if not any(drawing is other for other in _waiting):
        _waiting.append(drawing)
