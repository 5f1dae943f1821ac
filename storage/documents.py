# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An export as it comes from a file: checked before anything is done with it, and refused as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from config.addresses import shown
from config.texts import text
from method.decisions import is_poll
from method.histories import Kind as Happened
from method.items import Kind, Label, NoteKind, State
from method.meetings import Stage as MeetingStage
from method.polls import MOST_OPTIONS, MOST_RESISTANCE, Openness
from method.polls import Kind as PollKind
from method.seats import Stage as SeatStage
from method.settings import Settings
from method.tasks import Stage
from method.views import Sector
from storage.exports import VERSION
from storage.unreadable import UnreadableError, not_known, reason_of, wrong

#: No text of ours is longer (a message of Matrix has 64 KiB).
_LONGEST = 64 * 1024
_MOST = 100_000


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Group(_Frozen):
    name: str = Field(max_length=_LONGEST)
    goal: str | None = Field(max_length=_LONGEST)
    agreements: str | None = Field(default=None, max_length=_LONGEST)
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
        except (ValueError, KeyError):
            raise wrong("settings") from None
        if unknown := set(self.__pydantic_extra__) - set(own.as_stored()):
            raise UnreadableError(not_known(f"settings.{min(unknown)}"))
        return own


class _Note(_Frozen):
    text: str = Field(max_length=_LONGEST)
    created: AwareDatetime
    changed: AwareDatetime
    kind: NoteKind = NoteKind.NOTE
    sector: Sector | None = None


class _Task(_Frozen):
    """How a task stands; whose it was is not in an export."""

    stage: Stage
    due: date | None
    done: date | None
    reason: str | None = Field(max_length=_LONGEST)


class _Event(_Frozen):
    """What has happened to an entry; who did it is not in an export."""

    day: date
    kind: Happened
    was: date | None
    becomes: date | None


class Item(_Frozen):
    """An entry."""

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
    task: _Task | None = None
    history: tuple[_Event, ...] = Field(default=(), max_length=_MOST)

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
        return label_of(self.id)


class Version(_Frozen):
    """A version of the core problem."""

    text: str = Field(max_length=_LONGEST)
    state: Literal["proposed", "agreed", "replaced"]
    in_favour: int = Field(ge=0, le=_MOST)
    proposed: AwareDatetime
    agreed: AwareDatetime | None


class _UsedSector(_Frozen):
    id: Sector | None
    name: str = Field(max_length=_LONGEST)


class Sectors(_Frozen):
    """The sectors of the group."""

    used: tuple[_UsedSector, ...] = Field(default=(), max_length=_MOST)
    balance: tuple[str, ...] = Field(default=(), max_length=_MOST)


class _Meeting(_Frozen):
    id: str
    title: str | None = Field(max_length=_LONGEST)
    state: MeetingStage
    starts: AwareDatetime | None
    began: AwareDatetime | None
    ended: AwareDatetime | None
    new: tuple[str, ...]
    added_to: tuple[str, ...]
    core_problem: bool


class _Checkins(_Frozen):
    """When they are; a copy begins without: every group decides for itself whether it wants to be asked."""

    days: tuple[int, ...] = Field(max_length=7)
    at: time
    question: str | None = Field(default=None, max_length=_LONGEST)


class Seat(_Frozen):
    """Who is still needed."""

    id: str = Field(pattern="^W[1-9][0-9]{0,8}$")
    text: str = Field(max_length=_LONGEST)
    state: SeatStage

    @property
    def number(self) -> int:
        """The number in its id."""
        return int(self.id[1:])


class Option(_Frozen):
    """What could be chosen in a poll."""

    number: int = Field(ge=1, le=_MOST)
    text: str | None = Field(max_length=_LONGEST)
    at: AwareDatetime | None
    whole_day: bool
    entry: str | None
    votes: int | None = Field(ge=0, le=_MOST * MOST_RESISTANCE)


