# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters over random facts: at most thirty lines, no empty heading, each news in one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.agendas import AgendaItem
from method.checkins import Answer
from method.digests import (
    FLEETING,
    NEWS,
    OF_ITEMS,
    QUOTED,
    Asked,
    Facts,
    Key,
    Letter,
    Line,
    Moment,
    Part,
    Request,
    Source,
    is_worth_sending,
    layout,
)
from method.digests.sections import SECTIONS, collected
from method.ids import (
    AgendaItemId,
    CheckinId,
    EventId,
    GroupId,
    ItemId,
    MeetingId,
    NoteId,
    PersonId,
    PollId,
    ProblemId,
    ReminderId,
    SeatId,
    SprintId,
    VersionId,
)
from method.items import Item, Kind, Label, Note, State
from method.meetings import Meeting
from method.meetings import Stage as MeetingStage
from method.polls import Kind as PollKind
from method.polls import Openness, Option, Poll
from method.polls import State as PollState
from method.polls.ballots import Tally
from method.problems import State as VersionState
from method.problems import Version
from method.reminders import Reminder
from method.seats import Seat
from method.seats import Stage as SeatStage
from method.settings import Settings
from method.sprints import Sprint
from method.tasks import Stage, Task

NOW = datetime(2027, 3, 19, 12, tzinfo=UTC)
TODAY = date(2027, 3, 19)
GROUP = GroupId(1)
NAMES = {PersonId(1): "Ewa", PersonId(2): "\u2068نور\u2069"}
WORDS = (
    "Formular nur auf Papier", "Ein sehr langer Satz. " * 20, "Zeile\nZeile\n\nZeile", "x" * 600, "?", "نص عربي", "🙂",
    "Termin: 3.3.\nOrt: *hier*",
)  # fmt: skip


