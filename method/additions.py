# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people have added to an item, as lines: who is hit hardest, notes, whys and views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config.texts import Text, text, verbatim
from method import affected, decisions, views, whys
from method.items import Item, Kind, Note, NoteKind
from method.views import Sector
from method.words import isolate

#: Of these kinds, a part of a note may be shown by a name of its own.
APART: Final = {Kind.BARRIER: affected.apart, Kind.DECISION: decisions.apart}


def lines(
    item: Item, notes: Sequence[Note], *, asks_for_views: bool, parts: Sequence[Item] = ()
) -> list[Text]:
    """Show everything added to ``item``.

    Args:
        item: an open item.
        notes: its notes of every kind, oldest first; those of its parts too.
        parts: what was merged into it; each has a chain of whys of its own.
        asks_for_views: name missing views even while there is none; with the first one it is done anyway.
    """
    who = affected.of_item(item, notes)
    shown = [affected.line(who)] if who else []
    shown += [decisions.against_line(words) for words in decisions.of_item(item, notes)]
    shown += [decisions.review_line(item.review)] if item.review else []
    shown += _notes(_plain(item, notes))
    for one in (item, *parts):
        chain = of_kind([note for note in notes if note.item_id == one.id], NoteKind.WHY)
        shown += whys.lines(chain, about=None if one is item else one.label)
    return shown + (_views(item, notes, asks=asks_for_views) if item.kind is Kind.BARRIER else [])


def of_kind(notes: Sequence[Note], kind: NoteKind) -> list[str]:
    """Return the words of the notes of one kind, oldest first."""
    return [note.text or "" for note in notes if note.kind is kind]


def own_words(kind: Kind, words: str) -> str:
    """Return a note without what is shown by a name of its own; if nothing is left, it does not count as a note."""
    return APART[kind](words)[0] if kind in APART else words


def shown(item: Item, note: Note) -> Text:
    """Show a note in the group's room that was written somewhere else."""
    label, words = str(item.label), isolate(note.text or "")
    if note.kind is NoteKind.WHY:
        return text("Why, about {label}: {text}", label=label, text=words)
    if note.sector is not None:
        return text("{sector} on {label}: {text}", sector=note.sector.text, label=label, text=words)
    return text("Added to {label}: {text}", label=label, text=words)


def _plain(item: Item, notes: Sequence[Note]) -> list[str]:
    words = [own_words(item.kind, one) for one in of_kind(notes, NoteKind.NOTE)]
    return [one for one in words if one]


def _notes(words: Sequence[str]) -> list[Text]:
    if len(words) == 1:
        return [text("1 note: {text}", text=isolate(words[0]))]
    head = [text("{count} notes:", count=len(words))] if words else []
    return head + [verbatim("- " + isolate(one).replace("\n", "\n  ")) for one in words]


def _views(item: Item, notes: Sequence[Note], *, asks: bool) -> list[Text]:
    there = [
        text("View of {sector}: {text}", sector=sector.text, text=isolate(note.text or ""))
        for sector in Sector
        for note in notes
        if note.sector is sector
    ]
    if not (there or asks):
        return []
    blanks = views.blanks(str(item.label), {note.sector for note in notes})
    return [*there, blanks] if blanks else there
