"""A text is read at a desk within its time, however it is made: what desks read, anybody sends."""

from __future__ import annotations

import pytest

from engine.jail.pool import Pool
from engine.records import Job, JobLimits, Outcome

LIMITS = JobLimits(cpu_s=4.0, wall_s=20.0)
ERROR = "\nRuntimeError: element 0 of tensors does not require grad"
TEXTS = {
    "a line of spaces": "y\n" + " " * 50_000 + "x",
    "a line of tabs": "y\n" + "\t" * 50_000 + "x",
    "blank lines": "x\n" + "\n" * 60_000 + "y",
    "blank lines between": "да\n" + " \n" * 30_000 + "x = f(1)",
    "an indented error": " " * 60_000 + "ValueError",
    "brackets": "([" * 32_000,
    "dotted names": "A." * 32_000,
    "quotes in quotes": "„“" * 30_000,
    "fields": "f“" + "{a" * 30_000,
    "statements": "x = 1\n" * 10_000,
    "a number": "9" * 5000 + ",",
    "sizes": f"({'9' * 600}, ٣, ²) x (3,)",
    "surrogates and zeros": "\ud800\x00\u202e" * 20_000,
    "errors": "Traceback (most recent call last):\nValueError: no\n" * 1000,
}
KINDS = ("talk.understand", "pitfalls.explain", "spelling.mend", "broadcasting.explain")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_no_text_keeps_a_desk_busy(pool: Pool, text: str) -> None:
    for kind in KINDS:
        for whole in (text, text + ERROR):
            data = {"text": whole, "mendable": True}
            result = await pool.run(Job(kind, data, "texts", limits=LIMITS))

            assert result.outcome is Outcome.OK, kind
