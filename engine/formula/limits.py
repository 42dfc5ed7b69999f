"""How large a formula, its point and its numbers may be; past these a text is refused at once."""

from typing import Final

CHARACTERS: Final = 2_000
NODES: Final = 300
DEPTH: Final = 40
INPUTS: Final = 8
ELEMENTS: Final = 256  # of one input
ALL_ELEMENTS: Final = 1_024  # of a point
DIGITS: Final = 50
SIDE_DIGITS: Final = 120  # just left and just right of a point
EXPONENT: Final = 1_000  # the largest constant exponent, and of ten in a number
DERIVED_NODES: Final = 5_000  # of a derivative
DERIVED_STEPS: Final = 10_000  # of all paths of one input together
