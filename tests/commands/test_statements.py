# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Votes in own words: objections that are meant as such, and answers to a question to everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables import poll_answers, poll_marks, poll_votes, poll_words
from tests.chat import Chat

PROPOSAL = "!konsens Wir treffen uns mittwochs."
ASKS = (
    "Ist das ein Einwand gegen U1? Dann hier ✋ antippen oder mit dem Wort Einwand antworten."
    " Sonst zählt es nicht."
)
HOLDS = "Ergebnis U1, 1 Person: „Wir treffen uns mittwochs.“ Kein Einwand ist offen."
BLOCKED = (
    "Ergebnis U1, 1 Person: „Wir treffen uns mittwochs.“ 1 Einwand ist offen."
    " Der Vorschlag gilt also noch nicht."
)


async def ended(chat: Chat, by: str = "lina") -> str:
    """End the only poll; return what is said."""
    await chat.answers()
    await chat.says("!umfrage ende U1", by=by)
    [said] = await chat.answers()
    return said


async def kept(chat: Chat) -> int:
    """Return how many rows about what single people said there are."""
    tables = (poll_votes, poll_marks, poll_words, poll_answers)
    async with chat.db.reading() as db:
        return sum([len((await db.execute(select(table))).all()) for table in tables])


@pytest.fixture
async def proposed(chat: Chat) -> Chat:
    """Return a group with a proposal to which Ewa agrees."""
    await chat.says(PROPOSAL, by="lina")
    await chat.reacts(chat.post("U1"), "👍", by="ewa")
    await chat.answers()
    return chat


async def test_question_under_a_proposal_is_neither_counted_nor_kept(proposed: Chat):
    await proposed.says("Wann wäre das?", by="murat", reply_to=proposed.post("U1"))

    assert await proposed.answers() == []
    assert not await proposed.stores("Wann wäre das?")
    assert (await ended(proposed)).startswith(HOLDS)


async def test_remark_does_not_block_and_is_asked_about_once(proposed: Chat):
    card = proposed.post("U1")
    await proposed.says("Mittwochs ist Kurs.", by="murat", reply_to=card)
    await proposed.says("Und donnerstags auch.", by="murat", reply_to=card)

    assert await proposed.answers() == [ASKS, "✋"]
    # It could mean two things, so it means nothing.
    await proposed.reacts(proposed.post("Ist das"), "👍", by="murat")
    assert (await ended(proposed)).startswith(HOLDS)
    assert await kept(proposed) == 0


@pytest.mark.parametrize("door", ["tap the question", "tap the proposal", "yes", "word"])
async def test_remark_is_the_reason_once_it_is_called_an_objection(proposed: Chat, door: str):
    card = proposed.post("U1")
    await proposed.reacts(card, "✋", by="ewa")
    await proposed.says("Mittwochs ist Kurs.", by="murat", reply_to=card)
    await proposed.reacts(card, "👍", by="ewa")
    question = proposed.post("Ist das")
    if door.startswith("tap"):
        await proposed.reacts(question if door == "tap the question" else card, "✋", by="murat")
    else:
        await proposed.says("Ja" if door == "yes" else "Einwand!", by="murat", reply_to=question)

    assert await ended(proposed) == BLOCKED.replace("1 Person", "2 Personen") + "\n- Mittwochs ist Kurs."


async def test_no_to_the_question_lets_the_remark_be_forgotten(proposed: Chat):
    await proposed.says("Mittwochs ist Kurs.", by="murat", reply_to=proposed.post("U1"))
    await proposed.answers()

    await proposed.says("Nein", by="murat", reply_to=proposed.post("Ist das"))

    assert await proposed.answers() == ["Gut, das zählt nicht als Einwand."]
    assert not await proposed.stores("Mittwochs ist Kurs.")


