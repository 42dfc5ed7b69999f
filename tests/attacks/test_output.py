"""Output: however much and whatever it is, a bounded, decodable text arrives (row 23)."""

import pytest

from engine.records import Outcome
from tests.attacks.attacker import Attacker

ENDLESS = {
    "short lines": "while True: print('a')",
    "long lines": "while True: print('a' * 100_000)",
    "one line": "while True: print('a' * 100_000, end='')",
    "raw bytes": "import os\nwhile True: os.write(1, bytes(65536))",
    "errors": "import os\nwhile True: os.write(2, b'a' * 65536)",
    "single bytes": "import os\nwhile True: os.write(1, b'a')",
}


@pytest.mark.parametrize("act", ENDLESS.values(), ids=ENDLESS)
async def test_endless_output_is_counted_cut_and_stopped(attacker: Attacker, act: str) -> None:
    result = await attacker.cell(act)
    assert result.outcome in (Outcome.OUTPUT, Outcome.TIMEOUT)
    assert len(result.output.encode()) <= 64 << 10
    assert result.output_total > len(result.output)
    assert result.session_alive


async def test_a_flood_is_stopped_soon_after_its_limit(attacker: Attacker) -> None:
    result = await attacker.cell(ENDLESS["raw bytes"])
    assert result.outcome is Outcome.OUTPUT
    assert result.output_total > 16 << 20


async def test_a_million_lines_are_printed_whole(attacker: Attacker) -> None:
    result = await attacker.cell(
        "for i in range(10 ** 6): print(i)", cpu_s=30.0, wall_s=60.0, shown_bytes=100
    )
    assert result.outcome is Outcome.OK
    assert result.output.startswith("0\n1\n2\n")
    assert result.output_total == sum(len(f"{i}\n") for i in range(10**6))


ODD = {
    "not UTF-8": (r"os.write(1, b'\xff\xfe\x80')", "\ufffd\ufffd\ufffd"),
    "a character cut in two": (r"os.write(1, b'\xd0')", ""),
    "zero": (r"print('\0', end='')", "\0"),
    "surrogates": (r"print('\ud800', end='')", r"\ud800"),
    "raw surrogates": (r"os.write(1, b'\xed\xa0\x80')", "\ufffd\ufffd\ufffd"),
    "ANSI": (r"print('\x1b[31mred\x1b[0m', end='')", "\x1b[31mred\x1b[0m"),
    "HTML": ("print('<b>&amp;</b>', end='')", "<b>&amp;</b>"),
    "right to left": (r"print('\u202eabc', end='')", "\u202eabc"),
    "to standard error": ("print('a', file=sys.stderr, end='')", "a"),
    "beneath Python": ("os.write(2, b'a')", "a"),
    "a carriage return": (r"print('1\r2', end='')", "1\r2"),
}


@pytest.mark.parametrize(("act", "shown"), ODD.values(), ids=ODD)
async def test_odd_output_arrives_as_text(attacker: Attacker, act: str, shown: str) -> None:
    result = await attacker.cell(f"import os, sys\n{act};")
    assert (result.outcome, result.output) == (Outcome.OK, shown)


async def test_a_value_with_surrogates_can_be_sent_on(attacker: Attacker) -> None:
    result = await attacker.cell(r"'\ud800'")
    assert str(result.data).encode()
    assert str((await attacker.cell(r"raise ValueError('\ud800')")).data).encode()


@pytest.mark.parametrize("closed", ["0", "1", "2", "1, 2", "0, 1, 2"])
async def test_closed_descriptors_harm_nobody(attacker: Attacker, closed: str) -> None:
    result = await attacker.cell(f"import os\nfor fd in [{closed}]: os.close(fd)\nprint('x')")
    assert result.outcome in (Outcome.OK, Outcome.RAISED)


async def test_a_huge_value_is_cut(attacker: Attacker) -> None:
    result = await attacker.cell("'я' * 10 ** 7")
    assert result.outcome is Outcome.OK
    assert len(result.data["value"]) <= 1 << 16


async def test_a_huge_exception_is_cut(attacker: Attacker) -> None:
    result = await attacker.cell("raise ValueError('я' * 10 ** 7)")
    assert result.outcome is Outcome.RAISED
    assert len(str(result.data)) < 1 << 16
