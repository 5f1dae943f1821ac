# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros as rules: what is a card, which belong together, when they are revealed, what is tackled first."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from config.texts import text
from method import retros
from method.errors import Missing, Suggestion, UserError
from method.ids import EventId, GroupId, PersonId, RetroId, RetroTopicId
from method.retros import Card, Retro, Stage, Topic, Verb, reveals
from method.retros.forms import (
    FORMS,
    FOUR_L,
    HEADINGS,
    QUESTIONS,
    SAILBOAT,
    START_STOP,
    Said,
    is_labelled,
    named_alone,
    read_cards,
)
from method.settings import Settings

SETTINGS = Settings()
THURSDAY = datetime(2027, 3, 18, 9, tzinfo=UTC)
RETRO = Retro(RetroId(1), GroupId(1), 1, QUESTIONS, Stage.OPEN, "2027-03-22T09:30", None, None, None, None)


def card(number: int, text: str, heading: str | None = "try", origin: int | None = None) -> Card:
    return Card(number, PersonId(number), heading, text, EventId(f"${number}"), origin=origin)


def said(*pairs: tuple[str | None, str]) -> list[Said]:
    return [Said(*pair) for pair in pairs]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gut: Die Kinderbetreuung hat geklappt.", said(("good", "Die Kinderbetreuung hat geklappt."))),
        ("SCHWIERIG : zu viele Räume", said(("hard", "zu viele Räume"))),
        ("Lief gut: Essen. War schwierig: Räume", said(("good", "Essen."), ("hard", "Räume"))),
        ("gut: A\nausprobieren: B", said(("good", "A"), ("try", "B"))),
        ("schwierig:\n- Räume\n- Lärm", said(("hard", "Räume"), ("hard", "Lärm"))),
        ("- gut: Essen\n- schwierig: Räume", said(("good", "Essen"), ("hard", "Räume"))),
        ("Vorab. gut: Essen", said((None, "Vorab."), ("good", "Essen"))),
        ("Anker: Räume. Rückenwind: Essen", said(("anchor", "Räume."), ("wind", "Essen"))),
        ("Gelernt: viel", said(("learned", "viel"))),
        ("Alles bleibt: so", said((None, "Alles bleibt: so"))),
        ("Gut wäre mehr Zeit", said((None, "Gut wäre mehr Zeit"))),
        ("schwierig zu viele Räume", said(("hard", "zu viele Räume"))),
        ("gut Die Kita hat geklappt", said(("good", "Die Kita hat geklappt"))),
        ("schlecht zu finden ist der Raum", said(("hard", "schlecht zu finden ist der Raum"))),
        ("Start der Sitzung", said(("start", "Start der Sitzung"))),
        ("Schwirig: Kita macht zu", said(("hard", "Kita macht zu"))),
        ("gut: Essen\nausprobiren: Lotsin", said(("good", "Essen"), ("try", "Lotsin"))),
        ("Stadt: Kita fehlt", said((None, "Stadt: Kita fehlt"))),
        ("gut: A. gut: A.", said(("good", "A."))),
        ("gut:", []),
    ],
)
def test_reply_is_read_as_cards(words: str, found: list[Said]):
    assert read_cards(words, called=False) == found


def test_behind_the_command_no_colon_is_needed():
    assert read_cards("schwierig zu viele Räume", called=True) == said(("hard", "zu viele Räume"))
    assert read_cards("gut läuft die Zusammenarbeit", called=True) == said(
        ("good", "läuft die Zusammenarbeit")
    )


def test_card_that_is_too_long_is_refused():
    with pytest.raises(UserError):
        read_cards("gut: " + "a" * 501, called=True)


@pytest.mark.parametrize(
    ("words", "labelled", "alone"),
    [
        ("schwierig: x", True, None),
        ("Schwirig: x", True, None),
        ("rukenwind: x", True, None),
        ("schwierig", False, "schwierig"),
        ("gut:", True, "gut"),
        ("Wir: x", False, None),
    ],
)
def test_label_is_recognised(words: str, labelled: bool, alone: str | None):
    assert (is_labelled(words), named_alone(words)) == (labelled, alone)


def test_no_word_stands_for_two_headings():
    words = [word for heading in HEADINGS.values() for word in heading.folded]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.key)
def test_every_card_has_a_place_in_every_form(form):
    found = {key: form.heading(key) for key in HEADINGS}

    assert {key: heading.mood for key, heading in found.items() if heading} == {
        key: heading.mood for key, heading in HEADINGS.items()
    }
    assert (form.heading(None), form.heading("gone")) == (None, None)


