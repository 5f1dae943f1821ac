# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tasks as people read them: who does what by when. Only who has said yes is named, and nobody as late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from config.texts import Text, joined, text, verbatim
from method.cards import ranges
from method.dates import date_written, written
from method.ids import PersonId
from method.items import Item, Listed
from method.tasks import Stage
from method.words import brief, isolate

_SPACE: Final = " "
#: Tasks named in one line; characters of each.
MOST: Final = 8
SHORT: Final = 60


@dataclass(frozen=True, slots=True)
class Around:
    """What it takes to show tasks: the names of those who are in the room, and today."""

    names: Mapping[PersonId, str] = field(default_factory=dict)
    today: date | None = None

    def day(self, day: date) -> Text:
        """Return a day as people read it."""
        return text("{day}", day=written(day, self.today or day))

    def name(self, person: PersonId | None) -> str | None:
        """Return the name of who is in the room."""
        return self.names.get(person) if person is not None else None


def sentences(item: Item, around: Around) -> list[Text]:
    """Say who does a task by when, and how it stands."""
    task = item.task
    if task is None:
        return []
    owner, due = around.name(task.owner), around.day(task.due) if task.due else None
    if task.is_done:
        return [text("Done ({name}).", name=owner) if owner else text("Done.")]
    said = []
    if owner and due:
        said.append(text("{name}, by {day}.", name=owner, day=due))
    elif owner:
        said.append(text("{name}.", name=owner))
    elif due:
        said.append(text("By {day}.", day=due))
    if task.stage is Stage.BLOCKED:
        said.append(
            text("Blocked: {reason}", reason=closed(task.reason)) if task.reason else text("Blocked.")
        )
    elif task.owner is None and task.asked is not None:
        said.append(text("Asked, 👍 to take it."))
    elif task.owner is None:
        said.append(text("Open, 🙋 to take it."))
    return said


def card(item: Item, around: Around) -> Text:
    """Show a task in a post of its own; whoever was asked is asked in it."""
    task = item.task
    head = _head(item, around)
    if task is None:
        return head
    asked, owner = around.name(task.asked), around.name(task.owner)
    if task.is_done:
        rest = [text("Done.")]
    elif task.stage is Stage.BLOCKED:
        rest = sentences(item, around)[-1:]
    elif owner:
        rest = [text("{name} has taken it.", name=owner)]
    elif asked:
        rest = [
            text("{name}, is that all right? Take it with 👍. Without 👍 the task stays open.", name=asked)
        ]
    else:
        rest = [text("Open, 🙋 to take it.")]
    return joined([head, *rest], _SPACE)


def own(listed: Sequence[Item], person: PersonId, around: Around) -> Text:
    """Show a person their own tasks, and those they are asked to take; nothing of others."""
    mine = [item for item in listed if item.task and item.task.owner == person]
    asked = [item for item in listed if item.task and item.task.asked == person]
    lines = (
        [joined([text("Own tasks:"), *(_dated(item, around.today) for item in mine[:1])], _SPACE)]
        if mine
        else []
    )
    lines += [_dated(item, around.today) for item in mine[1:]]
    if asked:
        labels = joined([_named(item) for item in asked], ", ")
        lines.append(
            text("Asked for: {tasks}. To take one: nehme {label}", tasks=labels, label=str(asked[0].label))
        )
    dates = [item for item in mine if item.task and item.task.due]
    if dates:
        lines.append(
            text(
                "Does the date still hold? A new one: {label} bis {day} Done: fertig {label}",
                label=str(dates[0].label),
                day=_later(dates[0], around.today),
            )
        )
    elif mine:
        lines.append(text("Done: fertig {label}", label=str(mine[0].label)))
    if not lines:
        lines.append(text("There are no own tasks. The open ones: !aufgaben"))
    return joined(lines)


def due_soon(listed: Sequence[Item], today: date) -> Text:
    """Remind a person gently of what is due; of what was due while they were away, too."""
    coming = [item for item in listed if item.task and item.task.due and item.task.due >= today]
    lines = [
        text(
            "{task}, the date was {day}. Does it still hold?",
            task=_named(item, 200),
            day=date_written(item.task.due, today),
        )
        for item in listed
        if item.task and item.task.due and item.task.due < today
    ]
    lines += (
        [joined([text("Due soon:"), *(_dated(item, today) for item in coming[:1])], _SPACE)] if coming else []
    )
    lines += [_dated(item, today) for item in coming[1:]]
    how = text(
        "Done: fertig {label}. Another date: {label} bis {day} To give it back: abgeben {label}",
        label=str(listed[0].label),
        day=_later(listed[0], today),
    )
    return joined([*lines, how, text("No such messages: pause an")])


