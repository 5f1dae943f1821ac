# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Weekly letters: what was told in which, what is left to tell, and what the moderation adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import NEWS, OF_ITEMS, QUOTED, Key, Letter, Line, Part, Source
from method.ids import DigestId, EventId, GroupId, ItemId, OutboxId, PersonId
from storage import quotes
from storage.outbox import IS_NEW
from storage.tables import (
    checkin_answers,
    digest_lines,
    digest_names,
    digest_quotes,
    digest_remarks,
    digests,
    groups,
    notes,
    outbox,
)

#: Our posts of a letter carry this subject, followed by the letter's id and by what they are.
_SUBJECT: Final = "digest:"


def subject(digest_id: DigestId, shows: str) -> str:
    """Return the outbox subject of a post of a letter ("text", "picture", "file")."""
    return f"{_SUBJECT}{digest_id}:{shows}"


# --- letters -------------------------------------------------------------------------------------


async def told(db: AsyncConnection, group_id: GroupId) -> set[tuple[Source, int]]:
    """Return the news that stand in a letter of the group; a task that was told as done is no new one."""
    done = digest_lines.c.source == Source.DONE.value
    query = (
        select(digest_lines.c.source, digest_lines.c.ref, digest_lines.c.news)
        .join(digests, digests.c.id == digest_lines.c.digest_id)
        .where(digests.c.group_id == group_id, or_(digest_lines.c.news, done))
    )
    rows = (await db.execute(query)).all()
    news = {(Source(row.source), int(row.ref)) for row in rows if row.news}
    return news | {(Source.ITEM, int(row.ref)) for row in rows if row.source == Source.DONE.value}


async def add(db: AsyncConnection, group_id: GroupId, lines: Sequence[Line], *, now: datetime) -> Letter:
    """Write a letter down; what is news in it stands in no other from now on.

    Raises:
        IntegrityError: something was told before.
    """
    # Numbers of a group are given one after the other.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    number = await last_number(db, group_id) + 1
    values = {
        "group_id": group_id,
        "number": number,
        "made_at": now,
    }
    open_again = [line.ref for line in lines if line.source in (Source.TASK, Source.BLOCKED)]
    done = (digest_lines.c.source == Source.DONE.value) & digest_lines.c.ref.in_(open_again)
    # The group reads that it is open: when it is done again, that is news.
    await db.execute(update(digest_lines).where(done).values(news=False))
    made = await db.execute(insert(digests).values(values).returning(digests.c.id))
    digest_id = DigestId(made.scalar_one())
    rows = [
        {
            "digest_id": digest_id,
            "position": position,
            "part": line.part.value,
            "source": line.source.value,
            "ref": line.ref,
            "words": line.words,
            "news": line.source in NEWS,
            "gone": False,
        }
        for position, line in enumerate(lines)
    ]
    if rows:
        await db.execute(insert(digest_lines), rows)
    named = [
        {"digest_id": digest_id, "position": position, "person_id": line.who}
        for position, line in enumerate(lines)
        if line.who is not None
    ]
    if named:
        await db.execute(insert(digest_names), named)
    await quotes.add(db, group_id, {line.quotes for line in lines if line.quotes})
    return Letter(number, now, tuple(lines), digest_id)


async def last_number(db: AsyncConnection, group_id: GroupId) -> int:
    """Return the number of the latest letter; 0 if there is none."""
    found = await db.scalar(select(func.max(digests.c.number)).where(digests.c.group_id == group_id))
    return int(found or 0)


async def show(
    db: AsyncConnection,
    letter: Letter,
    *,
    post: OutboxId | None,
    picture: OutboxId | None = None,
    file: OutboxId | None = None,
    gone: Collection[int] = (),
) -> None:
    """Remember what shows the letter in the room, and which of its lines are not shown."""
    values = {"post_id": post, "picture_id": picture, "file_id": file}
    await db.execute(update(digests).where(digests.c.id == letter.id).values(values))
    lines = digest_lines.c.digest_id == letter.id
    await db.execute(update(digest_lines).where(lines).values(gone=digest_lines.c.position.in_(gone)))


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Letter]:
    """Return every letter of the group, by number."""
    return await _all(db, digests.c.group_id == group_id)


