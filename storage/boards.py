# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Boards: the messages that show them, page by page, and what each of them says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, OutboxId, RoomId
from storage import upsert
from storage.outbox import IS_NEW, Post
from storage.prepared import prepared
from storage.tables import board_pages, outbox
from storage.upsert import Insert


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours that shows a page of the board."""

    #: From 1; the first is pinned.
    number: int
    post: OutboxId
    room_id: RoomId
    #: None until it was sent.
    event_id: EventId | None
    digest: str
    #: Of the row in the outbox; DELETED where somebody has deleted the message.
    state: str

    @property
    def is_there(self) -> bool:
        """Is it in its room, or will be?"""
        return self.state in ("new", "trying", "sent")


#: What stands instead of a digest when the message was deleted.
DELETED: Final = "deleted"
_SUBJECT: Final = "board:"


def subject(group_id: GroupId, part: str) -> str:
    """Return the outbox subject of a post of the board: a page ("3:page"), or that it was pinned ("pin")."""
    return f"{_SUBJECT}{group_id}:{part}"


def pictures(group_id: GroupId) -> str:
    """Return the outbox subject below which the pictures of the board stand that people asked for."""
    return f"picture:{group_id}"


def is_of_board(post: Post) -> bool:
    """Does this post show a board, or a part of it?"""
    return post.subject is not None and post.subject.startswith(_SUBJECT)


async def pages(db: AsyncConnection, group_id: GroupId) -> list[Shown]:
    """Return the messages that show the group's board, in order."""
    return [
        Shown(number, post, room_id, event_id, digest, DELETED if digest == DELETED else state)
        for number, post, digest, room_id, event_id, state in await db.execute(_PAGES, {"group": group_id})
    ]


_PAGES: Final = prepared(
    select(
        board_pages.c.number,
        board_pages.c.post_id,
        board_pages.c.digest,
        outbox.c.room_id,
        outbox.c.event_id,
        outbox.c.state,
    )
    .join(outbox, outbox.c.id == board_pages.c.post_id)
    .where(board_pages.c.group_id == bindparam("group"))
    .order_by(board_pages.c.number)
)


async def save(db: AsyncConnection, group_id: GroupId, number: int, post: OutboxId, digest: str) -> None:
    """Remember which message shows a page, and what it says."""
    values = {"group_id": group_id, "number": number, "post_id": post, "digest": digest}
    await db.execute(_save(db.dialect.name), values)


@cache
def _save(dialect: str) -> Insert:
    query = upsert.insert_for(dialect, board_pages)
    new = {"post_id": query.excluded.post_id, "digest": query.excluded.digest}
    return prepared(query.on_conflict_do_update(index_elements=["group_id", "number"], set_=new))


async def forget(db: AsyncConnection, group_id: GroupId, *, after: int = 0) -> None:
    """Forget which messages show the pages after this number."""
    later = (board_pages.c.group_id == group_id) & (board_pages.c.number > after)
    await db.execute(delete(board_pages).where(later))


async def mark_deleted(db: AsyncConnection, post: OutboxId) -> None:
    """Remember that somebody has deleted the message that shows a page."""
    query = update(board_pages).where(board_pages.c.post_id == post)
    await db.execute(query.values(digest=DELETED))


async def take_back(db: AsyncConnection, shown: Sequence[Shown]) -> list[Shown]:
    """Cancel what of these messages was not sent yet; return those that are to be seen, or may be."""
    posts = [one.post for one in shown]
    ours = or_(outbox.c.id.in_(posts), outbox.c.target_id.in_(posts))
    query = update(outbox).where(_UNSENT, ours).values(state="cancelled", payload=None)
    cancelled = set(await db.scalars(query.returning(outbox.c.id)))
    return [one for one in shown if one.is_there and one.post not in cancelled]


async def hold_back(db: AsyncConnection, group_id: GroupId) -> None:
    """Let nothing out that was not said yet: it may show words that were taken back."""
    posts = select(board_pages.c.post_id).where(board_pages.c.group_id == group_id)
    ours = or_(outbox.c.id.in_(posts), outbox.c.target_id.in_(posts))
    held = await db.execute(update(outbox).where(_UNSENT, ours).values(state="cancelled", payload=None))
    if held.rowcount:
        # What they say is not what was said last.
        of_group = (board_pages.c.group_id == group_id) & (board_pages.c.digest != DELETED)
        await db.execute(update(board_pages).where(of_group).values(digest=""))


_UNSENT: Final = and_(IS_NEW, outbox.c.kind == "event")
