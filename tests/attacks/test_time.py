"""CPU and wall time: a limit interrupts, then kills, whatever the code is (row 24)."""

import pytest

from engine.records import Outcome, SessionStart
from tests.attacks.attacker import Attacker

INTERRUPTED = {
    "a loop": "while True: pass",
    "a sleep": "import time\ntime.sleep(100)",
    "a wait for nothing": "import select\nselect.select([], [], [])",
    "backtracking": "import re\nre.match('(a+)+$', 'a' * 64 + 'b')",
    "tensors": "import torch\na = torch.ones(500, 500)\nwhile True: a = a @ a",
    "a huge power": "10 ** 10 ** 9",
    "a generator": "sum(1 for _ in iter(int, 1))",
    "reading its own output": "open('/proc/self/fd/1').read()",
}

WORK = "def work():\n  while True: pass\n"
DEAF = {  # to Ctrl-C: a second later they are killed
    "a sum in C": "sum(range(10 ** 12))",
    "a swallowed interrupt": f"{WORK}while True:\n  try: work()\n  except BaseException: pass",
    "an ignored signal": "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass",
    "a blocked signal": "import signal\nsignal.pthread_sigmask(0, {2})\nwhile True: pass",
    "a clean-up": f"{WORK}try: work()\nfinally: work()",
}


@pytest.mark.parametrize("act", INTERRUPTED.values(), ids=INTERRUPTED)
async def test_a_limit_interrupts_and_names_are_kept(attacker: Attacker, act: str) -> None:
    await attacker.cell("kept = 1")
    result = await attacker.cell(act)
    assert result.outcome is Outcome.TIMEOUT
    assert result.data["failure"]["type"] == "KeyboardInterrupt"
    after = await attacker.cell("kept")
    assert (after.session, after.data["value"]) == (SessionStart.KEPT, "1")


@pytest.mark.parametrize("act", DEAF.values(), ids=DEAF)
async def test_code_deaf_to_an_interrupt_is_killed(attacker: Attacker, act: str) -> None:
    result = await attacker.cell(act)
    assert result.outcome is Outcome.TIMEOUT
    assert not result.session_alive
    assert (await attacker.cell("1")).session is SessionStart.LOST_DIED


async def test_a_long_word_is_looked_at_in_no_time(attacker: Attacker) -> None:
    result = await attacker.cell(f"s = '{'a' * 60_000}'\nno_such_name", cpu_s=4.0, wall_s=20.0)

    assert result.outcome is Outcome.RAISED


async def test_a_timer_is_stopped_with_its_cell(attacker: Attacker) -> None:
    armed = await attacker.cell("""
        import signal
        def strike(*_): raise BaseException
        signal.signal(signal.SIGPROF, strike)
        signal.setitimer(signal.ITIMER_PROF, 0.01, 0.001)
    """)
    assert armed.outcome is Outcome.OK
    assert await attacker.value("sum(range(10 ** 6))") == "499999500000"
    assert await attacker.value("signal.getsignal(signal.SIGPROF).name") == "'SIG_DFL'"


async def test_a_timer_does_not_outlast_a_limit(attacker: Attacker) -> None:
    result = await attacker.cell("""
        import signal
        def strike(*_): signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGPROF, strike)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        while True: pass
    """)
    assert (result.outcome, result.session_alive) == (Outcome.TIMEOUT, False)