async def quoting(db: AsyncConnection, group_id: GroupId, keys: Collection[Key]) -> list[Letter]:
    """Return the letters of the group that quote one of these rows, by number; no other is read."""
    refs: defaultdict[Source, list[int]] = defaultdict(list)
    for quoted, ref in keys:
        for source, stands_for in QUOTED.items():
            if stands_for is quoted:
                refs[source].append(ref)
    if not refs:
        return []
    named = [
        (digest_lines.c.source == source.value) & digest_lines.c.ref.in_(found)
        for source, found in refs.items()
    ]
    query = select(digest_lines.c.digest_id).where(or_(*named)).distinct()
    # The lines of other groups have other refs, but for the goal.
    ids = list(await db.scalars(query))
    return await _all(db, digests.c.group_id == group_id, digests.c.id.in_(ids))


async def with_pictures(db: AsyncConnection, group_id: GroupId, since: int) -> list[Letter]:
    """Return the letters from this number on whose picture stands in the room, without their lines."""
    shown = (
        digests.c.group_id == group_id,
        digests.c.number >= since,
        digests.c.picture_id.is_not(None),
    )
    rows = await db.execute(select(digests).where(*shown).order_by(digests.c.number))
    return [_letter(row, (), ()) for row in rows]


async def without_picture(db: AsyncConnection, letter: Letter) -> None:
    """Its picture was taken back."""
    await db.execute(update(digests).where(digests.c.id == letter.id).values(picture_id=None))


async def find(db: AsyncConnection, group_id: GroupId, number: int) -> Letter | None:
    """Return the group's letter with this number."""
    found = await _all(db, digests.c.group_id == group_id, digests.c.number == number)
    return found[0] if found else None


async def group_of_post(db: AsyncConnection, post: OutboxId) -> GroupId | None:
    """Return the group whose letter this post shows."""
    ours = or_(digests.c.post_id == post, digests.c.picture_id == post, digests.c.file_id == post)
    found = await db.scalar(select(digests.c.group_id).where(ours))
    return GroupId(found) if found is not None else None


async def forget_post(db: AsyncConnection, post: OutboxId) -> None:
    """Somebody has deleted a post of a letter: it is not said again."""
    for column in (digests.c.post_id, digests.c.picture_id, digests.c.file_id):
        await db.execute(update(digests).where(column == post).values({column.name: None}))


async def _all(db: AsyncConnection, *conditions: Any) -> list[Letter]:
    names = select(digest_names).join(digests, digests.c.id == digest_names.c.digest_id).where(*conditions)
    who = {(row.digest_id, row.position): PersonId(row.person_id) for row in await db.execute(names)}
    query = select(digest_lines).join(digests, digests.c.id == digest_lines.c.digest_id).where(*conditions)
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    gone: defaultdict[int, set[int]] = defaultdict(set)
    for row in await db.execute(query.order_by(digest_lines.c.digest_id, digest_lines.c.position)):
        named = who.get((row.digest_id, row.position))
        lines[row.digest_id].append(Line(Part(row.part), Source(row.source), int(row.ref), row.words, named))
        if row.gone:
            gone[row.digest_id].add(row.position)
    rows = await db.execute(select(digests).where(*conditions).order_by(digests.c.number))
    return [_letter(row, lines[row.id], gone[row.id]) for row in rows]


def _letter(row: Row[Any], lines: Sequence[Line], gone: Collection[int]) -> Letter:
    return Letter(
        number=row.number,
        at=row.made_at,
        lines=tuple(lines),
        id=DigestId(row.id),
        post=row.post_id,
        picture=row.picture_id,
        file=row.file_id,
        gone=frozenset(gone),
    )


# --- what was not sent yet -----------------------------------------------------------------------


async def hold_back(db: AsyncConnection, item_id: ItemId) -> None:
    """Let no letter out that was not said yet and names this item or its notes: the words were taken back."""
    added = select(notes.c.id).where(notes.c.item_id == item_id)
    of_item = digest_lines.c.source.in_([source.value for source in OF_ITEMS]) & (
        digest_lines.c.ref == item_id
    )
    of_notes = (digest_lines.c.source == Source.NOTE.value) & digest_lines.c.ref.in_(added)
    if await _hold_back(db, select(digest_lines.c.digest_id).where(or_(of_item, of_notes))):
        # Whatever an edit would have shown: ``letters.follow`` makes it anew.
        quoted = (digest_quotes.c.source == Source.ITEM.value) & (digest_quotes.c.ref == item_id)
        of_notes = (digest_quotes.c.source == Source.NOTE.value) & digest_quotes.c.ref.in_(added)
        await quotes.touch(db, or_(quoted, of_notes))


