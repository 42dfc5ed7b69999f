"""Memory: what is too much raises or ends the jail, and the host keeps its own (row 22)."""

import pytest

from engine.records import Outcome
from tests.attacks.attacker import Attacker

TOO_MUCH = {
    "a huge tensor": "torch.ones(1 << 40)",
    "a huge empty tensor": "torch.empty(1 << 45)",
    "a huge integer": "1 << (1 << 40)",
    "a huge string": "'a' * (1 << 40)",
    "a huge list": "[0] * (1 << 40)",
    "a huge map": "import mmap; mmap.mmap(-1, 1 << 40)",
    "a huge shared map": "import mmap; mmap.mmap(-1, 1 << 40, mmap.MAP_SHARED)",
    "a huge array": "import numpy; numpy.zeros(1 << 40)",
    "broadcasting": "torch.ones(1 << 20, 1) + torch.ones(1, 1 << 20)",
}


@pytest.mark.parametrize("act", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_too_much_at_once_raises_and_the_session_lives(attacker: Attacker, act: str) -> None:
    await attacker.cell("kept = 1")
    result = await attacker.cell(act)
    assert result.outcome in (Outcome.MEMORY, Outcome.RAISED), result
    assert result.peak_bytes < 256 << 20
    assert await attacker.value("kept") == "1"


@pytest.mark.parametrize(
    "act",
    [
        "held.append(numpy.empty(1 << 25))",
        "held.append(torch.ones(1 << 26))",
        "held.append(mmap.mmap(-1, 1 << 26, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))",
    ],
    ids=["arrays", "tensors", "shared maps"],
)
async def test_more_and_more_ends_at_the_limit(attacker: Attacker, act: str) -> None:
    result = await attacker.cell(
        f"import mmap, numpy, torch\nheld = []\nwhile True: {act}", cpu_s=8.0, wall_s=20.0
    )
    assert result.outcome in (Outcome.MEMORY, Outcome.RAISED), result
    settings = attacker.pool.settings
    assert result.peak_bytes <= settings.session_limit_bytes + (1 << 30)
    await attacker.cell("held.clear()")


@pytest.mark.parametrize("path", ["/dev/shm/x", "/tmp/x", "/sparse"])
async def test_no_file_holds_what_memory_may_not(attacker: Attacker, path: str) -> None:
    error = await attacker.error(f"open({path!r}, 'wb').truncate(1 << 40)")
    assert error.startswith("PermissionError")


async def test_pages_cannot_be_locked(attacker: Attacker) -> None:
    error = await attacker.error(
        "import mmap\nmmap.mmap(-1, 1 << 21, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x2000)"
    )
    assert error.startswith(("PermissionError", "BlockingIOError", "OSError"))


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nclass C:\n    def __repr__(self): return repr(self)\n"
        "sys.setrecursionlimit(10 ** 8)\nrepr(C())",
        "import ctypes\nctypes.string_at(0)",
        "import os\nos.abort()",
    ],
    ids=["deep recursion", "null pointer", "abort"],
)
async def test_a_crash_is_told_from_an_exception(attacker: Attacker, source: str) -> None:
    result = await attacker.cell(source, cpu_s=4.0, wall_s=8.0)
    assert result.outcome is Outcome.KILLED
    assert not result.session_alive


async def test_ordinary_recursion_raises(attacker: Attacker) -> None:
    assert (await attacker.error("def f(): f()\nf()")).startswith("RecursionError")