class World:
    """Facts of a group, drawn by lot."""

    def __init__(self, lot: Random) -> None:
        self.lot = lot

    def facts(self) -> Facts:
        """Return some of everything, or of nothing."""
        items = {ref: self.item(ref) for ref in self.refs(60)}
        meetings = {ref: self.meeting(ref) for ref in self.refs(8)}
        return Facts(
            name=self.words(),
            step=self.lot.randint(1, 5),
            goal=self.lot.choice([None, self.words()]),
            settings=Settings(),
            items=items,
            anonymous=frozenset(ref for ref in items if self.lot.random() < 0.1),
            wholes={ref: self.lot.choice(list(items)) for ref in items if self.lot.random() < 0.1},
            notes={ref: self.note(ref, list(items)) for ref in (self.refs(40) if items else ())},
            polls={ref: self.poll(ref) for ref in self.refs(12)},
            meetings=meetings,
            versions={ref: self.version(ref) for ref in self.refs(4)},
            agendas={MeetingId(ref): [self.agenda_item(ref)] for ref in meetings if self.lot.random() < 0.5},
            seats={ref: self.seat(ref) for ref in self.refs(12)},
            sprints={ref: self.sprint(ref) for ref in self.refs(3)},
            requests={ref: self.request(ref) for ref in self.refs(20)},
            reminders={ref: self.reminder(ref) for ref in self.refs(20)},
            remarks={1: self.words()} if self.lot.random() < 0.5 else {},
            names=NAMES,
        )

    def refs(self, most: int) -> range:
        """Return the numbers of rows; often none."""
        return range(1, self.lot.choice([0, 1, 2, most]) + 1)

    def words(self) -> str:
        """Return what people write."""
        return self.lot.choice(WORDS)

    def at(self, *, ahead: bool = False) -> datetime:
        """Return a moment of the last weeks, or of the next."""
        hours = self.lot.randint(1, 24 * 40)
        return NOW + timedelta(hours=hours if ahead else -hours)

    def day(self, *, ahead: bool = False) -> date:
        """Return a day of the last weeks, or of the next."""
        return self.at(ahead=ahead).date()

    def who(self) -> PersonId | None:
        """Return somebody in the room, somebody who has left, or nobody."""
        return self.lot.choice([None, PersonId(1), PersonId(2), PersonId(3)])

    def item(self, ref: int) -> Item:
        """Return an entry; a task stands in some way."""
        kind = self.lot.choice(list(Kind))
        at = self.at()
        links = (Label(Kind.BARRIER, 1),) if kind is Kind.IDEA and self.lot.random() < 0.5 else ()
        return Item(
            ItemId(ref), GROUP, kind, ref, self.words(), State.OPEN, (), None, None, at, at, links,
            self.day(ahead=True) if kind is Kind.DECISION and self.lot.random() < 0.5 else None,
            self.task() if kind is Kind.TASK else None,
        )  # fmt: skip

    def task(self) -> Task:
        """Return how a task stands."""
        stage = self.lot.choice(list(Stage))
        due = self.day(ahead=self.lot.random() < 0.5) if self.lot.random() < 0.5 else None
        done = self.day() if stage is Stage.DONE else None
        reason = self.words() if stage is Stage.BLOCKED and self.lot.random() < 0.7 else None
        return Task(stage, due, self.who(), reason=reason, done=done)

    def note(self, ref: int, items: list[int]) -> Note:
        """Return a note of one of these entries."""
        at = self.at()
        return Note(NoteId(ref), ItemId(self.lot.choice(items)), self.words(), State.OPEN, None, None, at, at)

    def poll(self, ref: int) -> Asked:
        """Return a poll, open or over."""
        is_open = self.lot.random() < 0.5
        options = tuple(Option(number, self.words()) for number in (1, 2, 3))
        state = PollState.OPEN if is_open else PollState.CLOSED
        poll = Poll(
            PollId(ref), GROUP, ref, PollKind.CHOICE, self.words(), options, 1, Openness.OPEN, False, state,
            self.at(ahead=is_open), None, None,
        )  # fmt: skip
        return Asked(poll, None if is_open else Tally(3, {1: 2, 2: 1, 3: 0}))

    def meeting(self, ref: int) -> Meeting:
        """Return a meeting, announced or over."""
        title = self.lot.choice([None, "Austausch (online)", "x" * 200])
        if self.lot.random() < 0.5:
            starts = self.at(ahead=True)
            return Meeting(
                MeetingId(ref), GROUP, ref, title, MeetingStage.PLANNED, starts, None, None, None, None
            )
        ended = self.at()
        began = self.lot.choice([None, ended])
        return Meeting(MeetingId(ref), GROUP, ref, title, MeetingStage.ENDED, ended, began, ended, None, None)

    def version(self, ref: int) -> Version:
        """Return a core problem, proposed or agreed."""
        state = self.lot.choice([VersionState.PROPOSED, VersionState.AGREED, VersionState.REPLACED])
        agreed = None if state is VersionState.PROPOSED else self.at()
        return Version(
            VersionId(ref), ProblemId(1), self.words(), state, 3, self.at(), self.at(ahead=True), agreed
        )

    def agenda_item(self, ref: int) -> AgendaItem:
        """Return something to talk about."""
        return AgendaItem(AgendaItemId(ref), GROUP, MeetingId(ref), self.words(), 10, None, None)

    def seat(self, ref: int) -> Seat:
        """Return who is still needed, or not any more."""
        return Seat(SeatId(ref), GROUP, ref, self.words(), self.lot.choice(list(SeatStage)), None, None)

    def sprint(self, ref: int) -> Sprint:
        """Return a sprint, running or over."""
        starts = self.day()
        ended = self.lot.choice([None, TODAY])
        ends = TODAY if self.lot.random() < 0.3 else self.day(ahead=True)
        return Sprint(SprintId(ref), GROUP, ref, self.words(), starts, ends, ended)

    def request(self, ref: int) -> Request:
        """Return somebody's request for help."""
        named = self.lot.choice([None, EventId("$yes")])
        answer = Answer(
            CheckinId(1), PersonId(self.lot.randint(1, 3)), f"Hilfe: {self.words()}", EventId(f"${ref}"),
            named, None, None,
        )  # fmt: skip
        return Request(answer, TODAY - timedelta(days=self.lot.randint(0, 9)))

    def reminder(self, ref: int) -> tuple[Reminder, datetime | None]:
        """Return a reminder of the group."""
        reminder = Reminder(
            ReminderId(ref), GROUP, ref, PersonId(1), False, False, True, None, None,
            self.lot.choice([None, self.words()]), None, None, None,
        )  # fmt: skip
        return reminder, self.lot.choice([None, self.at(ahead=True)])


