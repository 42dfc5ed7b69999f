"""A page of formulas, as wide as a phone, that is drawn as a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

WIDTH: Final = 1080  # all in pixels
HEIGHT: Final = 3_600
FONT: Final = 34
SMALLEST: Final = 28  # of what fits no line otherwise
PAD: Final = 40
INDENT: Final = 70
SPACE: Final = 11  # between pieces
GAP: Final = 24  # between lines
BETWEEN: Final = 34  # between formulas, on top of it
PIECE: Final = 900  # characters of LaTeX in one piece
DEEPEST: Final = 12  # groups in groups; mathtext descends into each, and the stack ends at 25
CHARACTERS: Final = 4_000  # of a page
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

    def at(self, size: float) -> _Piece:
        """The same, written in another size."""
        scale = size / self.size
        return _Piece(self.latex, size, self.width * scale, self.above * scale, self.below * scale)


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
        self._known: dict[str, _Piece] = {}  # sums come again in the derivative by each input

    def put(self, *latex: str) -> None:
        """Pieces that belong together: on one line if they fit there, else line by line."""
        if not self._room(latex):
            latex = (ELLIPSIS,) if self._line and self._line[-1].latex != ELLIPSIS else ()
        pieces = [piece for each in latex for piece in self._pieces(each)]
        whole = sum(piece.width + SPACE for piece in pieces)
        room = WIDTH - PAD - self._left
        if room < whole <= WIDTH - 2 * PAD - INDENT and len(self._line) > 1:
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
        # The same ones one behind the other: matplotlib remembers the last few that it has read.
        for each in sorted(self._placed, key=lambda placed: placed.piece.latex):
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

    def _pieces(self, latex: str) -> Iterator[_Piece]:
        """Small enough for a line each: written smaller, else broken, else an ellipsis."""
        if len(latex) > PIECE or _nesting(latex) > DEEPEST:
            latex = ELLIPSIS
        piece = self._measured(latex)
        room = WIDTH - 2 * PAD - INDENT
        size = FONT * room / piece.width
        if size >= FONT:
            yield piece
        elif size >= SMALLEST:
            yield piece.at(size)
        elif len(parts := broken(latex)) > 1:
            for part in parts:
                yield from self._pieces(part)
        else:
            yield self._measured(ELLIPSIS)

    def _measured(self, latex: str) -> _Piece:
        if latex not in self._known:
            renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
            text, font = f"${latex}$", _font(FONT)
            width, height, below = renderer.get_text_width_height_descent(text, font, True)
            piece = _Piece(latex, FONT, float(width), float(height - below), float(below))
            self._known[latex] = piece
        return self._known[latex]


def _nesting(latex: str) -> int:
    """How deep groups stand in groups."""
    depth = deepest = 0
    for opening in re.findall(r"\\left|\\right|[{}]", latex):
        depth += 1 if opening in ("{", r"\left") else -1
        deepest = max(deepest, depth)
    return deepest


def broken(latex: str) -> list[str]:
    r"""LaTeX cut before its signs and behind its commas, but in no group; brackets become plain.

    >>> broken(r"\left(a + b\right)\,\frac{c + d}{2} - e")
    ['(a', '+\\;b)\\,\\frac{c + d}{2}', '-\\;e']
    """
    plain = re.sub(r"\\(left|right) ?(?=[^a-z])", "", latex)
    parts, depth = [""], 0
    for token in re.split(r"([{}]| [+-] | \\cdot |,\\,)", plain):
        depth += (token == "{") - (token == "}")
        if depth or token not in (" + ", " - ", r" \cdot ", r",\,"):
            parts[-1] += token
        elif token == r",\,":
            parts[-1] += ","
            parts.append("")
        else:
            parts.append(rf"{token.strip()}\;")
    return [part for part in parts if part]


def _font(size: float) -> FontProperties:
    return FontProperties(size=size, math_fontfamily=FAMILY)
