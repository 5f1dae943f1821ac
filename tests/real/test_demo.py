# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration runs to its end and shows the chat, also the second time."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from bot.demo.main import demo


async def test_demo_plays_the_first_day_twice(tmp_path: Path):
    for _ in range(2):
        shown = StringIO()

        code = await demo(
            once=True, default_limits=False, data=tmp_path / "demo", console=Console(file=shown, width=110)
        )

        assert code == 0, shown.getvalue()
        assert "Lina Haddad: !barriere Ich habe die Anerkennung" in shown.getvalue()
        assert "↳ Bot: ✅ B1" in shown.getvalue()
        assert "Alles wie erwartet." in shown.getvalue()
