# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people say about a task in one word: they take it, it is done, it is blocked, it goes on, they give it back."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from method.words import fold

#: A reply of more words is talk.
_MOST: Final = 5


class Verb(Enum):
    """What is to become of a task, by the words people use for it."""

    TAKE = "nehme nehm nehmen übernehme übernehm übernehmen mach mache take"
    FINISH = "fertig erledigt erledige geschafft done finished abgeschlossen"
    BLOCK = "blockiert blockieren blockierte stockt hängt hindernis blocked block"
    GO_ON = "läuft laufend weiter entblockiert running unblocked resume resumed"
    GIVE_BACK = "abgeben zurückgeben zurück offen frei öffnen open free back"
    YES = "ja gern gerne ok okay yes passt"
    NO = "nein no nope"


_VERBS: Final = {fold(word): verb for verb in Verb for word in verb.value.split()}
#: Of several words, without those that fill.
_PHRASES: Final = {
    fold(phrase): Verb.GO_ON
    for phrase in (
        *("nicht mehr blockiert", "nicht blockiert", "blockiert nicht mehr", "nicht länger blockiert"),
        *("geht weiter", "weitermachen", "kein Hindernis mehr", "Hindernis weg"),
        *(
            "no longer blocked",
            "not blocked",
            "not blocked any more",
            "not blocked anymore",
            "go on",
            "goes on",
        ),
    )
}
_LETTER: Final = re.compile(r"\w")
_FILL: Final = frozenset(
    map(
        fold,
        (
            "ich",
            "ist",
            "das",
            "es",
            "die",
            "aufgabe",
            "wieder",
            "jetzt",
            "is",
            "it",
            "i",
            "the",
            "task",
            "will",
        ),
    )
)
_ASIDES: Final = frozenset(
    map(fold, ("danke", "endlich", "auch", "gerade", "schon", "mit", "thanks", "now", "bitte"))
)
_WORD: Final = re.compile(r"\S+")


def says_more(words: str) -> bool:
    """Do words behind the number of a task say more than what became of it, and thanks?"""
    pieces = map(fold, _WORD.findall(words))
    return any(
        piece not in _FILL | _ASIDES and piece not in _VERBS and _LETTER.search(piece) for piece in pieces
    )


def read_verb(words: str) -> tuple[Verb, str] | None:
    """Read what is to become of a task: the verb, and why it is blocked; None if the words say something else.

    Args:
        words: "fertig", "ich übernehme", "blockiert: Der Raum ist belegt".
    """
    pieces = list(_WORD.finditer(words))
    while pieces and fold(pieces[0][0]) in _FILL:
        pieces.pop(0)
    if not pieces:
        return None
    phrase = fold("".join(piece[0] for piece in pieces if fold(piece[0]) not in _FILL))
    if phrase in _PHRASES:
        return _PHRASES[phrase], ""
    verb = _VERBS.get(fold(pieces[0][0]))
    if verb is None:
        return None
    if verb is Verb.BLOCK:
        return verb, words[pieces[0].end() :].strip(" :,-–\n")
    rest = [piece for piece in pieces[1:] if fold(piece[0]) not in _FILL]
    same = all(_VERBS.get(fold(piece[0])) is verb for piece in rest)
    return (verb, "") if same and len(pieces) <= _MOST else None
