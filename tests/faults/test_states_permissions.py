# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Permissions as a state machine: only authors and moderators change or delete, as a small oracle knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from method.ids import EventId
from storage import supports
from storage.tables import items
from tests.chat import user
from tests.faults.conftest import LONG, Record
from tests.faults.life import ROOM, levels
from tests.faults.machines import Machine, tried
from tests.fixtures_database import Databases

NAMES = st.sampled_from(["katrin", "jule", "lina", "ewa"])
PICK = st.integers(0, 99)
#: Whoever wrote it has left.
NOBODY = ""
#: Who acts on something: simplest is what must not work.
WHO = st.sampled_from(["other", "author", "moderator"])


@dataclass
class Item:
    """What the oracle knows of a barrier."""

    event_id: EventId
    author: str
    words: str
    open: bool = True
    #: Reactions of others by id.
    supports: dict[EventId, str] = field(default_factory=dict)


class Permissions(Machine):
    """People do to each other's barriers what they may and what they may not; levels and members change."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.powers = {"katrin": 100, "jule": 50, "lina": 0, "ewa": 0}
        self.members = set(self.powers)
        self.reactions: list[tuple[EventId, Item]] = []

    def _moderates(self, name: str) -> bool:
        return self.powers[name] >= 50

    def _handle(self) -> None:
        self.life.run(self.life.settle())
        self.counted["steps"] += 1

    def _says(self, by: str, body: str, **content: object) -> EventId:
        message = {"msgtype": "m.text", "body": body, **content}
        return self.model.put(ROOM, "m.room.message", message, user(by))

    def _item(self, pick: int) -> tuple[int, Item]:
        number = pick % len(self.items)
        return number + 1, self.items[number]

    def _actor(self, who: str, author: str, pick: int) -> str:
        """Return somebody in the room who is the author, a moderator, or neither; somebody else if there is none."""
        moderators = {name for name in self.members if self._moderates(name)}
        wanted = {"author": {author}, "moderator": moderators, "other": self.members - moderators - {author}}
        found = sorted(wanted[who] & self.members) or sorted(self.members)
        by = found[pick % len(found)]
        self.counted["without right"] += by != author and by not in moderators
        return by

    # --- what people do --------------------------------------------------------------------------

    @rule(by=NAMES)
    def writes(self, by: str) -> None:
        if by not in self.members:
            return
        words = f"Wort {len(self.items)}"
        self.items.append(Item(self._says(by, f"!barriere {words}"), by, words))
        self._handle()

    @precondition(lambda self: self.items)
    @rule(who=WHO, pick=PICK, crash=st.none() | st.integers(0, 12))
    def changes_by_command(self, who: str, pick: int, crash: int | None) -> None:
        number, item = self._item(pick)
        by = self._actor(who, item.author, pick)
        words = f"Anders {self.counted['steps']}"
        self._says(by, f"!ändern B{number} {words}")
        self._crash(crash)
        if item.open and (by == item.author or self._moderates(by)):
            item.words = words

    @precondition(lambda self: self.items)
    @rule(who=WHO, pick=PICK)
    def withdraws_by_command(self, who: str, pick: int) -> None:
        number, item = self._item(pick)
        by = self._actor(who, item.author, pick)
        self._says(by, f"!löschen B{number}")
        self._handle()
        if item.open and (by == item.author or self._moderates(by)):
            item.open = False

    @precondition(lambda self: self.items)
    @rule(who=WHO, pick=PICK, crash=st.none() | st.integers(0, 12))
    def edits(self, who: str, pick: int, crash: int | None) -> None:
        _, item = self._item(pick)
        by = self._actor(who, item.author, pick)
        words = f"Neu {self.counted['steps']}"
        new = {"msgtype": "m.text", "body": f"!barriere {words}"}
        relation = {"rel_type": "m.replace", "event_id": item.event_id}
        self._says(by, f"* {words}", **{"m.new_content": new, "m.relates_to": relation})
        self._crash(crash)
        if item.open and by == item.author:
            item.words = words

    @precondition(lambda self: self.items)
    @rule(who=WHO, pick=PICK)
    def deletes(self, who: str, pick: int) -> None:
        """Delete somebody's message; other homeservers let through what ours would refuse."""
        _, item = self._item(pick)
        by = self._actor(who, item.author, pick)
        allowed = by == item.author or self._moderates(by)
        if allowed:
            self.model.put(ROOM, "m.room.redaction", {}, user(by), redacts=item.event_id)
        else:
            self._unlawful(by, item.event_id)
        self._handle()
        if allowed:
            item.open, item.words = False, ""

    @precondition(lambda self: self.items)
    @rule(by=NAMES, pick=PICK)
    def supports(self, by: str, pick: int) -> None:
        if by not in self.members:
            return
        _, item = self._item(pick)
        relation = {"rel_type": "m.annotation", "event_id": item.event_id, "key": "👍"}
        reaction = self.model.put(ROOM, "m.reaction", {"m.relates_to": relation}, user(by))
        self._handle()
        if item.open and by != item.author:
            item.supports[reaction] = by
            self.reactions.append((reaction, item))

    @precondition(lambda self: self.reactions)
    @rule(who=WHO, pick=PICK)
    def takes_a_support_back(self, who: str, pick: int) -> None:
        reaction, item = self.reactions[pick % len(self.reactions)]
        supporter = item.supports.get(reaction)
        if supporter is None:
            return
        by = self._actor(who, supporter, pick)
        if by == supporter or self._moderates(by):
            self.model.put(ROOM, "m.room.redaction", {}, user(by), redacts=reaction)
            self._handle()
            del item.supports[reaction]
        else:
            self._unlawful(by, reaction)
            self._handle()

    def _unlawful(self, by: str, target: EventId) -> None:
        """Show a redaction that the homeserver has not applied."""
        room = self.model.rooms[ROOM]
        before = [dict(event) for event in room.events]
        self.model.put(ROOM, "m.room.redaction", {}, user(by), redacts=target)
        room.events[:-1] = before

    # --- what changes the rights -----------------------------------------------------------------

    @rule(name=st.sampled_from(["jule", "lina", "ewa"]), level=st.sampled_from([0, 49, 50, 100]))
    def gets_a_level(self, name: str, level: int) -> None:
        self.powers[name] = level
        users = {user(person): power for person, power in self.powers.items()}
        self.model.put(ROOM, "m.room.power_levels", levels(users), user("katrin"), state_key="")
        self._handle()

    @rule(name=st.sampled_from(["jule", "lina", "ewa"]))
    def leaves_or_comes_back(self, name: str) -> None:
        self.members ^= {name}
        for item in self.items if name not in self.members else ():
            # Whoever has left is the author of nothing and supports nothing, also after coming back.
            item.author = NOBODY if item.author == name else item.author
            item.supports = {reaction: by for reaction, by in item.supports.items() if by != name}
        membership = "join" if name in self.members else "leave"
        self.model.moves(ROOM, user(name), membership, user(name))
        self._handle()

    @rule(by=NAMES, level=st.sampled_from([50, 100]))
    def claims_a_level(self, by: str, level: int) -> None:
        """Write a message that says it is about power levels; it is no state."""
        if by not in self.members:
            return
        self.model.put(ROOM, "m.room.power_levels", levels({user(by): level}), user(by))
        self._handle()

    @rule(point=st.integers(0, 12))
    def dies(self, point: int) -> None:
        self._crash(point)

    def _crash(self, point: int | None) -> None:
        self.model.fate.die_at(point)
        self.life.run(self.life.survive(self.life.beat()))
        self.model.fate.die_at(None)
        self._handle()

    # --- what must hold --------------------------------------------------------------------------

    def finish(self) -> None:
        super().finish()
        found = self.life.run(self.life.items())
        assert [(row.number, row.source_event_id) for row in found] == [
            (number, item.event_id) for number, item in enumerate(self.items, 1)
        ]
        for row, item in zip(found, self.items, strict=True):
            # Half an hour after they were withdrawn, words are erased.
            kept = item.words if item.open or row.text else ""
            assert (row.state == "open", row.text or "") == (item.open, kept)
        assert self.life.run(self._supporters()) == [
            len(set(item.supports.values())) for item in self.items if item.open
        ]

    async def _supporters(self) -> list[int]:
        query = select(items.c.id).where(items.c.state == "open").order_by(items.c.number)
        async with self.life.db.reading() as db:
            return [await supports.count(db, item_id) for item_id in (await db.execute(query)).scalars()]


@pytest.mark.timeout(7200)
def test_only_authors_and_moderators_change_anything(
    databases: Databases, tmp_path: Path, seed: int, long: bool, record: Record
):
    counted = tried(Permissions, databases, tmp_path, seed=seed, examples=600 if long else 6, steps=25)

    record("permissions as a state machine", "only authors and moderators change or delete", **counted)


async def everybody_may(*_args: object) -> bool:
    """Let everybody do everything."""
    return True


@pytest.mark.parametrize("right", ["may_delete", "may_change"] if LONG else ["may_delete"])
def test_machine_sees_a_right_that_is_not_checked(
    databases: Databases, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch, right: str
):
    monkeypatch.setattr(f"commands.entries.{right}", everybody_may)

    with pytest.raises(AssertionError):
        tried(Permissions, databases, tmp_path, seed=seed, examples=50, steps=25, shrink=False)