def in_checkin(listed: Sequence[Item], around: Around, following: date | None) -> list[Text]:
    """Name what is due today, in one line, and in another what is due before the next check-in (``following``)."""
    alive = by_due([item for item in listed if item.task and not item.task.is_done and item.task.due])
    today = [item for item in alive if item.task and item.task.due == around.today]
    soon = [
        item
        for item in alive
        if item.task
        and item.task.due
        and around.today
        and following
        and around.today < item.task.due < following
    ]
    lines = []
    if today:
        shown = [_with_name(item, around) for item in today[:MOST]]
        if len(today) > MOST:
            shown.append(text("and {count} more: !aufgaben", count=len(today) - MOST))
        lines.append(text("Due today: {tasks}.", tasks=joined(shown, ", ")))
    if soon:
        shown = [_pending(item, around) for item in soon]
        lines.append(text("Due before the next check-in: {tasks}", tasks=_most(shown)))
    return lines


def digest(listed: Sequence[Item], around: Around, since: date) -> list[Text]:
    """Return the lines of the weekly letter: what was done since that day, and what is open; none if nothing is."""
    done = [item for item in listed if item.task and item.task.done and item.task.done >= since]
    still = [item for item in listed if item.task and not item.task.is_done]
    lines = []
    if done:
        lines.append(text("Done: {tasks}", tasks=_most([_closing(item, around) for item in done])))
    if still:
        lines.append(text("Open: {tasks}", tasks=_most([_pending(item, around) for item in still])))
    return lines


def gathered(shown: Sequence[Text]) -> Text:
    """Return tasks one behind the other: the first few, and how many more there are."""
    return _most(shown)


def in_letter(item: Item, around: Around, most: int = SHORT) -> Text:
    """Show a task among others of its kind: what it is, whose, and until when; ``most`` are characters of its words."""
    task = item.task
    shown = _pending(item, around, most)
    if task is None or task.stage is not Stage.BLOCKED or not task.reason:
        return shown
    return joined([shown, verbatim(closed(task.reason))], _SPACE)


def finished_line(listed: Sequence[Listed]) -> Text | None:
    """Name the tasks that are done, in one line; None if there are none."""
    done = [one.item.label for one in listed if one.item.task and one.item.task.is_done]
    return text("Done tasks: {labels}.", labels=ranges(done)) if done else None


def pending(listed: Sequence[Listed]) -> list[Listed]:
    """Return the tasks that are still to be done."""
    return [one for one in listed if one.item.task is None or not one.item.task.is_done]


def by_date(listed: Sequence[Listed]) -> list[Listed]:
    """Return tasks by date, those without one last."""
    return sorted(listed, key=lambda one: (one.item.task and one.item.task.due) or date.max)


def by_due(listed: Sequence[Item]) -> list[Item]:
    """Return tasks by date, those without one last."""
    return sorted(listed, key=lambda item: ((item.task and item.task.due) or date.max, item.number))


def closed(words: str | None) -> str:
    """Return words as a closed sentence of one line."""
    line = isolate(brief(words or "", 200))
    return line if line.rstrip("\u2069").endswith((".", "!", "?", "…")) else line + "."


def _head(item: Item, around: Around) -> Text:
    words = isolate((item.text or "").rstrip(" ."))
    if item.task and item.task.due:
        return text(
            "{label}: {text}, by {day}.", label=str(item.label), text=words, day=around.day(item.task.due)
        )
    return verbatim(f"{item.label}: {closed(words)}")


def _dated(item: Item, today: date | None) -> Text:
    due = item.task.due if item.task else None
    words = isolate(brief((item.text or "").rstrip(" ."), 200))
    if due is None:
        return verbatim(f"{item.label}: {closed(words)}")
    day = date_written(due, today or due)
    return text("{label}: {text}, date {day}.", label=str(item.label), text=words, day=day)


def _later(item: Item, today: date | None = None) -> str:
    """Return a day a week later, as people type it: an example."""
    due = item.task.due if item.task else None
    day = max(due, today or due) + timedelta(days=7) if due else date.max
    return f"{day.day}.{day.month}."


def _named(item: Item, most: int = SHORT) -> Text:
    return verbatim(f"{item.label} {isolate(brief((item.text or '').rstrip(' .'), most))}")


def _with_name(item: Item, around: Around, most: int = SHORT) -> Text:
    owner, named = around.name(item.task.owner) if item.task else None, _named(item, most)
    return joined([named, verbatim(f"({owner})")], _SPACE) if owner else named


def _most(shown: Sequence[Text]) -> Text:
    tasks = joined(list(shown[:MOST]), _SPACE)
    more = len(shown) - MOST
    return text("{tasks} And {count} more: !aufgaben", tasks=tasks, count=more) if more > 0 else tasks


def _closing(item: Item, around: Around, most: int = SHORT) -> Text:
    return joined([_with_name(item, around, most), verbatim(".")], "")


def _pending(item: Item, around: Around, most: int = SHORT) -> Text:
    due = item.task.due if item.task else None
    if due is None:
        return _closing(item, around, most)
    if around.today and due < around.today:
        return text(
            "{task}, the date was {day}. Does it still hold?",
            task=_with_name(item, around, most),
            day=date_written(due, around.today),
        )
    return text("{task}, by {day}.", task=_with_name(item, around, most), day=around.day(due))
