# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How each kind of post goes to the homeserver: encrypted where the room is, recognisable afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.direct import Unwanted, open_for
from bot.echoes import MARKER, REDACTED, carries
from bot.files import Files
from bot.matrix.crypto import Crypto
from bot.matrix.envelope import Timeline, is_member, member_of
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver
from bot.matrix.rooms import EncryptedRoom, PlainRoom, Rotation
from bot.page import Page
from bot.pictures.drawing import draw
from method.ids import EventId, RoomId, UserId
from method.polls.native import END as POLL_END
from storage import direct, echoes, outbox, rooms, sync
from storage.database import Database
from storage.outbox import Post

#: The homeserver's memory of transaction ids is trusted so long (spec gives no time, Synapse has 24 h).
_TRUSTED: Final = timedelta(minutes=15)
_FORGOTTEN: Final = timedelta(hours=20)
_CLOCKS_DIFFER: Final = timedelta(minutes=10)
_PAGES: Final = 50

#: Rooms of other servers often answer at the second or third try.
_JOIN_TRIES: Final = 5


class Undeliverable(Exception):  # noqa: N818 -- names what the post is
    """This post can never be sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Opened(Exception):  # noqa: N818 -- names what happened
    """The room this post is meant for was opened; the post stands in the queue of that room now."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A post with everything that sending it needs."""

    post: Post
    room: rooms.Room | None
    #: The row whose event this one edits, redacts, pins or reacts to.
    target: Post | None
    marker: str
    txn: str

    @property
    def target_event(self) -> EventId | None:
        """The event this one edits, redacts, pins or reacts to."""
        return self.target.event_id if self.target else None


