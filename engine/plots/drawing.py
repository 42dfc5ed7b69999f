"""What all drawn pictures share: quick words, and how a figure becomes a PNG."""

from __future__ import annotations

import io
import warnings
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from engine.plots.letters import Run

COLOURS: Final = 128


class Words(Text):
    """Words of one line, drawn from where they begin: matplotlib would measure them thrice."""

    def __init__(self, x: float, y: float, run: Run) -> None:
        super().__init__(x, y, run.text, color=run.colour, fontproperties=run.font)

    def draw(self, renderer: Any) -> None:
        x, y = self.get_transform().transform(self.get_position())
        ink = renderer.new_gc()
        ink.set_foreground(self.get_color())
        font, top = self.get_fontproperties(), renderer.height - y
        renderer.draw_text(ink, x, top, self.get_text(), font, 0.0, mtext=self)


def png_of(figure: Figure) -> bytes:
    """The figure as a PNG of at most 128 colours."""
    canvas: Any = FigureCanvasAgg(figure)
    with warnings.catch_warnings(action="ignore"):  # a letter that the font lacks is a box
        canvas.draw()
    whole = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    # Few colours: a third of the bytes, in a third of the time.
    octree, plain = Image.Quantize.FASTOCTREE, Image.Dither.NONE
    stream = io.BytesIO()
    whole.convert("RGB").quantize(COLOURS, octree, dither=plain).save(stream, "png")
    return stream.getvalue()
