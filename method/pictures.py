# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What pictures show, as data that can be drawn at any time later, with the words that say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any, Final

from config.texts import Text, counted, joined, text, verbatim
from method.boards import moment
from method.items import Kind, Listed
from method.steps import STEPS, step_line, take_part
from method.tasks.posts import by_date, pending
from method.words import isolate

#: Entries of each kind on the board picture; the drawing shows fewer where they do not fit.
ENTRIES: Final = 6
#: Characters of an entry: three lines on the picture, two, or one. The drawing takes what fits.
LONG: Final = 110
MEDIUM: Final = 88
SHORT: Final = 46
#: A group of fewer people could be recognised (guarantee 7).
SMALL_GROUP: Final = 3

#: Bars of sectors by their own name; two more are for the merged ones and for those without.
MOST_BARS: Final = 6

#: A word as long as this must be broken somewhere; German ones are hyphenated before.
_UNBROKEN: Final = 30
_BREAK: Final = "\u200b"
_JOINER: Final = "\u200d"
#: Skin tones, beside the joiner and all marks.
_NEVER_BEFORE: Final = frozenset("\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be drawn, frozen, and the caption that says all of it."""

    #: Of the file; says what is in it.
    name: str
    data: Mapping[str, Any]
    caption: Text
    language: str
    #: "application/pdf": a document with pages.
    mimetype: str = "image/png"


def board(
    now: datetime,
    zone: tzinfo,
    step: int,
    goal: str | None,
    listed: Sequence[Listed],
    language: str,
    voted: Sequence[str] = (),
) -> Picture:
    """Show where the group stands: goal, step, and the first entries of each kind.

    Barriers and ideas stand as the group's votes have put them (``voted``: their numbers, the first of them first),
    then by how many support them.
    """
    places = {label: place for place, label in reversed(list(enumerate(voted)))}
    listed = sorted(
        listed,
        key=lambda one: (
            (places.get(str(one.item.label), len(voted)), -one.support)
            if one.item.kind.is_contribution
            else (0, 0)
        ),
    )
    sorts = [(kind, [one for one in listed if one.item.kind is kind]) for kind in Kind]
    # Of tasks what is still to be done; before the first one a picture needs no room for them and for decisions.
    sorts = [(kind, by_date(pending(found)) if kind is Kind.TASK else found) for kind, found in sorts]
    parts = [(kind, found) for kind, found in sorts if found or kind.is_contribution]
    as_of = text("As of {moment}", moment=moment(now, zone))
    data = {
        "template": "board",
        "lang": language,
        "title": text("Board").render(language),
        "as_of": as_of.render(language),
        "step": step_line(step).render(language),
        "goal": {"word": text("Goal").render(language), **lengths(goal)} if goal else None,
        "parts": [_part(kind, entries, language) for kind, entries in parts],
        "hint": None if listed else take_part(step, empty=True).render(language),
    }
    lines = [joined([text("Board as of {moment}.", moment=moment(now, zone)), step_line(step)], " ")]
    if goal:
        lines.append(text("Goal: {goal}", goal=isolate(cut(one_line(goal), LONG))))
    lines += [_said(kind, entries) for kind, entries in parts]
    lines.append(text("As text: !board") if listed else take_part(step, empty=True))
    return Picture(file_name("board", now, zone), data, joined(lines), language)


def steps(now: datetime, zone: tzinfo, step: int, language: str) -> Picture:
    """Show the five steps one below the other, and in which of them the group is."""
    as_of = text("As of {moment}", moment=moment(now, zone))
    states = [_state(number, step) for number in range(1, len(STEPS) + 1)]
    data = {
        "template": "steps",
        "lang": language,
        "title": text("The five steps").render(language),
        "as_of": as_of.render(language),
        "steps": [
            {
                "number": str(number),
                "name": name.render(language),
                "state": state,
                "word": word.render(language),
            }
            for number, (name, (state, word)) in enumerate(zip(STEPS, states, strict=True), 1)
        ],
    }
    lines = [text("The five steps as of {moment}.", moment=moment(now, zone))]
    lines += [
        text("{number}: {name}: {state}.", number=number, name=name, state=word)
        for number, (name, (_, word)) in enumerate(zip(STEPS, states, strict=True), 1)
    ]
    name = "steps" if language == "en" else "schritte"
    return Picture(file_name(name, now, zone), data, joined(lines), language)


def sectors(now: datetime, zone: tzinfo, entries: Mapping[str, int], unsaid: int, language: str) -> Picture:
    """Show how many entries come from each sector, and ask which is missing.

    Args:
        now: the moment the numbers are of.
        zone: the group's local time.
        entries: entries of each sector by its name, after ``merged``; "" stands for the merged ones.
        unsaid: entries of people who name no sector.
        language: of the words.
    """
    others, nobody = text("other sectors"), text("no sector named")
    bars = [(verbatim(isolate(name)), n) for name, n in entries.items() if name]
    bars += [(others, entries[""])] if "" in entries else []
    bars.append((nobody, unsaid))
    as_of = text("As of {moment}", moment=moment(now, zone))
    data = {
        "template": "bars",
        "lang": language,
        "title": text("Which view are we missing?").render(language),
        "under": text("Entries by sector").render(language),
        "as_of": as_of.render(language),
        "bars": [
            {
                "label": _breakable(cut(label.render(language), SHORT)),
                "number": n,
                "plain": label in (others, nobody),
            }
            for label, n in bars
        ],
    }
    said = ", ".join(f"{label.render(language)} {n}" for label, n in bars)
    lines = [
        text("Which view are we missing?"),
        text("Entries by sector as of {moment}: {numbers}.", moment=moment(now, zone), numbers=said),
    ]
    name = "sectors" if language == "en" else "bereiche"
    return Picture(file_name(name, now, zone), data, joined(lines, " "), language)


def merged(entries: Mapping[str, int], people: Mapping[str, int]) -> dict[str, int]:
    """Return the entries by sector so that no number is that of fewer than three people.

    Small sectors, and those that find no room, are put together under the name ""; if those are still too few
    people, the next smallest joins them, else "others" would be the small sector by another name.

    Args:
        entries: entries by sector.
        people: members who have declared each sector.
    """
    known = list(dict.fromkeys([*people, *entries]))
    small = [name for name in known if people.get(name, 0) < SMALL_GROUP]
    large = sorted((name for name in known if name not in small), key=lambda name: people[name])
    while large and (len(large) > MOST_BARS or (small and _people(small, people) < SMALL_GROUP)):
        small.append(large.pop(0))
    shown = {name: entries.get(name, 0) for name in known if name in large}
    if _people(small, people) >= SMALL_GROUP:
        shown[""] = sum(entries.get(name, 0) for name in small)
    return shown


def _people(sectors: Iterable[str], people: Mapping[str, int]) -> int:
    return sum(people.get(name, 0) for name in sectors)


def _state(number: int, current: int) -> tuple[str, Text]:
    if number < current:
        return "done", text("step that is done")
    return ("now", text("step of now")) if number == current else ("later", text("step still to come"))


def _part(kind: Kind, entries: Sequence[Listed], language: str) -> dict[str, Any]:
    shown = entries[:ENTRIES]
    return {
        "kind": kind.value,
        "title": _count(kind, len(entries)).render(language),
        "entries": [{"label": str(one.item.label), **lengths(one.item.text or "")} for one in shown],
        # What is said under so many entries; under all of them, nothing.
        "more": [_more(len(entries) - n, language) for n in range(len(shown) + 1)],
    }


def _said(kind: Kind, entries: Sequence[Listed]) -> Text:
    words = [verbatim(f"{one.item.label}: {_ended(one.item.text or '')}") for one in entries[:ENTRIES]]
    more = len(entries) - ENTRIES
    if more > 0:
        words.append(text("And {count} more.", count=more))
    return joined([_counted(kind, len(entries)), *words], " ")


def _count(kind: Kind, number: int) -> Text:
    if kind is Kind.BARRIER:
        return counted("{n} barrier", "{n} barriers", number)
    if kind is Kind.IDEA:
        return counted("{n} idea", "{n} ideas", number)
    if kind is Kind.TASK:
        return counted("{n} task", "{n} tasks", number)
    return counted("{n} decision", "{n} decisions", number)


def _counted(kind: Kind, number: int) -> Text:
    return joined([_count(kind, number), verbatim(":" if number else ".")], "")


def _more(number: int, language: str) -> str:
    return text("+ {count} more", count=number).render(language) if number else ""


def file_name(what: str, now: datetime, zone: tzinfo) -> str:
    """Return the name of the file: what is in it, and of which day."""
    return f"{what}-{now.astimezone(zone).date().isoformat()}.png"


def lengths(words: str) -> dict[str, Any]:
    """Return a person's words in three lengths, and whether they run from right to left."""
    line = one_line(words)
    limits = {"long": LONG, "medium": MEDIUM, "short": SHORT}
    return {name: _breakable(cut(line, limit)) for name, limit in limits.items()} | {"rtl": _is_rtl(line)}


def one_line(words: str) -> str:
    """Return several lines as one."""
    return " / ".join(line.strip() for line in words.split("\n") if line.strip())


def cut(words: str, limit: int) -> str:
    """Return the beginning of one line, with "…" where something is left out."""
    if len(words) <= limit:
        return words
    # A word that ends just there stays.
    spaced, _, _ = words[: limit + 1].rpartition(" ")
    return (spaced if len(spaced) > limit // 2 else words[:limit]).rstrip(" /,;:.\u200d") + " …"


def _ended(words: str) -> str:
    short = cut(one_line(words), LONG)
    return isolate(short) + ("" if short.endswith((".", "!", "?", "…", "؟", "。")) else ".")


def _breakable(words: str) -> str:
    """Let very long words end at the line's end: nothing may stand outside the picture."""
    return " ".join(word if len(word) < _UNBROKEN else _broken(word) for word in words.split(" "))


def _broken(word: str) -> str:
    kept = [word[0]]
    for before, c in pairwise(word):
        joins = before == _JOINER or c in _NEVER_BEFORE or unicodedata.category(c).startswith("M")
        kept.append(c if joins else _BREAK + c)
    return "".join(kept)


def _is_rtl(words: str) -> bool:
    """Does the first letter with a direction run from right to left (Unicode UAX 9, P2)?"""
    for c in words:
        direction = unicodedata.bidirectional(c)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
