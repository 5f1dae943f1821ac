# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random histories of contributions, deletions and downtimes: each contribution stands in exactly one letter."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from method.digests import Source
from method.ids import EventId, GroupId
from storage import digests, items, notes
from tests.chat import Chat

NUMBER = int(os.environ.get("TAFELRUNDE_HISTORIES", "3"))
#: What happens, and how often beside the others.
STEPS = {
    "barrier": 5, "idea": 3, "note": 3, "decision": 1, "task": 2, "done": 1, "edit": 2, "delete": 3, "undo": 1,
    "hours": 6, "days": 3, "away": 2, "now": 1,
}  # fmt: skip

_WORDS = {"barrier": "barriere", "idea": "idee", "decision": "entscheidung", "task": "aufgabe"}


class History:
    """Weeks of a group, drawn by lot."""

    def __init__(self, chat: Chat, seed: int) -> None:
        self.chat = chat
        self.lot = random.Random(seed)
        #: Messages that made something, and are there.
        self.made: list[EventId] = []
        self.number = 0

    async def step(self) -> None:
        """Let one thing happen."""
        kind = self.lot.choices(list(STEPS), weights=list(STEPS.values()))[0]
        self.number += 1
        if kind in _WORDS:
            await self.say(f"!{_WORDS[kind]} Wort {self.number}", by="jule")
        elif kind == "done" and self.made:
            await self.chat.reacts(self.lot.choice(self.made), "✅", by="jule")
        elif kind == "edit" and self.made:
            await self.chat.edits(self.lot.choice(self.made), f"Anders {self.number}", by="jule")
        elif kind == "note" and self.made:
            await self.say(f"+ Zusatz {self.number}", by="ewa", reply_to=self.lot.choice(self.made))
        elif kind == "delete" and self.made:
            event = self.made.pop(self.lot.randrange(len(self.made)))
            await self.chat.redacts(event, by="katrin")
        elif kind == "undo":
            await self.chat.says("!rückgängig", by="jule")
        elif kind == "now":
            await self.chat.says("!wochenbrief jetzt", by="katrin")
        elif kind == "hours":
            await self.chat.pass_time(hours=self.lot.randint(1, 9), seconds=11)
        elif kind == "days":
            for _ in range(self.lot.randint(1, 5)):
                await self.chat.pass_time(days=1)
        elif kind == "away":
            # Nobody looks at the clock for up to two weeks.
            self.chat.now += timedelta(hours=self.lot.randint(1, 336))
            await self.chat.pass_time(seconds=0)

    async def say(self, words: str, by: str, reply_to: str | None = None) -> None:
        """Write something that makes an entry or a note."""
        self.made.append(await self.chat.says(words, by=by, reply_to=reply_to))


@pytest.mark.parametrize("seed", range(NUMBER))
async def test_each_contribution_stands_in_exactly_one_letter(any_chat: Chat, seed: int):
    chat = any_chat
    await chat.found()
    history = History(chat, seed)
    for _ in range(60):
        await history.step()
        shown = [
            sent
            for sent in chat.homeserver.sent
            if str(sent.content.get("body", "")).startswith("Wochenbrief")
        ]
        assert all(
            len([line for line in str(sent.content["body"]).split("\n") if line]) <= 30 for sent in shown
        )
    await chat.pass_time(minutes=1)
    await chat.says("!wochenbrief jetzt", by="katrin")

    async with chat.db.reading() as db:
        letters = await digests.of_group(db, GroupId(1))
        told = Counter((line.source, line.ref) for one in letters for line in one.lines if line.is_news)
        there = {
            (Source.ITEM, int(one.item.id)) for one in await items.everything(db, GroupId(1)) if one.item.text
        }
        there |= {(Source.NOTE, int(note.id)) for note in await notes.of_group(db, GroupId(1))}
    assert len(letters) > 1
    assert {source for source, times in told.items() if times > 1} == set()
    # Of a task that is done at once, only that is told.
    done = {(Source.ITEM, ref) for source, ref in told if source is Source.DONE}
    there -= done
    withdrawn = {(Source.ITEM, ref) for source, ref in there - set(told) if source is Source.ITEM}
    async with chat.db.reading() as db:
        still = {(Source.ITEM, int(one.item.id)) for one in await items.listing(db, GroupId(1))}
        still |= {(Source.ITEM, int(one.item.id)) for one in await items.listing(db, GroupId(1), parked=True)}
    assert withdrawn & still == set(), "lost"
    assert {one for one in there - set(told) if one[0] is Source.NOTE} == set(), "lost"
