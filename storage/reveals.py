# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reveal of a retro: which cards stand together, the further messages that show them, what each says now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import OutboxId, RetroId
from method.retros import FIRST, Topic
from storage.retros import subject_of_all
from storage.tables import retro_cards, retro_pages, retro_topics


@dataclass(frozen=True, slots=True)
class Shown:
    """A further message of ours that shows some of the cards."""

    number: int
    #: None: not said yet, or deleted.
    post: OutboxId | None = None
    digest: str | None = None


def subject_above(retro_id: RetroId, number: int) -> str:
    """Return what is above the subject of a further message."""
    return f"{subject_of_all(retro_id)}:{number}"


def subject(retro_id: RetroId, number: int) -> str:
    """Return the outbox subject of a further message."""
    return f"{subject_above(retro_id, number)}:page"


async def reveal(db: AsyncConnection, retro_id: RetroId, topics: Sequence[Topic]) -> None:
    """Let the cards of these topics belong to the retro, put together and in the messages as they are here."""
    ids = await _add(db, retro_id, {card.page for topic in topics for card in topic.cards} - {FIRST})
    for topic in topics:
        row = {"retro_id": retro_id, "number": topic.number}
        added = await db.execute(insert(retro_topics).values(row).returning(retro_topics.c.id))
        values = {"retro_id": retro_id, "topic_id": added.scalar_one()}
        for page in {card.page for card in topic.cards}:
            here = retro_cards.c.id.in_([card.id for card in topic.cards if card.page == page])
            await db.execute(update(retro_cards).where(here).values({**values, "page_id": ids.get(page)}))


async def _add(db: AsyncConnection, retro_id: RetroId, numbers: Collection[int]) -> dict[int, int]:
    rows = [{"retro_id": retro_id, "number": number} for number in sorted(numbers)]
    if rows:
        await db.execute(insert(retro_pages), rows)
    query = select(retro_pages.c.number, retro_pages.c.id).where(retro_pages.c.retro_id == retro_id)
    return {row.number: row.id for row in await db.execute(query)}


async def shown(db: AsyncConnection, retro_id: RetroId) -> list[Shown]:
    """Return the further messages of a retro, in their order."""
    here = retro_pages.c.retro_id == retro_id
    query = select(retro_pages).where(here).order_by(retro_pages.c.number)
    return [Shown(row.number, row.post_id, row.digest) for row in await db.execute(query)]


async def save(db: AsyncConnection, retro_id: RetroId, page: Shown) -> None:
    """Remember which message shows a page, and what it says."""
    here = (retro_pages.c.retro_id == retro_id) & (retro_pages.c.number == page.number)
    await db.execute(update(retro_pages).where(here).values(post_id=page.post, digest=page.digest))


async def forget(db: AsyncConnection, post: OutboxId) -> None:
    """The message is gone: it is not kept up to date any more."""
    here = retro_pages.c.post_id == post
    await db.execute(update(retro_pages).where(here).values(post_id=None, digest=None))
