# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people say about a task in one word: they take it, it is done, it is blocked, it goes on, they give it back."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from method.words import fold, folded

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
    map(fold, ("danke", "endlich", "auch", "gerade", "schon", "mit", "thanks", "now", "bitte", "please"))
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


# --- what somebody says who was asked --------------------------------------------------------------


_CONSENT: Final = folded(f"{Verb.YES.value} {Verb.TAKE.value} klar sicher natürlich geht sure fine")
#: "mir geht es gut" is no consent.
_GOES, _MY = folded("geht"), folded("mir")
#: May stand beside it: "passt mir gut, danke".
_BESIDE: Final = _FILL | folded(
    "mir gut super prima danke alles sehr da bin dabei with me that works thanks bitte please"
)
_REFUSAL: Final = folded(f"{Verb.NO.value} leider unfortunately sorry")
_NOT: Final = folded("nicht kein keine keinen nein no nope not cannot cant can't don't")
#: "leider keine Zeit", "das schaffe ich nicht".
_UNABLE: Final = (
    _FILL
    | _NOT
    | _REFUSAL
    | folded(
        "kann schaffe schaff geht passt mir zeit diesmal dann heute im moment gerade danke can time have do me"
    )
)
#: Behind "nein" they may turn it round: "nein, kein Problem".
_AROUND: Final = _CONSENT | folded("aber doch problem sondern erst but only instead erledigt fertig")
_HINTS: Final = (
    _CONSENT | _REFUSAL | _NOT | folded("kann können schaffe zeit erst später can could time only later")
)


def read_answer(words: str) -> Verb | None:
    """Read whether somebody who was asked to take a task says yes or no; None if they say something else."""
    said = _said(words)
    if _asks(words):
        return None
    if not said:
        return Verb.YES if "👍" in words else Verb.NO if "👎" in words else None
    consent = _CONSENT - _GOES if said & _MY else _CONSENT
    if said & consent and said <= consent | _BESIDE:
        return Verb.YES
    refuses = fold(_WORD.findall(words)[0]) in _REFUSAL and said & _NOT and not said & _AROUND
    unable = said & _NOT and said <= _UNABLE
    return Verb.NO if refuses or unable else None


def may_answer(words: str) -> bool:
    """Might this be a yes or a no after all: "geht erst Montag"?"""
    return not _asks(words) and bool(_said(words) & _HINTS)


def _asks(words: str) -> bool:
    return words.rstrip().endswith("?")


def _said(words: str) -> frozenset[str]:
    return frozenset(piece for piece in map(fold, _WORD.findall(words)) if _LETTER.search(piece))
