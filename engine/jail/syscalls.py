"""The system calls a jail may make: an allow-list under which all of torch runs.

Measured, not guessed: autograd, torch.func, linalg, optimisers, DataLoader without workers,
torch.utils.benchmark, matplotlib to PNG and lazy imports run under it. What is missing is
missing on purpose: sockets, exec, processes and threads, signals to others, prctl, metadata
changes, scheduling of others, shared memory.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import termios
from collections.abc import Iterator
from typing import Any

from engine.errors import CannotConfine


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALLOWED = _names("""
    read write close lseek mmap munmap mprotect mremap madvise brk futex
    rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
    getpid gettid getuid geteuid getgid getegid
    nanosleep gettimeofday time getrandom
    exit exit_group restart_syscall
    fstat newfstatat stat lstat access faccessat faccessat2 readlink readlinkat getcwd
    getdents64 pread64 readv writev poll ppoll select pselect6
    getrusage sched_yield sched_getaffinity uname sysinfo
    set_robust_list rseq membarrier getcpu dup
""")

# Nobody here needs them, and each has a history of escapes: the process ends at once.
DEADLY = _names("""
    io_uring_setup io_uring_enter io_uring_register bpf mount umount2 move_mount fsopen
    open_tree pivot_root keyctl add_key request_key userfaultfd ptrace
""")

FCNTL_COMMANDS = (
    fcntl.F_DUPFD,
    fcntl.F_DUPFD_CLOEXEC,
    fcntl.F_GETFD,
    fcntl.F_SETFD,
    fcntl.F_GETFL,
)
FIOCLEX = 0x5451
TMPFILE = 0o20000000  # the bit of O_TMPFILE that is not O_DIRECTORY
ALL_BITS = (1 << 64) - 1
OWN_CLOCKS = 0xFFFFFFF0  # below 16; a negative number is the clock of some process
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | TMPFILE


def jail_filter() -> Any:
    """The filter of the calling process, ready to load; it names the caller's own pid.

    Raises `CannotConfine` where libseccomp is missing.
    """
    seccomp = _library()
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))

    def add(action: int, name: str, *arguments: tuple[int, int, int]) -> None:
        number = seccomp.resolve_syscall(seccomp.system_arch(), name)
        if number >= 0:  # not every architecture has every call: arm64 has no `stat`
            # A masked comparison serves for all: argument & mask == value.
            checks = [
                seccomp.Arg(n, seccomp.MASKED_EQ, mask, value) for n, mask, value in arguments
            ]
            rules.add_rule(action, number, *checks)

    for name in ALLOWED:
        add(seccomp.ALLOW, name)
    for name in DEADLY:
        add(seccomp.KILL_PROCESS, name)
    # A threading library takes ENOSYS as "an old kernel" and tries clone, which says EPERM.
    add(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for name, *arguments in _checked_calls():
        add(seccomp.ALLOW, name, *arguments)
    return rules


def _checked_calls() -> Iterator[tuple[Any, ...]]:
    """Calls allowed for some arguments only: name, then (argument, mask, value) of each check."""
    yield "openat", (2, WRITING, 0)
    yield "prlimit64", (0, ALL_BITS, 0), (2, ALL_BITS, 0)  # itself, no new value
    for name in ("clock_gettime", "clock_getres", "clock_nanosleep"):
        yield name, (0, OWN_CLOCKS, 0)
    yield "setitimer", (0, ALL_BITS, signal.ITIMER_PROF)  # by its own CPU time, to its own end
    yield "tgkill", (0, ALL_BITS, os.getpid())
    yield from (("fcntl", (1, ALL_BITS, command)) for command in FCNTL_COMMANDS)
    yield from (("ioctl", (1, ALL_BITS, request)) for request in (termios.TCGETS, FIOCLEX))


def _library() -> Any:
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise CannotConfine(f"libseccomp is missing (Debian: libseccomp2): {error}") from error
    return pyseccomp
