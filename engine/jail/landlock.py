"""Landlock by its three system calls: files a process may read, and nothing else.

Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h.
Rights that the running kernel does not know are left out; ABI 1 (Linux 5.13) is enough.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from engine.errors import CannotConfine
from engine.jail.limits import LAST_FD

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
FS_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many bits, lowest first
NET_RIGHTS = 0b11  # TCP bind and connect, since ABI 4
SCOPES = 0b11  # abstract unix sockets and signals, since ABI 6

_libc = ctypes.CDLL(None, use_errno=True)


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def landlock_abi() -> int:
    """The kernel's Landlock ABI, 0 when it has none or it is switched off."""
    try:
        return _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    except OSError:
        return 0


def read_only_ruleset(readable: Iterable[Path]) -> int:
    """A descriptor of rules: `readable` files and folders may be read, nothing else touched.

    Made once before the first fork; each child only enters it. It is none of the numbers that
    a child fills with its own descriptors. Raises `CannotConfine` when the kernel has no
    Landlock.
    """
    abi = landlock_abi()
    if abi < 1:
        raise CannotConfine("this kernel has no Landlock (Linux 5.13 or newer, lsm=landlock)")
    bits = FS_RIGHTS_BY_ABI.get(abi, max(FS_RIGHTS_BY_ABI.values()))
    attr = _RulesetAttr((1 << bits) - 1, NET_RIGHTS if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    size = 8 * (1 + (abi >= 4) + (abi >= 6))
    made = _call(CREATE_RULESET, ctypes.byref(attr), ctypes.c_size_t(size), ctypes.c_uint32(0))
    ruleset = fcntl.fcntl(made, fcntl.F_DUPFD_CLOEXEC, LAST_FD + 1)
    os.close(made)
    for path in readable:
        _allow_reading(ruleset, path)
    return ruleset


def _allow_reading(ruleset: int, path: Path) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = READ_FILE | READ_DIR if path.is_dir() else READ_FILE
        rule = _PathBeneathAttr(rights, fd)
        arguments = (ctypes.c_int(RULE_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
        _call(ADD_RULE, ctypes.c_int(ruleset), *arguments)
    finally:
        os.close(fd)


def enter(ruleset: int) -> None:
    """Bind this process to the rules for ever; no_new_privs must be set before."""
    _call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
