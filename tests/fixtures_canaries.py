# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looks through every log of the whole suite, at DEBUG, for what people said and for secrets.

Bots in this process log as the program does, into memory, and are looked at after each test. Bots that are
processes are looked at when everything is over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot import logs
from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Account
from tests.canaries import CANARIES
from tests.chat import Chat


@pytest.fixture(scope="session", autouse=True)
def _listening() -> Iterator[None]:
    """Note what people say and which processes run; at the end, look through the processes' logs."""
    with pytest.MonkeyPatch.context() as patch:
        _note_people(patch)
        _note_processes(patch)
        yield
    found = CANARIES.found_outside()
    assert found == [], "a log holds what somebody said, or a secret"


@pytest.fixture(autouse=True)
def _no_canary_in_the_log() -> Iterator[None]:
    """Let the bots of this process log as the program does, at DEBUG, and look through it afterwards."""
    handler = logs.handler(b"canaries" * 4, CANARIES.log)
    ours = [logging.getLogger(name) for name in logs.OURS]
    logs.use_logging()
    for logger in ours:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield
    for logger in ours:
        logger.removeHandler(handler)
    found = CANARIES.found_inside()
    assert found == [], "the log holds what somebody said, or a secret"


def _note_people(patch: pytest.MonkeyPatch) -> None:
    say, says = Person.say, Chat.says

    async def person_says(self: Person, room_id: str, body: str, **relation: Any) -> str:
        CANARIES.say_outside(body)
        return await say(self, room_id, body, **relation)

    async def chat_says(self: Chat, body: str, **options: Any) -> Any:
        CANARIES.say(body)
        return await says(self, body, **options)

    patch.setattr(Person, "say", person_says)
    patch.setattr(Chat, "says", chat_says)


def _note_processes(patch: pytest.MonkeyPatch) -> None:
    begin = BotProcess.__init__

    def init(
        self: BotProcess,
        homeserver: str,
        account: Account,
        *args: Any,
        settings: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        begin(
            self,
            homeserver,
            account,
            *args,
            settings={"LOG_LEVEL": "debug"} | dict(settings or {}),
            **options,
        )
        CANARIES.keep_secret(account.password)
        CANARIES.watch(self.log_file, self.data)

    patch.setattr(BotProcess, "__init__", init)
