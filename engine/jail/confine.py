"""Takes everything from a freshly forked process that untrusted code does not need.

The layers, in the order in which they are put on; none needs root, a namespace or a
container. Each can be left out by name, so that tests can prove the self-test notices.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

from engine.errors import CannotConfine
from engine.jail import landlock
from engine.jail.limits import LAST_FD, NICENESS, Layer
from engine.jail.syscalls import jail_filter

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 23, 24, 47, 4
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def confine(
    ruleset: int, memory_bytes: int, keeper: int, without: frozenset[str] = frozenset()
) -> None:
    """Confine the calling process for ever.

    `ruleset` comes from `landlock.read_only_ruleset`; `memory_bytes` is the whole address
    space; `keeper` is the pid of the parent whose death must be ours too. Raises OSError or
    `CannotConfine` when a layer cannot be put on; the caller must then end the process.
    """
    steps: dict[Layer, Callable[[], object]] = {
        Layer.SESSION: os.setsid,
        Layer.DESCRIPTORS: lambda: _keep_only_own_descriptors(ruleset),
        Layer.ENVIRONMENT: _empty_environment,
        Layer.DIRECTORY: lambda: os.chdir("/"),
        Layer.PRIORITY: _be_least_important,
        Layer.RLIMITS: lambda: _limit_resources(memory_bytes),
        Layer.CAPABILITIES: _drop_capabilities,
        Layer.NO_NEW_PRIVS: _refuse_new_privileges,
        Layer.LANDLOCK: lambda: _enter_landlock(ruleset),
        Layer.SECCOMP: lambda: jail_filter().load(),
    }
    for layer, put_on in steps.items():
        if layer is Layer.LANDLOCK:
            die_with(keeper)  # after the capabilities: a change of credentials forgets it
        if layer not in without:
            put_on()


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, even by kill -9."""
    _prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def gain_nothing() -> None:
    """Give up all capabilities, and every way to get any."""
    _drop_capabilities()
    _refuse_new_privileges()


def _refuse_new_privileges() -> None:
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def _prctl(option: int, *arguments: int) -> int:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    result = int(_libc.prctl(ctypes.c_int(option), *padded))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _keep_only_own_descriptors(ruleset: int) -> None:
    first = LAST_FD + 1
    if ruleset >= first:  # without Landlock there is none
        os.closerange(first, ruleset)
        first = ruleset + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def _enter_landlock(ruleset: int) -> None:
    landlock.enter(ruleset)
    os.close(ruleset)


def _empty_environment() -> None:
    os.environ.clear()
    _libc.clearenv()


def _be_least_important() -> None:
    os.nice(NICENESS)
    Path("/proc/self/oom_score_adj").write_text("1000")


def _limit_resources(memory_bytes: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 1,  # 0 would still feed a core_pattern that is a program
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _drop_capabilities() -> None:
    if os.geteuid() == 0:
        _drop_bounding_set()
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
    nothing = (_CapabilitySets * 2)()
    if _libc.capset(ctypes.byref(header), ctypes.byref(nothing)) < 0:
        raise CannotConfine("capset refused to drop the capabilities")


def _drop_bounding_set() -> None:
    for capability in range(64):
        try:
            if _prctl(PR_CAPBSET_READ, capability):
                _prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # past the last capability of this kernel, or dropped by a container
            return
