"""Numbers added up as a reader sees them: rounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def sum_text(terms: Sequence[str], total: str) -> str:
    """A sum of figures, with ≈ where what is shown adds up to another number than the total.

    >>> sum_text(["4", "2", "-8"], "-2"), sum_text(["0.2919", "-0.7081"], "-0.4161")
    ('4 + 2 - 8 = -2', '0.2919 - 0.7081 ≈ -0.4161')
    """
    added, whole = sum(map(Decimal, terms), Decimal()), Decimal(total)
    sign = "≈" if added.is_finite() and whole.is_finite() and added != whole else "="
    return f"{' + '.join(terms)} {sign} {total}".replace("+ -", "- ")
