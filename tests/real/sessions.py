# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""End a bot's session behind its back, as administrators do, and let its operator repair that."""

from __future__ import annotations

import json

import aiohttp

from bot.demo.process import BotProcess


async def end_session(bot: BotProcess, homeserver: str) -> None:
    """Log the bot's device out; the homeserver deletes the device with its keys."""
    session = json.loads((bot.data / "session.json").read_text(encoding="utf-8"))
    headers = {"Authorization": f"Bearer {session['token']}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{homeserver}/_matrix/client/v3/logout", json={}) as answer,
    ):
        assert answer.status == 200


async def log_in_again(bot: BotProcess) -> None:
    """Do what the documentation tells the operator to do."""
    await bot.stop()
    code, output = await bot.run("relogin")
    assert code == 0, output
    await bot.start()
