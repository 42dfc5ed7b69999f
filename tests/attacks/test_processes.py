"""Processes, threads, signals, other processes' resources, the kernel's odd doors (row 21)."""

import os
from pathlib import Path

import pytest

from engine.jail.limits import NICENESS
from engine.records import Outcome
from tests.attacks.attacker import SYSCALL, Attacker

BIRTHS = {
    "fork": "os.fork()",
    "a bomb of forks": "while True: os.fork()",
    "a daemon": "os.setsid()\nos.fork()",
    "vfork and exec": "import subprocess; subprocess.run(['/bin/true'])",
    "a shell": "assert os.system('true') == 0",
    "exec": "os.execv('/bin/true', ['true'])",
    "exec of a descriptor": "os.execve(os.open('/dev/null', 0), ['x'], {})",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "multiprocessing": "import multiprocessing as m; m.Process(target=print).start()",
    "a pool": "import multiprocessing as m; m.Pool(2)",
    "a thread": "import threading; threading.Thread(target=print).start()",
    "975 threads": "import _thread\nfor _ in range(975): _thread.start_new_thread(input, ())",
    "loader workers": "from torch.utils.data import DataLoader as D; list(D([1], num_workers=1))",
}


@pytest.mark.parametrize("act", BIRTHS.values(), ids=BIRTHS)
async def test_no_process_and_no_thread_is_born(attacker: Attacker, act: str) -> None:
    result = await attacker.cell(f"import os\n{act}")
    assert result.outcome is Outcome.RAISED
    pid = attacker.pid()
    assert len(os.listdir(f"/proc/{pid}/task")) == 1  # noqa: PTH208
    assert Path(f"/proc/{pid}/task/{pid}/children").read_text() == ""


async def test_the_bot_the_zygote_and_other_jails_are_not_touched(attacker: Attacker) -> None:
    other = Attacker(attacker.pool, f"{attacker.owner}-bystander").pid()
    zygote = attacker.pool.zygote_pid
    assert zygote is not None
    for pid in (os.getpid(), os.getppid(), zygote, other, 1, -1, 0):
        before = _settings(pid)
        for act in TOUCHES:
            error = await attacker.error(f"import os, resource, signal\npid = {pid}\n{act}")
            assert error.startswith(("PermissionError", "ValueError: not allowed")), (act, error)
        assert _settings(pid) == before


def _settings(pid: int) -> tuple[str, set[int]] | None:
    if pid <= 1:
        return None
    return Path(f"/proc/{pid}/limits").read_text(), os.sched_getaffinity(pid)


TOUCHES = (
    "os.kill(pid, signal.SIGKILL)",
    "os.pidfd_open(pid)",
    "os.setpriority(os.PRIO_PROCESS, pid, 19)",
    "os.sched_setaffinity(pid, {0})",
    "os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))",
    "resource.prlimit(pid, resource.RLIMIT_AS, (1, 1))",
    "os.getpgid(pid)",
    "open(f'/proc/{max(abs(pid), 1)}/mem', 'rb')",
)

CALLS = {  # number on x86-64 and arguments: what C could do and Python does not offer
    "process_vm_readv": (310, "{bot}, 0, 0, 0, 0, 0"),
    "process_vm_writev": (311, "{bot}, 0, 0, 0, 0, 0"),
    "pidfd_send_signal": (424, "0, 9, 0, 0"),
    "pidfd_getfd": (438, "0, 0, 0"),
    "process_madvise": (440, "0, 0, 0, 21, 0"),
    "process_mrelease": (448, "0, 0"),
    "kcmp": (312, "{bot}, {bot}, 0, 0, 0"),
    "tgkill of the bot": (234, "{bot}, {bot}, 9"),
    "tkill": (200, "{bot}, 9"),
    "rt_sigqueueinfo": (129, "{bot}, 9, bytes(128)"),
    "rt_tgsigqueueinfo": (297, "{bot}, {bot}, 9, bytes(128)"),
    "setns": (308, "0, 0"),
    "unshare": (272, "0x10000000"),
    "clone into a namespace": (56, "0x10000011, 0, 0, 0, 0"),
    "personality": (135, "0x0040000"),
    "seccomp again": (317, "1, 0, 0"),
    "prctl dumpable": (157, "4, 0, 0, 0, 0"),
    "prctl parent death": (157, "1, 0, 0, 0, 0"),
    "setitimer by the clock": (38, "0, bytes(32), 0"),
    "setitimer by user time": (38, "1, bytes(32), 0"),
    "alarm": (37, "1"),
    "timer_create": (222, "0, 0, bytes(8)"),
    "timerfd_create": (283, "0, 0"),
    "shmget": (29, "0, 4096, 0o1600"),
    "msgget": (68, "0, 0o1600"),
    "semget": (64, "0, 1, 0o1600"),
    "mq_open": (240, "b'/q', 0o102, 0o600, 0"),
    "memfd_create": (319, "b'm', 0"),
    "memfd_secret": (447, "0"),
    "eventfd": (290, "0, 0"),
    "signalfd": (289, "-1, bytes(8), 8, 0"),
    "inotify": (294, "0"),
    "fanotify": (300, "0, 0"),
    "perf_event_open": (298, "bytes(128), 0, -1, -1, 0"),
    "landlock ruleset": (444, "0, 0, 1"),
    "capset": (126, "bytes(8), bytes(24)"),
    "setuid": (105, "0"),
    "setgroups": (116, "0, 0"),
    "ioprio_set": (251, "1, 0, 0"),
    "mlockall": (151, "3"),
    "sethostname": (170, "b'x', 1"),
    "reboot": (169, "0, 0, 0, 0"),
    "kexec_load": (246, "0, 0, 0, 0"),
    "init_module": (175, "0, 0, b''"),
    "syslog": (103, "3, bytes(64), 64"),
    "vmsplice": (278, "1, 0, 0, 0"),
    "splice": (275, "0, 0, 1, 0, 16, 0"),
    "sendmsg": (46, "3, bytes(56), 0"),
    "recvmsg": (47, "3, bytes(56), 0"),
    "copy_file_range": (326, "0, 0, 1, 0, 16, 0"),
    "name_to_handle_at": (303, "-100, b'/', bytes(256), bytes(8), 0"),
    "open_by_handle_at": (304, "-100, bytes(256), 0"),
    "modify_ldt": (154, "0, bytes(16), 16"),
    "arch_prctl": (158, "0x1003, bytes(8)"),
    "ioperm": (173, "0, 1, 1"),
    "cachestat": (451, "0, bytes(16), bytes(40), 0"),
    "set_tid_address": (218, "0"),
}

