# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a decision says beside its words: what it names, what spoke against it, when to look at it again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from config.texts import Moment, Text, joined, text
from method.dates import WEEKDAYS, Day, dated, next_such_day, read_day
from method.drafts import Draft, draft, within_limit
from method.errors import Missing, Suggestion
from method.hours import holiday, is_working_day, working_moment
from method.items import Item, Kind, Label, Note
from method.settings import Settings
from method.words import fold, isolate

#: The reminder of this day; its subject is the item's number, its moment the day.
REVIEW: Final = "decisions.review"
#: Nobody plans further ahead.
LONGEST: Final = timedelta(days=3 * 366)
#: A reminder that comes later than this helps nobody (the bot was away, or an old export was taken in).
LATE: Final = timedelta(days=7)

#: "wieder prüfen am …", in brackets or not.
_AGAIN: Final = re.compile(
    r"[(\[]?(?<!\w)(?:(?:wieder|erneut|nochmals?|noch\s?mal|noch einmal)\s+(?:zu\s+)?(?:über)?pr(?:ü|ue|u)fen"
    r"|wiedervorlage|(?:review|check)(?:\s+again)?)(?!\w)[^\S\n]*[:：]?[^\S\n]*",
    re.IGNORECASE,
)
#: What begins a day, even one that nobody can read; "review" alone may be any word.
_BEGINS_DAY: Final = re.compile(
    r"(?:am|ab|bis|in|im|um|nach|zum|zur|anfang|mitte|ende|nächste\w*|on|by|until|at|after)\s|\d",
    re.IGNORECASE,
)
_ANY_WORD: Final = re.compile(r"[(\[]?(?:review|check)\W*$", re.IGNORECASE)
#: "am 31.2.": a day that does not exist.
_NO_DAY: Final = re.compile(r"(?:(?:am|bis|zum|on|by|until)\s+)?\d[\d./-]*\s*", re.IGNORECASE)
#: It is the day that counts: the group is reminded when work begins.
_TIME: Final = re.compile(
    r"[^\S\n]*,?[^\S\n]*(?:(?:um|gegen|at)\s+)?"
    r"(?:\d{1,2}[:.]\d{2}(?:\s?(?:uhr|h)\b)?|\d{1,2}\s?(?:uhr|h|am|pm)\b)",
    re.IGNORECASE,
)
#: "nächsten Dienstag, den 15. Juni 2027": nobody needs more words for a day.
_WORDS: Final = 6
#: A day that was so lately may be a slip: it is asked about.
_SLIP: Final = timedelta(days=31)
_AROUND: Final = " \t.,;:!?()[]–—-"

#: "Bedenken: …" begins a line that speaks against it.
_AGAINST: Final = re.compile(
    r"^[^\S\n]*(?:bedenken|dagegen|concerns?|against)[^\S\n]*[:：][^\S\n]*", re.IGNORECASE | re.MULTILINE
)

_NAMED: Final = re.compile(
    r"(?<![\w#/&-])#?(?:([ABIE])-?([0-9]{1,9})|(U)-?([0-9]{1,9}))(?![\w-])", re.IGNORECASE
)
#: "Deutsch B1" is a language level and "DIN A4" is paper, not an entry.
_LEVEL: Final = re.compile(
    r"(?:din|format|papier|plakat\w*|deutsch\w*|englisch\w*|german|english|\w*niveau|level|\w*kurse?s?|\w*zertifikat|\w*kenntnisse)\W+$",
    re.IGNORECASE,
)
_LEVELS: Final = (1, 2)
#: So many characters before a label are looked at.
_BEFORE: Final = 40

_MOMENT: Final = {"de": "ccc, d. MMMM y, H:mm", "en": "ccc, d MMMM y, HH:mm"}


def read(words: str, today: date, command: str = "entscheidung") -> Draft:
    """Take a decision apart: its text, topics, the entries it names, and the day on which it is to be reviewed.

    The text is blank if nothing else was said. Polls that it names stay in the text (``polls``).

    Args:
        words: behind the command; a day is cut out of them.
        today: the local date.
        command: with which the person is asked back, for example "ändern E1".

    Raises:
        UserError: too long, or too many topics.
        Missing: no such day can be meant, or nobody can read it.
    """
    rest, day = _review(within_limit(words.strip()), today, command)
    found = draft(rest, Kind.DECISION)
    return Draft(found.text, found.topics, _items(rest), day)


def polls(words: str) -> tuple[str, ...]:
    """Return the labels of the polls that a decision names ("U3"), in the order named, each once."""
    return tuple(dict.fromkeys(f"U{int(found[4])}" for found in _NAMED.finditer(words) if found[3]))


def is_poll(label: str) -> bool:
    """Is it the label of a poll?"""
    return polls(label) == (label,)


def speaks_against(words: str) -> bool:
    """Does a text begin with what speaks against a decision?"""
    return _AGAINST.match(words) is not None


