"""What methods and arithmetics are called: in a table, and in a sentence."""

from __future__ import annotations

from typing import Final

from engine.records import Arithmetic, Method

COLUMNS: Final = {
    Arithmetic.FLOATS: "race.floats",
    Arithmetic.TENSORS: "race.tensors.column",
}
ON: Final = {Arithmetic.FLOATS: "race.on.floats", Arithmetic.TENSORS: "race.on.tensors"}
SHORT: Final = {
    Method.NEWTON: "race.newton",
    Method.BISECTION: "race.bisection",
    Method.SAFEGUARDED: "race.safeguarded",
}
NAMES: Final = {
    Method.NEWTON: "race.name.newton",
    Method.BISECTION: "race.name.bisection",
    Method.SAFEGUARDED: "race.name.safeguarded",
}
