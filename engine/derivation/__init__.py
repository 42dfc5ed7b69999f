"""Derivatives as a teacher writes them: along every path from an input into the formula."""

from engine.derivation.paths import Path, Step, derivative, paths
from engine.derivation.weights import TooLong

__all__ = ["Path", "Step", "TooLong", "derivative", "paths"]
