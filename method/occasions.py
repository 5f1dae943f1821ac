# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When somebody wants to be reminded, as they say it: a moment or a rule, in front of the text or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from config.texts import text
from method.appointments import begins_with_time, read_time
from method.deadlines import Head, Read, read_head, read_moment, take_until, without_rest_of_time
from method.errors import Missing, Suggestion
from method.recurrences import Recurrence, every_week, read_recurrence
from method.schedules import instant
from method.settings import Settings
from method.times import split_time, without_end

#: No moment has more words.
_MOST_WORDS: Final = 7
#: "an", "daran, dass": they join the time and the text.
_JOINING: Final = re.compile(r"(?:[\s,;:–-]+|(?:an|to|about|daran|dass|that)\s+)*", re.IGNORECASE)
#: As ``read_time`` leaves it in front of the words.
_END_OF_SPAN: Final = re.compile(r"^bis \d{1,2}(?:[:.]\d{2})? Uhr\s*")


@dataclass(frozen=True, slots=True)
class When:
    """When somebody wants to be reminded."""

    #: The first time, as it was said (aware, UTC).
    at: datetime
    #: A time was typed, or follows from what was typed.
    exact: bool
    rule: Recurrence | None = None
    #: Of the rule.
    local_time: time | None = None


#: When, the words that say it, and the text.
Found = tuple[When, str, str]


def read_occasion(words: str, now: datetime, settings: Settings, head: str) -> Found | None:
    """Read when it is, and the text; None if no time is said.

    Args:
        words: "Fr 10:00 Unterlagen mitbringen", "jeden Montag 9:00 Board lesen", "Tee kochen um halb drei".
        now: the present (aware).
        settings: the group's.
        head: the command line in front of these words.

    Raises:
        Missing: a part of the time was not understood.
        Suggestion: something close to it may be meant.
    """
    weekly = every_week(words)
    rule = read_recurrence(weekly) if weekly else None
    if rule and read_time(rule[1])[0] is not None:
        raise Suggestion(text("Every week on these days? Confirm with 👍."), f"{head}{weekly}")
    found = _every(words, now, settings) or _once(words, now, settings)
    if found is not None:
        _require_all_read(found, head, now, settings)
    return found


def _every(words: str, now: datetime, settings: Settings) -> Found | None:
    found = read_recurrence(words)
    if found is None:
        return None
    rule, rest = found
    at, said = read_time(rest)
    local_time = at or settings.begins
    today = now.astimezone(settings.zone).date()
    first = next(day for day in rule.days(today, settings) if instant(day, local_time, settings.zone) > now)
    rule = rule.from_day(first, settings)
    when = When(instant(first, local_time, settings.zone), at is not None, rule, local_time)
    said = _JOINING.sub("", _END_OF_SPAN.sub("", said, count=1), count=1)
    return when, words.removesuffix(said).rstrip(), said


def _once(words: str, now: datetime, settings: Settings) -> Found | None:
    """Read the time in front of the text, else behind it; one with hours is the better find."""
    head = read_head(words, now, settings.zone, ends=settings.begins)
    if head is None or not head.read.timed:
        for read, shown, said in _tails(words, head, now, settings):
            if read.timed or head is None:
                return When(read.at, read.timed), shown, said.strip(" ,;:")
    if head is None:
        return None
    said = _JOINING.sub("", head.behind, count=1).rstrip(" ,;:")
    return When(head.read.at, head.read.timed), head.shown, said


def _tails(
    words: str, head: Head | None, now: datetime, settings: Settings
) -> Iterator[tuple[Read, str, str]]:
    """Yield the moments behind the text; a time alone is that of the day in front of it."""
    for found in list(re.finditer(r"\S+", words))[-_MOST_WORDS:]:
        part, before = without_end(words[found.start() :].strip(" ,;:"))[0], words[: found.start()]
        if head is not None and not split_time(part)[1] and before.startswith(head.shown):
            part, before = f"{head.shown} {part}", before[len(head.shown) :]
        read = read_moment(part, now, settings.zone, ends=settings.begins)
        if read is not None:
            yield read, part, _JOINING.sub("", before, count=1)


def _require_all_read(found: Found, head: str, now: datetime, settings: Settings) -> None:
    """Make sure that nothing of the time is left over at the beginning of the text.

    Raises:
        Missing: the time is asked for.
        Suggestion: a rule has an end.
    """
    when, shown, said = found
    behind = take_until(said, now, settings.zone)
    if behind is not None and when.rule is None:
        # "Fr bis 12:00 Unterlagen abgeben": until when is a part of the text.
        return
    if behind is not None:
        question = text("I remind without an end, until it is switched off. Is that right? Confirm with 👍.")
        raise Suggestion(question, f"{head}{shown} {behind}".rstrip())
    if not when.exact and begins_with_time(said):
        question = text("When shall I remind? Reply with the time, for example Fr 10:00.")
        raise Missing(question, f"{head}{{}} {said}".rstrip(), word=True)
    left = without_rest_of_time(said) if not when.exact else None
    if left is not None:
        question = text("At what time shall I remind? Reply with the time, for example 10:00.")
        raise Missing(question, f"{head}{shown} {{}} {left}".rstrip(), word=True)
