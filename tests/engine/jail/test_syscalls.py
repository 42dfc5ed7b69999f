"""The system-call filter: what torch needs passes, and the rest of the table does not."""

import os
import subprocess
import sys

import pytest

from engine.errors import CannotConfine
from engine.jail import syscalls
from engine.jail.pool import Pool
from engine.records import Job

NEEDED = {
    "gradients": "x = torch.ones(3, requires_grad=True); (x ** 2).sum().backward(); x.grad",
    "torch.func": "torch.func.hessian(lambda x: (x ** 3).sum())(torch.ones(2))",
    "linear algebra": "torch.linalg.svd(torch.eye(3)); torch.linalg.inv(torch.eye(2))",
    "training": "m = torch.nn.Linear(2, 1)\no = torch.optim.Adam(m.parameters())\n"
    "m(torch.ones(1, 2)).sum().backward(); o.step()",
    "a loader": "list(torch.utils.data.DataLoader(range(4), batch_size=2))",
    "benchmark": "from torch.utils import benchmark\nbenchmark.Timer('1 + 1').timeit(10)",
    "a picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('t'); plt.show()",
    "sympy": "import sympy\nsympy.diff(sympy.Symbol('x') ** 2)",
    "a lazy import": "import json, decimal, sqlite3, zoneinfo, xml.dom.minidom",
    "random": "import random, secrets\nrandom.random(), secrets.token_hex(), np.random.rand()",
    "clocks": "import time\ntime.sleep(0.001), time.process_time(), time.thread_time()",
    "await": "import asyncio\nawait asyncio.sleep(0.001)",
    "asyncio": "import asyncio\nasyncio.run(asyncio.sleep(0.001))",
    "a timer of its own": "import signal\nsignal.setitimer(signal.ITIMER_PROF, 60.0)\n"
    "signal.setitimer(signal.ITIMER_PROF, 0.0)",
    "strings to numbers": "int('1' * 1000)",
    "a warning": "import warnings\nwarnings.warn('w')",
    "sizes": "import os, shutil\nos.cpu_count(), os.uname(), os.getpid(), torch.get_num_threads()",
}


@pytest.mark.parametrize("source", NEEDED.values(), ids=NEEDED)
async def test_what_a_seminar_needs_runs(pool: Pool, source: str) -> None:
    result = await pool.run(Job("cell.evaluate", {"source": source}, "seminar"))
    assert result.data["failure"] is None


def in_a_filtered_process(line: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import ctypes, errno, os\n"
        "from engine.jail.syscalls import jail_filter\n"
        "def call(*a):\n"
        "    result = libc.syscall(*map(ctypes.c_long, a))\n"
        "    return result if result >= 0 else errno.errorcode[ctypes.get_errno()]\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "jail_filter().load()\n"
        f"print({line}, flush=True)\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


only_x86 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")


@only_x86
def test_every_other_call_of_the_table_says_eperm() -> None:
    import pyseccomp

    allowed = {*syscalls.ALLOWED, *syscalls.DEADLY}
    checked = {name for name, *_ in syscalls._checked_calls()}
    passed = {
        pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
        for name in (*allowed, *checked, "clone3")
    }
    uprobes = {335, 336}  # since 6.11 the kernel lets its own trampolines past any filter
    tried = [number for number in range(470) if number not in passed | uprobes]
    line = f"{{call(n, -1, -1, -1, -1, -1, -1) for n in {tried}}}"
    assert in_a_filtered_process(line).stdout.strip() == "{'EPERM'}"


@only_x86
def test_arguments_with_high_bits_set_are_no_way_round() -> None:
    high = 1 << 32
    for line in (
        f"call(302, {high}, 7, 0, 0)",  # prlimit64 of another process
        f"call(302, 0, 7, {high}, 0)",  # prlimit64 with a new value
        f"call(234, {high} + os.getpid(), os.getpid(), 0)",  # tgkill
        f"call(72, 1, {high} + 4, 0)",  # fcntl F_SETFL
        f"call(16, 0, {high} + 0x5412, 0)",  # ioctl TIOCSTI
        f"call(228, {high} - 6, 0)",  # clock_gettime of a process
    ):
        assert in_a_filtered_process(line).stdout.strip() == "EPERM", line


@pytest.mark.parametrize("name", sorted(syscalls.DEADLY))
def test_a_deadly_call_is_never_also_allowed(name: str) -> None:
    assert name not in syscalls.ALLOWED
    assert name not in {checked for checked, *_ in syscalls._checked_calls()}


def test_without_the_library_nothing_is_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(CannotConfine, match="libseccomp2"):
        syscalls.jail_filter()