async def test_who_has_agreed_or_given_a_reason_is_not_asked(proposed: Chat):
    card = proposed.post("U1")
    await proposed.says("Ich bringe Kuchen mit.", by="ewa", reply_to=card)
    await proposed.reacts(card, "✋", by="murat")
    await proposed.says("Mittwochs ist Kurs.", by="murat", reply_to=card)
    await proposed.says("Immer schon.", by="murat", reply_to=card)

    assert await proposed.answers() == ["✅ U1"]
    assert (await ended(proposed)).endswith("\n- Mittwochs ist Kurs.")


async def test_edited_objection_stays_one_and_edited_agreement_is_asked_about(proposed: Chat):
    card = proposed.post("U1")
    objection = await proposed.says("Einwand: Mittwochs ist Kurs.", by="murat", reply_to=card)
    agreed = await proposed.says("ja", by="henrik", reply_to=card)
    await proposed.answers()
    await proposed.edits(objection, "Mittwochs ist Elternabend.", by="murat")
    await proposed.edits(agreed, "Mittwochs ist schwierig.", by="henrik")

    assert await proposed.answers() == ["✏️ U1", ASKS, "✏️ U1", "✋"]
    assert (
        await ended(proposed) == BLOCKED.replace("1 Person", "2 Personen") + "\n- Mittwochs ist Elternabend."
    )


async def test_reason_may_be_typed_with_the_command_and_edited(proposed: Chat):
    vote = await proposed.says("!stimme U1 Einwand: zu teuer", by="murat")
    await proposed.edits(vote, "!stimme U1 Einwand: zu spät", by="murat")

    assert (await ended(proposed)).endswith("\n- zu spät")


async def test_secret_objection_is_shown_and_kept_with_nobody(chat: Chat):
    await chat.says(f"{PROPOSAL} geheim", by="lina")
    for name in ("ewa", "henrik", "lina", "katrin"):
        await chat.tells("stimme U1 ja", by=name)
    await chat.tells("stimme U1 Einwand: Mittwochs ist Kurs.", by="murat")
    async with chat.db.reading() as db:
        assert [tuple(row)[2] for row in await db.execute(select(poll_answers))] == ["Mittwochs ist Kurs."]
        assert (await db.execute(select(poll_words))).all() == []

    assert (await ended(chat)).endswith("Der Vorschlag gilt also noch nicht.\n- Mittwochs ist Kurs.")
    assert await kept(chat) == 0


# --- a question to everybody ---------------------------------------------------------------------

