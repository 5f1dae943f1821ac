# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What operators do with a running bot: check, export, watch, restore."""

from __future__ import annotations

import json
import re
import shutil

import aiohttp
import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from tests.real.conftest import BotMaker
from tests.real.group import ALIVE, Group


async def test_check_of_a_running_bot_finds_everything_in_order(bot: BotProcess, group: Group):
    code, output = await bot.run("check")

    assert code == 0, output
    # What letters pictures have depends on the machine, and is no problem. The bot has its own port.
    notes = ("   Bilder", "   Pictures", "   TAFELRUNDE_HEALTH: ", "OK: ")
    said = [line for line in output.splitlines() if not line.startswith(notes)]
    assert said in (["Alles in Ordnung."], ["Everything is in order."])
    assert len(output.splitlines()) == 8


async def test_a_second_process_ends_with_75_and_one_sentence(bot: BotProcess, group: Group, anna: Person):
    code, output = await bot.run("run")

    assert code == 75, output
    assert len(output.splitlines()) == 1
    assert await group.asked(anna, "!test") == ALIVE


async def test_export_of_a_running_bot_holds_the_board_and_no_names(
    bot: BotProcess, group: Group, anna: Person, bert: Person
):
    await group.taken(bert, "!barriere Formular nur auf Papier #amt")
    await group.taken(anna, "!idee Termine online zu B1")

    code, output = await bot.run("export", "--room", group.room, "--format", "json")

    assert code == 0, output
    exported = json.loads(output)
    assert [(item["id"], item["text"], item["topics"], item["links"]) for item in exported["items"]] == [
        ("B1", "Formular nur auf Papier", ["amt"], []),
        ("I1", "Termine online", [], ["B1"]),
    ]
    assert anna.user_id not in output
    assert bert.user_id not in output
    assert "Bert" not in output


async def test_metrics_of_a_running_bot_name_nobody(bot: BotProcess, group: Group, anna: Person):
    await group.asked(anna, "!test")

    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://{bot.environment['TAFELRUNDE_HEALTH']}/metrics") as answer,
    ):
        body = await answer.text()

    assert re.search(r"^tafelrunde_ready 1\.0$", body, re.MULTILINE)
    assert re.search(r'^tafelrunde_events_total{rule="[a-z_]+"} [1-9]', body, re.MULTILINE)
    labels = re.findall(r'="([^"]*)"', body)
    assert [label for label in labels if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", label)] == []


async def test_an_answer_costs_no_sync_of_its_own(own_bot: BotMaker, anna: Person, bert: Person):
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna, bert)
    await group.asked(anna, "!test")
    before = await counted(bot, "syncs")
    for _ in range(15):
        await group.asked(anna, "!test")

    assert await counted(bot, "syncs") - before <= 16


async def counted(bot: BotProcess, name: str) -> float:
    """Return a counter of the bot's metrics."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://{bot.environment['TAFELRUNDE_HEALTH']}/metrics") as answer,
    ):
        (value,) = re.findall(rf"^tafelrunde_{name}_total ([0-9.]+)$", await answer.text(), re.MULTILINE)
        return float(value)


async def test_logs_are_json_and_name_nobody(own_bot: BotMaker, anna: Person, bert: Person):
    bot = await own_bot(LOG_LEVEL="debug")
    group = await Group.found(bot.user_id, anna, bert)
    await group.taken(bert, "!barriere Kanarienvogel")
    await bot.stop()

    events = [json.loads(line)["event"] for line in bot.log().splitlines()]
    assert (events[0], events[-1]) == ("running", "stopped")
    for secret in ("Kanarienvogel", anna.user_id, bert.user_id, bot.user_id, "Bert"):
        assert secret not in bot.log()


@pytest.mark.parametrize("lost", ["pickle.key", "session.json"])
async def test_a_bot_that_lost_its_keys_comes_back_as_a_new_signed_device(
    lost: str, own_bot: BotMaker, anna: Person, bert: Person
):
    """The drill of docs/operating.md: bring everything back but ``session.json``."""
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna, bert)
    await group.asked(bert, "!barriere Formular nur auf Papier")
    await bot.stop()
    backup = bot.data.with_name("backup")
    shutil.copytree(bot.data, backup)
    shutil.rmtree(bot.data)
    shutil.copytree(backup, bot.data)
    (bot.data / lost).unlink()
    old = bert.devices(bot.user_id)

    await bot.start()

    await bert.until(lambda: bool(bert.devices(bot.user_id) - old), what="the new device")
    await anna.until(lambda: bool(anna.devices(bot.user_id) - old), what="the new device")
    assert (await bot.readyz())["cross_signed"] is True
    assert "B1: Formular nur auf Papier" in await group.asked(bert, "!board")


async def test_a_bot_that_lost_its_identity_stops_with_one_sentence(own_bot: BotMaker):
    bot = await own_bot()
    await bot.stop()
    (bot.data / "cross-signing.json").unlink()

    await bot.start(ready=False)

    assert await bot.ended() == 78
    assert "cross-signing.json" in bot.log().splitlines()[-1]
    code, output = await bot.run("check")
    assert code == 1
    assert "cross-signing.json" in output
