"""A page of formulas, as wide as a phone, that is drawn as a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

WIDTH: Final = 1080  # all in pixels
HEIGHT: Final = 3_600
FONT: Final = 34
SMALLEST: Final = 20  # of what fits no line otherwise
PAD: Final = 40
INDENT: Final = 70
SPACE: Final = 11  # between pieces
GAP: Final = 24  # between lines
BETWEEN: Final = 34  # between formulas, on top of it
PIECE: Final = 900  # characters of LaTeX in one piece
CHARACTERS: Final = 8_000  # of a page
ELLIPSIS: Final = r"\ldots"
INK: Final = "#1b1f24"
PAPER: Final = "#fbfaf7"  # its own: readable on light and on dark
FAMILY: Final = "stix"
DPI: Final = 72  # a point is a pixel


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some LaTeX, how large it is written, and its box."""

    latex: str
    size: float
    width: float
    above: float
    below: float


@dataclass(frozen=True, slots=True)
class _Placed:
    piece: _Piece
    left: float
    base: float  # from the top of the page


class Page:
    """Pieces of LaTeX from left to right, in lines from top to bottom."""

    def __init__(self) -> None:
        self._canvas = FigureCanvasAgg(Figure(dpi=DPI, facecolor=PAPER))
        self._placed: list[_Placed] = []
        self._line: list[_Piece] = []
        self._left = float(PAD)  # where the next piece begins
        self._indent = float(PAD)  # where the line began
        self._top = float(PAD)
        self._characters = CHARACTERS

    def put(self, *latex: str) -> None:
        """Pieces that belong together: on one line if they fit there, else line by line."""
        if not self._room(latex):
            latex = (ELLIPSIS,) if self._line and self._line[-1].latex != ELLIPSIS else ()
        pieces = [self._piece(each) for each in latex]
        whole = sum(piece.width + SPACE for piece in pieces)
        if self._left + whole > WIDTH - PAD and len(self._line) > 1:
            self._break(INDENT)
        for piece in pieces:
            if self._left + piece.width > WIDTH - PAD and self._line:
                self._break(INDENT)
            self._line.append(piece)
            self._left += piece.width + SPACE

    def end(self) -> None:
        """The next piece begins a formula."""
        self._break(0)
        self._top += BETWEEN

    def png(self) -> bytes:
        """The page as a PNG."""
        figure = self._canvas.figure
        height = self._top - GAP - BETWEEN + PAD
        figure.set_size_inches(WIDTH / DPI, height / DPI)
        for each in self._placed:
            figure.text(
                each.left / WIDTH,
                1 - each.base / height,
                f"${each.piece.latex}$",
                fontproperties=_font(each.piece.size),
                color=INK,
                va="baseline",
            )
        out = io.BytesIO()
        figure.savefig(out, format="png")
        return out.getvalue()

    def _room(self, latex: tuple[str, ...]) -> bool:
        """Whether there is room on the page, and a reader could follow."""
        self._characters -= sum(map(len, latex))
        return self._characters >= 0 and self._top < HEIGHT

    def _break(self, indent: int) -> None:
        if not self._line:
            return
        base = self._top + max(piece.above for piece in self._line)
        left = self._indent
        for piece in self._line:
            self._placed.append(_Placed(piece, left, base))
            left += piece.width + SPACE
        self._top = base + max(piece.below for piece in self._line) + GAP
        self._line = []
        self._left = self._indent = float(PAD + indent)

    def _piece(self, latex: str) -> _Piece:
        """As large as fits a line of its own."""
        latex = ELLIPSIS if len(latex) > PIECE else latex
        piece = self._measured(latex, FONT)
        room = WIDTH - 2 * PAD - INDENT
        if piece.width <= room:
            return piece
        size = FONT * room / piece.width
        return self._measured(latex if size >= SMALLEST else ELLIPSIS, max(size, SMALLEST))

    def _measured(self, latex: str, size: float) -> _Piece:
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        text = f"${latex}$"
        width, height, below = renderer.get_text_width_height_descent(text, _font(size), True)
        return _Piece(latex, size, float(width), float(height - below), float(below))


def _font(size: float) -> FontProperties:
    return FontProperties(size=size, math_fontfamily=FAMILY)
