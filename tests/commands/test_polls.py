# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls from the question to the result, through every door; nobody votes twice, nobody's vote is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from method.ids import RoomId
from storage.tables import poll_marks, poll_votes, poll_words
from tests.chat import CAST, GROUP, Chat
from tests.fake_homeserver import ME

#: The chat begins on Monday, 22 February 2027, at 9:05.
WHAT = "!umfrage Was zuerst?; Lotsin; Profil; Probe"
SIGNS = ["1️⃣", "2️⃣", "3️⃣"]
CARD = """\
U1: Was zuerst?
1: Lotsin
2: Profil
3: Probe
1 Stimme pro Person. Ende: Mi, 24. Februar, 12:00.
Die Umfrage lässt sich hier nicht antippen? Dann: !stimme U1 2"""


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Return a group with an open poll of Lina's."""
    await chat.says(WHAT, by="lina")
    assert await chat.answers() == [CARD, *SIGNS]
    return chat


async def result(chat: Chat, by: str = "lina", poll: str = "U1") -> str:
    """End the poll; return the first line of what is said."""
    await chat.answers()
    await chat.says(f"!umfrage ende {poll}", by=by)
    [said] = await chat.answers()
    return said.partition("\n")[0]


async def kept(chat: Chat) -> int:
    """Return how many rows about single votes there are."""
    async with chat.db.reading() as db:
        return sum(
            [len((await db.execute(select(table))).all()) for table in (poll_votes, poll_marks, poll_words)]
        )


async def test_one_vote_per_person_over_all_doors(asked: Chat):
    card = asked.post("U1")
    await asked.says("!stimme U1 2", by="ewa")
    await asked.says("2", by="murat", reply_to=card)
    await asked.tells("stimme U1 2", by="henrik")
    await asked.reacts(card, "2️⃣", by="katrin")
    assert await asked.answers() == ["✅ U1"] * 3
    # The newest door counts.
    await asked.reacts(card, "3️⃣", by="ewa")
    await asked.says("!stimme 3", by="katrin")
    await asked.says("3", by="henrik", reply_to=card)

    assert await result(asked) == "Ergebnis U1, 4 Personen: Probe 3, Profil 1, Lotsin 0."
    assert await kept(asked) == 0