ROUND = "!fragerunde Was lief gut?"


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Return a group with a question to everybody."""
    await chat.says(ROUND, by="lina")
    assert await chat.answers() == [
        "U1: Was lief gut?\nEnde: Mi, 24. Februar, 12:00.\n"
        "Auf diese Nachricht antworten, dann sehen alle den Namen."
        " Ohne Namen: per Direktnachricht an mich, stimme U1 Text. Am Ende stehen alle Antworten hier ohne Namen."
    ]
    return chat


async def test_everybody_answers_once_through_any_door(asked: Chat):
    card = asked.post("U1")
    await asked.says("Das Essen", by="ewa", reply_to=card)
    await asked.says("Die Moderation?", by="murat", thread=card)
    await asked.says("!stimme U1 Zwei Räume", by="henrik")
    await asked.tells("stimme U1 Anfahrt", by="katrin")
    assert await asked.answers() == ["✅ U1"] * 4
    await asked.says("Das Frühstück", by="ewa", reply_to=card)

    assert await ended(asked) == (
        "Ergebnis U1, 4 Personen: „Was lief gut?“\n"
        "- Anfahrt\n- Das Frühstück\n- Die Moderation?\n- Zwei Räume"
    )
    assert await kept(asked) == 0


async def test_answer_is_edited_and_deleted_with_its_message(asked: Chat):
    card = asked.post("U1")
    first = await asked.says("Das Essen", by="ewa", reply_to=card)
    second = await asked.says("Kanarienantwort", by="ewa", reply_to=card)
    typed = await asked.says("!stimme U1 Räume", by="murat")
    await asked.answers()
    await asked.edits(first, "Das Frühstück", by="ewa")
    await asked.edits(typed, "!stimme U1 Zwei Räume", by="murat")
    await asked.redacts(second, by="ewa")

    assert await asked.answers() == ["✏️ U1", "✏️ U1"]
    assert not await asked.stores("Kanarienantwort")
    assert await ended(asked) == "Ergebnis U1, 2 Personen: „Was lief gut?“\n- Das Frühstück\n- Zwei Räume"


async def test_late_answer_is_told_the_end_and_not_kept(asked: Chat):
    await asked.pass_time(hours=51)
    assert await asked.answers() == ["U1 ist zu Ende. Es gab keine Antwort."]

    await asked.says("Das Essen", by="ewa", reply_to=asked.post("U1:"))

    assert await asked.answers() == ["⏰ zu spät", "Das Ende von U1 war: Mi, 24. Februar, 12:00."]
    assert await kept(asked) == 0


async def test_missing_answer_is_asked_for_and_a_long_one_refused(asked: Chat):
    await asked.tells("stimme U1", by="ewa")
    await asked.tells("Das Essen", by="ewa")
    await asked.says("x" * 501, by="murat", reply_to=asked.post("U1"))

    assert await asked.answers() == [
        "Was ist die Antwort auf U1? Ein oder zwei Sätze reichen.", "✅ U1",
        "Das sind 501 Zeichen. Möglich sind 500. Kürzer schreiben.",
    ]  # fmt: skip


async def test_who_has_left_has_no_answer(asked: Chat):
    await asked.tells("stimme U1 Das Essen", by="ewa")
    await asked.leaves("ewa")

    assert await ended(asked) == "U1 ist zu Ende. Es gab keine Antwort."


async def test_hidden_answers_come_by_direct_message(chat: Chat):
    await chat.says(f"{ROUND} verdeckt", by="lina")
    assert "Verdeckt heißt: Bis zum Ende weiß ich, von wem eine Antwort ist" in (await chat.answers())[0]

    await chat.says("Das Essen", by="ewa", reply_to=chat.post("U1"))
    await chat.tells("stimme U1 Das Essen", by="ewa")

    assert await chat.answers() == [
        "Antworten auf U1 nehme ich nur per Direktnachricht: stimme U1 Text", "✅ U1"
    ]  # fmt: skip
    assert await ended(chat) == "Ergebnis U1, 1 Person: „Was lief gut?“\n- Das Essen"


async def test_secret_answers_belong_to_nobody(chat: Chat):
    await chat.says(f"{ROUND} geheim", by="lina")
    assert "Ich speichere nicht, von wem eine Antwort ist." in (await chat.answers())[0]
    for name, words in {"murat": "E", "ewa": "D", "henrik": "C", "lina": "B", "katrin": "A"}.items():
        await chat.tells(f"stimme U1 {words}", by=name)
    await chat.tells("stimme U1 Noch etwas", by="ewa")
    assert (await chat.answers())[5:] == [
        "Eine geheime Antwort lässt sich nicht ändern: Ich weiß nicht, welche es war."
    ]
    async with chat.db.reading() as db:
        assert (await db.execute(select(poll_words))).all() == []

    assert await ended(chat) == "Ergebnis U1, 5 Personen: „Was lief gut?“\n- A\n- B\n- C\n- D\n- E"
    assert await kept(chat) == 0


async def test_fewer_than_five_secret_answers_are_not_shown(chat: Chat):
    await chat.says(f"{ROUND} geheim", by="lina")
    await chat.tells("stimme U1 Das Essen", by="ewa")

    assert await ended(chat) == (
        "U1 ist zu Ende. Weniger als 5 Antworten."
        " Ich zeige keine, weil man sonst einzelne Personen erkennen kann."
    )
    assert not await chat.stores("Das Essen")
