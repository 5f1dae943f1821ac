# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The agenda of a meeting: what people type for it, and how it is shown; nobody is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method.errors import UserError
from method.ids import AgendaItemId, EventId, GroupId, MeetingId
from method.items import Label
from method.limits import within
from method.words import brief, fold, isolate

#: Characters of an item: it is one line of the card.
TEXT_LIMIT: Final = 300
#: Items on the card; the whole agenda shows all.
SHOWN: Final = 8
_LONGEST: Final = 480

_MINUTES: Final = re.compile(
    r"(?:^|[\s(,;]+)(?P<minutes>\d{1,3})\s?(?:minuten|minutes|min\b\.?|')(?:\)|(?=[\s,;]|$))", re.IGNORECASE
)
#: "zu B3", "(B3)" or ", B3"; "Deutsch B1" is text.
_LINK: Final = re.compile(
    r"(?:(?:^|[\s(,;]+)(?:zu|to|for)\s+|\(|[,;]\s*(?=#?[bie][ -]?#?\d+\W*$))"
    r"#?(?:[bie]#(?=[bie]))?(?P<letter>[bie])[ -]?#?(?P<number>\d{1,9})(?!\w)\)?",
    re.IGNORECASE | re.ASCII,
)
#: "3 …", "TOP 3 …", and "§17 …", which our own questions say.
_NUMBERED: Final = re.compile(
    r"(?:top\s*)?(?:(?P<own>§)|#|nr\.?\s*)?(?P<number>\d{1,9})(?:[.:]?\s+|$)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TO_PLACE: Final = re.compile(
    r"(?:auf|nach|an|to|at)\s+(?:platz|stelle|place|nr\.?|top)?\s*(?P<place>\d{1,3})", re.IGNORECASE
)
_BARE_LINK: Final = re.compile(
    r"(?:zu|to|for)\s+#?(?:[bie]#(?=[bie]))?(?P<letter>[bie])?[ -]?#?(?P<number>\d{1,9})",
    re.IGNORECASE | re.ASCII,
)


class Verb(Enum):
    """What is to be done with an agenda."""

    ADD = "add"
    SHOW = "show"
    WITHDRAW = "withdraw"
    MOVE = "move"
    CHANGE = "change"
    PARK = "park"


_VERBS: Final = {
    fold(word): (verb, place)
    for verb, place, words in (
        (Verb.WITHDRAW, None, "weg löschen streichen zurück zurückziehen raus delete remove withdraw"),
        (Verb.PARK, None, "parken park später vertagen later"),
        (Verb.MOVE, 1, "zuerst oben anfang first top"),
        (Verb.MOVE, 999, "zuletzt unten schluss last bottom"),
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of an agenda."""

    verb: Verb
    #: Of the item: its place, or our own number of it.
    number: int | None = None
    own: bool = False
    text: str = ""
    minutes: int | None = None
    link: Label | None = None
    #: Where it shall stand, from 1.
    place: int | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something to talk about."""

    id: AgendaItemId
    group_id: GroupId
    #: None: at the next meeting.
    meeting_id: MeetingId | None
    text: str
    minutes: int | None
    #: The entry it serves, if that is open.
    link: Label | None
    source: EventId | None


def read_wish(words: str) -> Wish:
    """Read what is typed behind the command.

    Raises:
        UserError: the text is too long, or the time box is.
    """
    words = words.strip()
    if not words:
        return Wish(Verb.SHOW)
    numbered = _NUMBERED.fullmatch(words)
    if numbered:
        found = _about_item(numbered["rest"].strip())
        if found is not None:
            verb, minutes, link, place = found
            own = numbered["own"] is not None
            return Wish(verb, int(numbered["number"]), own, minutes=minutes, link=link, place=place)
    said, minutes, link = read_item(words)
    return Wish(Verb.ADD, text=said, minutes=minutes, link=link)


def read_item(words: str) -> tuple[str, int | None, Label | None]:
    """Read an item: its text, its time box, the entry it serves.

    Raises:
        UserError: the text is too long, or the time box is.
    """
    rest, link = " ".join(words.split()), None
    found_minutes = _MINUTES.search(rest)
    minutes = _within(int(found_minutes["minutes"])) if found_minutes else None
    if found_minutes:
        rest = f"{rest[: found_minutes.start()]} {rest[found_minutes.end() :]}".strip(" ,;")
    found = _LINK.search(rest)
    if found:
        link = Label.parse(f"{found['letter']}{found['number']}")
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    return within(" ".join(rest.split()).strip(" ,;"), TEXT_LIMIT), minutes, link


def _about_item(rest: str) -> tuple[Verb, int | None, Label | None, int | None] | None:
    """Read what is to be done with an item; None if the number belongs to a text: "3 Kisten holen"."""
    if fold(rest) in _VERBS and rest:
        verb, place = _VERBS[fold(rest)]
        return verb, None, None, place
    moved = _TO_PLACE.fullmatch(rest)
    if moved:
        return Verb.MOVE, None, None, int(moved["place"])
    bare = _BARE_LINK.fullmatch(rest)
    if bare:
        return Verb.CHANGE, None, Label.parse(f"{bare['letter'] or 'b'}{bare['number']}"), None
    said, minutes, link = read_item(rest)
    if rest and not said and (minutes or link):
        return Verb.CHANGE, minutes, link, None
    return None


def _within(minutes: int) -> int:
    if not 0 < minutes <= _LONGEST:
        raise UserError(text("A time box has between 1 and {most} minutes. Example: 10 min", most=_LONGEST))
    return minutes


# --- texts ---------------------------------------------------------------------------------------


def agenda_lines(items: Sequence[AgendaItem], *, most: int | None = SHOWN) -> list[Text]:
    """Return the agenda as lines, the first few items or all; empty if there is nothing on it."""
    if not items:
        return []
    shown = items if most is None or len(items) <= most + 1 else items[:most]
    lines = [text("Agenda:"), *(line(place, item) for place, item in enumerate(shown, 1))]
    more = len(items) - len(shown)
    if more:
        lines.append(text("and {count} more: !top", count=more))
    total = sum(item.minutes or 0 for item in items)
    if total and len(items) > 1:
        lines.append(counted("Time boxes: {n} minute.", "Time boxes: {n} minutes.", total))
    return lines


def line(place: int, item: AgendaItem) -> Text:
    """Return an item of the agenda as its line."""
    behind = []
    if item.minutes:
        behind.append(text("{minutes} min", minutes=item.minutes))
    if item.link:
        behind.append(verbatim(str(item.link)))
    said = isolate(brief(item.text, TEXT_LIMIT))
    if not behind:
        return text("{place}. {text}", place=place, text=said)
    return text("{place}. {text} ({details})", place=place, text=said, details=joined(behind, ", "))


def in_short(items: Sequence[AgendaItem]) -> Text | None:
    """Say how much there is to talk about."""
    if not items:
        return None
    total = sum(item.minutes or 0 for item in items)
    if total:
        return counted(
            "Agenda: {n} item, {minutes} minutes.",
            "Agenda: {n} items, {minutes} minutes.",
            len(items),
            minutes=total,
        )
    return counted("Agenda: {n} item.", "Agenda: {n} items.", len(items))