async def hold_back_request(db: AsyncConnection, source: EventId) -> None:
    """Let no letter out that was not said yet and names this request for help: it is about to be withdrawn."""
    ref = select(checkin_answers.c.id).where(checkin_answers.c.event_id == source)
    named = (digest_lines.c.source == Source.REQUEST.value) & digest_lines.c.ref.in_(ref)
    if await _hold_back(db, select(digest_lines.c.digest_id).where(named)):
        quoted = (digest_quotes.c.source == Source.REQUEST.value) & digest_quotes.c.ref.in_(ref)
        await quotes.touch(db, quoted)


async def unname(db: AsyncConnection, person_id: PersonId, group_id: GroupId | None = None) -> int:
    """Let no letter of a group, or of all, name a person any more; return how often they were named.

    ``letters.follow`` takes the name out of what stands in the room.
    """
    own = (
        select(digests.c.id)
        if group_id is None
        else select(digests.c.id).where(digests.c.group_id == group_id)
    )
    theirs = (digest_names.c.person_id == person_id, digest_names.c.digest_id.in_(own))
    naming = select(digest_names.c.digest_id).where(*theirs)
    refs = (
        select(digest_lines.c.ref)
        .join(
            digest_names,
            and_(
                digest_names.c.digest_id == digest_lines.c.digest_id,
                digest_names.c.position == digest_lines.c.position,
            ),
        )
        .where(*theirs)
    )
    await quotes.touch(db, and_(digest_quotes.c.source == Source.ITEM.value, digest_quotes.c.ref.in_(refs)))
    await _hold_back(db, naming)
    gone = await db.execute(delete(digest_names).where(*theirs))
    return gone.rowcount


async def _hold_back(db: AsyncConnection, letters: Select[Any]) -> bool:
    """Cancel what waits to be sent of these letters; was there any?"""
    rows = (await db.execute(select(digests).where(digests.c.id.in_(letters)))).all()
    held = [
        await withhold(db, [post for post in (row.post_id, row.picture_id, row.file_id) if post is not None])
        for row in rows
    ]
    return any(held)


async def withhold(db: AsyncConnection, posts: Collection[OutboxId]) -> bool:
    """Cancel these posts and their edits, as far as they wait to be sent; was there any?"""
    ours = or_(outbox.c.id.in_(posts), outbox.c.target_id.in_(posts))
    unsent = and_(IS_NEW, outbox.c.kind.in_(("event", "file")))
    held = await db.execute(update(outbox).where(unsent, ours).values(state="cancelled", payload=None))
    return held.rowcount > 0


# --- the sentence of the moderation --------------------------------------------------------------


async def remark(db: AsyncConnection, group_id: GroupId, words: str, source: EventId) -> None:
    """Add a sentence to the next letter, instead of one that waits for it; the same message changes its own."""
    known = await db.scalar(select(digest_remarks.c.id).where(digest_remarks.c.source_event_id == source))
    if known is not None:
        query = update(digest_remarks).where(digest_remarks.c.id == known)
        await db.execute(query.values(text=words))
        return
    await take_remark_back(db, group_id)
    await db.execute(insert(digest_remarks).values(group_id=group_id, text=words, source_event_id=source))


async def take_remark_back(db: AsyncConnection, group_id: GroupId) -> None:
    """Forget the sentence that waits for the next letter."""
    said = {ref for where, ref in await told(db, group_id) if where is Source.REMARK}
    for ref in await remarks(db, group_id):
        if ref not in said:
            await db.execute(update(digest_remarks).where(digest_remarks.c.id == ref).values(text=None))


async def remarks(db: AsyncConnection, group_id: GroupId) -> dict[int, str]:
    """Return the sentences that were not deleted, by number."""
    there = (digest_remarks.c.group_id == group_id) & digest_remarks.c.text.is_not(None)
    query = select(digest_remarks.c.id, digest_remarks.c.text).where(there).order_by(digest_remarks.c.id)
    return {int(row.id): row.text for row in await db.execute(query)}


async def group_of_remark(db: AsyncConnection, source: EventId) -> GroupId | None:
    """Return the group to whose letter this message has added a sentence."""
    query = select(digest_remarks.c.group_id).where(digest_remarks.c.source_event_id == source)
    found = await db.scalar(query)
    return GroupId(found) if found is not None else None


async def erase_remark(db: AsyncConnection, source: EventId) -> None:
    """Forget the sentence that this message has added."""
    await db.execute(
        update(digest_remarks).where(digest_remarks.c.source_event_id == source).values(text=None)
    )
