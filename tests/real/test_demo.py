# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration runs to its end and shows the chat, whatever an earlier one left."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.main import demo
from bot.demo.script import load
from bot.lock import held_file

#: A machine that does much else may need so many times as long.
BUSY = 4
#: How a whole file of each kind begins.
BEGINNINGS = {".png": b"\x89PNG\r\n\x1a\n", ".pdf": b"%PDF-1.7", ".ics": b"BEGIN:VCALENDAR"}


@pytest.mark.timeout(600)
async def test_demo_plays_three_weeks_anew(tmp_path: Path):
    accounts = dict.fromkeys(["tafelrunde", *load().cast], "kept")
    (tmp_path / "accounts.json").write_text(json.dumps(accounts), encoding="ascii")
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "tafelrunde.db").write_text("left by an earlier one", encoding="ascii")
    shown = StringIO()

    code = await demo(once=True, default_limits=False, data=tmp_path, console=Console(file=shown, width=110))

    assert code == 0, shown.getvalue()
    assert "Lina Haddad: !barriere Ich habe die Anerkennung" in shown.getvalue()
    assert "↳ Bot: ✅ B1" in shown.getvalue()
    assert "Verantwortlich: Senatsverwaltung Beispiel." in shown.getvalue()
    _, _, board = shown.getvalue().partition("─ Das Board ─")
    assert "Diese Nachricht halte ich aktuell." in board
    assert "Alles wie erwartet." in board
    # What it says itself: two minutes, on a machine that is not busy.
    took = re.search(r"Dauer: (\d+) Sekunden", shown.getvalue())
    assert took is not None
    assert int(took[1]) < 120 * BUSY
    assert kept(tmp_path / "files") == expected_files()


def kept(folder: Path) -> list[tuple[str, bytes]]:
    """Return the files on disk without their place: what kind each is, and how it begins."""
    return [
        (file.suffix, file.read_bytes()[: len(BEGINNINGS[file.suffix])]) for file in sorted(folder.iterdir())
    ]


def expected_files() -> list[tuple[str, bytes]]:
    """Return what the script says is attached, in order: pictures, letters as PDF, calendar files."""
    suffixes = []
    for line in load().lines:
        suffixes += [".png"] if line.expect.picture else []
        if line.expect.file:
            suffixes.append(".pdf" if line.expect.file.startswith("Wochenbrief") else ".ics")
    assert suffixes.count(".pdf") == 3
    return [(suffix, BEGINNINGS[suffix]) for suffix in suffixes]


async def test_demo_leaves_a_running_one_alone(tmp_path: Path):
    shown = StringIO()
    with held_file(tmp_path / "lock"):
        code = await demo(once=True, default_limits=False, data=tmp_path, console=Console(file=shown))

    assert code == 1
    assert "läuft schon" in shown.getvalue()


async def test_demo_that_is_stopped_says_so_in_one_sentence_and_leaves_nothing_running(tmp_path: Path):
    code, errors = await asyncio.to_thread(stopped, tmp_path)

    assert (code, errors) == (0, "Die Vorführung ist beendet.\n")
    assert await asyncio.to_thread(running_in, tmp_path) == []


def stopped(folder: Path) -> tuple[int, str]:
    """Start the demo and stop it at once; return its exit code and what it said of that."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--data", str(folder / "demo")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"LC_ALL": "de_DE.UTF-8"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "Starte einen Matrix-Server auf diesem Rechner …\n"
        time.sleep(0.5)  # the homeserver is starting
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    return process.returncode, errors


def running_in(folder: Path) -> list[str]:
    """Return the processes that name the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found
