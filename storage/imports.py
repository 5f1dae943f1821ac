# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take an export into a new group: as a copy with all entries, or as a template without them.

Who wrote and who supported something is not in an export: the entries belong to nobody, their support begins anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.decisions import REVIEW, is_poll, reminder_at
from method.ids import GroupId, ItemId
from method.items import Kind, Label, NoteKind, State
from method.settings import Settings
from method.views import Sector
from method.words import clean, fold
from storage import groups, parking, settings, timers
from storage.exports import FORMAT, VERSION
from storage.tables import groups as groups_table
from storage.tables import item_links, item_parts, item_topics, items, notes

#: No text of ours is longer (a message of Matrix has 64 KiB).
_LONGEST = 64 * 1024
_MOST = 100_000


class UnreadableError(ValueError):
    """This is no export that we can read; the words say where it stops being one."""


class NotEmptyError(Exception):
    """The group has entries already; an import would mix them."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Group(_Frozen):
    name: str = Field(max_length=_LONGEST)
    goal: str | None = Field(max_length=_LONGEST)
    step: int = Field(ge=1, le=5)
    state: Literal["active", "paused"]
    created: AwareDatetime


class _Settings(BaseModel):
    """The language, and words that ``method.settings`` reads; what is missing is as everywhere."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str]

    language: Literal["de", "en"]

    @property
    def own(self) -> Settings:
        """The settings of the group.

        Raises:
            UnreadableError: there is no such setting, or not this value of it.
        """
        try:
            own = Settings.stored(self.__pydantic_extra__)
        except (ValueError, KeyError) as error:
            raise UnreadableError(f"settings: {error}") from None
        if unknown := set(self.__pydantic_extra__) - set(own.as_stored()):
            raise UnreadableError(f"settings: {min(unknown)}")
        return own


class _Note(_Frozen):
    text: str = Field(max_length=_LONGEST)
    created: AwareDatetime
    changed: AwareDatetime
    kind: NoteKind = NoteKind.NOTE
    sector: Sector | None = None


class _Item(_Frozen):
    id: str
    kind: Kind
    text: str | None = Field(max_length=_LONGEST)
    topics: tuple[str, ...]
    links: tuple[str, ...]
    notes: tuple[_Note, ...]
    support: int
    state: State
    created: AwareDatetime
    changed: AwareDatetime
    part_of: str | None = None
    parked: bool = False
    review: date | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of the items it is linked to; polls stand in the text."""
        return tuple(dict.fromkeys(link for link in self.links if not is_poll(link)))

    @property
    def label(self) -> Label:
        """The item's label.

        Raises:
            UnreadableError: it is none.
        """
        return _label(self.id)


class Export(_Frozen):
    """An export that was checked."""

    format: Literal["tafelrunde-export"]
    version: int
    group: _Group
    settings: _Settings
    items: tuple[_Item, ...] = Field(max_length=_MOST)


def read(data: bytes) -> Export:
    """Check an export.

    Raises:
        UnreadableError: it is none, or one of a newer version.
    """
    try:
        head = _HEAD.validate_json(data)
        if head.version > VERSION:
            raise UnreadableError(f"version {head.version} > {VERSION}")
        export = Export.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or FORMAT
        raise UnreadableError(f"{place}: {first['msg']}") from None
    labels = [item.label for item in export.items]
    if len(set(labels)) != len(labels):
        raise UnreadableError("items: the same id twice")
    if any(item.label.kind is not item.kind or item.label.number < 1 for item in export.items):
        raise UnreadableError("items: an id of another kind")
    for target in (link for item in export.items for link in item.targets):
        _label(target)
    _check_parts({item.label: _label(item.part_of) for item in export.items if item.part_of}, set(labels))
    _ = export.settings.own
    return export


def _check_parts(wholes: Mapping[Label, Label], labels: Collection[Label]) -> None:
    for part, whole in wholes.items():
        above = whole
        seen = {part}
        while above in wholes and above not in seen:
            seen.add(above)
            above = wholes[above]
        if above in seen or whole not in labels or whole.kind is not part.kind:
            raise UnreadableError(f"items: {part} cannot be part of {whole}")


class _Head(BaseModel):
    format: Literal["tafelrunde-export"]
    version: int


_HEAD = TypeAdapter(_Head)


async def take_in(db: AsyncConnection, group_id: GroupId, export: Export, *, template: bool) -> int:
    """Give a group what is in the export; return how many entries it has got.

    Args:
        db: the connection.
        group_id: a group without entries; its name stays.
        export: what to take.
        template: goal and settings only, beginning with step 1.

    Raises:
        NotEmptyError: the group has entries.
    """
    if await db.scalar(select(func.count()).where(items.c.group_id == group_id)):
        raise NotEmptyError
    await groups.set_goal(db, group_id, _text(export.group.goal), None)
    await groups.set_language(db, group_id, export.settings.language)
    await settings.save(db, group_id, export.settings.own)
    if template:
        return 0
    step = update(groups_table).where(groups_table.c.id == group_id).values(step=export.group.step)
    await db.execute(step)
    ids = {item.label: await _add(db, group_id, item) for item in export.items}
    links = [
        {"item_id": ids[item.label], "target_id": ids[_label(target)]}
        for item in export.items
        for target in item.targets
        if _label(target) in ids
    ]
    if links:
        await db.execute(insert(item_links), links)
    for item in export.items:
        if item.part_of:
            merged = {"item_id": ids[item.label], "whole_id": ids[_label(item.part_of)]}
            await db.execute(insert(item_parts), merged)
        if item.parked:
            await parking.park(db, ids[item.label])
        if item.review and item.state is State.OPEN:
            at = reminder_at(item.review, export.settings.own)
            subject = str(ids[item.label])
            await timers.add(db, group_id, REVIEW, subject, at, nominal=item.review.isoformat())
    await _count_on(db, group_id, list(ids))
    return sum(item.state is State.OPEN for item in export.items)


async def _add(db: AsyncConnection, group_id: GroupId, item: _Item) -> ItemId:
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


async def _count_on(db: AsyncConnection, group_id: GroupId, labels: list[Label]) -> None:
    """Numbers once given are not given again, in the copy too."""
    last = {kind: max((label.number for label in labels if label.kind is kind), default=0) for kind in Kind}
    await groups.count_on(db, group_id, last)


def _label(words: str) -> Label:
    label = Label.parse(words)
    if label is None:
        raise UnreadableError(f"items: {words[:20]!r} is no id")
    return label


def _text(words: str | None) -> str | None:
    # As in the room: nothing that a display would take for a command, and nothing no database keeps.
    return clean(words) if words else None
