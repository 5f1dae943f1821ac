# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take an export into a new group: as a copy with all entries, or as a template without them.

Who wrote and who supported something is not in an export: the entries belong to nobody, their support begins anew.
So nobody has said how they stand to an open proposal for the core problem, or has voted in an open poll: both have to
be made again. Meetings and guests were those of the other group.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.decisions import REVIEW, reminder_at
from method.histories import Event
from method.ids import GroupId, ItemId
from method.items import Kind, Label, NoteKind, State
from method.sprints import END, end_at
from method.tasks import Stage, Task
from method.words import clean, fold
from storage import agreements, groups, histories, parking, sectors, settings, sprints, tasks, timers
from storage.documents import Export, Item, Poll, Seat, Sectors, Sprint, Version, label_of
from storage.tables import groups as groups_table
from storage.tables import (
    item_links,
    item_parts,
    item_topics,
    items,
    notes,
    poll_options,
    polls,
    problem_versions,
    problems,
    seats,
)
from storage.tables import sprints as sprints_table


class NotEmptyError(Exception):
    """The group has entries already; an import would mix them."""


async def take_in(db: AsyncConnection, group_id: GroupId, export: Export, *, template: bool) -> int:
    """Give a group what is in the export; return how many entries it has got.

    Args:
        db: the connection.
        group_id: a group without entries; its name stays.
        export: what to take.
        template: goal, settings and the group's own sectors only, beginning with step 1.

    Raises:
        NotEmptyError: the group has entries, or something else that a copy would bring.
    """
    for table in (items,) if template else (items, polls, problems, seats, sprints_table):
        if await db.scalar(select(func.count()).where(table.c.group_id == group_id)):
            raise NotEmptyError
    await groups.set_goal(db, group_id, _text(export.group.goal), None)
    await groups.set_language(db, group_id, export.settings.language)
    await settings.save(db, group_id, export.settings.own)
    await _add_sectors(db, group_id, export.sectors)
    if template:
        return 0
    if agreed := _text(export.group.agreements):
        await agreements.write(db, group_id, None, None, agreed)
    await _add_core_problem(db, group_id, export.core_problem)
    await _add_seats(db, group_id, export.seats)
    for sprint in export.sprints:
        await _add_sprint(db, group_id, sprint, export)
    step = update(groups_table).where(groups_table.c.id == group_id).values(step=export.group.step)
    await db.execute(step)
    ids = {item.label: await _add(db, group_id, item) for item in export.items}
    await _add_polls(db, group_id, export.polls, ids)
    await _add_links(db, export.items, ids)
    for item in export.items:
        if item.part_of:
            merged = {"item_id": ids[item.label], "whole_id": ids[label_of(item.part_of)]}
            await db.execute(insert(item_parts), merged)
        if item.parked:
            await parking.park(db, ids[item.label])
        if item.review and item.state is State.OPEN:
            at = reminder_at(item.review, export.settings.own)
            subject = str(ids[item.label])
            await timers.add(db, group_id, REVIEW, subject, at, nominal=item.review.isoformat())
    await _count_on(db, group_id, list(ids))
    return sum(item.state is State.OPEN for item in export.items)


async def _add_links(db: AsyncConnection, found: Collection[Item], ids: Mapping[Label, ItemId]) -> None:
    links = [
        {"item_id": ids[item.label], "target_id": ids[label_of(target)]}
        for item in found
        for target in item.targets
        if label_of(target) in ids
    ]
    if links:
        await db.execute(insert(item_links), links)


async def _add(db: AsyncConnection, group_id: GroupId, item: Item) -> ItemId:
    values = {
        "group_id": group_id,
        "kind": item.kind.value,
        "number": item.label.number,
        "text": _text(item.text),
        "state": item.state.value,
        "created_at": item.created,
        "changed_at": item.changed,
        "review_on": item.review.isoformat() if item.review else None,
    }
    item_id = ItemId((await db.execute(insert(items).returning(items.c.id), values)).scalar_one())
    topics = [
        {"item_id": item_id, "topic": topic, "folded": fold(topic), "position": position}
        for position, topic in enumerate(dict.fromkeys(filter(None, map(_text, item.topics))))
    ]
    if topics:
        await db.execute(insert(item_topics), topics)
    if item.kind is Kind.TASK and item.state is State.OPEN:
        await tasks.save(db, item_id, _task(item))
    if item.state is State.OPEN:
        happened = [Event(one.day, one.kind, one.was, one.becomes) for one in item.history]
        await histories.add(db, item_id, histories.IMPORTED, happened)
    added = [
        {
            "item_id": item_id,
            "text": _text(note.text),
            "state": State.OPEN.value,
            "created_at": note.created,
            "changed_at": note.changed,
            "kind": None if note.kind is NoteKind.NOTE else note.kind.value,
            "sector": note.sector,
        }
        for note in item.notes
    ]
    if added:
        await db.execute(insert(notes), added)
    return item_id


