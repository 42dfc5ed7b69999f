"""Proves at start that a jail holds: break-outs from inside, and a look from outside."""

from __future__ import annotations

import signal
from pathlib import Path

from engine.jail.limits import LAST_FD, NICENESS
from engine.jail.process import JailProcess
from engine.jail.running import run_job
from engine.records import Job, JobLimits, Outcome

LIMITS = JobLimits(cpu_s=5.0, wall_s=10.0)


async def check_jail(jail: JailProcess, planted: Path, bot: int) -> str | None:
    """What is wrong with a fresh jail, None when it holds; the jail is used up.

    `planted` is a file that it must not reach, `bot` a process that it must not touch.
    Raises InterruptedError when somebody killed the jail: then the test says nothing.
    """
    before = _content(planted)
    job = Job("jail.breakouts", {"planted": str(planted), "pid": bot}, owner="self-test")
    run = await run_job(jail, job, LIMITS, lambda event: None)
    if jail.status == signal.SIGKILL:
        raise InterruptedError("the self-test's jail was killed")
    # From outside while it still lives: a jail that broke out may lie about itself.
    weakness = _inside(run.result.outcome, run.result.data) or seen_from_outside(jail.pid)
    await jail.kill()
    if weakness is None and _content(planted) != before:
        return "a file that it must not reach was changed"
    return weakness


def _content(planted: Path) -> bytes | None:
    try:
        return planted.read_bytes()
    except FileNotFoundError:
        return None


def _inside(outcome: Outcome, data: dict[str, object]) -> str | None:
    if outcome is not Outcome.OK:
        return f"the break-outs ended with {outcome}"
    succeeded = data.get("succeeded")
    if succeeded != []:
        return f"a jail could {succeeded}"
    return None


def seen_from_outside(pid: int) -> str | None:
    """The first thing in /proc that a confined process must not show, None when all is well."""
    proc = Path(f"/proc/{pid}")
    status = dict(line.split(":\t", 1) for line in (proc / "status").read_text().splitlines())
    stat = (proc / "stat").read_text().rpartition(")")[2].split()
    facts = {
        "it holds capabilities": int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0,
        "it could gain capabilities": int(status["CapBnd"], 16) == 0 or status["Uid"][0] != "0",
        "it could gain privileges": status["NoNewPrivs"] == "1",
        "it has no system-call filter": status["Seccomp"] == "2",
        "it shares a session": int(stat[3]) == pid,
        "it is as important as the bot": int(stat[16]) >= NICENESS,
        "the kernel would spare it": (proc / "oom_score_adj").read_text().strip() == "1000",
        "it stands in a folder": (proc / "cwd").readlink() == Path("/"),
        "it has descriptors": len(list((proc / "fd").iterdir())) == LAST_FD + 1,
        "it may write files": _soft_limit(proc, "Max file size") == "0",
        "its memory is not limited": _soft_limit(proc, "Max address space") != "unlimited",
    }
    return next((weakness for weakness, holds in facts.items() if not holds), None)


def _soft_limit(proc: Path, name: str) -> str:
    lines = (proc / "limits").read_text().splitlines()
    line = next(line for line in lines if line.startswith(name))
    return line.removeprefix(name).split()[0]
