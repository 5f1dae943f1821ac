# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of a retro: their questions, the words people put before an answer, and reading answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rapidfuzz.distance import OSA

from config.texts import Text, text
from method.errors import UserError
from method.limits import within
from method.words import fold, is_blank

#: One message gives no more cards than this.
MOST_CARDS: Final = 20
#: Characters of a card: so many are shown.
LIMIT: Final = 200


class Mood(Enum):
    """What a card is, whatever the form: a retro of another form puts it under the heading of the same mood."""

    GOOD = "good"
    HARD = "hard"
    TRY = "try"


@dataclass(frozen=True, slots=True)
class Heading:
    """A question of a form."""

    #: Stands in the database.
    key: str
    mood: Mood
    question: Text
    #: What people write before the colon.
    words: str

    @property
    def folded(self) -> frozenset[str]:
        """The words as they are compared."""
        return frozenset(map(fold, self.words.split("|")))


@dataclass(frozen=True, slots=True)
class Form:
    """A set of questions."""

    #: Stands in the database.
    key: str
    #: What selects it.
    names: str
    headings: tuple[Heading, ...]
    #: Ends with an answer as people may type it.
    example: Text

    def heading(self, key: str | None) -> Heading | None:
        """Return the heading under which a card of any form stands; None: it answers no question."""
        found = HEADINGS.get(key) if key else None
        if found is None or found in self.headings:
            return found
        return next(one for one in self.headings if one.mood is found.mood)


QUESTIONS: Final = Form(
    "questions",
    "fragen|drei fragen|questions",
    (
        Heading("good", Mood.GOOD, text("What went well?"), "lief gut|war gut|gut|went well|good|well"),
        Heading(
            "hard",
            Mood.HARD,
            text("What was difficult?"),
            "war schwierig|schwierig|schwer|schlecht|was difficult|difficult|hard|bad",
        ),
        Heading(
            "try", Mood.TRY, text("What do we try?"), "ausprobieren|probieren|versuchen|idee|try out|try|idea"
        ),
    ),
    text("for example: good: The child care worked."),
)
SAILBOAT: Final = Form(
    "sailboat",
    "segelboot|segelschiff|boot|sailboat|boat",
    (
        Heading("wind", Mood.GOOD, text("Wind: What drives us?"), "wind|rückenwind|rueckenwind"),
        Heading("anchor", Mood.HARD, text("Anchor: What holds us back?"), "anker|anchor"),
        Heading("reef", Mood.HARD, text("Reef: What is risky?"), "riff|riffe|felsen|reef|reefs|rocks"),
        Heading("island", Mood.TRY, text("Island: Where do we want to go?"), "insel|island"),
    ),
    text("for example: anchor: too many rooms."),
)
START_STOP: Final = Form(
    "start-stop-continue",
    "start-stop-continue|start-stopp-weiter|start stop continue|startstopcontinue|ssc",
    (
        Heading("start", Mood.TRY, text("What do we start?"), "anfangen|beginnen|start"),
        Heading("stop", Mood.HARD, text("What do we stop?"), "aufhören|aufhoeren|stoppen|stopp|stop|lassen"),
        Heading(
            "continue",
            Mood.GOOD,
            text("What do we keep doing?"),
            "beibehalten|behalten|weitermachen|weiter|continue|keep",
        ),
    ),
    text("for example: stop: too many rooms."),
)
FOUR_L: Final = Form(
    "4l",
    "4l|4 l|vier l|4ls",
    (
        Heading("liked", Mood.GOOD, text("What did we like?"), "gefallen|gemocht|liked"),
        Heading("learned", Mood.GOOD, text("What did we learn?"), "gelernt|learned|learnt"),
        Heading("lacked", Mood.HARD, text("What did we lack?"), "gefehlt|gefehlt hat|lacked"),
        Heading(
            "longed", Mood.TRY, text("What do we wish for?"), "gewünscht|gewuenscht|wunsch|longed for|longed"
        ),
    ),
    text("for example: lacked: a bigger room."),
)
FORMS: Final = {form.key: form for form in (QUESTIONS, SAILBOAT, START_STOP, FOUR_L)}
HEADINGS: Final = {heading.key: heading for form in FORMS.values() for heading in form.headings}