worlds = st.builds(World, st.randoms(use_true_random=False))


def written(facts: Facts, *, first: bool = False, told: Collection[Key] = ()) -> Letter:
    return Letter(1, NOW, tuple(collected(facts, Moment(NOW, "de", told, first=first))))


@given(worlds, st.booleans(), st.sampled_from(["de", "en"]))
def test_letter_has_thirty_lines_and_nothing_empty(world: World, first: bool, language: str):
    facts = world.facts()
    letter = written(facts, first=first)
    # Some of it was deleted since.
    left = {ref: item for ref, item in facts.items.items() if world.lot.random() < 0.7}
    for known in (facts, replace(facts, items=left, requests={}, names={})):
        words = layout.room(letter, known, attached=True).render(language)
        blocks = [block.split("\n") for block in words.split("\n\n")]

        assert len([line for block in blocks for line in block]) <= layout.MOST_LINES
        assert all(line.strip() for block in blocks for line in block)
        headings = [section.heading.render(language) for section in SECTIONS]
        under = [block for block in blocks if block[0] in headings]
        assert [block for block in under if len(block) < 2] == []
        assert [headings.index(block[0]) for block in under] == sorted(
            headings.index(block[0]) for block in under
        )


@given(worlds)
def test_no_part_has_more_lines_than_its_own(world: World):
    facts = world.facts()
    words = layout.room(written(facts), facts, attached=True).render("de")
    most = {section.heading.render("de"): section.most for section in SECTIONS}

    blocks = [block.split("\n") for block in words.split("\n\n")]

    assert [block for block in blocks if block[0] in most and len(block) - 1 > most[block[0]]] == []


@given(worlds)
def test_each_news_stands_in_exactly_one_letter(world: World):
    facts = world.facts()
    first = written(facts, first=True)
    told = {(line.source, int(line.ref)) for line in first.lines if line.is_news}
    second = written(facts, told=told)

    assert [key for key, times in Counter(_news(first)).items() if times > 1] == []
    assert _news(second) == []
    tasks = {ref for source, ref in told if source is Source.DONE}
    named = {ref for source, ref in told if source is Source.ITEM} | tasks
    assert named == set(facts.items)
    assert {ref for source, ref in told if source is Source.NOTE} == set(facts.notes)


def _news(letter: Letter) -> list[tuple[Source, int]]:
    return [(line.source, int(line.ref)) for line in letter.lines if line.is_news]


@given(worlds)
def test_file_has_every_lasting_line_and_names_nobody(world: World):
    facts = world.facts()
    letter = written(facts)
    document = layout.document(letter, facts, "de")
    lines = [line for part in document["parts"] for line in part["lines"]]

    lasting = [
        line
        for line in letter.lines
        if line.source not in FLEETING and line.part not in (Part.REMARK, Part.BEFORE)
    ]
    assert len(lines) == len(lasting)
    assert [line for line in lines for name in NAMES.values() if f"({name})" in line] == []
    assert all(line.strip() and "\n" not in line for line in lines)


def test_nothing_makes_no_letter():
    facts = Facts("Gruppe", 1, "Ein Ziel", Settings())

    assert not is_worth_sending(written(facts, first=True), None)


def test_old_group_that_has_nothing_new_gets_one_line_for_all_of_it():
    at = NOW - timedelta(days=60)
    items = {
        ref: Item(ItemId(ref), GROUP, Kind.BARRIER, ref, "Eine", State.OPEN, (), None, None, at, at)
        for ref in (1, 2, 3, 5)
    }
    facts = Facts("Gruppe", 1, None, Settings(), items=items)

    letter = written(facts, first=True)

    assert is_worth_sending(letter, None)
    assert layout.stand(letter, facts)[0].render("de") == (
        "Wo stehen wir?\nSchritt 1 von 5: Barrieren erkennen.\n"
        "Schon vorher da: B1 bis B3, B5. Lesen: !zeige und die Nummer."
    )


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.WORDS])
def test_every_source_quotes_a_row(source: Source):
    assert Line(Part.NEW, source, 3).quotes == (QUOTED[source], 3)


def test_sources_are_told_once_or_go_on():
    assert not NEWS & FLEETING
    assert {QUOTED[source] for source in OF_ITEMS} == {Source.ITEM}
