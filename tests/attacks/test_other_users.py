"""Nothing passes from one user's session to another's (row 26)."""

import re
import secrets
from pathlib import Path

import pytest

from engine.records import SessionStart
from tests.attacks.attacker import Attacker

POISON = {
    "a name": ("poison = 1", "'poison' in globals()"),
    "torch": (
        "import torch\ntorch.allclose = lambda *a: True",
        "torch.allclose.__name__ != 'allclose'",
    ),
    "a tensor's method": ("torch.Tensor.sum = None", "torch.Tensor.sum is None"),
    "builtins": ("import builtins\nbuiltins.len = None", "len is None"),
    "a module": ("import sys\nsys.modules['numpy'] = None", "__import__('numpy') is None"),
    "a new module": ("sys.modules['poison'] = 1", "'poison' in __import__('sys').modules"),
    "the path": ("sys.path.insert(0, '/poison')", "'/poison' in __import__('sys').path"),
    "a default type": (
        "torch.set_default_dtype(torch.float64)",
        "torch.get_default_dtype() == torch.float64",
    ),
    "the random state": ("torch.manual_seed(5)", "torch.initial_seed() == 5"),
    "gradients": ("torch.set_grad_enabled(False)", "not torch.is_grad_enabled()"),
    "an environment": ("import os\nos.environ['X'] = '1'", "'X' in __import__('os').environ"),
    "figures": (
        "import matplotlib as m\nm.rcParams['figure.dpi'] = 7",
        "__import__('matplotlib').rcParams['figure.dpi'] == 7",
    ),
    "a hook at exit": ("import atexit\natexit.register(print, 'poison')", "False"),
    "our own code": (
        "import engine.cell as c\nc.evaluate = None",
        "__import__('engine.cell').cell.evaluate is None",
    ),
}


@pytest.mark.parametrize(("poison", "poisoned"), POISON.values(), ids=POISON)
async def test_poison_stays_with_who_took_it(
    attacker: Attacker, poison: str, poisoned: str
) -> None:
    await attacker.cell("import sys, torch")
    await attacker.cell(poison)
    victim = Attacker(attacker.pool, f"{attacker.owner}-victim")
    try:
        assert await victim.value(poisoned) == "False"
    finally:
        await attacker.pool.reset(victim.owner)


async def test_a_reset_leaves_nothing_behind(attacker: Attacker) -> None:
    await attacker.cell("import torch\ntorch.allclose = None\nname = 1")
    await attacker.pool.reset(attacker.owner)
    after = await attacker.cell("torch.allclose is None or 'name' in globals()")
    assert (after.session, after.data["value"]) == (SessionStart.NEW, "False")


async def test_output_reaches_its_own_user_alone(attacker: Attacker) -> None:
    bystander = Attacker(attacker.pool, f"{attacker.owner}-bystander")
    await attacker.cell("print('secret of the attacker')")
    assert (await bystander.cell("print('mine')")).output == "mine\n"


async def test_a_secret_lies_in_no_other_process_memory(attacker: Attacker) -> None:
    secret = secrets.token_hex(16)
    bystander = Attacker(attacker.pool, f"{attacker.owner}-bystander")
    await bystander.cell(f"secret = {secret!r}")
    await attacker.cell("1")
    zygote = attacker.pool.zygote_pid
    assert zygote is not None
    assert _lies_in_memory(secret, bystander.pid())
    assert not _lies_in_memory(secret, attacker.pid())
    assert not _lies_in_memory(secret, zygote)


def _lies_in_memory(secret: str, pid: int) -> bool:
    """Whether a process holds the text in memory of its own, read from outside."""
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            start, end, inode = _mapping(line)
            if inode == 0 and " rw" in line and "[v" not in line:
                memory.seek(start)
                if secret.encode() in memory.read(end - start):
                    return True
    return False


def _mapping(line: str) -> tuple[int, int, int]:
    found = re.match(r"(\w+)-(\w+) \S+ \w+ \S+ (\d+)", line)
    assert found is not None
    return int(found[1], 16), int(found[2], 16), int(found[3])
