# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Items: barriers, ideas, tasks and decisions with their topics and links, and the lists they make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, PersonId
from method.items import Item, Kind, Label, Listed, State
from method.words import fold
from storage import erasure, groups, parts
from storage import tasks as task_store
from storage.links import add as link
from storage.links import remove as unlink
from storage.notes import shown_apart
from storage.prepared import prepared
from storage.tables import groups as groups_table
from storage.tables import item_links, item_topics, items, notes, outbox, parked_items, supports, tasks

#: Posts of ours about one item carry this subject, followed by the item's id and, perhaps, by what they show.
_SUBJECT: Final = "item:"


def subject(item_id: ItemId, shows: str = "") -> str:
    """Return the outbox subject of a post about this item: reactions and replies to it find the item.

    Args:
        item_id: the item.
        shows: whose words the post repeats, for example "post" or "note:7:post"; such a post is deleted with them.
    """
    return f"{_SUBJECT}{item_id}:{shows}" if shows else f"{_SUBJECT}{item_id}"


_LOCK: Final = select(groups_table.c.id).where(groups_table.c.id == bindparam("group")).with_for_update()
_SOURCE: Final = prepared(select(items.c.id).where(items.c.source_event_id == bindparam("source")))
_ADD_TOPIC: Final = prepared(insert(item_topics))
_ADD: Final = prepared(insert(items).returning(items.c.id))


# --- one item ------------------------------------------------------------------------------------


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    kind: Kind,
    text: str,
    topics: Sequence[str],
    author: PersonId | None,
    source: EventId | None,
    *,
    now: datetime,
    links: Collection[Label] = (),
    review: date | None = None,
) -> Item:
    """Put an item on the group's board; a ``source`` that was used already gives the item it made.

    Raises:
        LookupError: the group, or an item in ``links``, does not exist.
    """
    if db.dialect.name != "sqlite":
        # Two transactions with the same source wait for each other here; SQLite has one writer anyway.
        await db.execute(_LOCK, {"group": group_id})
    if source and await db.scalar(_SOURCE, {"source": source}) is not None:
        return await _get(db, items.c.source_event_id == source)
    values: dict[str, Any] = {
        "group_id": group_id,
        "kind": kind.value,
        "number": await groups.next_number(db, group_id, kind, source),
        "text": text,
        "state": State.OPEN.value,
        "author_id": author,
        "source_event_id": source,
        "created_at": now,
        "changed_at": now,
        "review_on": review.isoformat() if review else None,
    }
    item_id = ItemId((await db.execute(_ADD, values)).scalar_one())
    kept = await _add_topics(db, item_id, topics)
    if links or review:
        await link(db, item_id, group_id, links)
        return await by_id(db, item_id)
    return Item(item_id, group_id, kind, values["number"], text, State.OPEN, kept, author, source, now, now)


async def find(db: AsyncConnection, group_id: GroupId, label: Label) -> Item | None:
    """Return the group's item with this label, open or withdrawn."""
    return await _one(db, items.c.group_id == group_id, _labelled(label))


async def get(db: AsyncConnection, group_id: GroupId, label: Label) -> Item:
    """Return the group's item with this label, open or withdrawn.

    Raises:
        LookupError: the number was never given.
    """
    item = await find(db, group_id, label)
    if item is None:
        raise LookupError(f"group {group_id} has no {label}")
    return item


async def by_id(db: AsyncConnection, item_id: ItemId) -> Item:
    """Return the item.

    Raises:
        LookupError: there is none with this id.
    """
    return await _get(db, items.c.id == item_id)


async def by_source(db: AsyncConnection, event_id: EventId) -> Item | None:
    """Return the item that this message made."""
    return await _one(db, items.c.source_event_id == event_id)


async def by_event(db: AsyncConnection, event_id: EventId) -> Item | None:
    """Return the item that this message is about: it made it, added to it, or is our post about it."""
    noted = select(notes.c.item_id).where(notes.c.source_event_id == event_id)
    found = await _one(db, or_(items.c.source_event_id == event_id, items.c.id.in_(noted)))
    if found:
        return found
    ours = (outbox.c.event_id == event_id) & outbox.c.subject.startswith(_SUBJECT)
    post = await db.scalar(select(outbox.c.subject).where(ours))
    return await _one(db, items.c.id == int(post.removeprefix(_SUBJECT).partition(":")[0])) if post else None


