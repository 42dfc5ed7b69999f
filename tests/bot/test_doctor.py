"""The doctor: on this host, on a host with faults, and what it says in each language."""

from __future__ import annotations

import os
import string
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from bot.config import PROJECT
from bot.doctor import capacity, findings, gpu, memory, told, torch_build
from bot.doctor_words import EN, RU, WORDS
from bot.finding import Finding
from engine.jail.limits import PoolSettings

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc"
GIB = 1 << 30


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "doctor", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_good_host_is_enough_for_some_students(tmp_path: Path) -> None:
    seen = doctor(TUTOR_TELEGRAM__TOKEN=TOKEN, TUTOR_STORAGE__PATH=str(tmp_path))

    assert seen.returncode == 0, seen.stdout
    assert "✗" not in seen.stdout
    assert "✓ токен задан" in seen.stdout
    assert "✓ песочница выдержала пробные побеги" in seen.stdout
    assert "✓ Хватит на " in seen.stdout
    assert f"✓ {tmp_path / 'progress.db'}: базы ещё нет" in seen.stdout
    assert TOKEN not in seen.stdout + seen.stderr


def test_faults_of_a_host_are_told_with_their_repair() -> None:
    # A configuration where jails may read: no code may be run there.
    readable = Path(np.__file__).with_name("py.typed")

    seen = doctor("--language", "en", TUTOR_CONFIG=str(readable), TUTOR_STORAGE__PATH="/proc/data")

    assert seen.returncode == 1
    assert "✗ data folder /proc/data: No such file or directory" in seen.stdout
    assert "  → let the user " in seen.stdout
    assert "✗ the jail does not hold, no student's code is run" in seen.stdout
    assert str(readable) in seen.stdout


def test_mistaken_configuration_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_CHAT__LANGUAGE", "de")

    lines = told(next(findings()), EN).splitlines()

    assert lines[0] == "✗ the configuration is mistaken:"
    assert lines[1].startswith("chat.language = 'de' (TUTOR_CHAT__LANGUAGE)")
    assert lines[2].startswith("  → mend what is named in ")


def test_build_of_torch_is_read_without_importing_it() -> None:
    built_for = torch.version.cuda

    assert torch_build() == (f"CUDA {built_for}" if built_for else "CPU")


@pytest.mark.parametrize(
    ("budget", "free", "mark"),
    [
        (4 * GIB, 8 * GIB, "✓"),
        (8 * GIB, 4 * GIB, "–"),
        (4 * GIB, GIB // 2, "✗"),
    ],
)
def test_memory_is_judged_by_budget_and_what_is_free(budget: int, free: int, mark: str) -> None:
    assert told(memory(budget, free), EN).startswith(f"{mark} memory: ")


@pytest.mark.parametrize(
    ("settings", "session_bytes", "cell_cpu_s", "students"),
    [
        # Half of the 7 GiB beside the zygote is for sessions between two cells.
        (PoolSettings(workers=2, memory_total=15 * GIB // 2), 64 << 20, 0.05, 56),
        (PoolSettings(workers=2, memory_total=64 * GIB), 64 << 20, 1.0, 40),
        (PoolSettings(workers=2, memory_total=64 * GIB, sessions_max=30), 64 << 20, 0.1, 30),
        (PoolSettings(workers=2, memory_total=64 * GIB), 0, 0.0, 200),  # too small to measure
    ],
)
def test_students_are_limited_by_what_is_scarcest(
    settings: PoolSettings, session_bytes: int, cell_cpu_s: float, students: int
) -> None:
    assert capacity(settings, session_bytes, cell_cpu_s).values["students"] == students


@pytest.mark.parametrize(
    ("cards", "build", "used", "line"),
    [
        ([], "CPU", True, "✓ no GPU, and none is needed"),
        (["Tesla T4"], "CUDA 13.0", True, "✓ GPU: Tesla T4; /root runs on it too"),
        (["Tesla T4"], "CUDA 13.0", False, "✓ GPU: Tesla T4; /root does without it"),
        (["A", "B"], "CPU", True, "– GPU: A, B, but torch is built for CPU: /root does without"),
    ],
)
def test_a_card_is_told_with_what_torch_makes_of_it(
    cards: list[str], build: str, used: bool, line: str
) -> None:
    assert told(gpu(cards, build, used=used), EN).startswith(line)


def test_what_is_not_needed_is_no_cross() -> None:
    without = Finding("token.fails", repair="token.do", needed=False)

    assert [told(without, words)[0] for words in WORDS.values()] == ["–", "–"]


def test_both_languages_say_the_same() -> None:
    assert {key: fields(text) for key, text in RU.items()} == {
        key: fields(text) for key, text in EN.items()
    }


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
