# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a handler is given: the transaction, the time, who spoke where, and three verbs to answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from config.texts import DEFAULT_LANGUAGE, Text, joined, text
from method.errors import UserError
from method.ids import EventId, GroupId, OutboxId, PersonId, RoomId, UserId
from method.power import Powers
from method.settings import Settings
from method.words import clean, isolate
from storage import outbox, people, rooms, settings, timers
from storage.groups import Group
from storage.people import Person
from storage.rooms import Room

#: Keeps the group's board up to date (``commands/boards``).
BOARD_UPDATE: Final = "board.update"
#: So long a change waits for further ones; the board is edited no more often.
BOARD_PAUSE: Final = timedelta(seconds=10)

#: Local time of every group so far; a group's own zone comes with its settings.
ZONE: Final = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Operator:
    """What the people who run the bot say about themselves; may be empty."""

    responsible: str = ""
    privacy_contact: str = ""


@dataclass(slots=True)
class Context:
    """One event or one timer, in one transaction."""

    db: AsyncConnection
    now: datetime
    me: UserId
    #: Names the event or timer; every answer's transaction id is derived from it.
    cause: str
    room: Room
    #: Who spoke.
    user: UserId
    #: What we remember of them; None until they first use the bot.
    person: Person | None
    group: Group | None
    operator: Operator
    #: An English command word asks for an English answer in a direct message.
    typed_language: str | None = None
    #: The thread the message came from: the answer goes there too.
    thread_root: EventId | None = None
    _ordinal: int = field(default=0, repr=False)

    @property
    def direct(self) -> bool:
        """Is this a room for one person and the bot?"""
        return self.room.direct

    @property
    def language(self) -> str:
        """The reader's language: the person's in a direct message, the group's elsewhere."""
        group = self.group.language if self.group else DEFAULT_LANGUAGE
        if self.direct:
            return (self.person.language if self.person else None) or self.typed_language or group
        return group

    async def group_room(self) -> RoomId:
        """Return the room in which the group meets now."""
        if self.group is None or not self.direct:
            return self.room.room_id
        return await rooms.of_group(self.db, self.group.id)

    async def powers(self) -> Powers:
        """Return the power levels of the group's room, from the homeserver's own state."""
        return await rooms.powers(self.db, await self.group_room())

    async def may_moderate(self) -> bool:
        """Has the person power level 50 or more in the group's room (or created it)?"""
        return (await self.powers()).of(self.user) >= Powers.MODERATION

    async def require_moderation(self) -> None:
        """Make sure that the person moderates.

        Raises:
            UserError: names those who do.
        """
        if await self.may_moderate():
            return
        powers = await self.powers()
        members = await rooms.members(self.db, await self.group_room())
        others = [m for m in members if m.membership == "join" and m.user_id != self.me]
        moderators = [m for m in others if powers.of(m.user_id) >= powers.MODERATION]
        names = sorted(isolate(" ".join(clean(m.name).split())) for m in moderators)
        if not names:
            raise UserError(text("In this group only moderators do that."))
        raise UserError(
            text("In this group only moderators do that. They are: {names}.", names=", ".join(names))
        )

    async def author(self) -> PersonId:
        """Return the number of the person who spoke; from here on we remember them."""
        if self.person is None:
            self.person = await people.get_or_add(self.db, self.user)
        return self.person.id

    async def reply(self, words: Text, *, to: EventId | None = None, subject: str | None = None) -> OutboxId:
        """Answer in this room: a silent notice, as a reply to ``to`` outside direct messages."""
        if self._offers_language():
            words = joined([words, text("English from now on: !sprache en")])
        content = message(words.render(self.language))
        relation = _relation(None if self.direct else to, self.thread_root)
        return await self._send(self.room.room_id, content | relation, subject)

    async def post(
        self,
        words: Text,
        *,
        room: RoomId | None = None,
        language: str | None = None,
        subject: str | None = None,
        mentions: tuple[UserId, ...] = (),
    ) -> OutboxId:
        """Say something that answers nobody, by default in the group's room and language.

        ``mentions`` are those who must act: only they are notified.
        """
        chosen = language or (self.group.language if self.group else DEFAULT_LANGUAGE)
        content = message(words.render(chosen), mentions=mentions)
        return await self._send(room or await self.group_room(), content, subject)

    async def tell(
        self, user: UserId, words: Text, *, language: str | None = None, subject: str | None = None
    ) -> OutboxId:
        """Say something to one person alone, in their language; where there is no room for it yet, it is opened."""
        person = await people.find(self.db, user)
        chosen = language or (person.language if person else None)
        room = await rooms.direct_with(self.db, user) or rooms.unopened(user)
        return await self.post(words, room=room, language=chosen, subject=subject)

    async def edit(
        self, post: OutboxId, words: Text, *, room: RoomId | None = None, language: str | None = None
    ) -> OutboxId:
        """Replace the text of an earlier post of ours; nobody is notified."""
        content = message(words.render(language or self.language))
        # The sender adds the relation: only it knows the event id of the earlier post.
        return await self._send(room or self.room.room_id, content, None, target=post)

    async def acknowledge(self, event: EventId, label: str, *, room: RoomId | None = None) -> OutboxId:
        """Put the receipt on a person's message, for example "✅ B7"."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": label}
        return await outbox.add(
            self.db, self.next_cause(), room or self.room.room_id, "reaction",
            {"type": "m.reaction", "content": {"m.relates_to": relation}}, now=self.now,
        )  # fmt: skip

    async def pin(
        self,
        post: OutboxId,
        *,
        room: RoomId | None = None,
        instead_of: Collection[EventId] = (),
        subject: str | None = None,
    ) -> OutboxId:
        """Pin a post of ours, and unpin others; where the bot may not, nothing happens."""
        return await outbox.add(
            self.db, self.next_cause(), room or self.room.room_id, "pin", {"unpin": list(instead_of)},
            target=post, subject=subject, now=self.now,
        )  # fmt: skip

    async def redact(self, post: OutboxId, *, room: RoomId | None = None) -> OutboxId:
        """Delete an earlier post of ours."""
        return await outbox.add(
            self.db, self.next_cause(), room or self.room.room_id, "redaction", {}, target=post, now=self.now
        )

    async def later(self, kind: str, due_at: datetime, *, subject: str = "", nominal: str = "") -> None:
        """Promise to do something for the group: the handler of ``kind`` is called when it is due.

        Args:
            kind: registered with ``Router.timer``.
            due_at: when (aware).
            subject: what it is about, for the handler.
            nominal: the moment that is meant, as local time; without it there is one such promise at a time,
                and promising it again changes nothing.
        """
        await timers.add(self.db, self.group_id, kind, subject, due_at, nominal=nominal)

    async def changed(self) -> None:
        """Let the group's board follow a change, soon and once for all changes until then.

        After a command, an event or a timer that was ours this is called anyway (``dispatch``, ``bot.timers``).
        """
        await self.later(BOARD_UPDATE, self.now + BOARD_PAUSE)

    async def settings(self) -> Settings:
        """Return how the group wants things to be."""
        return await settings.of_group(self.db, self.group_id)

    def next_cause(self) -> str:
        """Return a name for the next answer that is the same whenever this event is handled again."""
        cause = f"{self.cause}:{self._ordinal}"
        self._ordinal += 1
        return cause

    def for_group(self, group: Group) -> Context:
        """Return this context with ``group`` as the one that is meant."""
        return replace(self, group=group)

    def require_group(self) -> Group:
        """Return the group; the router has made sure that there is one."""
        if self.group is None:
            raise LookupError("this handler needs a group")
        return self.group

    @property
    def group_id(self) -> GroupId:
        """The number of the group that is meant."""
        return self.require_group().id

    def _offers_language(self) -> bool:
        """Was an English word typed in a direct message by somebody who has not chosen a language?"""
        chosen = self.person.language if self.person else None
        return self.direct and self.typed_language == "en" and chosen is None

    async def _send(
        self, room: RoomId, content: dict[str, Any], subject: str | None, target: OutboxId | None = None
    ) -> OutboxId:
        first: OutboxId | None = None
        for part in outbox.parts(content):
            row = await outbox.add(
                self.db, self.next_cause(), room, "event", {"type": "m.room.message", "content": part},
                target=target, subject=subject, now=self.now,
            )  # fmt: skip
            first = first or row
        assert first is not None  # noqa: S101 -- parts() yields at least one
        return first


def message(body: str, *, mentions: tuple[UserId, ...] = ()) -> dict[str, Any]:
    """Return the content of a message: silent, or a call when people are mentioned.

    A notice never notifies anybody (push rule ``.m.rule.suppress_notices``), so a person who must
    act is addressed with ``m.text``. ``m.mentions`` is always there: without it, old clients search
    the body for names.
    """
    return {
        "msgtype": "m.text" if mentions else "m.notice",
        "body": body,
        "m.mentions": {"user_ids": list(mentions)} if mentions else {},
    }


def _relation(reply_to: EventId | None, thread_root: EventId | None) -> dict[str, Any]:
    relation: dict[str, Any] = {}
    if thread_root:
        relation = {"rel_type": "m.thread", "event_id": thread_root, "is_falling_back": reply_to is None}
    if reply_to:
        relation["m.in_reply_to"] = {"event_id": reply_to}
    return {"m.relates_to": relation} if relation else {}
