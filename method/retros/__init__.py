# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros: a box for cards without names, one moment at which they are revealed, and what is tackled first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from typing import Final

from config.texts import text
from method import similar
from method.dates import NEAR, WEEKDAYS
from method.deadlines import read_moment
from method.errors import Missing, Suggestion, UserError
from method.hours import is_working_day
from method.ids import EventId, GroupId, OutboxId, PersonId, PollId, RetroId, RetroTopicId
from method.pages import FIRST
from method.polls import MOST_OPTIONS
from method.retros.forms import FORMS, HEADINGS, LIMIT, Form, Heading, Mood, read_form
from method.schedules import Schedule, instant
from method.settings import Settings
from method.steering import STATUS, steers
from method.tasks.days import better
from method.words import brief, fold, is_blank

#: What calls the command.
COMMANDS: Final = ("retro", "rückschau", "rückblick", "retrospektive", "retrospective")

#: The kind of the promise to reveal the cards; its subject is the retro's id.
REVEAL: Final = "retros.reveal"

#: When the cards are revealed if nothing is said: at this local time of the next but one working day.
HOUR: Final = time(9, 30)
_DAYS: Final = 2
#: So long everybody can answer at least, and at most.
SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=100)
#: From so many topics on there is a vote.
FEWEST_TO_VOTE: Final = 3
#: Points of a person; lines to copy.
POINTS: Final = 2
LINES: Final = 3
#: Characters of a card in a post.
SHORT: Final = LIMIT
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


class Stage(StrEnum):
    """How far a retro is."""

    #: The box is open, nothing is shown.
    OPEN = "open"
    #: The cards are revealed, the vote runs.
    VOTING = "voting"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Verb(Enum):
    """What is to be done."""

    SHOW = ""
    START = "start starten starte beginn beginnen begin"
    CANCEL = "abbrechen abbruch absagen cancel"
    #: Nobody can, and hears so.
    REVEAL = "aufdecken ende beenden jetzt zeigen reveal end now show"
    #: Steers, but not so.
    UNCLEAR = "unclear"
    ANSWER = "antwort answer"


_VERBS: Final = {fold(word): verb for verb in (Verb.CANCEL, Verb.REVEAL) for word in verb.value.split()}
_START: Final = frozenset(map(fold, Verb.START.value.split()))
_HEADED: Final = frozenset(word for heading in HEADINGS.values() for word in heading.folded)
#: How a moment begins.
_MOMENT: Final = {"bis", "until", "till", "am", "on", "in", *WEEKDAYS, *NEAR}


@dataclass(frozen=True, slots=True)
class Retro:
    """A retro of a group."""

    id: RetroId
    group_id: GroupId
    number: int
    form: Form
    stage: Stage
    #: The local time of the reveal, "2027-03-22T09:30".
    reveals: str
    #: Our post that asks, and shows the cards later; None: it was deleted.
    post: OutboxId | None
    poll: PollId | None
    #: The number of the sprint that it looks back on.
    sprint: int | None
    #: The message that began it.
    source: EventId | None

    @property
    def day(self) -> date:
        """The local day of the reveal."""
        return date.fromisoformat(self.reveals[:10])


@dataclass(frozen=True, slots=True)
class Card:
    """What somebody put into the box."""

    id: int
    #: None once they have left.
    person: PersonId | None
    heading: str | None
    text: str
    #: The message that said it.
    source: EventId
    #: None: it waits for the next reveal.
    retro: RetroId | None = None
    topic: RetroTopicId | None = None
    #: The number of the retro in which nobody gave it a point.
    origin: int | None = None
    #: The message that shows it after the reveal.
    page: int = FIRST


@dataclass(frozen=True, slots=True)
class Topic:
    """Cards that say nearly the same."""

    heading: Heading | None
    cards: tuple[Card, ...]
    #: The option of the vote that stands for it.
    number: int | None = None
    id: RetroTopicId | None = None

    @property
    def words(self) -> str:
        """What it is called: in one line."""
        return brief(self.cards[0].text, SHORT).rstrip(" .;")

    @property
    def is_up_for_vote(self) -> bool:
        """Can anything be done about it? What went well is only shown."""
        return self.heading is None or self.heading.mood is not Mood.GOOD


# --- when ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """A retro as it was asked for."""

    form: Form
    #: As ``Retro.reveals``.
    reveals: str


def read_verb(words: str) -> tuple[Verb, str]:
    """Read what is to be done; whatever is nothing else is an answer."""
    words = words.strip()
    if is_blank(words):
        return Verb.SHOW, ""
    first, _, rest = words.partition(" ")
    if first.isalpha() and fold(first) in _START and (fold(first) == "start" or _begins(rest)):
        return Verb.START, rest.strip()
    if fold(words) in STATUS:
        return Verb.SHOW, ""
    return _VERBS.get(fold(words), Verb.UNCLEAR if _steers(words) else Verb.ANSWER), words


def _steers(words: str) -> bool:
    # "stop" and "start" are headings of cards too.
    return fold(words.split(maxsplit=1)[0]) not in _HEADED and steers(words, until=True)