def _task(item: Item) -> Task:
    """Return how a task stands here: whoever had it there does not have it here."""
    told = item.task
    if told is None:
        return Task()
    stage = Stage.OPEN if told.stage is Stage.RUNNING else told.stage
    return Task(stage, told.due, reason=_text(told.reason), done=told.done)


async def _add_sprint(db: AsyncConnection, group_id: GroupId, told: Sprint, export: Export) -> None:
    """Let a sprint be as it was there; one that runs ends at its time."""
    added = await sprints.add(db, group_id, _text(told.goal) or "", told.starts, told.ends, None)
    await sprints.renumber(db, added.id, told.number)
    if told.ended is not None:
        await sprints.save(db, added.id, added.goal, added.ends, told.ended)
        return
    at = end_at(added, export.settings.own)
    await timers.add(db, group_id, END, str(added.id), at, nominal=added.ends.isoformat())


async def _add_sectors(db: AsyncConnection, group_id: GroupId, found: Sectors) -> None:
    for sector in found.used:
        name = _text(sector.name)
        if sector.id is None and name and fold(name):
            await sectors.add(db, group_id, name, None)


async def _add_core_problem(db: AsyncConnection, group_id: GroupId, versions: Collection[Version]) -> None:
    """Let the same hold as there, with its history; an open proposal is left out."""
    for number, version in enumerate(versions):
        words = _text(version.text)
        if version.state == "proposed" or words is None:
            continue
        # No message of the new room has proposed it.
        made = insert(problems).values(group_id=group_id, source_event_id=f"import:{group_id}:{number}")
        problem_id = (await db.execute(made.returning(problems.c.id))).scalar_one()
        values = {
            "problem_id": problem_id,
            "text": words,
            "state": version.state,
            "in_favour": version.in_favour,
            "proposed_at": version.proposed,
            "due_at": version.agreed or version.proposed,
            "agreed_at": version.agreed,
        }
        await db.execute(insert(problem_versions).values(values))


async def _add_polls(
    db: AsyncConnection, group_id: GroupId, found: Collection[Poll], ids: Mapping[Label, ItemId]
) -> None:
    """Let the results stand, so that decisions that name them can be understood; open polls are left out."""
    for poll in found:
        if poll.state == "closed":
            await _add_poll(db, group_id, poll, ids)


async def _add_poll(db: AsyncConnection, group_id: GroupId, poll: Poll, ids: Mapping[Label, ItemId]) -> None:
    values = {
        "group_id": group_id,
        "number": poll.number,
        "kind": poll.kind.value,
        "question": _text(poll.question),
        "most": poll.most,
        "openness": poll.openness.value,
        "takes_suggestions": False,
        "state": poll.state,
        "ends_at": poll.ends,
        "people": poll.people,
    }
    poll_id = (await db.execute(insert(polls).values(values).returning(polls.c.id))).scalar_one()
    options = [
        {
            "poll_id": poll_id,
            "number": option.number,
            "position": position,
            "text": option.text and _text(option.text),
            "at": option.at,
            "whole_day": option.whole_day,
            "item_id": ids.get(label_of(option.entry)) if option.entry else None,
            "label": option.entry,
            "votes": option.votes,
        }
        for position, option in enumerate(poll.options)
    ]
    if options:
        await db.execute(insert(poll_options), options)


async def _add_seats(db: AsyncConnection, group_id: GroupId, needed: Collection[Seat]) -> None:
    rows = [
        {"group_id": group_id, "number": seat.number, "text": words, "stage": seat.state.value}
        for seat in needed
        if (words := _text(seat.text))
    ]
    if rows:
        await db.execute(insert(seats), rows)


async def _count_on(db: AsyncConnection, group_id: GroupId, labels: list[Label]) -> None:
    """Numbers once given are not given again, in the copy too."""
    last = {kind: max((label.number for label in labels if label.kind is kind), default=0) for kind in Kind}
    await groups.count_on(db, group_id, last)


def _text(words: str | None) -> str | None:
    # As in the room: nothing that a display would take for a command, and nothing no database keeps.
    return clean(words) if words else None