async def rewrite(
    db: AsyncConnection,
    item_id: ItemId,
    text: str,
    topics: Sequence[str],
    *,
    now: datetime,
    links: Collection[Label],
    review: date | None = None,
) -> Item:
    """Replace the words of an open item, its topics, its links and the day of its review.

    Raises:
        LookupError: it does not exist or was withdrawn (a late edit must not bring words back),
            or an item in ``links`` does not exist.
    """
    query = update(items).where(items.c.id == item_id, items.c.state == State.OPEN.value)
    values = {"text": text, "changed_at": now, "review_on": review.isoformat() if review else None}
    group_id = await db.scalar(query.values(values).returning(items.c.group_id))
    if group_id is None:
        raise LookupError(f"no open item {item_id}")
    await db.execute(delete(item_topics).where(item_topics.c.item_id == item_id))
    await unlink(db, item_id)
    await _add_topics(db, item_id, topics)
    await link(db, item_id, GroupId(group_id), links)
    return await by_id(db, item_id)


async def withdraw(db: AsyncConnection, item_id: ItemId, *, erase: bool, now: datetime) -> None:
    """Take an open item off the board; ``erase`` also removes its words for good, even of a withdrawn one."""
    query = update(items).where(items.c.id == item_id, items.c.state == State.OPEN.value)
    await db.execute(query.values(state=State.WITHDRAWN.value, changed_at=now))
    if erase:
        await erasure.of_items(db, [item_id])


async def restore(db: AsyncConnection, item_id: ItemId, *, now: datetime) -> Item:
    """Put a withdrawn item back on the board.

    Raises:
        LookupError: it does not exist, or its words are gone.
    """
    query = update(items).where(items.c.id == item_id, items.c.text.is_not(None))
    query = query.values(state=State.OPEN.value, changed_at=now)
    if await db.scalar(query.returning(items.c.id)) is None:
        raise LookupError(f"no item {item_id} that could come back")
    return await by_id(db, item_id)


# --- many items ----------------------------------------------------------------------------------


async def listing(
    db: AsyncConnection,
    group_id: GroupId,
    kind: Kind | None = None,
    topic: str | None = None,
    *,
    parked: bool = False,
) -> list[Listed]:
    """Return the entries of the board, or those in the topic store; by kind as there, each by number."""
    of_kind = {"group": group_id, "of_kind": kind.value} if kind else {"group": group_id}
    rows = (await db.execute(_ON_BOARD_OF_KIND if kind else _ON_BOARD, of_kind)).all()
    wholes = {ItemId(row.id): ItemId(row.whole) for row in rows if row.whole is not None}
    apart = await shown_apart(db, group_id) if any(row.notes for row in rows) else {}
    listed = [Listed(_item(row), row.support, row.notes - apart.get(row.id, 0)) for row in rows]
    there = {row.id for row in rows if row.parked == parked}
    found = [one for one in await parts.gathered(db, listed, wholes) if one.item.id in there]
    return [one for one in found if topic is None or fold(topic) in map(fold, one.item.topics)]


async def everything(db: AsyncConnection, group_id: GroupId) -> list[Listed]:
    """Return all items of the group, the withdrawn ones too, in the order of the board."""
    return [
        Listed(_item(row), row.support, row.notes) for row in await db.execute(_LISTING, {"group": group_id})
    ]


async def last_number(db: AsyncConnection, group_id: GroupId, kind: Kind) -> int:
    """Return the highest number given so far; 0 if none was."""
    return await groups.last_number(db, group_id, kind)


async def counts(db: AsyncConnection, group_id: GroupId) -> dict[Kind, int]:
    """Return how many items of each kind are open."""
    query = (
        select(items.c.kind, func.count().label("open"))
        .where(items.c.group_id == group_id, items.c.state == State.OPEN.value)
        .group_by(items.c.kind)
    )
    return dict.fromkeys(Kind, 0) | {Kind(row.kind): row.open for row in await db.execute(query)}


# --- rows and values -----------------------------------------------------------------------------


def _labelled(label: Label) -> ColumnElement[bool]:
    return (items.c.kind == label.kind.value) & (items.c.number == label.number)


