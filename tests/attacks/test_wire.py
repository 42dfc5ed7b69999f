"""The wire to the bot: forged, flooded, closed or silent, it harms the forger alone."""

import asyncio
import resource

import pytest

from engine.jail.pool import Pool
from engine.records import Event, Job, Outcome, SessionStart
from tests.attacks.attacker import FORGE, QUICK, Attacker

LOOP = "while True: os.write(3, flood)"
FLOODS = {
    "small events": "flood = message('event', {'kind': 'progress', 'data': {}}) * 1000",
    "empty events": "flood = message('event', {}) * 1000",
    "brackets": """
raw = b'{"type":"event","data":{"kind":"progress","data":{"a":[' + b'[],' * 300_000
raw += b'[]]}},"blobs":[]}'
flood = struct.pack('!I', len(raw)) + raw""",
    "large events": "flood = message('event', {**event, 'data': {'a': 'a' * 900_000}})",
    "blobs": "flood = message('event', event, [1 << 20]) + bytes(1 << 20)",
    "nothing": "flood = bytes(1 << 16)",
    "noise": "flood = os.urandom(1 << 16)",
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_a_flood_ends_the_jail_and_costs_the_bot_little(
    attacker: Attacker, flood: str
) -> None:
    await attacker.cell("1")
    memory = _peak_bytes()
    result = await attacker.cell(f"{FORGE}\n{flood}\n{LOOP}")
    assert result.outcome is Outcome.KILLED
    assert not result.session_alive
    assert _peak_bytes() - memory < 64 << 20


LIES = {
    "an answer that is none": "message('answer', {'answer': 1, 'raised': False, 'memory': False})",
    "an answer without flags": "message('answer', {'answer': report})",
    "a type of its own": "message('verdict', {'passed': True})",
    "an event of the pool": "message('event', {'kind': 'queued', 'data': {}})",
    "an event without a kind": "message('event', {'data': {}})",
    "blobs that are too many": "message('answer', {}, [0] * 65)",
    "blobs that are too large": "message('answer', {}, [1 << 40])",
    "a header that is too large": "struct.pack('!I', 1 << 31)",
    "a number of 5000 digits": "struct.pack('!I', 5000) + b'1' * 5000",
    "deep nesting": "struct.pack('!I', 100_000) + b'[' * 100_000",
    "not a number": """struct.pack('!I', 3) + b'NaN'""",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_lie_ends_the_session(attacker: Attacker, lie: str) -> None:
    result = await attacker.cell(f"{FORGE}\nos.write(3, {lie})\nimport time; time.sleep(100)")
    assert result.outcome is Outcome.KILLED
    assert not result.session_alive
    assert (await attacker.cell("1")).session is SessionStart.LOST_DIED


@pytest.mark.parametrize("surplus", ["answer", "answer[:10]", "answer * 1000"])
async def test_more_than_one_answer_ends_the_session(attacker: Attacker, surplus: str) -> None:
    result = await attacker.cell(f"{FORGE}\nos.write(3, answer + {surplus})\nwhile True: pass")
    assert not result.session_alive


async def test_a_forged_answer_deceives_the_forger_alone(attacker: Attacker) -> None:
    forged = await attacker.cell(f"{FORGE}\nos.write(3, answer)\nimport time; time.sleep(100)")
    assert (forged.outcome, forged.data["value"]) == (Outcome.OK, "'forged'")
    late = await attacker.cell("1")
    assert late.outcome is not Outcome.OK


async def test_a_forged_fault_is_ours_in_name_only(attacker: Attacker) -> None:
    lie = "message('fault', {'traceback': 'x' * 900_000})"
    result = await attacker.cell(f"{FORGE}\nos.write(3, {lie})")
    assert (result.outcome, result.data) == (Outcome.FAULT, {})
    await asyncio.sleep(0.05)  # the true answer comes unasked and ends the session


UNASKED = {
    "floods the wire": "while True: os.write(3, bytes(65536))",
    "writes a byte": "os.write(3, b'x')\nimport time; time.sleep(100)",
    "floods the output": "while True: os.write(1, bytes(65536))",
    "closes the wire": "os.close(3)\nimport time; time.sleep(100)",
}


@pytest.mark.parametrize("act", UNASKED.values(), ids=UNASKED)
async def test_who_speaks_unasked_is_ended_at_once(attacker: Attacker, act: str) -> None:
    await attacker.cell("kept = 1")
    pid = attacker.pid()
    await attacker.cell(f"{FORGE}\nos.write(3, answer)\n{act}")
    for _ in range(100):
        after = await attacker.cell("1")
        if after.session is SessionStart.LOST_DIED:
            break
    assert after.outcome is Outcome.OK
    assert attacker.pid() != pid


async def test_who_works_on_after_a_forged_answer_is_swept_away(attacker: Attacker) -> None:
    await attacker.cell(f"{FORGE}\nos.write(3, answer)\nwhile True: pass")
    jail = attacker.pool._sessions._by_owner[attacker.owner].jail
    assert jail is not None
    # The pool may be quicker to sweep it away, and then its clock stands still.
    while jail.status is None and jail.cpu_s() < 0.5:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await attacker.pool._sessions.sweep()
    assert jail.status is not None
    assert (await attacker.cell("1")).session is SessionStart.LOST_DIED


async def test_the_bots_messages_cannot_be_read_twice(attacker: Attacker) -> None:
    result = await attacker.cell("import os\nos.read(3, 1)")
    assert result.outcome is Outcome.TIMEOUT


async def test_a_jail_is_ended_when_the_listener_fails(pool: Pool) -> None:
    def fail(event: Event) -> None:
        raise LookupError("a handler's mistake")

    job = Job("cell.evaluate", {"source": "import time; time.sleep(100)"}, "listener", limits=QUICK)
    with pytest.raises(LookupError):
        await pool.run(job, fail)
    after = await pool.run(Job("cell.evaluate", {"source": "1"}, "listener"))
    assert (after.outcome, after.session) == (Outcome.OK, SessionStart.LOST_DIED)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
