"""The tree of a formula written out: as text, LaTeX, torch, sympy, Python and C."""