only_x86 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")


@only_x86
async def test_the_kernels_other_doors_are_shut(attacker: Attacker) -> None:
    listed = ", ".join(
        f"{name!r}: syscall({call[0]}, {call[1].format(bot=os.getpid())})"
        for name, call in CALLS.items()
    )
    opened = "[name for name, answer in answers.items() if answer != 'EPERM']"
    assert await attacker.value(f"{SYSCALL}\nanswers = {{{listed}}}\n{opened}") == "[]"


@only_x86
@pytest.mark.parametrize(
    "number",
    {
        "io_uring": 425,
        "bpf": 321,
        "mount": 165,
        "keyctl": 250,
        "userfaultfd": 323,
        "ptrace": 101,
    }.values(),
)
async def test_a_call_with_a_history_of_escapes_ends_the_jail(
    attacker: Attacker, number: int
) -> None:
    result = await attacker.cell(f"{SYSCALL}\nsyscall({number}, 0, 0, 0, 0)")
    assert result.outcome is Outcome.REFUSED
    assert not result.session_alive


@only_x86
async def test_calls_of_other_architectures_end_the_jail(attacker: Attacker) -> None:
    x32 = await attacker.cell(f"{SYSCALL}\nsyscall(0x40000000 + 39)")
    assert x32.outcome is Outcome.REFUSED
    machine_code = """
        import ctypes, mmap
        page = mmap.mmap(-1, 4096, prot=7)
        page.write(bytes.fromhex("b814000000" "cd80" "c3"))  # mov eax, 20; int 0x80; ret
        ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    """
    assert (await attacker.cell(machine_code)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "act",
    [
        "fcntl.fcntl(1, fcntl.F_SETOWN, bot)",
        "fcntl.fcntl(3, fcntl.F_SETOWN, bot)",
        "fcntl.fcntl(3, fcntl.F_SETSIG, 9)",
        "fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)",
        "fcntl.fcntl(1, fcntl.F_SETFL, os.O_DIRECT)",
        "fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)",
        "fcntl.ioctl(0, termios.TIOCSTI, b'x')",
        "fcntl.ioctl(3, termios.FIONREAD, bytes(4))",
        "fcntl.ioctl(3, 0x8901, bytes(4))",  # FIOSETOWN
        "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))",
        "os.nice(-1)",
        "os.setuid(0)",
        "os.pipe()",
    ],
)
async def test_nothing_of_its_own_is_loosened(attacker: Attacker, act: str) -> None:
    imports = f"import fcntl, os, resource, termios\nbot = {os.getpid()}\n"
    error = await attacker.error(imports + act)
    assert error.startswith(("PermissionError", "ValueError: not allowed")), error


async def test_the_clock_of_another_process_is_not_read(attacker: Attacker) -> None:
    source = f"import time\ntime.clock_gettime((~{os.getpid()} << 3) | 2)"
    assert (await attacker.error(source)).startswith("PermissionError")


async def test_descriptors_run_out_for_the_jail_alone(attacker: Attacker) -> None:
    assert "Too many open files" in await attacker.error(
        "files = []\nwhile True: files.append(open('/dev/null'))"
    )
    await attacker.cell("files.clear()")


async def test_a_jail_is_what_it_promises(attacker: Attacker) -> None:
    await attacker.cell("1")
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{attacker.pid()}/status").read_text().splitlines()
    )
    # Only root may empty the bounding set; without new privileges it is worth nothing.
    sets = {"CapEff", "CapPrm", "CapAmb"} | ({"CapBnd"} if os.geteuid() == 0 else set())
    assert {status[name] for name in sets} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"], status["Threads"]) == ("1", "2", "1")
    assert os.getpriority(os.PRIO_PROCESS, attacker.pid()) == NICENESS
    assert os.getsid(attacker.pid()) == attacker.pid()


async def test_a_jail_that_stops_itself_is_ended(attacker: Attacker) -> None:
    result = await attacker.cell("import signal\nsignal.raise_signal(signal.SIGSTOP)")
    assert result.outcome is Outcome.TIMEOUT
    assert not result.session_alive