#: Not as a parameter: that would be written into the statement at each execution.
_LINE_END: Final[Any] = literal_column("'\n'")


def _gathered(piece: ColumnElement[str], query: Select[Any]) -> ScalarSelect[Any]:
    """Return the pieces of several rows as one column, a line each, in no order."""
    aggregate = func.aggregate_strings(piece, _LINE_END)
    return query.with_only_columns(aggregate).correlate(items).scalar_subquery()


_targets: Final = items.alias("targets")

_TOPICS: Final = _gathered(
    cast(item_topics.c.position, String) + " " + item_topics.c.topic,
    select(item_topics).where(item_topics.c.item_id == items.c.id),
)

#: A withdrawn barrier is not shown; it is there again when it comes back.
_LINKS: Final = _gathered(
    _targets.c.kind + " " + cast(_targets.c.number, String),
    select(item_links)
    .join(_targets, _targets.c.id == item_links.c.target_id)
    .where(item_links.c.item_id == items.c.id, _targets.c.state == State.OPEN.value),
)

#: People, not reactions.
_SUPPORT: Final = (
    select(func.count(supports.c.person_id.distinct()))
    .where(supports.c.item_id == items.c.id)
    .correlate(items)
    .scalar_subquery()
)

_NOTES: Final = (
    select(func.count())
    .select_from(notes)
    .where(notes.c.item_id == items.c.id, notes.c.state == State.OPEN.value, notes.c.kind.is_(None))
    .correlate(items)
    .scalar_subquery()
)

#: In the order of the board.
_KIND: Final = case({kind.value: place for place, kind in enumerate(Kind)}, value=items.c.kind)

_PARKED: Final = items.c.id.in_(select(parked_items.c.item_id)).label("parked")

_ITEMS: Final = select(
    items, _TOPICS.label("topics"), _LINKS.label("links"), *task_store.COLUMNS
).select_from(items.outerjoin(tasks, tasks.c.item_id == items.c.id))


_LISTING: Final = (
    _ITEMS.add_columns(_SUPPORT.label("support"), _NOTES.label("notes"))
    .where(items.c.group_id == bindparam("group"))
    .order_by(_KIND, items.c.number)
)
_OPEN: Final = _LISTING.add_columns(_PARKED, parts.WHOLE).where(items.c.state == State.OPEN.value)
_ON_BOARD: Final = prepared(_OPEN)
_ON_BOARD_OF_KIND: Final = prepared(_OPEN.where(items.c.kind == bindparam("of_kind")))


async def _get(db: AsyncConnection, condition: ColumnElement[bool]) -> Item:
    item = await _one(db, condition)
    if item is None:
        raise LookupError("no such item")
    return item


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Item | None:
    row = (await db.execute(_ITEMS.where(*conditions))).first()
    return _item(row) if row else None


async def _add_topics(db: AsyncConnection, item_id: ItemId, topics: Sequence[str]) -> tuple[str, ...]:
    """Store each topic once, however it was spelled, in the order typed; return them."""
    first: dict[str, str] = {}
    for topic in topics:
        if "\n" in topic:
            raise ValueError("a topic is one line")
        first.setdefault(fold(topic), topic)
    rows = [
        {"item_id": item_id, "topic": topic, "folded": folded, "position": position}
        for position, (folded, topic) in enumerate(first.items())
    ]
    if rows:
        await db.execute(_ADD_TOPIC, rows)
    return tuple(first.values())


def _item(row: Row[Any]) -> Item:
    topics = [line.partition(" ") for line in row.topics.split("\n")] if row.topics else []
    targets = [line.split(" ") for line in row.links.split("\n")] if row.links else []
    labels = [Label(Kind(kind), int(number)) for kind, number in targets]
    return Item(
        id=ItemId(row.id),
        group_id=GroupId(row.group_id),
        kind=Kind(row.kind),
        number=row.number,
        text=row.text,
        state=State(row.state),
        topics=tuple(topic for _, _, topic in sorted(topics, key=lambda parts: int(parts[0]))),
        author=row.author_id,
        source=row.source_event_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
        links=tuple(sorted(labels, key=lambda label: label.place)),
        review=date.fromisoformat(row.review_on) if row.review_on else None,
        task=task_store.from_row(row),
    )