@pytest.mark.parametrize(
    ("words", "verb", "rest"),
    [
        ("", Verb.SHOW, ""),
        ("start segelboot", Verb.START, "segelboot"),
        ("Start", Verb.START, ""),
        ("abbrechen", Verb.CANCEL, "abbrechen"),
        ("aufdecken!", Verb.REVEAL, "aufdecken!"),
        ("abbrechen war gut", Verb.ANSWER, "abbrechen war gut"),
        ("stopp: zu viele Räume", Verb.ANSWER, "stopp: zu viele Räume"),
        ("bis Fr 12:00", Verb.UNCLEAR, "bis Fr 12:00"),
        ("verschieben bis Fr 12:00", Verb.UNCLEAR, "verschieben bis Fr 12:00"),
        ("aus", Verb.UNCLEAR, "aus"),
        ("status", Verb.SHOW, ""),
        ("bis Freitag war zu knapp", Verb.ANSWER, "bis Freitag war zu knapp"),
        ("verschieben wir zu oft", Verb.ANSWER, "verschieben wir zu oft"),
        ("aus dem Amt kam nichts", Verb.ANSWER, "aus dem Amt kam nichts"),
        ("an 3 Tagen war es laut", Verb.ANSWER, "an 3 Tagen war es laut"),
    ],
)
def test_verb(words: str, verb: Verb, rest: str):
    assert retros.read_verb(words) == (verb, rest)


# --- when ----------------------------------------------------------------------------------------


def test_reveal_is_on_the_next_but_one_working_day():
    assert retros.default_reveal(THURSDAY, SETTINGS) == "2027-03-22T09:30"
    # Good Friday and Easter Monday lie between.
    assert retros.default_reveal(datetime(2027, 3, 25, 9, tzinfo=UTC), SETTINGS) == "2027-03-31T09:30"


@pytest.mark.parametrize(
    ("words", "form", "reveals"),
    [
        ("", QUESTIONS, "2027-03-22T09:30"),
        ("bis Mo 22.3. 9:30", QUESTIONS, "2027-03-22T09:30"),
        ("Segelboot", SAILBOAT, "2027-03-22T09:30"),
        ("start-stop-continue bis Di", START_STOP, "2027-03-23T09:30"),
        ("4l bis in 3 Tagen 15 Uhr", FOUR_L, "2027-03-21T15:00"),
        ("fragen bis 2027-03-30 09:30", QUESTIONS, "2027-03-30T09:30"),
    ],
)
def test_start_is_read(words: str, form, reveals: str):
    wish = retros.read_start(words, THURSDAY, SETTINGS)

    assert (wish.form, wish.reveals) == (form, reveals)


@pytest.mark.parametrize(
    ("words", "error", "line"),
    [
        ("bis heute 10:59", Missing, "retro start fragen bis {}"),
        ("segelboot bis 1.9.", Missing, "retro start segelboot bis {}"),
        ("bis Mo 29.3. 9:30", Suggestion, "retro start fragen bis 2027-03-30 09:30"),
    ],
)
def test_moment_that_cannot_be_meant_is_asked_back(words: str, error: type[Missing], line: str):
    with pytest.raises(error) as raised:
        retros.read_start(words, THURSDAY, SETTINGS)

    assert (type(raised.value), raised.value.line) == (error, line)


def test_schedule_never_begins_before_the_day_that_was_said():
    found = retros.schedule(RETRO, SETTINGS)

    assert (found.days, found.at.isoformat("minutes"), found.first) == (
        (0, 1, 2, 3, 4), "09:30", date(2027, 3, 22),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reveal", "today", "due"),
    [
        # A week later is Easter Monday.
        (date(2027, 3, 22), date(2027, 3, 24), date(2027, 3, 30)),
        (date(2027, 3, 8), date(2027, 3, 10), date(2027, 3, 15)),
        # The vote took more than a week.
        (date(2027, 3, 1), date(2027, 3, 11), date(2027, 3, 18)),
    ],
)
def test_due_day_of_the_lines(reveal: date, today: date, due: date):
    assert retros.due_day(reveal, today, SETTINGS) == due


# --- what the messages show ----------------------------------------------------------------------


def shown(topics: list[Topic]) -> list[list[str]]:
    """Return the messages, line by line."""
    paged = reveals.paged(topics, "de")
    posts = [reveals.revealed(paged, QUESTIONS, [])]
    posts += [reveals.further(paged, QUESTIONS, page) or text("") for page in reveals.pages(paged)]
    return [post.render("de").split("\n") for post in posts]


@pytest.mark.parametrize("sign", ["ö", "Ж", "🎉"])
def test_message_can_be_sent_whatever_it_is_written_in(sign: str):
    """An edit holds the words twice, and encryption adds a third; an event has 64 KiB."""
    topics = [Topic(HEADINGS["try"], (card(number, sign * 200),)) for number in range(300)]
    posts = shown(topics)

    assert max(len(json.dumps("\n".join(post))) for post in posts) < 64 * 1024 * 3 // 4 // 2
    assert sum(line == f"- {sign * 200}" for post in posts for line in post) == 300