def apart(words: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what speaks against it, and each of that, in the order typed."""
    own, *against = _AGAINST.split(words)
    return own.strip(), tuple(found for one in against if (found := one.strip()))


def of_item(item: Item, notes: Iterable[Note]) -> tuple[str, ...]:
    """Return what speaks against a decision, in its text and in its notes."""
    told = (item.text or "", *(note.text or "" for note in notes))
    return tuple(one for words in told for one in apart(words)[1]) if item.kind is Kind.DECISION else ()


def own_words(item: Item) -> str:
    """Return the text of a decision without what speaks against it; never nothing."""
    words = item.text or ""
    return apart(words)[0] or words


def against_line(words: str) -> Text:
    """Show what speaks against a decision, whoever said it."""
    return text("Concern: {text}", text=isolate(words))


def review_line(day: date) -> Text:
    """Show on which day a decision is to be reviewed."""
    return text("Review: {day}.", day=dated(day, year=True))


def reminder_at(day: date, settings: Settings) -> datetime:
    """Return when the group is reminded (aware, UTC): when work begins on that day, or next after it."""
    return working_moment(datetime.combine(day, settings.begins, settings.zone), settings)


def promised(label: Label, day: date, settings: Settings) -> Text:
    """Say when the group is reminded, and why not on the day itself."""
    at = Moment(reminder_at(day, settings).astimezone(UTC), settings.zone, _MOMENT)
    said = [
        text("{label} is to be reviewed: {moment}. I remind the group then.", label=str(label), moment=at)
    ]
    name = holiday(day, settings.state)
    shown = dated(day, year=False)
    if name:
        said.insert(0, text("{day} is a public holiday ({name}).", day=shown, name=name))
    elif not is_working_day(day, settings):
        said.insert(0, text("{day} is no working day of the group.", day=shown))
    return joined(said, " ")


def reminder(item: Item) -> Text:
    """Ask the group to look at a decision again."""
    label = str(item.label)
    what = text("To be reviewed now: {label}: {text}", label=label, text=isolate(item.text or ""))
    how = text(
        "Does it still hold? To change it: !ändern {label} Text."
        " To be reminded again: !ändern {label} wieder prüfen in 3 Monaten",
        label=label,
    )
    return joined([what, how])


def _review(words: str, today: date, command: str) -> tuple[str, date | None]:
    """Cut the day of the review out of ``words``."""
    for found in _AGAIN.finditer(words):
        behind = words[found.end() :]
        day, end = _day(behind, today)
        asks = _BEGINS_DAY.match(behind) and not _ANY_WORD.match(found[0])
        if day is None and not asks:
            continue
        no_day = _NO_DAY.match(behind)
        end = no_day.end() if day is None and no_day else end
        # What was meant to be a day and has no number says something all the same: it stays.
        rest = _without(words[: found.start()], behind[end:]) if end else words
        return rest, _checked(day, today, f"{command} wieder prüfen am {{}}: {rest}")
    return words, None


def _day(words: str, today: date) -> tuple[Day | None, int]:
    """Read a day at the beginning of ``words``, as many words as belong to it; return it and where it ends."""
    line = words.partition("\n")[0]
    ends = [found.end() for found in re.finditer(r"\S+", line)][:_WORDS]
    for end in reversed(ends):
        typed = line[:end].strip(_AROUND)
        day = read_day(typed, today)
        if day is not None and not day.sure and day.date < today - _SLIP:
            # Without a year it is the next one's: nobody looks at what was decided half a year ago.
            later = read_day(typed, date(today.year + 1, 1, 1))
            weekdays = {WEEKDAYS[word] for word in map(fold, re.findall(r"\w+", typed)) if word in WEEKDAYS}
            day = later if later and weekdays <= {later.date.weekday()} else day
        if day is not None:
            return day, end
    return None, 0


def _without(before: str, behind: str) -> str:
    """Return what is left when the day is cut out: two lines stay two, and so do two sentences."""
    at = _TIME.match(behind)
    behind = behind[at.end() if at else 0 :].lstrip(" \t.,;:)]")
    before = before.rstrip(" \t,;–—-([")
    if not before.strip() or not behind.strip():
        return before.strip() or behind.strip()
    if before[-1] == "\n" or behind[0] == "\n":
        return f"{before.rstrip()}\n{behind.lstrip()}"
    return before + (". " if before[-1].isalnum() and behind[0] != "#" else " ") + behind


def _checked(day: Day | None, today: date, line: str) -> date:
    if day is None:
        raise Missing(
            text(
                "On which day shall the group review this? Reply with a date, for example 15.6. or: in 3 Monaten"
            ),
            line,
            word=True,
        )
    if day.date < today:
        meant = next_such_day(day.date, today + timedelta(days=1))
        question = text(
            "{past} is over. Is {day} meant? Confirm with 👍.",
            past=dated(day.date, year=day.date.year != today.year),
            day=dated(meant, year=True),
        )
        raise Suggestion(question, line.replace("{}", meant.isoformat(), 1))
    if not today < day.date <= today + LONGEST:
        raise Missing(
            text(
                "A review is possible from tomorrow on, for three years."
                " Reply with a date, for example 15.6. or: in 3 Monaten"
            ),
            line,
            word=True,
        )
    return day.date


def _items(words: str) -> tuple[Label, ...]:
    """Return the entries that ``words`` name, in the order of the board."""
    labels = {
        Label.parse(found[1] + found[2]) for found in _NAMED.finditer(words) if found[1] and not _level(found)
    }
    return tuple(sorted((label for label in labels if label), key=lambda label: label.place))


def _level(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - _BEFORE) : found.start()]
    may_be = found[1] in "aA" or (found[1] in "bB" and int(found[2]) in _LEVELS)
    return may_be and _LEVEL.search(before) is not None
