# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is revealed in several messages: the cards of a retro, which stand together, and the answers of a round."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import OutboxId, RetroId, RoundId
from method.pages import FIRST
from method.retros import Topic
from storage import retros, rounds, upsert
from storage.tables import retro_cards, retro_pages, retro_topics, round_pages


@dataclass(frozen=True, slots=True)
class Whose:
    """What is revealed, and where its further messages are remembered."""

    pages: Table
    owner: Column[Any]
    id: int
    #: Above the outbox subjects of all its messages.
    above: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A further message of ours that shows some of the cards."""

    number: int
    #: None: not said yet, or deleted.
    post: OutboxId | None = None
    digest: str | None = None


def of_retro(retro_id: RetroId) -> Whose:
    """Name the cards of a retro."""
    return Whose(retro_pages, retro_pages.c.retro_id, retro_id, retros.subject_of_all(retro_id))


def of_round(round_id: RoundId) -> Whose:
    """Name the answers of a round."""
    return Whose(round_pages, round_pages.c.round_id, round_id, rounds.subject_of_all(round_id))


def subject_above(whose: Whose, number: int) -> str:
    """Return what is above the subject of a further message."""
    return f"{whose.above}:{number}"


def subject(whose: Whose, number: int) -> str:
    """Return the outbox subject of a further message."""
    return f"{subject_above(whose, number)}:page"


async def reveal(db: AsyncConnection, retro_id: RetroId, topics: Sequence[Topic]) -> None:
    """Let the cards of these topics belong to the retro, put together and in the messages as they are here."""
    further = {card.page for topic in topics for card in topic.cards} - {FIRST}
    await add(db, of_retro(retro_id), further)
    query = select(retro_pages.c.number, retro_pages.c.id).where(retro_pages.c.retro_id == retro_id)
    ids = {row.number: row.id for row in await db.execute(query)}
    for topic in topics:
        row = {"retro_id": retro_id, "number": topic.number}
        added = await db.execute(insert(retro_topics).values(row).returning(retro_topics.c.id))
        values = {"retro_id": retro_id, "topic_id": added.scalar_one()}
        for page in {card.page for card in topic.cards}:
            here = retro_cards.c.id.in_([card.id for card in topic.cards if card.page == page])
            await db.execute(update(retro_cards).where(here).values({**values, "page_id": ids.get(page)}))


async def add(db: AsyncConnection, whose: Whose, numbers: Collection[int]) -> None:
    """Let there be further messages with these numbers; those that are there stay."""
    rows = [{whose.owner.name: whose.id, "number": number} for number in sorted(numbers)]
    if rows:
        await db.execute(upsert.insert(db, whose.pages).on_conflict_do_nothing(), rows)


async def shown(db: AsyncConnection, whose: Whose) -> list[Shown]:
    """Return the further messages, in their order."""
    query = select(whose.pages).where(whose.owner == whose.id).order_by(whose.pages.c.number)
    return [Shown(row.number, row.post_id, row.digest) for row in await db.execute(query)]


async def save(db: AsyncConnection, whose: Whose, page: Shown) -> None:
    """Remember which message shows a page, and what it says."""
    here = (whose.owner == whose.id) & (whose.pages.c.number == page.number)
    await db.execute(update(whose.pages).where(here).values(post_id=page.post, digest=page.digest))


async def forget(db: AsyncConnection, post: OutboxId) -> None:
    """The message is gone: it is not kept up to date any more."""
    for pages in (retro_pages, round_pages):
        await db.execute(update(pages).where(pages.c.post_id == post).values(post_id=None, digest=None))