def test_topic_stays_together_and_its_question_stands_above_it_in_each_message():
    long = [Topic(HEADINGS["hard"], (card(n, f"{n:03} " + "a" * 196, "hard"),)) for n in range(58)]
    alike = Topic(HEADINGS["hard"], tuple(card(n, f"Das Essen {n}" + " gut" * 45, "hard") for n in range(5)))
    posts = shown([*long, alike, Topic(None, (card(9, "Ohne Frage", None),))])

    assert [post[:2] for post in posts] == [
        ["Rückschau (Retro). Das sind die Karten, ohne Namen.", "Was war schwierig?"],
        ["Rückschau (Retro), Teil 2: weitere Karten, ohne Namen.", "Was war schwierig?"],
    ]
    assert (len(posts[0]), posts[0][-1]) == (61, "Weiter geht es in Teil 2.")
    assert posts[1][2].startswith("- Das Essen 0")
    assert posts[1][3:] == ["Außerdem:", "- Ohne Frage"]


def test_topic_that_no_message_holds_is_divided():
    cards = tuple(card(number, f"{number:03} " + "a" * 196) for number in range(70))
    posts = shown([Topic(HEADINGS["try"], cards)])

    assert [len(re.findall(r"\d{3} a{196}", "\n".join(post))) for post in posts] == [57, 13]
    assert [post[1] for post in posts] == ["Was probieren wir aus?"] * 2


def test_card_of_several_lines_is_shown_whole():
    assert shown([Topic(HEADINGS["try"], (card(1, "a\n" * 99 + "Ende"),))]) == [
        [
            "Rückschau (Retro). Das sind die Karten, ohne Namen.",
            "Was probieren wir aus?",
            "- " + "a / " * 99 + "Ende",
        ]
    ]


# --- topics --------------------------------------------------------------------------------------


def test_like_cards_stand_together_by_heading_and_alphabet():
    cards = [
        card(1, "zu viele Räume", "hard"),
        card(2, "Firmen vorher briefen"),
        card(3, "15 Minuten statt 10"),
        card(4, "Die Firmen vorher genau briefen"),
        card(5, "Das Essen", "good"),
        card(6, "Ohne Frage", None),
        card(7, "das essen!", "good"),
    ]
    found = retros.grouped(cards, QUESTIONS)

    assert [(topic.words, len(topic.cards), topic.number) for topic in found] == [
        ("Das Essen", 2, None),
        ("zu viele Räume", 1, 1),
        ("15 Minuten statt 10", 1, 2),
        ("Die Firmen vorher genau briefen", 2, 3),
        ("Ohne Frage", 1, 4),
    ]
    assert retros.grouped(list(reversed(cards)), QUESTIONS) == found


def test_of_too_many_topics_those_are_voted_on_that_most_cards_name():
    words = [f"Thema{chr(97 + n)}" for n in range(25)]
    cards = [card(n, one) for n, one in enumerate(words)] + [card(99, words[24])]
    found = retros.grouped(cards, QUESTIONS)

    assert len(retros.to_vote(found)) == 20
    assert found[24].number == 20
    assert [topic.number for topic in found[19:24]] == [None] * 5


def test_first_are_those_with_points_and_what_got_none_comes_up_once_more():
    topics = [
        Topic(HEADINGS["good"], (card(1, "Essen", "good"),)),
        Topic(HEADINGS["try"], (card(2, "A"),), 1),
        Topic(HEADINGS["try"], (card(3, "B"), card(4, "B!")), 2),
        Topic(HEADINGS["try"], (card(5, "C"),), 3),
        Topic(HEADINGS["try"], (card(6, "D", origin=1),), 4),
        Topic(HEADINGS["try"], (card(7, "E"),)),
    ]
    points = {1: 1, 3: 2}

    assert [(topic.words, number) for topic, number in retros.first(topics, points)] == [("C", 2), ("A", 1)]
    assert [one.text for one in retros.left_over(topics, points)] == ["B", "B!", "E"]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Firmen vorher briefen", 1),
        ("firmen vorher briefen!", 1),
        ("Die Firmen vorher briefen", 1),
        ("Raum buchen", None),
    ],
)
def test_task_is_recognised_by_its_words(words: str, number: int | None):
    topics = [
        Topic(HEADINGS["try"], (card(1, "Firmen vorher briefen."),), 1, RetroTopicId(1)),
        Topic(HEADINGS["try"], (card(2, "15 Minuten statt 10"),), 2, RetroTopicId(2)),
    ]
    found = retros.meant(words, topics)

    assert (found.number if found else None) == number
