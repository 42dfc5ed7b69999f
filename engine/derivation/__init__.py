"""Derivatives as a teacher writes them: along every path from an input into the formula."""

from engine.derivation.paths import derivative
from engine.derivation.weights import TooLong

__all__ = ["TooLong", "derivative"]