async def test_poll_ends_by_itself_with_the_votes_of_before(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.answers()
    await asked.pass_time(hours=50, minutes=54)
    assert await asked.answers() == []

    await asked.pass_time(minutes=2)

    assert await asked.answers() == [
        "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0.\n"
        "Entscheiden macht die Gruppe. Zum Kopieren: !entscheidung Was zuerst? Lotsin"
    ]
    await asked.pass_time(hours=5)
    assert await asked.answers() == []


async def test_late_vote_is_told_and_does_not_count(asked: Chat):
    card = asked.post("U1")
    await asked.says("!stimme U1 1", by="ewa")
    await asked.pass_time(hours=51)
    await asked.answers()

    await asked.says("!stimme U1 2", by="murat")
    await asked.reacts(card, "2️⃣", by="henrik")

    assert await asked.answers() == ["⏰ zu spät", "Das Ende von U1 war: Mi, 24. Februar, 12:00."]
    assert await kept(asked) == 0
    # The room hears once when it was; whoever asks alone is told.
    await asked.says("!stimme U1 2", by="ewa")
    assert await asked.answers() == ["⏰ zu spät"]
    await asked.tells("stimme U1 2", by="ewa")
    assert await asked.answers() == ["⏰ zu spät", "Das Ende von U1 war: Mi, 24. Februar, 12:00."]


async def test_vote_after_the_end_does_not_count_although_the_poll_is_still_open(asked: Chat):
    """The bot was down at the end: what it receives afterwards is late."""
    await asked.says("!stimme U1 1", by="ewa")
    await asked.answers()
    asked.now = asked.now.replace(day=24, hour=12)

    await asked.says("!stimme U1 2", by="murat")

    assert (await asked.answers())[0] == "⏰ zu spät"
    await asked.pass_time(minutes=1)
    assert (await asked.answers())[0].startswith("Ergebnis U1, 1 Person: Lotsin 1")


async def test_deleted_vote_revives_the_earlier_one(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    second = await asked.reacts(asked.post("U1"), "2️⃣", by="ewa")
    await asked.redacts(second, by="ewa")

    assert await result(asked) == "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."


async def test_vote_can_be_withdrawn_and_edited(asked: Chat):
    vote = await asked.says("!stimme U1 1", by="ewa")
    await asked.says("!stimme U1 2", by="murat")
    await asked.says("!stimme U1 keine", by="murat")
    await asked.edits(vote, "!stimme U1 3", by="ewa")
    assert (await asked.answers())[-1] == "✏️ U1"

    assert await result(asked) == "Ergebnis U1, 1 Person: Probe 1, Lotsin 0, Profil 0."


async def test_who_has_left_has_no_vote(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.says("!stimme U1 2", by="murat")
    await asked.leaves("ewa")

    assert await result(asked) == "Ergebnis U1, 1 Person: Profil 1, Lotsin 0, Probe 0."


async def test_only_author_and_moderation_end_a_poll(asked: Chat):
    await asked.says("!umfrage ende U1", by="ewa")
    assert (await asked.answers())[0].startswith("Das macht in dieser Gruppe die Moderation.")

    assert await result(asked, by="katrin") == "U1 ist zu Ende. Es gab keine Stimme."
    await asked.says("!umfrage ende U1", by="katrin")
    assert await asked.answers() == ["U1 ist schon zu Ende. Offene Umfragen: !umfragen"]


async def test_late_vote_is_told_when_the_poll_was_ended(asked: Chat):
    await asked.pass_time(hours=1)
    await result(asked)

    await asked.says("!stimme U1 2", by="ewa")

    assert await asked.answers() == ["⏰ zu spät", "Das Ende von U1 war: Mo, 22. Februar, 10:05."]


@pytest.mark.parametrize(
    "words", ["!konsens ende U1", "!umfrage U1 ende", "!termin Ende", "!umfrage beenden U1."]
)
async def test_poll_is_ended_by_the_words_that_come_to_mind(asked: Chat, words: str):
    await asked.says(words, by="lina")

    assert await asked.answers() == ["U1 ist zu Ende. Es gab keine Stimme."]


async def test_several_points_and_too_many(chat: Chat):
    await chat.says(f"{WHAT}; 2 Punkte verdeckt bis Do 12:00", by="lina")
    [card] = await chat.answers()
    assert "Zwei Punkte pro Person. Ende: Do, 25. Februar, 12:00." in card
    assert "Verdeckt heißt: Ergebnisse erst am Ende." in card

    await chat.says("!stimme U1 1 2 3", by="ewa")
    assert await chat.answers() == [
        "Bei U1 hat jede Person 2 Punkte. Welche Nummern? Beispiel: !stimme U1 1 2"
    ]
    await chat.says("1 und 3", by="ewa", reply_to=chat.post("Bei U1"))
    await chat.reacts(chat.post("U1"), "2️⃣", by="murat")

    assert await result(chat) == "Ergebnis U1, 1 Person: Lotsin 1, Probe 1, Profil 0."


async def test_unclear_end_is_asked_for_and_nothing_is_lost(chat: Chat):
    await chat.says(f"{WHAT}; bis 1.2.", by="lina")
    assert await chat.answers() == ["Mo, 1. Februar, 18:00 ist vorbei. Bis wann? Beispiel: Fr 12:00"]

    await chat.says("Fr 12:00", by="lina", reply_to=chat.post("Mo, 1."))

    assert (await chat.answers())[0].startswith("U1: Was zuerst?\n1: Lotsin\n2: Profil\n3: Probe\n1 Stimme pro Person."
                                                " Ende: Fr, 26. Februar, 12:00.")  # fmt: skip


async def test_several_answers_may_be_given_when_one_is_missing(chat: Chat):
    await chat.says("!umfrage Was zuerst?", by="lina")
    assert (await chat.answers())[0].startswith("Eine Umfrage braucht mindestens zwei Antworten.")

    await chat.says("Lotsin; Profil", by="lina", reply_to=chat.post("Eine Umfrage"))

    assert (await chat.answers())[0].startswith("U1: Was zuerst?\n1: Lotsin\n2: Profil\n1 Stimme")


async def test_which_poll_is_asked_where_several_are_open(asked: Chat):
    await asked.says("!umfrage Noch etwas?; Ja; Nein", by="lina")
    await asked.answers()

    await asked.says("!stimme 1", by="ewa")
    await asked.says("!stimme U9 1", by="ewa")
    await asked.says("!umfragen", by="ewa")

    assert await asked.answers() == [
        "Welche Umfrage? Offen sind: U1, U2. Beispiel: !stimme U1 2",
        "U9 gibt es nicht. Offene Umfragen: !umfragen",
        "Offene Umfragen:\nU1: Was zuerst? Ende: Mi, 24. Februar, 12:00.\n"
        "U2: Noch etwas? Ende: Mi, 24. Februar, 12:00.",
    ]


async def test_talk_under_a_poll_is_no_vote(asked: Chat):
    card = asked.post("U1")
    for words in ("2 Euro wären gut", "Gute Frage!"):
        await asked.says(words, by="ewa", reply_to=card)

    assert await asked.answers() == []
    assert not await asked.stores("Gute Frage!")
    assert await result(asked) == "U1 ist zu Ende. Es gab keine Stimme."


# --- secret --------------------------------------------------------------------------------------

SECRET = "!umfrage Was zuerst?; Lotsin; Profil geheim"
PEOPLE = ("ewa", "murat", "henrik", "lina", "katrin")


async def test_secret_votes_come_by_direct_message_once(chat: Chat):
    await chat.says(SECRET, by="lina")
    [card] = await chat.answers()
    assert "Diese Abstimmung ist geheim. Stimme per Direktnachricht an mich: stimme U1 2." in card

    await chat.says("!stimme U1 1", by="ewa")
    await chat.says("1", by="ewa", reply_to=chat.post("U1:"))
    assert await chat.answers() == ["U1 ist geheim. Stimme per Direktnachricht an mich: stimme U1 1"] * 2
    for name in PEOPLE:
        await chat.tells("stimme U1 2", by=name)
    await chat.tells("stimme U1 1", by="ewa")

    assert await chat.answers() == ["✅ U1"] * 5 + [
        "Eine geheime Stimme lässt sich nicht ändern: Ich weiß nicht, welche es war."
    ]
    assert await result(chat) == "Ergebnis U1, 5 Personen: Profil 5, Lotsin 0."
    assert await kept(chat) == 0


async def test_fewer_than_five_secret_votes_are_not_shown(chat: Chat):
    await chat.says(SECRET, by="lina")
    for name in PEOPLE[:4]:
        await chat.tells("stimme U1 2", by=name)

    assert await result(chat) == (
        "U1 ist zu Ende. Weniger als 5 Stimmen."
        " Ich zeige kein Ergebnis, weil man sonst einzelne Personen erkennen kann."
    )


# --- other kinds ---------------------------------------------------------------------------------


async def test_points_for_barriers_name_the_barriers(chat: Chat):
    for number in range(1, 4):
        await chat.says(f"!barriere Hürde Nummer {number}", by="lina")
    await chat.answers()
    await chat.says("!punkten barrieren 2 bis Fr 12:00", by="katrin")
    assert (await chat.answers())[0] == (
        "U1: Was ist am wichtigsten?\nB1 Hürde Nummer 1\nB2 Hürde Nummer 2\nB3 Hürde Nummer 3\n"
        "Zwei Punkte pro Person. Ende: Fr, 26. Februar, 12:00.\n"
        "Die Zahlen unter dieser Nachricht antippen. Oder: !stimme U1 1 3"
    )

    await chat.says("!stimme U1 2 und B3", by="ewa")
    await chat.says("!stimme U1 b 2", by="murat")

    assert await result(chat, by="katrin") == "Ergebnis U1, 2 Personen: B2 2, B3 1, B1 0."


async def test_deleted_entry_is_not_repeated_by_the_poll(chat: Chat):
    await chat.says("!barriere Eine andere Hürde", by="lina")
    deleted = await chat.says("!barriere Kanarienhürde", by="lina")
    await chat.says("!punkten barrieren 1", by="katrin")
    await chat.says("!stimme U1 2", by="ewa")

    await chat.redacts(deleted, by="lina")

    assert not await chat.stores("Kanarienhürde")
    await chat.answers()
    await chat.pass_time(seconds=1)
    [edit] = await chat.answers()
    assert edit.startswith("✎ U1: Was ist am wichtigsten?\nB1 Eine andere Hürde\nB2 (zurückgezogen)\n")
    await chat.says("!umfrage ende", by="katrin")
    assert await chat.answers() == [
        "Ergebnis U1, 1 Person: B2 (zurückgezogen) 1, B1 0.\nAm meisten Punkte: B2 (zurückgezogen).\n"
        "Entscheiden macht die Gruppe."
    ]


async def test_withdrawn_entry_comes_back_in_the_poll_too(chat: Chat):
    await chat.says("!barriere Eine andere Hürde", by="lina")
    await chat.says("!barriere Formular auf Papier", by="lina")
    await chat.says("!punkten barrieren 1", by="katrin")
    await chat.says("!löschen B2", by="lina")
    await chat.answers()
    await chat.pass_time(seconds=1)
    assert "\nB2 (zurückgezogen)\n" in (await chat.answers())[0]

    await chat.says("!rückgängig", by="lina")
    await chat.answers()
    await chat.pass_time(seconds=1)

    assert "\nB2 Formular auf Papier\n" in (await chat.answers())[0]


async def test_date_poll_offers_the_meeting(chat: Chat):
    await chat.says("!termin Austausch | Mi 3.3. 10:00 | Mi 3.3. 15:00 | Do 4.3. 10:00", by="katrin")
    assert "2: Mi, 3. März, 15:00" in (await chat.answers())[0]
    await chat.says("!stimme U1 2 3", by="ewa")
    await chat.says("!stimme U1 1 2", by="murat")
    await chat.answers()

    await chat.says("!umfrage ende", by="katrin")

    assert await chat.answers() == [
        "Ergebnis U1, 2 Personen: Mi, 3. März, 15:00 (2); Mi, 3. März, 10:00 (1); Do, 4. März, 10:00 (1).\n"
        "Entscheiden macht die Gruppe. Zum Kopieren: !treffen Mi 3.3. 15:00 Austausch"
    ]


SOON = [
    pytest.param("Mi 3.3. 10:00 | Do 4.3. 10:00", "Ende: Mi, 24. Februar, 12:00", id="enough time"),
    pytest.param("Mi 24.2. 10:00 | Do 4.3. 10:00", "Ende: Mi, 24. Februar, 9:00", id="before the first"),
    pytest.param("Do 4.3. 10:00 | Mi 24.2.", "Ende: Di, 23. Februar, 18:00", id="a whole day"),
    pytest.param("heute 9:35 | Do 4.3. 10:00", "Ende: Mo, 22. Februar, 9:20", id="in half an hour"),
    pytest.param("morgen | 3.3.", "Ende: Mo, 22. Februar, 18:00", id="tomorrow"),
    pytest.param("Mi 24.2. 8:30 | 3.3.", "Ende: Di, 23. Februar, 18:00", id="when work begins"),
    pytest.param("heute | morgen", "Ende: Mo, 22. Februar, 18:00", id="today"),
    pytest.param("heute | heute 15:00", "Ende: Mo, 22. Februar, 14:00", id="today, and at a time"),
]


@pytest.mark.parametrize(("days", "end"), SOON)
async def test_date_poll_ends_before_its_first_date(chat: Chat, days: str, end: str):
    await chat.says(f"!termin Austausch | {days}", by="katrin")

    assert end in (await chat.answers())[0]


@pytest.mark.parametrize(
    ("now", "days", "end"),
    [
        (datetime(2027, 2, 26, 9, tzinfo=UTC), "Mo 1.3. | Mi 3.3.", "Ende: Fr, 26. Februar, 18:00"),
        (datetime(2027, 3, 25, 9, tzinfo=UTC), "Mo 29.3. | Mi 31.3.", "Ende: Do, 25. März, 18:00"),
        (datetime(2027, 2, 22, 18, tzinfo=UTC), "morgen | 3.3.", "Ende: Mo, 22. Februar, 23:00"),
        (datetime(2027, 2, 22, 18, tzinfo=UTC), "heute | morgen | 3.3.", "Ende: Mo, 22. Februar, 23:00"),
        (datetime(2027, 2, 22, 16, 30, tzinfo=UTC), "morgen | 3.3.", "Ende: Mo, 22. Februar, 23:00"),
    ],
    ids=["weekend", "Easter", "work is over", "today's work is over", "work is nearly over"],
)
async def test_date_poll_ends_in_working_time_if_any_is_left(chat: Chat, now: datetime, days: str, end: str):
    chat.now = now
    await chat.says(f"!termin Austausch | {days}", by="katrin")

    assert end in (await chat.answers())[0]


async def test_lowest_resistance_wins(chat: Chat):
    await chat.says("!widerstand Welcher Tag?; Mo; Di", by="lina")
    await chat.tells("stimme U1 0 10", by="ewa")
    await chat.says("7 1", by="murat", reply_to=chat.post("U1"))

    assert await result(chat) == "Ergebnis U1, 2 Personen: Mo 7, Di 11."


async def test_objection_blocks_until_it_is_taken_back(chat: Chat):
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    card = chat.post("U1")
    await chat.reacts(card, "👍", by="ewa")
    objection = await chat.says("Einwand: Mittwochs ist Kurs.", by="murat", reply_to=card)
    await chat.says("ja", by="henrik", reply_to=card)
    await chat.answers()
    await chat.says("!umfrage ende U1", by="lina")
    assert await chat.answers() == [
        "Ergebnis U1, 3 Personen: „Wir treffen uns mittwochs.“ 1 Einwand ist offen."
        " Der Vorschlag gilt also noch nicht.\n- Mittwochs ist Kurs."
    ]

    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    objection = await chat.says("Einwand: Mittwochs ist Kurs.", by="murat", reply_to=chat.post("U2"))
    await chat.redacts(objection, by="murat")
    await chat.reacts(chat.post("U2"), "👍", by="ewa")
    assert (await result(chat, poll="U2")).endswith("Kein Einwand ist offen.")


async def test_agreement_and_abstention_in_other_words_are_no_objection(chat: Chat):
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    card = chat.post("U1")
    for name, words in {"ewa": "Kein Einwand.", "murat": "Passt für mich", "henrik": "Enthaltung"}.items():
        await chat.says(words, by=name, reply_to=card)

    assert await result(chat) == (
        "Ergebnis U1, 2 Personen: „Wir treffen uns mittwochs.“ Kein Einwand ist offen."
    )


async def test_edited_reply_to_a_proposal_means_what_it_says_now(chat: Chat):
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    card = chat.post("U1")
    agreed = await chat.says("ja", by="ewa", reply_to=card)
    objection = await chat.says("Einwand: Mittwochs ist Kurs.", by="murat", reply_to=card)
    await chat.edits(agreed, "Einwand: Mittwochs geht es nicht.", by="ewa")
    await chat.edits(objection, "ja", by="murat")
    await chat.answers()

    await chat.says("!umfrage ende", by="lina")

    assert await chat.answers() == [
        "Ergebnis U1, 2 Personen: „Wir treffen uns mittwochs.“ 1 Einwand ist offen."
        " Der Vorschlag gilt also noch nicht.\n- Mittwochs geht es nicht."
    ]


async def test_reply_that_is_edited_into_talk_is_no_vote(asked: Chat):
    vote = await asked.says("2", by="ewa", reply_to=asked.post("U1"))
    await asked.edits(vote, "Ich bin noch unsicher.", by="ewa")

    assert await result(asked) == "U1 ist zu Ende. Es gab keine Stimme."


async def test_secret_and_hidden_proposals_say_how_to_answer(chat: Chat):
    await chat.says("!konsens Wir treffen uns mittwochs. geheim", by="lina")
    [card] = await chat.answers()
    assert "Ja heißt einverstanden, nein heißt Einwand." in card
    assert "Stimme per Direktnachricht an mich: stimme U1 ja." in card
    await chat.tells("stimme U1", by="ewa")
    await chat.tells("nein", by="ewa")
    assert await chat.answers() == [
        "Ja oder nein? Nein heißt Einwand. Beispiel: !stimme U1 ja", "✅ U1"
    ]  # fmt: skip

    await chat.says("!konsens Wir treffen uns mittwochs. verdeckt", by="lina")
    [card] = await chat.answers()
    assert "Auf diese Nachricht antworten: ja, oder Einwand und der Grund." in card
    assert "👍" not in card


@pytest.mark.parametrize(
    ("question", "copied"),
    [
        ("!umfrage Neue Räume?; Ja; Nein", "Neue Räume? Ja"),
        ("!umfrage Thema; #kita; Profil", "Thema: #kita"),
        (f"!umfrage Was zuerst?; {'sehr ' * 40}lang; Profil", f"Was zuerst? {'sehr ' * 40}lang"),
    ],
    ids=["yes", "topic", "long"],
)
async def test_line_to_copy_makes_a_decision_that_is_understood_later(chat: Chat, question: str, copied: str):
    await chat.says(question, by="lina")
    await chat.says("!stimme U1 1", by="ewa")
    await chat.answers()
    await chat.says("!umfrage ende", by="lina")
    [said] = await chat.answers()
    line = said.rpartition("Zum Kopieren: ")[2]
    assert line == f"!entscheidung {copied}"

    await chat.says(line, by="lina")
    await chat.says("!zeig E1", by="lina")

    receipt, shown = await chat.answers()
    assert receipt == "✅ E1"
    assert copied.partition(" #")[0].rstrip(":") in shown


async def test_number_of_an_answer_is_not_its_words(chat: Chat):
    await chat.says("!umfrage Wie viele Treffen?; 2; 3; Keine", by="lina")
    await chat.says("!stimme U1 2", by="ewa")
    await chat.reacts(chat.post("U1"), "2️⃣", by="murat")
    await chat.says("!stimme U1 keine", by="henrik")

    assert await result(chat) == "Ergebnis U1, 3 Personen: 3 (2); Keine (1); 2 (0)."


async def test_answers_can_be_suggested(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil offen für Vorschläge", by="lina")
    await chat.answers()

    await chat.says("+ Mentoring", by="ewa", reply_to=chat.post("U1"))

    edit, receipt, sign = await chat.answers()
    assert edit.startswith("✎ U1: Was zuerst?\n1: Lotsin\n2: Profil\n3: Mentoring\n")
    assert (sign, receipt) == ("3️⃣", "✅ U1")


async def test_suggestion_that_is_there_already_or_just_agrees_adds_nothing(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil offen für Vorschläge", by="lina")
    await chat.answers()

    await chat.says("+1", by="ewa", reply_to=chat.post("U1"))
    await chat.says("+ lotsin", by="ewa", reply_to=chat.post("U1"))

    assert await chat.answers() == ["Zwei Antworten sind gleich: lotsin. Jede wird einmal gebraucht."]
    assert await result(chat) == "U1 ist zu Ende. Es gab keine Stimme."


async def test_deleted_suggestion_loses_its_words(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil offen für Vorschläge", by="lina")
    added = await chat.says("+ Kanarienvogel", by="ewa", reply_to=chat.post("U1"))
    await chat.answers()

    await chat.redacts(added, by="ewa")

    [edit] = await chat.answers()
    assert edit.startswith("✎ U1: Was zuerst?\n1: Lotsin\n2: Profil\n3: zurückgezogene Antwort\n")
    assert not await chat.stores("Kanarienvogel")


async def test_edited_suggestion_says_something_else_until_somebody_votes_for_it(chat: Chat):
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil offen für Vorschläge", by="lina")
    added = await chat.says("+ Mentoring", by="ewa", reply_to=chat.post("U1"))
    await chat.says("!stimme U1 1", by="ewa")
    await chat.answers()

    await chat.edits(added, "+ Mentoren", by="ewa")
    edit, receipt = await chat.answers()
    assert (edit.split("\n")[3], receipt) == ("3: Mentoren", "✏️ U1")
    await chat.edits(added, "+ lotsin", by="ewa")
    await chat.says("!stimme U1 3", by="murat")
    await chat.edits(added, "+ Etwas ganz anderes", by="ewa")

    assert await chat.answers() == [
        "Zwei Antworten sind gleich: lotsin. Jede wird einmal gebraucht.",
        "✅ U1",
        "In U1 wurde schon abgestimmt. Die Antwort bleibt unverändert."
        " Eine weitere: mit + und dem Text auf die Umfrage antworten.",
    ]
    assert await result(chat) == "Ergebnis U1, 2 Personen: Lotsin 1, Mentoren 1, Profil 0."


@pytest.mark.parametrize("openness", ["verdeckt", "geheim"])
async def test_edited_suggestion_does_not_tell_who_was_voted_for(chat: Chat, openness: str):
    await chat.says(f"!umfrage Was zuerst?; Lotsin; Profil offen für Vorschläge {openness}", by="lina")
    added = await chat.says("+ Mentoring", by="ewa", reply_to=chat.post("U1"))
    await chat.tells("stimme U1 1", by="murat")
    await chat.answers()

    await chat.edits(added, "+ Mentoren", by="ewa")

    assert (await chat.answers())[0].startswith("In U1 wurde schon abgestimmt.")


async def test_suggested_day_is_a_day_that_can_be_chosen_too(chat: Chat):
    await chat.says("!termin Austausch; Mi 3.3. 10:00; Do 4.3. 10:00 offen für Vorschläge", by="katrin")
    await chat.says("+ irgendwann", by="ewa", reply_to=chat.post("U1"))
    await chat.says("+ Fr 5.3. 10:00", by="ewa", reply_to=chat.post("U1"))
    await chat.says("!stimme U1 1 2 3", by="ewa")
    await chat.says("!stimme U1 3", by="murat")
    await chat.answers()

    await chat.says("!umfrage ende", by="katrin")

    assert await chat.answers() == [
        "Ergebnis U1, 2 Personen: Fr, 5. März, 10:00 (2); Mi, 3. März, 10:00 (1); Do, 4. März, 10:00 (1).\n"
        "Entscheiden macht die Gruppe. Zum Kopieren: !treffen Fr 5.3. 10:00 Austausch"
    ]


async def test_yes_no_and_abstention_in_one_word(chat: Chat):
    await chat.says("!umfrage Neue Räume?", by="lina")
    assert (await chat.answers())[0].startswith("Eine Umfrage braucht mindestens zwei Antworten.")
    await chat.says("ja/nein/enthaltung", by="lina", reply_to=chat.post("Eine Umfrage"))
    assert (await chat.answers())[0].startswith("U1: Neue Räume?\n1: Ja\n2: Nein\n3: Enthaltung\n")
    await chat.says("!stimme U1 Enthaltung", by="ewa")
    await chat.answers()

    await chat.says("!umfrage ende", by="lina")

    assert await chat.answers() == [
        "Ergebnis U1, 1 Person: Enthaltung 1, Ja 0, Nein 0.\nEntscheiden macht die Gruppe."
    ]


# --- rooms and groups ----------------------------------------------------------------------------

OTHER = RoomId("!other:test")


async def test_open_poll_is_shown_in_the_room_that_replaced_the_old_one(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.answers()
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await asked.sends("m.room.tombstone", {"replacement_room": OTHER}, by="katrin", state_key="")
    state = asked.room_state("Anerkannt und doch ohne Job", CAST)
    state[0] = asked.event("m.room.create", create, by="katrin", state_key="")

    await asked.syncs({"join": {OTHER: {"state": {"events": state}}}})

    assert (await asked.answers(OTHER))[1:] == [CARD, *SIGNS]
    await asked.reacts(asked.post("U1:"), "2️⃣", by="murat", room=OTHER)
    await asked.pass_time(hours=60)
    assert (await asked.answers(OTHER))[0].startswith("Ergebnis U1, 2 Personen: Lotsin 1, Profil 1, Probe 0.")


async def test_returning_to_the_same_room_shows_no_poll_twice(asked: Chat):
    gone = asked.event("m.room.member", {"membership": "leave"}, by="katrin", state_key=ME)
    await asked.syncs({"leave": {GROUP: {"timeline": {"events": [gone]}}}})
    await asked.pass_time(hours=60)
    assert await asked.answers() == []

    await asked.found()
    await asked.pass_time(minutes=2)

    assert await asked.answers() == [
        "Ich bin wieder da. Nichts ist verloren: !board", "U1 ist zu Ende. Es gab keine Stimme."
    ]  # fmt: skip


@pytest.fixture
async def two_groups(chat: Chat) -> Chat:
    """Return a chat in which Ewa is in two groups: U1 is open in both, U2 in the second only."""
    await chat.found(OTHER, "Zweite Gruppe", {"katrin": 100, "ewa": 0})
    await chat.says("!umfrage Kaffee?; Ja; Nein geheim", by="katrin")
    for question in ("Tee?", "Saft?"):
        await chat.says(f"!umfrage {question}; Ja; Nein geheim", by="katrin", room=OTHER)
    await chat.answers()
    return chat


async def test_choosing_the_group_is_remembered_where_several_polls_are_open(two_groups: Chat):
    await two_groups.tells("stimme U1 2", by="ewa")
    await two_groups.tells("2", by="ewa")
    assert (await two_groups.answers())[-1] == "Welche Umfrage? Offen sind: U1, U2. Beispiel: !stimme U1 2"

    await two_groups.tells("stimme U1 2", by="ewa")

    assert await two_groups.answers() == [
        "✅ U1", "Das zählt in der Gruppe „Zweite Gruppe“. In einer anderen abstimmen: gruppe"
    ]  # fmt: skip


async def test_poll_that_only_one_group_has_open_is_meant(two_groups: Chat):
    await two_groups.tells("gruppe 1", by="ewa")
    await two_groups.answers()

    await two_groups.tells("stimme U2 2", by="ewa")

    assert await two_groups.answers() == ["✅ U2"]


async def test_deleting_the_question_withdraws_the_poll(chat: Chat):
    asked = await chat.says("!umfrage Kanarienfrage?; Kanarienlotsin; Profil", by="lina")
    card, native = chat.post("U1"), chat.native()
    await chat.says("!stimme U1 1", by="ewa")
    await chat.votes("a1", by="murat")
    await chat.answers()

    await chat.redacts(asked, by="lina")

    assert await chat.answers() == [f"✗ {native}", f"✗ {card}"]
    assert await kept(chat) == 0
    await chat.pass_time(hours=60)
    assert await chat.answers() == []
    assert not await chat.stores("Kanarienlotsin")


async def test_deleting_the_question_of_a_closed_poll_deletes_the_result(chat: Chat):
    asked = await chat.says("!umfrage Kanarienfrage?; Kanarienlotsin; Profil", by="lina")
    card, native = chat.post("U1"), chat.native()
    await chat.says("!stimme U1 1", by="ewa")
    await result(chat)
    said, end = chat.post("Ergebnis"), chat.homeserver.sent[-3].event_id

    await chat.redacts(asked, by="lina")

    assert await chat.answers() == [f"✗ {event}" for event in (native, card, end, said)]


async def test_editing_the_question_changes_nothing(chat: Chat):
    asked = await chat.says(WHAT, by="lina")
    await chat.answers()

    await chat.edits(asked, "!umfrage Was zuletzt?; A; B", by="lina")

    assert await chat.answers() == ["U1 bleibt unverändert. Beenden: !umfrage ende U1. Dann neu fragen."]
