# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people say to each other stays nowhere with the bot: a word nobody else knows is looked for."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from tests.canaries import CANARIES
from tests.real.conftest import BotMaker
from tests.real.group import ALIVE, Group


def places(word: str, bot: BotProcess) -> list[str]:
    """In which of the bot's files the word stands, plain or in base64."""
    wanted = [word.encode(), base64.b64encode(word.encode())[:-4], word.encode("utf-16-le")]
    files = [path for path in bot.data.rglob("*") if path.is_file()] + [bot.log_file]
    return [path.name for path in files if any(form in content(path) for form in wanted)]


def content(path: Path) -> bytes:
    """A file that may vanish while we look."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
async def test_ordinary_chat_is_kept_nowhere(own_bot: BotMaker, anna: Person, bert: Person, encrypted: bool):
    bot = await own_bot(LOG_LEVEL="debug")
    group = await Group.found(bot.user_id, anna, encrypted=encrypted)
    await anna.invite(group.room, bert.user_id)
    await bert.join(group.room)
    canary = f"kanarienvogel{uuid4().hex}"

    message = await group.say(bert, f"Guten Morgen, {canary}!")
    await anna.reply(group.room, message, f"Dir auch {canary}")
    await anna.thread(group.room, message, f"Und {canary}")
    await bert.edit(group.room, message, f"Guten Abend, {canary}!")
    await bert.redact(group.room, message)
    assert await group.asked(anna, "!test") == ALIVE

    assert places(canary, bot) == []
    assert await bot.stop() == 0
    assert places(canary, bot) == []


async def test_stored_words_are_found_so_the_search_works(own_bot: BotMaker, anna: Person):
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna)
    word = f"hürde{uuid4().hex}"

    await group.taken(anna, f"!barriere {word}")

    assert "tafelrunde.log" not in places(word, bot)
    assert places(word, bot) != []


async def test_deleted_words_are_gone(own_bot: BotMaker, anna: Person):
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna)
    word = f"versehen{uuid4().hex}"
    message = await group.say(anna, f"!barriere {word}")
    await group.receipt(message)
    await group.answer(message)
    before = group.now

    await anna.redact(group.room, message)
    await group.nothing_since(before)
    assert await bot.stop() == 0

    assert places(word, bot) == []


async def test_log_of_every_bot_is_looked_through_at_debug(own_bot: BotMaker, anna: Person):
    bot = await own_bot()
    group = await Group.found(bot.user_id, anna)
    canary = f"kanarienvogel{uuid4().hex}"
    await group.taken(anna, f"!barriere {canary}")
    assert bot.log_file in CANARIES.logs
    assert '"level": "debug"' in bot.log()
    assert CANARIES.found_outside() == []

    with bot.log_file.open("a", encoding="utf-8") as log:
        log.write(canary)
    assert CANARIES.found_outside() == [f"{bot.log_file.name}: {canary}"]
    bot.log_file.write_text(bot.log().replace(canary, ""), encoding="utf-8")
