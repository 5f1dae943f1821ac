# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The result of a poll as bars, with a caption that says all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from config.texts import Text, joined, text
from method.boards import moment
from method.items import Label
from method.pictures import LONG, MEDIUM, SHORT, Picture, cut, file_name, lengths, one_line
from method.polls import Kind, Option, Poll
from method.polls.ballots import Tally
from method.polls.results import Rank, is_shown, is_told, name_of, people, ranks, sums_in_words, winners
from method.words import isolate

#: One objection blocks, whatever the bars say; and words have none.
_WITHOUT_BARS: Final = frozenset({Kind.CONSENT, Kind.ROUND})
#: How long the words of an option may be: the first of these with which all that is drawn finds room.
_LIMITS: Final = (LONG, MEDIUM, SHORT, 40, 36, 32, 28, 24)
#: So many characters in all are a file of less than 300 kB.
_ROOM: Final = 880
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def bars(poll: Poll, tally: Tally, *, now: datetime, zone: tzinfo, language: str) -> Picture | None:
    """Return the picture of a result; None where there is no result, or none that bars can show.

    Args:
        poll: the poll.
        tally: its sums.
        now: the moment they are of.
        zone: the group's.
        language: of the words.
    """
    if poll.kind in _WITHOUT_BARS or not is_shown(poll, tally):
        return None
    as_of = text("As of {moment}", moment=moment(now, zone))
    data = {
        "template": "result",
        "lang": language,
        "title": _drawn(poll.question or ""),
        "under": text("{poll}, {people}", poll=poll.label, people=people(tally.people)).render(language),
        "as_of": as_of.render(language),
        "meaning": _meaning(poll).render(language),
        "bars": _fitting(poll, tally, now, zone, language),
    }
    lines = [
        text("Picture of {poll}: {question}", poll=poll.label, question=_asked(poll)),
        *sums_in_words(_said(poll), tally, now, zone),
        as_of,
    ]
    name = f"{'poll' if language == 'en' else 'umfrage'}-{poll.label.lower()}"
    return Picture(file_name(name, now, zone), data, joined(lines), language)


def _fitting(poll: Poll, tally: Tally, now: datetime, zone: tzinfo, language: str) -> list[dict[str, Any]]:
    """Return the bars, their words cut so that all of them find room."""
    title = len(_drawn(poll.question or "")["long"])
    tries = (_rows(_cut(poll, limit), tally, now, zone, language) for limit in _LIMITS)
    for rows in tries:
        # Measured: the grey words cost as much as twice as many black ones.
        if title + sum(len(row["label"] + row["long"] + 2 * row["tie"]) for row in rows) <= _ROOM:
            break
    return rows


def _cut(poll: Poll, limit: int) -> Poll:
    options = [
        option if option.text is None else replace(option, text=cut(one_line(option.text), limit))
        for option in poll.options
    ]
    return replace(poll, options=tuple(options))


def _said(poll: Poll) -> Poll:
    """Let the caption name entries as the picture does, with their words, and no words without end."""
    poll = _cut(poll, LONG)
    options = [
        replace(option, text=f"{option.label} {option.text or ''}".strip(), label=None)
        if option.label
        else option
        for option in poll.options
    ]
    return replace(poll, options=tuple(options))


def _asked(poll: Poll) -> str:
    return isolate(cut(one_line(poll.question or ""), LONG))


def _meaning(poll: Poll) -> Text:
    if poll.kind is Kind.RESISTANCE:
        return text("The number shows the resistance. Least stands first.")
    if poll.kind is Kind.DATE:
        return text("The number shows how many the date suits.")
    if poll.most > 1:
        return text("The number shows the points.")
    return text("The number shows the votes.")


def _rows(poll: Poll, tally: Tally, now: datetime, zone: tzinfo, language: str) -> list[dict[str, Any]]:
    first = winners(poll, tally)
    rows = [
        (option, _row(poll, rank, option, first, now, zone, language))
        for rank in ranks(poll, tally.sums)
        for option in rank.options
    ]
    if poll.kind is Kind.DATE:
        rows.sort(key=lambda row: row[0].at or _LAST)
    return [drawn for _, drawn in rows]


def _row(
    poll: Poll,
    rank: Rank,
    option: Option,
    first: tuple[Option, ...],
    now: datetime,
    zone: tzinfo,
    language: str,
) -> dict[str, Any]:
    label = Label.parse(option.label or "")
    is_tied = len(rank.options) > 1 and is_told(poll, rank, first)
    if label or (option.text and option.at is None):
        words = option.text or ""
    else:
        words = name_of(option, now, zone).render(language)
    return {
        "label": str(label) if label else "",
        "kind": label.kind.value if label else "",
        **_drawn(words),
        "number": rank.value,
        "first": option in first,
        "tie": _tie(poll).render(language) if is_tied else "",
    }


def _drawn(words: str) -> dict[str, Any]:
    return {name: value for name, value in lengths(words).items() if name in ("long", "rtl")}


def _tie(poll: Poll) -> Text:
    return text("the same") if poll.kind is Kind.RESISTANCE else text("the same number")
