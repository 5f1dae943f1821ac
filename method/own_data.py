# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is connected with an account, as its owner reads it in the chat; the file beside it has every value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from config.texts import Moment, Text, joined, text, verbatim
from method import sectors
from method.items import Kind, Label
from method.presence import Absence
from method.words import isolate

Row = Mapping[str, Any]
Cell = str | Text | Moment


@dataclass(frozen=True, slots=True)
class Part:
    """A table: what people call what is in it, and what of a row they would recognise."""

    title: Text
    #: Names of the columns, or what makes words of a row; of a row without them only the number is said.
    shown: tuple[str | Callable[[Row, date], Cell], ...] = ()
    #: There is never more than one.
    counted: bool = True


def _label(row: Row, _today: date) -> str:
    return str(Label(Kind(row["kind"]), row["number"]))


def _poll(row: Row, _today: date) -> str:
    return f"U{row['number']}"


def _sector(row: Row, _today: date) -> Cell:
    found = sectors.BUILT_IN.get(row["sector"])
    return found.name if found else ""


def _language(row: Row, _today: date) -> Cell:
    if not row.get("language"):
        return ""
    return text(
        "Language: {language}.", language=text("English") if row["language"] == "en" else text("German")
    )


def _chosen(row: Row, _today: date) -> Cell:
    group = row.get("group")
    return text("Direct messages are about: {group}.", group=isolate(group)) if group else ""


def _alone(row: Row, _today: date) -> Cell:
    return "" if row.get("group") else text("the direct messages with me")


def _days(row: Row, today: date) -> Cell:
    first, last = (date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
    return Absence(first, last).written(today)


#: By the name of the table, in the order in which they are told.
PARTS: Final[Mapping[str, Part]] = {
    "memberships": Part(text("Rooms"), ("group", _alone)),
    "people": Part(text("Account: known to me"), (_language, _chosen), counted=False),
    "preferences": Part(text("Settings of one's own (!name, !pause, !meinezeit)")),
    "absences": Part(text("Absences"), (_days,)),
    "sector_marks": Part(text("Sector of one's own"), (_sector,)),
    "guests": Part(text("Stays as a guest")),
    "newcomers": Part(text("Greeted in these groups")),
    "visits": Part(text("How far !stand has been read")),
    "questions": Part(text("Open questions of mine")),
    "items": Part(text("Entries"), (_label, "text")),
    "notes": Part(text("Additions to entries"), ("item", "text")),
    "supports": Part(text("Support for entries (👍)"), ("item",)),
    "tasks": Part(text("Tasks"), ("item",)),
    "item_events": Part(text("What has happened to entries"), ("item",)),
    "changes": Part(text("What can still be taken back"), ("item",)),
    "polls": Part(text("Polls"), (_poll, "question")),
    "poll_options": Part(text("Proposals in polls"), ("poll", "text")),
    "poll_votes": Part(text("Votes"), ("poll", "choices")),
    "poll_words": Part(text("Words in polls"), ("poll", "text")),
    "checkin_answers": Part(text("Answers in check-ins"), ("text",)),
    "retro_cards": Part(text("Cards of retros"), ("text",)),
    "round_answers": Part(text("Answers in rounds"), ("text",)),
    "reminders": Part(text("Reminders"), ("text",)),
    "reminder_people": Part(text("Reminders of others, joined with 🔔")),
    "meeting_authors": Part(text("Meetings announced")),
    "meeting_people": Part(text("Meetings taken part in")),
    "meeting_requests": Part(text("Requests to speak")),
    "meeting_roles": Part(text("Roles in meetings")),
    "agreements": Part(text("Proposals of working agreements"), ("text",)),
    "acceptances": Part(text("Consents to working agreements (👍)")),
    "problems": Part(text("Proposals of the core problem")),
    "problem_votes": Part(text("Votes on the core problem")),
    "problem_objections": Part(text("Objections to the core problem"), ("text",)),
    "seats": Part(text("Who is missing at the table"), ("text",)),
    "digest_names": Part(text("Named in weekly letters")),
}


def told(data: Mapping[str, Sequence[Row]], today: date) -> Iterator[Text]:
    """Yield what is connected with an account, a line each: what it is and how much, then what can be said of it.

    Args:
        data: the rows by table, as ``storage.personal.everything`` returns them.
        today: days of another year are told with it.
    """
    several = len({row["group"] for row in data.get("memberships", ()) if row.get("group")}) > 1
    for table, part in PARTS.items():
        rows = data.get(table, ())
        if not rows:
            continue
        yield text("{title}: {count}", title=part.title, count=len(rows)) if part.counted else part.title
        lines: list[Text] = []
        for row in rows:
            line = _line(part, row, today, several=several)
            # Twice the same says no more than once.
            if line is not None and line not in lines:
                lines.append(line)
        yield from lines


def _line(part: Part, row: Row, today: date, *, several: bool) -> Text | None:
    found = (row.get(one) if isinstance(one, str) else one(row, today) for one in part.shown)
    cells = [verbatim(isolate(str(one))) if isinstance(one, str | int) else one for one in found if one]
    if not cells:
        return None
    if several and part.counted and row.get("group") and "group" not in part.shown:
        cells.append(verbatim(f"({isolate(row['group'])})"))
    return joined(cells, " ")
