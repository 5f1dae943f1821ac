# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages show a board is known page by page; what is unsent can be held back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, OutboxId, RoomId
from storage import boards, groups, outbox
from storage.boards import DELETED, Shown
from storage.groups import Group

ROOM = RoomId("!room:example.org")


async def post(db: AsyncConnection, cause: str, now: datetime, target: OutboxId | None = None) -> OutboxId:
    content = {"type": "m.room.message", "content": {"body": "words"}}
    return await outbox.add(db, cause, ROOM, "event", content, now=now, target=target)


@pytest.fixture
async def pages(db: AsyncConnection, group: Group, now: datetime) -> list[OutboxId]:
    """Three pages, the first two of them sent."""
    posts = [await post(db, f"page{number}", now) for number in (1, 2, 3)]
    await outbox.mark_sent(db, [(posts[0], EventId("$1")), (posts[1], EventId("$2"))])
    for number, row in enumerate(posts, 1):
        await boards.save(db, group.id, number, row, f"digest{number}")
    return posts


async def test_pages_are_those_of_the_group_in_order(
    db: AsyncConnection, group: Group, pages: list[OutboxId], now: datetime
):
    other = await groups.add(db, "Kita", now=now)

    assert await boards.pages(db, group.id) == [
        Shown(1, pages[0], ROOM, EventId("$1"), "digest1", "sent"),
        Shown(2, pages[1], ROOM, EventId("$2"), "digest2", "sent"),
        Shown(3, pages[2], ROOM, None, "digest3", "new"),
    ]
    assert await boards.pages(db, other.id) == []


async def test_page_saved_again_has_its_new_message_and_digest(
    db: AsyncConnection, group: Group, pages: list[OutboxId], now: datetime
):
    new = await post(db, "new", now)
    await boards.save(db, group.id, 2, new, "other")

    found = [(one.number, one.post, one.digest) for one in await boards.pages(db, group.id)]
    assert found == [(1, pages[0], "digest1"), (2, new, "other"), (3, pages[2], "digest3")]


@pytest.mark.parametrize(("after", "left"), [(0, []), (1, [1]), (3, [1, 2, 3])])
async def test_pages_after_a_number_are_forgotten(
    db: AsyncConnection, group: Group, pages: list[OutboxId], after: int, left: list[int]
):
    await boards.forget(db, group.id, after=after)

    assert [one.number for one in await boards.pages(db, group.id)] == left


async def test_deleted_message_is_no_longer_there(db: AsyncConnection, group: Group, pages: list[OutboxId]):
    await boards.mark_deleted(db, pages[1])

    found = await boards.pages(db, group.id)
    assert [(one.is_there, one.state) for one in found] == [(True, "sent"), (False, DELETED), (True, "new")]


async def test_message_that_could_not_be_sent_is_not_there(
    db: AsyncConnection, group: Group, pages: list[OutboxId]
):
    await outbox.mark_dead(db, pages[2], "M_FORBIDDEN")

    assert [one.is_there for one in await boards.pages(db, group.id)] == [True, True, False]


async def test_taking_back_cancels_what_is_unsent_and_names_what_is_to_be_seen(
    db: AsyncConnection, group: Group, pages: list[OutboxId], now: datetime
):
    edit = await post(db, "edit", now, target=pages[0])
    await boards.mark_deleted(db, pages[1])

    found = await boards.take_back(db, await boards.pages(db, group.id))

    assert [one.post for one in found] == [pages[0]]
    assert [(await outbox.get(db, row)).state for row in (*pages, edit)] == [
        "sent", "sent", "cancelled", "cancelled",
    ]  # fmt: skip


async def test_holding_back_cancels_what_is_unsent_and_lets_every_page_be_said_again(
    db: AsyncConnection, group: Group, pages: list[OutboxId], now: datetime
):
    edit = await post(db, "edit", now, target=pages[0])
    other = await post(db, "other", now)
    await boards.mark_deleted(db, pages[1])

    await boards.hold_back(db, group.id)

    assert [(await outbox.get(db, row)).state for row in (edit, other)] == ["cancelled", "new"]
    found = await boards.pages(db, group.id)
    assert [(one.digest, one.state) for one in found] == [("", "sent"), (DELETED, DELETED), ("", "cancelled")]


async def test_holding_back_nothing_changes_nothing(db: AsyncConnection, group: Group, pages: list[OutboxId]):
    await outbox.mark_sent(db, [(pages[2], EventId("$3"))])

    await boards.hold_back(db, group.id)

    assert [one.digest for one in await boards.pages(db, group.id)] == ["digest1", "digest2", "digest3"]


@pytest.mark.parametrize(
    ("subject", "is_it"), [("board:1:1:page", True), ("item:1:post", False), (None, False)]
)
async def test_posts_of_a_board_are_known_by_their_subject(
    db: AsyncConnection, now: datetime, subject: str | None, is_it: bool
):
    row = await outbox.add(db, "cause", ROOM, "event", {}, now=now, subject=subject)

    assert boards.is_of_board(await outbox.get(db, row)) is is_it
