# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The search for canaries really sees the logs: what is put there is found."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import structlog

from bot.matrix.homeserver import Session
from bot.session import save
from method.ids import UserId
from tests.canaries import CANARIES, Canaries
from tests.chat import Chat

WORDS = "Formulare „nur“ auf Papier"


async def test_log_of_a_conversation_is_seen_at_debug(chat: Chat) -> None:
    await chat.says(f"!barriere {WORDS}")

    assert '"event": "event_handled"' in CANARIES.log.getvalue()
    assert CANARIES.found_inside() == []


@pytest.mark.parametrize("leak", ["sentence", "library"])
async def test_words_in_the_log_are_found(chat: Chat, leak: str) -> None:
    await chat.says(f"!barriere {WORDS}")
    if leak == "sentence":
        # The event itself is the one place where a sentence may stand.
        structlog.get_logger("bot.inbox").info(WORDS)
    else:
        CANARIES.log.write(f"lib: {WORDS}")

    assert CANARIES.found_inside() == [WORDS]


async def test_words_as_a_value_are_removed_before_they_are_written(chat: Chat) -> None:
    await chat.says(f"!barriere {WORDS}")
    structlog.get_logger("bot.inbox").info("x", said=WORDS, body=WORDS)
    logging.getLogger("bot.inbox").warning("x %s", WORDS)

    assert '"said": "[removed]"' in CANARIES.log.getvalue()
    assert CANARIES.found_inside() == []


@pytest.mark.parametrize("kind", ["words", "password", "token"])
def test_words_and_secrets_in_the_log_of_a_process_are_found(tmp_path: Path, kind: str) -> None:
    canaries = Canaries()
    leaks = {"words": WORDS, "password": "a real password", "token": "syt_secret_token"}
    canaries.say_outside(f"!barriere {WORDS}")
    canaries.keep_secret(leaks["password"])
    log = tmp_path / "bot.log"
    canaries.watch(log, tmp_path / "bot")
    (tmp_path / "bot").mkdir()
    save(tmp_path / "bot", Session(UserId("@bot:test"), "DEVICE", leaks["token"]))
    log.write_text("nothing\n", encoding="utf-8")
    assert canaries.found_outside() == []

    log.write_text(f"leaked {leaks[kind]}\n", encoding="utf-8")
    assert canaries.found_outside() == [f"bot.log: {leaks[kind]}"]