_NAMES: Final = {fold(name): form for form in FORMS.values() for name in form.names.split("|")}
_BY_WORD: Final = {word: heading for heading in HEADINGS.values() for word in heading.folded}
#: The longest first: "lief gut" before "gut".
_WORDS: Final = "|".join(
    sorted(
        (
            re.escape(word).replace("\\ ", r"\s+")
            for one in HEADINGS.values()
            for word in one.words.split("|")
        ),
        key=len,
        reverse=True,
    )
)
#: "gut:" at the beginning of a line or a sentence.
_LABEL: Final = re.compile(
    rf"(?:^|(?<=[\n.;!?]))[^\S\n]*(?:[-*•–][^\S\n]*)?(?:was\s+|what\s+)?(?P<word>{_WORDS})[^\S\n]*[?]?[^\S\n]*[:：]",
    re.IGNORECASE,
)
#: Behind the command the colon may be left out.
_FIRST: Final = re.compile(rf"\s*(?P<word>{_WORDS})(?!\w)[\s:：,;–-]*", re.IGNORECASE)
#: Of these the colon may be left out anywhere; "Start der Sitzung" is no heading.
_PLAIN: Final = frozenset(
    map(fold, ("lief gut", "war gut", "gut", "went well", "good", "war schwierig", "schwierig", "schlecht"))
) | frozenset(map(fold, ("was difficult", "difficult", "bad", "ausprobieren", "gelernt", "learned")))
#: "Gut wäre mehr Zeit", "schwierig ist das Formular", "schlecht zu finden": a sentence.
_SENTENCE: Final = re.compile(
    r"(?:ist|war|waren|sind|wird|wäre|wären|bleibt|fand|finde|hat|haben|und|oder|is|are|was|were|would|it|and|or|to)\b"
    r"|zu\s+\w+en\b",
    re.IGNORECASE,
)
#: A word before a colon that may be a mistyped heading.
_BEFORE_COLON: Final = re.compile(
    r"(?:^|(?<=[\n.;!?]))(?P<before>[^\S\n]*(?:[-*•–][^\S\n]*)?)(?P<word>[^\W\d_]{5,16})(?=[^\S\n]*[:：])"
)
#: Of a heading this short nothing may be wrong, of one shorter than LONG one letter.
_SHORTEST: Final = 6
_LONG: Final = 8
_BULLET: Final = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_AROUND: Final = " \n\t;,–-•*"


@dataclass(frozen=True, slots=True)
class Said:
    """One card as somebody wrote it."""

    #: Of the heading; None: it answers no question.
    heading: str | None
    text: str


def read_form(words: str) -> tuple[Form, str]:
    """Take the name of a form off the beginning; without one it is the three questions."""
    pieces = words.split()
    for count in (3, 2, 1):
        form = _NAMES.get(fold(" ".join(pieces[:count]))) if len(pieces) >= count else None
        if form is not None:
            return form, " ".join(pieces[count:])
    return QUESTIONS, words.strip()


def is_labelled(words: str) -> bool:
    """Do the words begin with "schwierig:" or the like?"""
    return _LABEL.match(_corrected(words)) is not None


def read_cards(words: str, *, called: bool) -> list[Said]:
    """Return what somebody has said, a card for each label and each item of a list.

    Args:
        words: "gut: Das Essen", "gut: Das Essen. Schwierig: zu viele Räume".
        called: they stood behind the command: "schwierig zu viele Räume" is enough.

    Raises:
        UserError: a card is too long, or there are too many.
    """
    words = _corrected(words)
    found = list(_LABEL.finditer(words))
    ends = [*(label.start() for label in found), len(words)]
    parts = [_unlabelled(words[: ends[0]], called=called)]
    for label, end in zip(found, ends[1:], strict=True):
        parts.append((_key(label["word"]), words[label.end() : end]))
    cards = [Said(key, within(card, LIMIT)) for key, part in parts for card in _items(part)]
    if len(cards) > MOST_CARDS:
        raise UserError(
            text("These are {count} cards. {most} at once are possible.", count=len(cards), most=MOST_CARDS)
        )
    return list(dict.fromkeys(cards))


def named_alone(words: str) -> str | None:
    """Return the word if nothing but a heading was typed: what belongs under it is asked for."""
    found = _FIRST.match(words)
    return found["word"].lower() if found and is_blank(words[found.end() :].strip(_AROUND + ".?!")) else None


def _unlabelled(words: str, *, called: bool) -> tuple[str | None, str]:
    found = _FIRST.match(words)
    if found is None:
        return None, words
    key = _key(found["word"])
    rest = words[found.end() :]
    if called or (fold(found["word"]) in _PLAIN and not is_blank(rest) and not _SENTENCE.match(rest)):
        return key, rest
    # "Gut wäre mehr Zeit" praises nothing.
    return (None if HEADINGS[key].mood is Mood.GOOD else key), words


def _corrected(words: str) -> str:
    """Return the words with mistyped headings put right: "Schwirig: Kita macht zu"."""
    return _BEFORE_COLON.sub(lambda found: found["before"] + _nearest(found["word"]), words)


def _nearest(word: str) -> str:
    folded = fold(word)
    if folded in _BY_WORD:
        return word
    known = [
        one for heading in HEADINGS.values() for one in heading.words.split("|") if len(one) >= _SHORTEST
    ]
    near = [
        (distance, one)
        for one in known
        if (distance := OSA.distance(folded, fold(one))) <= (1 if len(one) < _LONG else 2)
    ]
    return min(near)[1] if near else word


def _key(word: str) -> str:
    return _BY_WORD[fold(word)].key


def _items(part: str) -> list[str]:
    lines = [line for line in part.split("\n") if not is_blank(line)]
    listed = [_BULLET.match(line) is not None for line in lines]
    if len(lines) > 1 and sum(listed) >= len(lines) - 1 and all(listed[1:]):
        pieces = [_BULLET.sub("", line, count=1) for line in lines]
    else:
        pieces = [part]
    return [card for piece in pieces if not is_blank((card := piece.strip(_AROUND)).strip("."))]