def _begins(rest: str) -> bool:
    """Does this say how to begin? "beginnen jede Woche zu früh" is a card."""
    _, left = read_form(rest)
    return is_blank(left) or left[0].isdigit() or fold(left.split()[0]) in _MOMENT


def default_reveal(now: datetime, settings: Settings) -> str:
    """Return 9:30 on the next but one working day, local time."""
    day, left = now.astimezone(settings.zone).date(), _DAYS
    while left:
        day += _DAY
        left -= is_working_day(day, settings)
    return _nominal(day, HOUR)


def read_start(words: str, now: datetime, settings: Settings) -> Wish:
    """Read form and moment: "segelboot bis Mo 22.3. 9:30".

    Raises:
        UserError: something else was typed.
        Missing: the moment cannot be meant; a public holiday is asked back with a proposal.
    """
    form, rest = read_form(words)
    if is_blank(rest):
        return Wish(form, default_reveal(now, settings))
    line = "retro start {} bis {{}}".format(form.names.partition("|")[0])
    found = read_moment(rest, now, settings.zone, ends=HOUR)
    if found is None:
        raise UserError(
            text(
                "This I do not understand: {words}. Example: !retro start bis Mo 9:30",
                words=brief(rest),
            )
        )
    if not now + SHORTEST <= found.at <= now + LONGEST:
        question = text(
            "Everybody shall have time to answer: at least an hour, at most 100 days."
            " Reply with day and time, for example Mo 9:30."
        )
        raise Missing(question, line, word=True)
    local = found.at.astimezone(settings.zone)
    other = better(local.date(), settings)
    if other is not None:
        question, day = other
        raise Suggestion(question, line.replace("{}", f"{day} {local:%H:%M}"))
    return Wish(form, _nominal(local.date(), local.time()))


def schedule(retro: Retro, settings: Settings) -> Schedule:
    """Return when the cards are revealed: at that moment, or, if it was missed, on the next working day."""
    days = tuple(sorted({*settings.days, retro.day.weekday()}))
    return Schedule(days, time.fromisoformat(retro.reveals[11:]), first=retro.day)


def moment(retro: Retro, settings: Settings) -> datetime:
    """Return the moment of the reveal (aware, UTC)."""
    return instant(retro.day, time.fromisoformat(retro.reveals[11:]), settings.zone)


def due_day(reveal: date, today: date, settings: Settings) -> date:
    """Return the day that stands in the lines to copy: a week after the reveal, or the next working day."""
    day = reveal + _WEEK
    day = day if day > today else today + _WEEK
    while not is_working_day(day, settings):
        day += _DAY
    return day


def _nominal(day: date, at: time) -> str:
    return datetime.combine(day, at.replace(second=0, microsecond=0)).isoformat(timespec="minutes")


# --- cards ---------------------------------------------------------------------------------------


def grouped(cards: Sequence[Card], form: Form) -> list[Topic]:
    """Return the topics: by heading, then by the alphabet, which tells nobody who wrote first."""
    topics: list[Topic] = []
    for heading in (*form.headings, None):
        here = arranged([card for card in cards if form.heading(card.heading) is heading])
        groups = similar.grouped([card.text for card in here])
        topics += [Topic(heading, tuple(here[place] for place in group)) for group in groups]
    return numbered(topics)


def arranged(cards: Collection[Card]) -> list[Card]:
    """Return the cards by the alphabet."""
    return sorted(cards, key=lambda card: (card.text.casefold(), card.text, card.id))


def numbered(topics: Sequence[Topic]) -> list[Topic]:
    """Give those a number that can be voted on; of too many those that most cards name."""
    open_ = [place for place, topic in enumerate(topics) if topic.is_up_for_vote]
    chosen = sorted(sorted(open_, key=lambda place: -len(topics[place].cards))[:MOST_OPTIONS])
    numbers = {place: number for number, place in enumerate(chosen, 1)}
    return [Topic(one.heading, one.cards, numbers.get(place)) for place, one in enumerate(topics)]


def to_vote(topics: Sequence[Topic]) -> list[Topic]:
    """Return the topics of the vote; fewer than FEWEST_TO_VOTE need none."""
    return [topic for topic in topics if topic.number is not None]


def first(topics: Sequence[Topic], points: Mapping[int, int]) -> list[tuple[Topic, int]]:
    """Return the topics that got points, the most first; what is level stays in its order."""
    found = [(topic, points.get(topic.number, 0)) for topic in topics if topic.number is not None]
    return sorted((one for one in found if one[1]), key=lambda one: -one[1])


def left_over(topics: Sequence[Topic], points: Mapping[int, int]) -> list[Card]:
    """Return the cards nobody gave a point: they come up once more, and not again."""
    passed = [topic for topic in topics if topic.is_up_for_vote and not points.get(topic.number or 0, 0)]
    return [card for topic in passed for card in topic.cards if card.origin is None]


def meant(words: str, topics: Sequence[Topic]) -> Topic | None:
    """Return the topic of which somebody has made a task with these words."""
    same = [topic for topic in topics if fold(topic.words) == fold(words)]
    alike = [topic for topic in topics if similar.likeness(topic.words, words) >= similar.THRESHOLD]
    return next(iter(same + alike), None)


def form_of(key: str) -> Form:
    """Return the form with this key."""
    return FORMS[key]
