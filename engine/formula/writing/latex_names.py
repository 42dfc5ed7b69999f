"""Names of a formula in LaTeX."""

from __future__ import annotations

import re
from typing import Final

_LETTERS: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega"
)
_GREEK: Final = frozenset(_LETTERS.split())


def name_latex(name: str) -> str:
    r"""A name: Greek ones as letters, what follows _ and final digits below the line.

    >>> [name_latex(each) for each in ("x", "w12", "theta_0", "loss", "x_new")]
    ['x', 'w_{12}', '\\theta_{0}', '\\mathrm{loss}', 'x_{\\mathrm{new}}']
    """
    found = re.fullmatch(r"([^\W\d_]+)_?([^\W_]*)", name)
    if found and found[2] and "_" not in name:
        found = re.fullmatch(r"([^\W\d_]+)(\d+)", name)
    if not found:
        return upright(name)
    head, below = found[1], found[2] if found.lastindex == 2 else ""
    return upright(head) + (f"_{{{upright(below)}}}" if below else "")


def upright(word: str) -> str:
    """A letter as it is, a Greek one by its name, a word in upright letters."""
    if (len(word) == 1 and word != "_") or word.isdecimal():
        return word
    escaped = word.replace("_", r"\_")
    return f"\\{word}" if word in _GREEK else rf"\mathrm{{{escaped}}}"
