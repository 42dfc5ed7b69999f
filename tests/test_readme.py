"""README says what is so: its transcript, commands, settings and targets are checked."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram import BotCommandScopeChat

from bot.app import build
from bot.config import Course, Privacy, Settings, Telegram
from bot.inbox.queue import Inbox
from bot.local.server import LocalTelegram
from engine.jail.pool import Pool
from handlers.words import Words
from tests.handlers.store import opened

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text()
# Below the first answer to a person; README says that it leaves it out.
NOTICE = Words()("ru").n("notice.marks", Privacy().keep_days).striptags()


def test_transcripts_are_what_the_bot_answers() -> None:
    transcripts = re.findall(r"```console\n\$ (.+?')\n([^']+?)\n```", README, re.DOTALL)

    assert len(transcripts) == 4
    for command, shown in transcripts:
        done = subprocess.run(
            command, shell=True, cwd=PROJECT, capture_output=True, text=True, check=True
        )
        assert done.stdout.replace(f"\n{NOTICE}\n", "").rstrip() == shown


async def test_commands_are_those_of_an_instructors_menu(inbox: Inbox, tmp_path: Path) -> None:
    async with LocalTelegram() as telegram, await opened(tmp_path) as store:
        account = Telegram(token=SecretStr(telegram.token), base_url=telegram.base_url)
        teacher = telegram.world.teacher.id
        settings = Settings(telegram=account, course=Course(instructors=[teacher]))
        async with await build(settings, Pool(settings.jail), inbox, store) as application:
            assert application.post_init is not None
            await application.post_init(application)
            menu = await application.bot.get_my_commands(BotCommandScopeChat(teacher))

    assert re.findall(r"^\| `/(\w+)", README, re.MULTILINE) == [entry.command for entry in menu]


def test_configuration_table_is_that_of_config_toml() -> None:
    table = re.findall(r"^\| `(\w+)\.(\w+)` \| `(.*)` \| (.*) \|$", README, re.MULTILINE)
    section, described = "", []
    lines = (PROJECT / "config.toml").read_text().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("["):
            section = line.strip("[]")
        elif " = " in line and not line.startswith("#"):
            key, _, default = line.partition(" = ")
            described.append((section, key, default, before.removeprefix("# ")))

    assert table == described


@pytest.mark.parametrize("name", ["serve", "chat", "ask", "doctor"])
def test_commands_of_the_command_line_are_told(name: str) -> None:
    assert f"| `tutor {name}" in README


def test_make_targets_are_those_of_the_makefile() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^(\w+):.*## ", makefile, re.MULTILINE))

    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) == targets - {"help"}


def test_version_of_torch_is_the_pinned_one() -> None:
    pinned = re.findall(r"^torch==.+$", (PROJECT / "constraints.txt").read_text(), re.MULTILINE)

    for name in ("README.md", "Makefile", "Dockerfile"):
        named = set(re.findall(r"torch==[\d.]+", (PROJECT / name).read_text()))
        assert named == set(pinned), name


def test_linked_files_exist() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert [link for link in links if not (PROJECT / link).exists()] == []
