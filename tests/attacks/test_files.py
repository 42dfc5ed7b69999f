"""Files of the host: nothing private is read, nothing at all is changed (rows 17, 19, 25)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.jail.keeper import PROJECT
from tests.attacks.attacker import SYSCALL, Attacker


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Path]:
    """A file that a jail must neither read nor change."""
    file = tmp_path / "reference.py"
    file.write_text("answer = 42\n")
    file.chmod(0o666)
    os.utime(file, (1e9, 1e9))
    before = file.stat()
    yield file
    assert file.read_text() == "answer = 42\n"
    after = file.stat()
    kept = ("st_mode", "st_uid", "st_nlink", "st_size", "st_mtime")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert [*tmp_path.iterdir()] == [file]


PRIVATE = (
    PROJECT / "config.toml",
    PROJECT / "engine" / "cell.py",
    PROJECT / "bot" / "config.py",
    Path("/etc/passwd"),
    Path("/etc/hostname"),
    Path("/proc/self/environ"),
    Path("/proc/self/maps"),
    Path("/proc/self/mem"),
    Path("/proc/1/environ"),
    Path("/proc/cpuinfo"),
    Path("/sys/kernel/mm/transparent_hugepage/enabled"),
)


@pytest.mark.parametrize("path", PRIVATE, ids=str)
async def test_a_private_file_is_not_read(attacker: Attacker, path: Path) -> None:
    assert path.exists()
    assert "Permission denied" in await attacker.error(f"open({str(path)!r}, 'rb').read()")


@pytest.mark.parametrize("folder", ["/", "/root", "/home", "/tmp", "/proc", "/dev", "/dev/shm"])
async def test_a_folder_is_not_listed(attacker: Attacker, folder: str) -> None:
    assert "Permission denied" in await attacker.error(f"import os\nos.listdir({folder!r})")


async def test_the_bots_environment_and_memory_are_not_read(attacker: Attacker) -> None:
    for name in ("environ", "mem", "maps", "cmdline", "fd/0"):
        error = await attacker.error(f"open('/proc/{os.getpid()}/{name}', 'rb').read()")
        assert "Permission denied" in error


async def test_the_environment_is_empty(attacker: Attacker) -> None:
    assert await attacker.value("import os\ndict(os.environ)") == "{}"


async def test_source_of_ours_is_not_shown(attacker: Attacker) -> None:
    for name in ("engine.cell", "engine.jail.inside", "engine.jail.syscalls"):
        source = f"import inspect, sys\ninspect.getsource(sys.modules[{name!r}])"
        assert "could not get source" in await attacker.error(source)


async def test_nothing_of_the_bot_is_loaded(attacker: Attacker) -> None:
    names = "sorted(n for n in sys.modules if n.split('.')[0] in ('bot', 'handlers', 'telegram'))"
    assert await attacker.value(f"import sys\n{names}") == "[]"


CHANGES = {
    "read": "open(path).read()",
    "write": "open(path, 'w')",
    "append": "open(path, 'a')",
    "truncate": "os.truncate(path, 0)",
    "truncate on opening": "os.open(path, os.O_RDONLY | os.O_TRUNC)",
    "remove": "os.remove(path)",
    "rename": "os.rename(path, path + 'x')",
    "change the mode": "os.chmod(path, 0)",
    "change the owner": "os.chown(path, 1, 1)",
    "change the times": "os.utime(path, (0, 0))",
    "mark": "os.setxattr(path, 'user.mark', b'1')",
    "link": "os.link(path, path + 'x')",
    "point at": "os.symlink(path, path + 'x')",
    "create beside": "open(path + 'x', 'x')",
    "create a folder beside": "os.mkdir(path + 'x')",
    "create a pipe beside": "os.mkfifo(path + 'x')",
    "create a nameless file": "os.open(os.path.dirname(path), os.O_TMPFILE | os.O_RDWR)",
    "create a temporary file": "import tempfile; tempfile.NamedTemporaryFile()",
    "leave the root": "os.chroot('/tmp')",
}


@pytest.mark.parametrize("act", CHANGES.values(), ids=CHANGES)
async def test_a_planted_file_is_out_of_reach(attacker: Attacker, planted: Path, act: str) -> None:
    error = await attacker.error(f"import os\npath = {str(planted)!r}\n{act}")
    assert error.startswith(("PermissionError", "FileNotFoundError: [Errno 2] No usable"))


LIBRARY_CHANGES = {
    "write": "os.open(path, os.O_WRONLY)",
    "read and write": "os.open(path, os.O_RDWR)",
    "truncate on opening": "os.open(path, os.O_RDONLY | os.O_TRUNC)",
    "truncate": "os.truncate(path, 0)",
    "change the times": "os.utime(path)",
    "map for writing": "import mmap; mmap.mmap(os.open(path, 0), 0, mmap.MAP_SHARED, 3)",
    "lock": "import fcntl; fcntl.flock(os.open(path, 0), fcntl.LOCK_EX)",
    "lease": "import fcntl; fcntl.fcntl(os.open(path, 0), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "poison the cache": "open(path + 'c', 'w')",
    "shadow torch": "open('/torch.py', 'w')",
}


@pytest.mark.parametrize("act", LIBRARY_CHANGES.values(), ids=LIBRARY_CHANGES)
async def test_a_library_file_may_be_read_and_no_more(attacker: Attacker, act: str) -> None:
    before = Path(os.__file__).read_bytes()
    await attacker.cell("import os\npath = os.__file__\nopen(path).read(1)")
    assert (await attacker.error(act)).startswith("PermissionError")
    assert Path(os.__file__).read_bytes() == before


async def test_a_path_descriptor_opens_nothing(attacker: Attacker, planted: Path) -> None:
    opening = f"import os\nfd = os.open({str(planted.parent)!r}, os.O_PATH)"
    assert "Bad file descriptor" in await attacker.error(f"{opening}\nos.listdir(fd)")
    within = "os.open('reference.py', os.O_RDONLY, dir_fd=fd)"
    assert "Permission denied" in await attacker.error(within)
    assert "Permission denied" in await attacker.error("open(f'/proc/self/fd/{fd}/reference.py')")


async def test_openat2_is_no_way_round(attacker: Attacker, planted: Path) -> None:
    call = f"syscall(437, -100, {str(planted).encode()!r}, bytes(24), 24)"
    assert await attacker.value(f"{SYSCALL}\n{call}") == "'EPERM'"


async def test_dots_and_links_lead_nowhere(attacker: Attacker, planted: Path) -> None:
    up = "os.path.dirname(os.__file__) + '/..' * 20"
    assert "Permission denied" in await attacker.error(f"import os\nopen({up} + {str(planted)!r})")
    assert "Permission denied" in await attacker.error(f"open('/proc/self/root{planted}')")
    assert "Permission denied" in await attacker.error(f"open('/proc/self/cwd{planted}')")