class Sender:
    """Knows rooms and devices; decides nothing about when."""

    def __init__(
        self,
        db: Database,
        homeserver: Homeserver,
        crypto: Crypto,
        *,
        me: UserId,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._homeserver = homeserver
        self._crypto = crypto
        self._me = me
        self._clock = clock
        #: Plain rooms that the homeserver has confirmed as such since the start.
        self._known_plain: set[RoomId] = set()
        self._installation: str | None = None
        self._files = Files(homeserver, draw)

    async def settle(self, db: AsyncConnection) -> None:
        """Take nothing up again that was said before the database was restored."""
        await echoes.settle(db, await self._installed(db))

    async def take(self, db: AsyncConnection, posts: Sequence[Post]) -> list[Ready]:
        """Look up what sending needs, and note that it begins: under which id, from which device."""
        here = await rooms.by_ids(db, {post.room_id for post in posts})
        targets = await outbox.by_ids(db, {post.target_id for post in posts if post.target_id is not None})
        installation = await self._installed(db)
        ready = [
            Ready(
                post,
                here.get(post.room_id),
                None if post.target_id is None else targets[post.target_id],
                outbox.marker(installation, post.cause),
                self._transaction_id(post, installation),
            )
            for post in posts
        ]
        begun = [(one.post, one.txn) for one in ready if not self._is_doubtful(one.post)]
        await outbox.mark_trying(db, begun, self._homeserver.device_id or "", now=self._clock())
        return ready

    async def deliver(self, ready: Ready) -> EventId | None:
        """Send one post; return the event it became.

        Raises:
            MatrixError, Unreachable, NotShared: it was not sent, or perhaps it was.
            Undeliverable: it cannot be sent at all.
            Opened: its room was made, and it waits there.
        """
        post, room = ready.post, ready.room
        nobody_yet = direct.awaited_by(post.room_id)
        if nobody_yet is not None:
            await self._open(nobody_yet, ready)
        if post.kind in ("join", "leave", "decline"):
            await self._move(post)
            return None
        if room is None or room.membership != "join":
            raise Undeliverable("not_in_the_room")
        if post.target_id is not None and ready.target_event is None:
            raise Undeliverable("target_not_sent")
        if post.kind == "pin":
            await self._pin(post.room_id, ready.target_event or EventId(""), post.payload.get("unpin", ()))
            return None
        if self._is_doubtful(post):
            found = await self._look_for(ready)
            if found is not None:
                return found
            async with self._db.transaction() as db:
                device = self._homeserver.device_id or ""
                await outbox.mark_trying(db, [(post, ready.txn)], device, now=self._clock())
        if post.kind == "redaction":
            return await self._redact(ready)
        return await self._event(room, ready)

    async def _open(self, user: UserId, ready: Ready) -> NoReturn:
        # Whatever this row has been tried for, it was this: from then on it stands elsewhere.
        tried = ready.post.state == "trying"
        try:
            await open_for(
                user, ready.marker, tried=tried, db=self._db, homeserver=self._homeserver, me=self._me
            )
        except Unwanted as error:
            raise Undeliverable("has_left_us") from error
        raise Opened

    async def _installed(self, db: AsyncConnection) -> str:
        if self._installation is None:
            self._installation = (await sync.load(db, now=self._clock())).installation
        return self._installation

    def _transaction_id(self, post: Post, installation: str) -> str:
        fresh = self._is_forgotten(post)
        if post.txn_id and not fresh:
            return post.txn_id
        return outbox.transaction_id(installation, post.cause, post.attempts if fresh else 0)

    # --- events ----------------------------------------------------------------------------------

    async def _event(self, room: rooms.Room, ready: Ready) -> EventId | None:
        post = ready.post
        type_, content = str(post.payload["type"]), dict(post.payload["content"])
        if ready.target_event is not None:
            content = _RELATED.get(type_, _edit)(content, ready.target_event)
        content[MARKER] = ready.marker
        if type_ == "m.reaction":
            # Never encrypted (spec, "Event annotations and reactions"), so the homeserver sees it.
            return await self._react(post, content, ready.txn)
        kind = await self._kind(room)
        if post.kind == "file":
            made = await self._files.content(post, encrypted=isinstance(kind, EncryptedRoom))
            content = {**made, MARKER: ready.marker}
        # Without encryption too: in direct messages it counts who is in the group.
        readers = await self._readers(room)
        if isinstance(kind, EncryptedRoom):
            content = await self._crypto.encrypt(kind, readers, type_, content, marker=MARKER)
            type_ = "m.room.encrypted"
        event = await self._homeserver.send(kind.room_id, type_, content, ready.txn)
        self._files.sent(post)
        return event

    async def _redact(self, ready: Ready) -> EventId:
        assert ready.target is not None  # noqa: S101 -- what is deleted is a row of ours
        async with self._db.reading() as db:
            installation = await self._installed(db)
        # The deleted event loses its content, and with it the mark by which it could be recognised.
        lost = outbox.marker(installation, ready.target.cause)
        content = {MARKER: ready.marker, REDACTED: lost}
        target = ready.target_event or EventId("")
        return await self._homeserver.redact(ready.post.room_id, target, ready.txn, content)

    async def _react(self, post: Post, content: Mapping[str, Any], txn: str) -> EventId | None:
        try:
            return await self._homeserver.send(post.room_id, "m.reaction", content, txn)
        except MatrixError as error:
            if error.errcode == "M_DUPLICATE_ANNOTATION":
                return None
            raise

    async def _kind(self, room: rooms.Room) -> EncryptedRoom | PlainRoom:
        """Return the room as what it is; one without a mark is asked about before the first message."""
        if not room.encrypted and room.room_id not in self._known_plain:
            encryption = await self._homeserver.get_state(room.room_id, "m.room.encryption")
            if encryption is None:
                self._known_plain.add(room.room_id)
            else:
                async with self._db.transaction() as db:
                    await rooms.set_encrypted(db, room.room_id, now=self._clock())
        async with self._db.reading() as db:
            current = await rooms.get(db, room.room_id)
            state = await rooms.state(db, room.room_id, "m.room.encryption")
        if current.encrypted:
            return EncryptedRoom(room.room_id, Rotation.of(state.content if state else {}))
        return PlainRoom(room.room_id)

    async def _readers(self, room: rooms.Room) -> list[UserId]:
        """Return who may read us: the members, and the invited where the room shows them the past."""
        if not room.members_complete:
            events = await self._homeserver.members(room.room_id)
            everybody = [member_of(event) for event in events if is_member(event)]
            async with self._db.transaction() as db:
                await rooms.replace_members(db, room.room_id, everybody)
        async with self._db.reading() as db:
            members = await rooms.members(db, room.room_id)
            history = await rooms.state(db, room.room_id, "m.room.history_visibility")
        hidden = history is not None and history.content.get("history_visibility") == "joined"
        return [m.user_id for m in members if m.membership == "join" or not hidden]

    # --- what became of it? ----------------------------------------------------------------------

    def _is_doubtful(self, post: Post) -> bool:
        """Was it tried, and can the homeserver no longer be trusted to recognise the repetition?"""
        if post.state != "trying" or post.first_try_at is None:
            return False
        # A first try in the future: the clock went back, and how long ago it was, nobody knows.
        known = timedelta() <= self._clock() - post.first_try_at <= _TRUSTED
        return post.device_id != self._homeserver.device_id or not known

    def _is_forgotten(self, post: Post) -> bool:
        if post.state != "trying" or post.first_try_at is None:
            return False
        return post.device_id != self._homeserver.device_id or self._clock() - post.first_try_at > _FORGOTTEN

    async def _look_for(self, ready: Ready) -> EventId | None:
        """Find the post in the room's timeline."""
        post = ready.post
        assert post.first_try_at is not None  # noqa: S101 -- _is_doubtful has seen it
        oldest = (post.first_try_at - _CLOCKS_DIFFER).timestamp() * 1000
        start: str | None = None
        clocks_agree: bool | None = None
        for _page in range(_PAGES):
            page = await self._homeserver.messages(post.room_id, start=start, end=None)
            chunk = [event for event in page.get("chunk", []) if isinstance(event, dict)]
            for event in chunk:
                if event.get("sender") == self._me and carries(event, ready.marker, post.txn_id):
                    return EventId(str(event["event_id"]))
            start = page.get("end")
            stamps = [e["origin_server_ts"] for e in chunk if isinstance(e.get("origin_server_ts"), int)]
            if clocks_agree is None:
                # If all is older than our first try, our clock was ahead, and the stamps prove nothing.
                clocks_agree = bool(stamps) and max(stamps) >= oldest
            if not start or not stamps or (clocks_agree and min(stamps) < oldest):
                return None
        return None

    # --- rooms -----------------------------------------------------------------------------------

    async def _move(self, post: Post) -> None:
        if post.kind == "join":
            try:
                await self._homeserver.join(post.room_id, post.payload.get("via", ()))
            except MatrixError as error:
                if error.status < 500 or post.attempts < _JOIN_TRIES:
                    raise
                raise Undeliverable("cannot_join") from error
            return
        await self._homeserver.leave(post.room_id)
        await self._homeserver.forget(post.room_id)
        if post.kind == "decline":
            async with self._db.transaction() as db:
                room = await rooms.find(db, post.room_id)
                if room is not None and room.group_id is not None:
                    await rooms.see(db, post.room_id, "leave")
                else:
                    await rooms.forget(db, post.room_id)
            return
        async with self._db.transaction() as db:
            # /sync hides our own events from us, so it does not tell that we have left.
            now = self._clock()
            page = Page(db, (await sync.load(db, now=now)).batch, now, self._me)
            await page.left(Timeline.empty(post.room_id))
            await page.write()

    async def _pin(self, room_id: RoomId, event: EventId, unpinned: Collection[str]) -> None:
        """Change the pinned events, read fresh: others pin too."""
        state = await self._homeserver.get_state(room_id, "m.room.pinned_events") or {}
        before = state.get("pinned")
        pinned = [p for p in before if isinstance(p, str)] if isinstance(before, list) else []
        pinned = [p for p in pinned if p not in unpinned]
        if event not in pinned:
            pinned.append(event)
        if pinned != before:
            await self._homeserver.put_state(room_id, "m.room.pinned_events", "", {"pinned": pinned})


def _edit(content: dict[str, Any], target: EventId) -> dict[str, Any]:
    """Return the content of a replacement of ``target`` (spec, "Event replacements").

    ``m.mentions`` stands outside too: who is named there is notified by the edit.
    """
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }


def _button(content: dict[str, Any], target: EventId) -> dict[str, Any]:
    """Return the content of a reaction to ``target`` (spec, "Event annotations and reactions")."""
    return {**content, "m.relates_to": {**content["m.relates_to"], "event_id": target}}


def _end(content: dict[str, Any], target: EventId) -> dict[str, Any]:
    """Return the content of the end of the poll ``target`` (MSC3381)."""
    return {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": target}}


#: What refers to a post of ours is an edit of it, but for these.
_RELATED: Final = {"m.reaction": _button, POLL_END: _end}
