# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration runs to its end and shows the chat, whatever an earlier one left."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.main import demo
from bot.lock import held_file


@pytest.mark.timeout(600)
async def test_demo_plays_three_weeks_anew(tmp_path: Path):
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


async def test_demo_leaves_a_running_one_alone(tmp_path: Path):
    shown = StringIO()
    with held_file(tmp_path / "lock"):
        code = await demo(once=True, default_limits=False, data=tmp_path, console=Console(file=shown))

    assert code == 1
    assert "läuft schon" in shown.getvalue()
