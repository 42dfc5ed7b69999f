"""t"""

from __future__ import annotations

import re

_MEAN = re.compile(
    r"(?:\w+_)?(?:m|mu|μ|avg|mean|means|average|среднее|средние|ср)(?:_\w+|\d*)", re.IGNORECASE
)


def names_mean(name: str) -> bool:
    """Whether people call a mean so.

    >>> [names_mean(name) for name in ("m", "x_mean", "mu", "среднее", "mask", "model")]
    [True, True, True, True, False, False]
    """
    return _MEAN.fullmatch(name) is not None
