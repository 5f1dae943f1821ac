# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is hit hardest: the part of a text behind "betroffen:", which goes and comes with the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from config.texts import Text, text
from method.items import Item, Kind, Note
from method.words import isolate

_MARK: Final = re.compile(
    r"(?<!\w)(?:(?:besonders|am meisten|vor allem|most|especially|particularly)\s)?"
    r"(?:betroffene?|affected|hit hardest)\s?[:：]",
    re.IGNORECASE,
)
#: Who is named goes to the end of the line or of the sentence; "z. B." ends none.
_END: Final = re.compile(r"\n|(?<=\w{3})[.!?;](?=\s|$)")
#: "Viele sind betroffen: …" tells something; it names no field.
_TELLS: Final = re.compile(
    r"(?<!\w)(?:bin|ist|sind|seid|war|waren|wird|werden|davon|nicht|is|are|was|were|not)\s+$", re.IGNORECASE
)
#: So many characters before a mark are looked at.
_BEFORE: Final = 12
#: What stands between a text and the mark, and belongs to neither.
_JOINT: Final = " \t,;–—-("


def apart(words: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without its marked parts, and who is named in them, in the order typed."""
    kept: list[str] = []
    who: list[str] = []
    end = 0
    for found in _MARK.finditer(words):
        if found.start() < end or _TELLS.search(words[max(end, found.start() - _BEFORE) : found.start()]):
            continue
        over = _END.search(words, found.end())
        named = words[found.end() : over.start() if over else len(words)].strip(" \t,;)")
        if named:
            kept.append(words[end : found.start()].rstrip(_JOINT))
            who.append(named)
            end = len(words) if over is None else over.start() if over[0] == "\n" else over.end()
    kept.append(words[end:])
    return "".join(kept).strip() if who else words, tuple(who)


def marked(who: str, mark: str) -> str:
    """Return the words of a note that says who is hit hardest, in one line behind ``mark``."""
    line_of_all = ", ".join(part.strip() for part in who.split("\n") if part.strip())
    return who if apart(who)[1] else f"{mark}: {line_of_all}"


def as_before(before: str, words: str, mark: str) -> str:
    """Return a note's new ``words``, marked if it said nothing before but who is hit hardest."""
    kept, who = apart(before)
    return marked(words, mark) if who and not kept else words


def of_item(item: Item, notes: Iterable[Note]) -> tuple[str, ...]:
    """Return who is named for a barrier, in its text and in its notes, each once."""
    if item.kind is not Kind.BARRIER:
        return ()
    told = (item.text or "", *(note.text or "" for note in notes))
    return tuple(dict.fromkeys(who for words in told for who in apart(words)[1]))


def of_entry(item: Item, parts: Iterable[Item], notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the same for a barrier with what was merged into it; ``notes`` are those of all of them."""
    named = [who for part in parts for who in of_item(part, ())]
    return tuple(dict.fromkeys([*of_item(item, notes), *named]))


def own_words(item: Item) -> str:
    """Return the text of an item without what is shown by itself; never nothing."""
    words = item.text or ""
    return (apart(words)[0] or words) if item.kind is Kind.BARRIER else words


def line(who: Iterable[str]) -> Text:
    """Say who is hit hardest."""
    return text("Hit hardest: {who}", who="; ".join(map(isolate, who)))
