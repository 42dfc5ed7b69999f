"""Roots of f(x) = 0: the methods, how they end, and what they cost."""