class Poll(_Frozen):
    """A question to the group; who voted is nowhere."""

    id: str = Field(pattern="^U[1-9][0-9]{0,8}$")
    kind: PollKind
    question: str = Field(max_length=_LONGEST)
    openness: Openness
    most: int = Field(ge=1, le=MOST_OPTIONS)
    state: Literal["open", "closed"]
    ends: AwareDatetime
    people: int | None = Field(ge=0, le=_MOST)
    options: tuple[Option, ...] = Field(max_length=MOST_OPTIONS)
    decisions: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number in its id."""
        return int(self.id[1:])


class Sprint(_Frozen):
    """What the group wanted to reach until a day."""

    number: int = Field(ge=1, le=_MOST)
    goal: str = Field(max_length=_LONGEST)
    starts: date
    ends: date
    ended: date | None


class _Retro(_Frozen):
    """What a group looked back on; a copy begins without."""

    number: int
    form: str = Field(max_length=_LONGEST)
    reveals: str = Field(max_length=_LONGEST)
    ended: AwareDatetime | None
    poll: str | None
    actions: tuple[str, ...]


class _AgendaItem(_Frozen):
    meeting: str | None
    text: str = Field(max_length=_LONGEST)
    minutes: int | None
    entry: str | None


class _Series(_Frozen):
    every: str = Field(max_length=_LONGEST)
    time: str = Field(max_length=_LONGEST)
    title: str | None = Field(max_length=_LONGEST)


class _Reminder(_Frozen):
    text: str | None = Field(max_length=_LONGEST)
    every: str | None = Field(max_length=_LONGEST)
    next: AwareDatetime


class Export(_Frozen):
    """An export that was checked."""

    format: Literal["tafelrunde-export"]
    version: int
    group: _Group
    settings: _Settings
    checkins: _Checkins | None = None
    items: tuple[Item, ...] = Field(max_length=_MOST)
    # Those of before have no more than that.
    core_problem: tuple[Version, ...] = Field(default=(), max_length=_MOST)
    sectors: Sectors = Sectors()
    meetings: tuple[_Meeting, ...] = Field(default=(), max_length=_MOST)
    polls: tuple[Poll, ...] = Field(default=(), max_length=_MOST)
    agenda: tuple[_AgendaItem, ...] = Field(default=(), max_length=_MOST)
    series: tuple[_Series, ...] = Field(default=(), max_length=_MOST)
    reminders: tuple[_Reminder, ...] = Field(default=(), max_length=_MOST)
    seats: tuple[Seat, ...] = Field(default=(), max_length=_MOST)
    sprints: tuple[Sprint, ...] = Field(default=(), max_length=_MOST)
    retros: tuple[_Retro, ...] = Field(default=(), max_length=_MOST)
    guests_until: tuple[date, ...] = Field(default=(), max_length=_MOST)


def read(data: bytes) -> Export:
    """Check an export.

    Raises:
        UnreadableError: it is none, or one of a newer version.
    """
    try:
        head = _HEAD.validate_json(data)
        if head.version > VERSION:
            raise UnreadableError(text("it was written by a newer version"))
        export = Export.model_validate_json(data)
    except ValidationError as error:
        raise UnreadableError(reason_of(error)) from None
    _check_items(export)
    _check_polls(export)
    if len({seat.id for seat in export.seats}) != len(export.seats):
        raise wrong("seats.id")
    if sum(version.state == "agreed" for version in export.core_problem) > 1:
        raise wrong("core_problem.state")
    if len({sprint.number for sprint in export.sprints}) != len(export.sprints):
        raise wrong("sprints.number")
    if sum(sprint.ended is None for sprint in export.sprints) > 1:
        raise wrong("sprints.ended")
    _ = export.settings.own
    return export


def _check_items(export: Export) -> None:
    labels = [item.label for item in export.items]
    if len(set(labels)) != len(labels):
        raise wrong("items.id")
    if any(item.label.kind is not item.kind or item.label.number < 1 for item in export.items):
        raise wrong("items.kind")
    for target in (link for item in export.items for link in item.targets):
        label_of(target)
    if any(item.task and item.kind is not Kind.TASK for item in export.items):
        raise wrong("items.task")
    _check_parts({item.label: label_of(item.part_of) for item in export.items if item.part_of}, set(labels))


def _check_polls(export: Export) -> None:
    if len({poll.id for poll in export.polls}) != len(export.polls):
        raise wrong("polls.id")
    if any(len({option.number for option in poll.options}) != len(poll.options) for poll in export.polls):
        raise wrong("polls.options.number")
    for entry in (option.entry for poll in export.polls for option in poll.options if option.entry):
        label_of(entry)


def _check_parts(wholes: Mapping[Label, Label], labels: Collection[Label]) -> None:
    for part, whole in wholes.items():
        above = whole
        seen = {part}
        while above in wholes and above not in seen:
            seen.add(above)
            above = wholes[above]
        if above in seen or whole not in labels or whole.kind is not part.kind:
            raise wrong(f"items.part_of ({part}, {whole})")


class _Head(BaseModel):
    format: Literal["tafelrunde-export"]
    version: int


_HEAD = TypeAdapter(_Head)


def label_of(words: str) -> Label:
    """Read the id of an entry.

    Raises:
        UnreadableError: it is none.
    """
    label = Label.parse(words)
    if label is None:
        raise wrong(f"items.id ({shown(words[:20])})")
    return label
