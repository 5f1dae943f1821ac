# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a handler is given: the transaction, the time, who spoke where, and three verbs to answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from commands.contents import Operator, message, relation_to, shown_name
from config.texts import DEFAULT_LANGUAGE, Text, joined, text
from method.errors import UserError
from method.files import File
from method.ids import EventId, GroupId, OutboxId, PersonId, RoomId, UserId
from method.pages import BOARD_PAUSE, BOARD_UPDATE
from method.pictures import Picture
from method.power import Powers
from method.receipts import in_words
from method.settings import BERLIN, Receipt, Settings
from storage import direct, outbox, people, preferences, presence, rooms, settings, timers
from storage.groups import Group
from storage.people import Person
from storage.rooms import Room


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
    #: What the message of an accepted suggestion shall say, where it is not "Saved as B7."; None if none was accepted.
    done: Text | None = None
    #: The group's settings, if they were looked up already and cannot change meanwhile.
    known: Settings | None = None
    _ordinals: dict[str, int] = field(default_factory=dict, repr=False)

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
        names = sorted(shown_name(m) for m in moderators)
        if not names:
            raise UserError(text("In this group only moderators do that."))
        if len(names) == 1:
            raise UserError(text("In this group only one person does that: {name}.", name=names[0]))
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
        relation = relation_to(None if self.direct else to, self.thread_root)
        return await self._send(self.room.room_id, content | relation, subject)

    async def post(
        self,
        words: Text,
        *,
        room: RoomId | None = None,
        language: str | None = None,
        subject: str | None = None,
        mentions: tuple[UserId, ...] = (),
        rings: bool = False,
    ) -> OutboxId:
        """Say something that answers nobody, by default in the group's room and language.

        ``mentions`` are those who must act: only they are notified. What ``rings`` notifies whoever wants to be,
        by what they have set for messages of people.
        """
        chosen = language or (self.group.language if self.group else DEFAULT_LANGUAGE)
        content = message(words.render(chosen), mentions=mentions, rings=rings)
        return await self._send(room or await self.group_room(), content, subject)

    async def tell(
        self,
        user: UserId,
        words: Text,
        *,
        language: str | None = None,
        subject: str | None = None,
        asked: bool = False,
    ) -> OutboxId | None:
        """Say something to one person alone, in their language; where there is no room for it yet, it is opened.

        Who wants a pause or is away is told nothing (None), unless they ``asked``. When: ``schedules.moment_for``.
        """
        if not asked and (
            await preferences.wants_pause(self.db, user)
            or await presence.is_away(self.db, user, self.now, await self.zone())
        ):
            return None
        person = await people.find(self.db, user)
        chosen = language or (person.language if person else None)
        room = await direct.room_with(self.db, user) or direct.unopened(user)
        return await self.post(words, room=room, language=chosen, subject=subject)

    async def edit(
        self,
        post: OutboxId,
        words: Text,
        *,
        room: RoomId | None = None,
        language: str | None = None,
        mentions: tuple[UserId, ...] = (),
        rings: bool = False,
        subject: str | None = None,
    ) -> OutboxId:
        """Replace the text of an earlier post of ours, of the same type (``rings``).

        Only ``mentions`` are notified: those who must act because of this edit.
        """
        content = message(words.render(language or self.language), mentions=mentions, rings=rings)
        # An edit that calls somebody is sent even if a newer one follows at once (``outbox.add``).
        subject = outbox.CALL if mentions else subject
        # The sender adds the relation: only it knows the event id of the earlier post.
        return await self._send(room or self.room.room_id, content, subject, target=post)

    async def send_file(
        self,
        data: bytes,
        *,
        name: str,
        mimetype: str,
        caption: Text,
        room: RoomId | None = None,
        documents: Sequence[Picture] = (),
        to: EventId | None = None,
        language: str | None = None,
        subject: str | None = None,
    ) -> OutboxId:
        """Send a file, by default in this room; the caption says all that is in a picture.

        ``data`` is kept until it was sent; ``documents`` are put into a ZIP archive then. ``to`` is the message it
        answers, outside direct messages. The caption is in the reader's ``language``.
        """
        file = File(name, mimetype, documents=tuple((one.name, one.data) for one in documents))
        return await self._send_file(file, data, caption, room, to, language, subject)

    async def send_picture(
        self,
        picture: Picture,
        *,
        room: RoomId | None = None,
        to: EventId | None = None,
        subject: str | None = None,
    ) -> OutboxId:
        """Send a picture that is drawn later, outside the transaction, by default in this room."""
        file = File(picture.name, picture.mimetype)
        return await self._send_file(file, picture.data, picture.caption, room, to, picture.language, subject)

    async def acknowledge(
        self,
        event: EventId,
        label: str,
        *,
        room: RoomId | None = None,
        words: Text | None = None,
        subject: str | None = None,
    ) -> OutboxId:
        """Put the receipt on a person's message, for example "✅ B7"; in words where the group wants that.

        Args:
            event: the message.
            label: the reaction.
            room: where the message stands; here if None.
            words: what is said instead, where the reaction alone does not tell.
            subject: what the words are about: reactions and replies to them find it.
        """
        words = words or in_words(label)
        if words is not None and self.group is not None and await self.receipt() is Receipt.ANSWER:
            relation = relation_to(None if self.direct else event, self.thread_root)
            content = message(words.render(self.language)) | relation
            return await self._send(room or self.room.room_id, content, subject)
        relation = {"rel_type": "m.annotation", "event_id": event, "key": label}
        return await outbox.add(
            self.db, self.next_cause(), room or self.room.room_id, "reaction",
            {"type": "m.reaction", "content": {"m.relates_to": relation}}, now=self.now,
        )  # fmt: skip

    async def offer(self, post: OutboxId, *signs: str, room: RoomId | None = None) -> None:
        """Put reactions under a post of ours, so that people only have to tap one."""
        contents = [{"m.relates_to": {"rel_type": "m.annotation", "key": sign}} for sign in signs]
        reactions = {self.next_cause(): {"type": "m.reaction", "content": content} for content in contents}
        await outbox.react(self.db, reactions, room or await self.group_room(), target=post, now=self.now)

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
        return self.known or await settings.of_group(self.db, self.group_id)

    async def zone(self) -> ZoneInfo:
        """Return the group's local time; where none is meant, that of Berlin."""
        return (await self.settings()).zone if self.group else BERLIN

    async def receipt(self) -> Receipt:
        """Return how the group wants to hear that something is stored."""
        return (await self.settings()).receipt

    def next_cause(self) -> str:
        """Return a name for the next answer that is the same whenever this event is handled again."""
        ordinal = self._ordinals.get(self.cause, 0)
        self._ordinals[self.cause] = ordinal + 1
        return f"{self.cause}:{ordinal}"

    def for_group(self, group: Group) -> Context:
        """Return this context with ``group`` as the one that is meant."""
        return replace(self, group=group, known=None)

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
        """Was an English word typed in a direct message by somebody whom we do not write English to anyway?"""
        chosen = (self.person and self.person.language) or (self.group and self.group.language == "en")
        return self.direct and self.typed_language == "en" and not chosen

    async def _send_file(
        self,
        file: File,
        of: bytes | Mapping[str, Any],
        caption: Text,
        room: RoomId | None,
        to: EventId | None,
        language: str | None,
        subject: str | None,
    ) -> OutboxId:
        room, chosen = room or self.room.room_id, language or self.language
        relation = relation_to(None if self.direct else to, self.thread_root)
        # A caption as long as a chapter goes on as messages.
        first, *rest = outbox.parts(file.content(caption.render(chosen)) | relation)
        row = await outbox.add(
            self.db, self.next_cause(), room, "file", file.payload(first, of=of, language=chosen),
            subject=subject, now=self.now,
        )  # fmt: skip
        for part in rest:
            await self._send(room, message(part["body"]) | relation, subject)
        return row

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
