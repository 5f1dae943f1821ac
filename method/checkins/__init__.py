# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check-ins: on which days a group has one, when it ends, and what an answer says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from method.hours import is_working_day
from method.ids import CheckinId, EventId, GroupId, ItemId, OutboxId, PersonId
from method.limits import within
from method.schedules import Schedule, instant
from method.settings import Settings

#: Local time at which the summary is written, if there is an hour until then; else it is at the end of work.
CLOSES: Final = time(15)
#: So long there is to answer.
LASTS: Final = timedelta(hours=1)
#: How long a check-in lasts that is begun outside of working time.
AT_NIGHT: Final = timedelta(hours=2)
#: Characters of one answer, and of a question of one's own.
ANSWER_LIMIT: Final = 500
QUESTION_LIMIT: Final = 200

_FRIDAY: Final = 4


class Stage(StrEnum):
    """How far a check-in has come."""

    #: Answers came before it was asked.
    EARLY = "early"
    OPEN = "open"
    #: The summary stands; late answers change it.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Routine:
    """When a group has its check-ins; without days it has none, but has heard of them."""

    days: tuple[int, ...]
    at: time
    #: What is asked instead of the usual.
    question: str | None = None
    #: The message that gave this question.
    source: EventId | None = None

    def schedule(self, settings: Settings) -> Schedule | None:
        """Return when they are asked: on the group's working days, within its hours; None: never.

        What was outside of the hours after these were changed is asked when they begin.
        """
        days = tuple(day for day in self.days if day in settings.days)
        at = self.at if settings.begins <= self.at < settings.ends else settings.begins
        return Schedule(days, at) if days else None


@dataclass(frozen=True, slots=True)
class Checkin:
    """The check-in of one day."""

    id: CheckinId
    group_id: GroupId
    day: date
    stage: Stage
    #: Our post that asks, later shows the summary.
    post: OutboxId | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said."""

    checkin: CheckinId
    person: PersonId
    text: str
    #: The message that said it.
    source: EventId
    #: What said that the name may stand there; None: it does not.
    named: EventId | None
    #: What said that the request is done; None: it is not.
    done: EventId | None
    #: The barrier that was made of it.
    item: ItemId | None

    @property
    def said(self) -> Said:
        """What the words mean."""
        return read_answer(self.text)


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says."""

    #: What is on today; None: nothing is said about it.
    today: str | None
    #: What help is needed for, or what stands in the way.
    request: str | None
    #: It was called an obstacle.
    obstacle: bool = False


# --- when ----------------------------------------------------------------------------------------


def fits(at: time, settings: Settings) -> bool:
    """Is there, on a working day, an hour to answer after this local time?"""
    return settings.begins <= at and _plus(at, LASTS) <= settings.ends


def closing(opened: datetime, settings: Settings) -> datetime:
    """Return when the summary is due (UTC): at 15:00, or at the end of work, if there is an hour until then."""
    local = opened.astimezone(settings.zone)
    if is_working_day(local.date(), settings):
        for at in sorted((min(CLOSES, settings.ends), settings.ends)):
            due = instant(local.date(), at, settings.zone)
            if due - opened >= LASTS:
                return due
    return opened.astimezone(UTC) + AT_NIGHT


def last_day(day: date) -> date:
    """Return until when a request for help of this day is shown, if nobody says that it is done: until Friday.

    What is asked from Friday on is shown until the Friday of the next week: of this week's letter it may be too
    late.
    """
    return day + timedelta(days=(_FRIDAY - day.weekday() - 1) % 7 + 1)


# --- what ----------------------------------------------------------------------------------------

