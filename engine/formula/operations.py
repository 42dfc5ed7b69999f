"""Every operation a formula may use: how many arguments it takes, and what it does to shapes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Acts(StrEnum):
    """How an operation treats the elements of its arguments."""

    EACH = "each"  # element by element, broadcasting
    REDUCES = "reduces"  # all elements, or those along `dim`, to one
    ALONG = "along"  # elements along `dim` (the last axis unless given) with one another
    PRODUCT = "product"  # of vectors and matrices
    SHAPES = "shapes"  # for derivatives: moves, repeats or adds up elements


@dataclass(frozen=True, slots=True)
class Operation:
    """`least` to `most` arguments; `written`: a student may write its name."""

    acts: Acts
    least: int = 1
    most: int = 1
    written: bool = True


_UNARY = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs sign "
    "floor ceil relu gelu silu sigmoid softplus erf"
)

OPERATIONS: Final[dict[str, Operation]] = {
    **{name: Operation(Acts.EACH) for name in _UNARY.split()},
    "leaky_relu": Operation(Acts.EACH, 1, 2),  # slope for x < 0, else 0.01
    "elu": Operation(Acts.EACH, 1, 2),  # alpha, else 1
    "max": Operation(Acts.EACH, 1, 8),  # of one argument: over all its elements or along dim
    "min": Operation(Acts.EACH, 1, 8),
    "clamp": Operation(Acts.EACH, 2, 3),  # x, least, largest
    "where": Operation(Acts.EACH, 3, 3),  # condition, value, other value
    "sum": Operation(Acts.REDUCES),
    "mean": Operation(Acts.REDUCES),
    "prod": Operation(Acts.REDUCES),
    "norm": Operation(Acts.REDUCES),  # Euclidean (of a matrix: Frobenius)
    "logsumexp": Operation(Acts.REDUCES),
    "softmax": Operation(Acts.ALONG),
    "log_softmax": Operation(Acts.ALONG),
    "dot": Operation(Acts.PRODUCT, 2, 2),
    "matmul": Operation(Acts.PRODUCT, 2, 2),  # also written @
    # Signs.
    "neg": Operation(Acts.EACH, written=False),
    "add": Operation(Acts.EACH, 2, 2, written=False),
    "sub": Operation(Acts.EACH, 2, 2, written=False),
    "mul": Operation(Acts.EACH, 2, 2, written=False),
    "div": Operation(Acts.EACH, 2, 2, written=False),
    "pow": Operation(Acts.EACH, 2, 2, written=False),
    # Derivatives of the above need these; nobody types them.
    "zeroed": Operation(Acts.EACH, 2, 2, written=False),  # u, but 0 where v is 0
    "transpose": Operation(Acts.SHAPES, written=False),  # the last two axes of a matrix
    "outer": Operation(Acts.SHAPES, 2, 2, written=False),  # u_i v_j
    "like": Operation(Acts.SHAPES, 2, 2, written=False),  # u repeated to the shape of v
    "unlike": Operation(Acts.SHAPES, 2, 2, written=False),  # u added up to the shape of v
    "along": Operation(Acts.SHAPES, 2, 2, written=False),  # u, reduced from v along dim, put back
    "placed": Operation(Acts.SHAPES, 2, 2, written=False),  # u where Index v is, 0 elsewhere
    "count": Operation(Acts.SHAPES, written=False),  # how many elements u has, along dim if given
    "others": Operation(Acts.SHAPES, written=False),  # for each element the product of the others
}
CONSTANTS: Final = ("pi", "e")
