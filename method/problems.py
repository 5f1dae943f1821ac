# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core problem of a group: proposed, open to objections, agreed by consent and never by majority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from config.texts import Moment, Text, counted, joined, text, verbatim
from method.deadlines import day_written, moment_written
from method.ids import EventId, GroupId, PersonId, ProblemId, VersionId
from method.words import fold, isolate

#: Replies that say the same as 👍.
_YES: Final = frozenset(
    map(
        fold, ("ja", "yes", "ok", "okay", "einverstanden", "passt", "agree", "agreed", "gut", "good", "dafür")
    )
)
_THUMB: Final = "👍"

_SPACE: Final = " "


class State(StrEnum):
    """Where a version stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Stand(StrEnum):
    """What a reaction says."""

    FOR = "for"
    AGAINST = "against"


#: The signs that count, without skin tone and variation selector.
SIGNS: Final = {_THUMB: Stand.FOR, "✋": Stand.AGAINST}


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a proposal."""

    id: VersionId
    problem_id: ProblemId
    #: None once withdrawn.
    text: str | None
    state: State
    #: How many were in favour when it was agreed.
    in_favour: int
    proposed_at: datetime
    #: Not before then it holds by itself.
    due_at: datetime
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A proposal with its latest version."""

    id: ProblemId
    group_id: GroupId
    author: PersonId | None
    #: The message that proposed it.
    source: EventId
    version: Version

    @property
    def is_open(self) -> bool:
        """May people still say how they stand to it?"""
        return self.version.state is State.PROPOSED


@dataclass(frozen=True, slots=True)
class Standing:
    """How a group stands to an open proposal, without saying who."""

    in_favour: int = 0
    #: How many objections are open.
    objections: int = 0
    #: What they say, as far as they say anything; oldest first.
    sentences: tuple[str, ...] = ()


def is_yes(words: str) -> bool:
    """Does a reply say nothing but yes?"""
    bare = words.strip()
    return (bare.startswith(_THUMB) and len(bare) <= len(_THUMB) + 1) or fold(bare) in _YES


def holds(version: Version, standing: Standing, *, now: datetime) -> bool:
    """Does a proposal hold by itself: a working day has passed, and no objection is open?"""
    return version.state is State.PROPOSED and standing.objections == 0 and now >= version.due_at


def proposal(version: Version, zone: tzinfo, *, again: bool = False, objections: int = 0) -> Text:
    """Return the post that asks the group.

    Args:
        version: the wording.
        zone: the group's local time.
        again: it had another one before.
        objections: open although the time has come; 0 before that.
    """
    lines = [
        text(
            "Proposal for our core problem: “{text}” 👍 I agree, ✋ objection."
            " Objections in one sentence as a reply."
            " Without a name by direct message: “einwand” and then the text.",
            text=_quoted(version),
        ),
        _when(version, zone, over=objections > 0),
    ]
    if again:
        lines.append(text("The text has changed. Earlier 👍 and ✋ no longer count. React once more."))
    if objections:
        lines.append(_open(objections, text("To see them: !kernproblem")))
    return joined(lines)


def agreed(version: Version, zone: tzinfo, *, now: datetime) -> Text:
    """Return the post of a proposal that holds."""
    day = _day(version.agreed_at or version.due_at, now, zone)
    words = [text("Core problem: “{text}” It holds since {day}.", text=_quoted(version), day=day)]
    if version.in_favour:
        words.append(counted("{n} person agrees.", "{n} people agree.", version.in_favour))
    return joined(words, _SPACE)


def present(version: Version, standing: Standing, zone: tzinfo, *, now: datetime) -> Text:
    """Show an open proposal, how the group stands to it, and from when on it holds."""
    words = [text("Proposal for our core problem: “{text}”", text=_quoted(version))]
    if standing.in_favour:
        words.append(counted("{n} person agrees.", "{n} people agree.", standing.in_favour))
    if not standing.objections:
        words.append(text("No objection is open."))
    when = _when(version, zone, over=now >= version.due_at)
    return joined([joined(words, _SPACE), *objections(standing), when])


def objections(standing: Standing) -> list[Text]:
    """Return how many objections are open and what they say; nothing if there are none."""
    if not standing.objections:
        return []
    return [_open(standing.objections), *(verbatim(f"- {_indented(one)}") for one in standing.sentences)]


def history(versions: Sequence[Version], zone: tzinfo, *, now: datetime) -> Text:
    """Show every wording, oldest first, and what became of it."""
    return joined([text("Core problem, all versions:"), *(_line(version, zone, now) for version in versions)])


_BECAME: Final = {
    State.PROPOSED: text("{day}: “{text}” Open proposal."),
    State.AGREED: text("{day}: “{text}” This holds."),
    State.REPLACED: text("{day}: “{text}” Replaced."),
}


def _line(version: Version, zone: tzinfo, now: datetime) -> Text:
    day = _day(version.proposed_at, now, zone)
    return text(_BECAME[version.state].message, day=day, text=_quoted(version))


def _open(number: int, *more: Text) -> Text:
    return joined([counted("{n} objection is open.", "{n} objections are open.", number), *more], _SPACE)


def _when(version: Version, zone: tzinfo, *, over: bool) -> Text:
    """Say from when on a proposal holds by itself; ``over``: that moment has passed."""
    if over:
        return text("It holds as soon as no objection is open.")
    return text(
        "It holds from {moment} on, if no objection is open by then. Whoever writes nothing agrees.",
        moment=moment_written(version.due_at, version.proposed_at, zone),
    )


def _day(at: datetime, now: datetime, zone: tzinfo) -> Moment:
    return day_written(at.astimezone(zone).date(), now, zone)


def _quoted(version: Version) -> str:
    return isolate(version.text or "")


def _indented(words: str) -> str:
    return isolate(words).replace("\n", "\n  ")