_KINDS: Final = {
    "yesterday": "gestern|yesterday",
    "today": "heute|morgen|today|tomorrow|plan",
    "help": "hilfe(?:\\s+gesucht|\\s+gebraucht|\\s+nötig)?|help(?:\\s+wanted|\\s+needed)?",
    "obstacle": "hindernisse|hindernis|blockiert|blockade|obstacles|obstacle|blocked|blocker",
}
#: "Heute:" at the beginning of a line or a sentence; "Hilfe" needs no colon at the beginning of the answer.
_LABEL: Final = re.compile(
    r"(?:(?:^|(?<=[\n.;!?,/|]))[^\S\n]*(?:[-*•–][^\S\n]*)?(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items())
    + r")[^\S\n]*[:：])",
    re.IGNORECASE,
)
_BEGINS: Final = re.compile(
    rf"\s*(?:(?P<help>{_KINDS['help']})|(?P<obstacle>{_KINDS['obstacle']}))\b[\s:：,;.!?–-]*", re.IGNORECASE
)
_NOTHING: Final = re.compile(
    r"[\s\W]*(?:(?:gerade |im moment |zur zeit )?(?:kein\w*|nichts?|nein|nix|no|none|nothing|not)"
    r"(?:\s+(?:hilfe|help|nötig|needed|hindernis\w*|obstacles?|gerade|now|offen|gesucht))*)?[\s\W]*",
    re.IGNORECASE,
)


def checked(words: str) -> str:
    """Return an answer.

    Raises:
        UserError: it is longer than ANSWER_LIMIT.
    """
    return within(words, ANSWER_LIMIT)


def read_answer(words: str) -> Said:
    """Read what is on today, and what help is needed for.

    A request begins with "Hilfe" or "Hindernis": at the beginning of the answer, or with a colon at the beginning
    of a line or sentence. "Hilfe: keine" asks for nothing.
    """
    words = words.strip()
    parts = _parts(words)
    if parts[0][0] == "" and (begins := _BEGINS.match(parts[0][1])):
        kind = "help" if begins["help"] else "obstacle"
        rest = parts[0][1][begins.end() :]
        # "Hilfe!" alone asks for help too.
        parts[0] = (kind, rest if re.search(r"\w", rest) else parts[0][1])
    said = {kind: _joined(parts, kind) for kind in ("", "today", "yesterday", "help", "obstacle")}
    asked = [said[kind] for kind in ("help", "obstacle") if said[kind] and not _NOTHING.fullmatch(said[kind])]
    today = " ".join(part for part in (said[""], said["today"]) if part)
    if not today and not asked:
        today = said["yesterday"] or words
    obstacle = bool(said["obstacle"]) and not _NOTHING.fullmatch(said["obstacle"])
    return Said(today or None, " ".join(asked) or None, obstacle)


def _parts(words: str) -> list[tuple[str, str]]:
    """Divide an answer at its labels; what stands before the first has none."""
    found = list(_LABEL.finditer(words))
    ends = [*(label.start() for label in found), len(words)]
    parts = [("", words[: ends[0]])]
    for label, end in zip(found, ends[1:], strict=True):
        parts.append((label.lastgroup or "", words[label.end() : end]))
    return parts


def _joined(parts: Sequence[tuple[str, str]], kind: str) -> str:
    stripped = (words.strip(" \n;,/|-–•*") for one, words in parts if one == kind)
    return " ".join(words for words in stripped if words)


# --- who -----------------------------------------------------------------------------------------


def counted_people(answers: Sequence[Answer]) -> int:
    """Return how many people have answered."""
    return len({answer.person for answer in answers})


def standing(answers: Sequence[Answer]) -> tuple[list[str], list[Answer]]:
    """Return all that is on today, and every answer that asks for help and is not done.

    Both stand in the order of their words, which tells nobody who said it.
    """
    today = [answer.said.today for answer in answers if answer.said.today]
    still = [answer for answer in answers if answer.said.request and answer.done is None]
    return sorted(today, key=str.casefold), sorted(still, key=lambda one: one.text.casefold())


def opened(checkin: Checkin, post: OutboxId) -> Checkin:
    """Return the check-in as it is once it is asked."""
    return replace(checkin, stage=Stage.OPEN, post=post)


def _plus(at: time, delta: timedelta) -> time:
    moved = datetime.combine(date(2000, 1, 1), at) + delta
    return moved.time() if moved.day == 1 else time.max
