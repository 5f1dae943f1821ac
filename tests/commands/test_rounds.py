# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rounds: everyone once before anyone twice, by any door, without names."""

from __future__ import annotations

import pytest

from tests.chat import Chat

QUESTION = "Wie geht es mit dem Ergebnis?"
ASKED = f"""\
Runde: {QUESTION}
Alle kommen einmal dran, erst dann jemand zum zweiten Mal.
Bitte auf diese Nachricht antworten. Ohne Namen: per Direktnachricht, „runde“ und dann der Text. Ende: 9:20.
Danach stehen die Antworten hier ohne Namen."""


@pytest.fixture
async def meeting(chat: Chat) -> Chat:
    """Return a group whose meeting Lina has begun."""
    await chat.says("!treffen start Gründung", by="lina")
    await chat.answers()
    return chat


@pytest.fixture
async def asked(meeting: Chat) -> Chat:
    """Return a group whose meeting has an open round."""
    await meeting.says(f"!runde {QUESTION}", by="lina")
    assert await meeting.answers() == [ASKED]
    return meeting


async def shown(chat: Chat) -> list[str]:
    """Return the answers on the card's last edit, in their order."""
    edits = [answer for answer in await chat.answers() if answer.startswith("✎ Runde")]
    return edits[-1].split("\n")[1:]


async def test_answers_come_through_three_doors_and_lose_their_names(asked: Chat):
    card = asked.post("Runde")
    await asked.says("Gut", by="ewa", reply_to=card)
    await asked.says("Geht so", by="murat", thread=card)
    await asked.tells("runde Schlecht", by="henrik")
    assert await asked.answers() == ["✅ T1"] * 3

    await asked.pass_time(minutes=15)

    (edit,) = await asked.answers()
    head, *lines = edit.split("\n")
    assert head == f"✎ Runde: {QUESTION}"
    assert sorted(lines) == ["- Geht so", "- Gut", "- Schlecht"]


async def test_edited_late_and_in_private_the_answer_is_shown_and_acknowledged(asked: Chat):
    answer = await asked.tells("runde Gut", by="ewa")
    await asked.pass_time(minutes=15)
    await asked.answers()

    await asked.edits(answer, "runde Sehr gut", by="ewa", room=await asked.direct("ewa"))

    assert sorted(await asked.answers()) == ["✎ Runde: Wie geht es mit dem Ergebnis?\n- Sehr gut", "✏️ T1"]


async def test_deleting_the_question_takes_the_round_away(meeting: Chat):
    question = await meeting.says(f"!runde {QUESTION}", by="lina")
    card = meeting.post("Runde")
    await meeting.says("Gut", by="ewa", reply_to=card)
    await meeting.answers()

    await meeting.redacts(question, by="lina")
    await meeting.pass_time(minutes=15)

    assert await meeting.answers() == [f"✗ {card}"]
    assert not await meeting.stores(QUESTION)


async def test_second_answer_waits_until_all_present_have_given_theirs(asked: Chat):
    card = asked.post("Runde")
    for name in ("ewa", "murat"):
        await asked.says("!board", by=name)
    await asked.answers()
    await asked.says("Gut", by="ewa", reply_to=card)
    await asked.says("Noch etwas", by="ewa", reply_to=card)
    assert await asked.answers() == ["✅ T1", "⏳ wartet"]
    await asked.says("Geht so", by="murat", reply_to=card)
    assert await asked.answers() == ["✅ T1"]

    await asked.tells("runde Schön", by="lina")

    assert await asked.answers() == ["✅ T1", "✅ T1"]
    await asked.pass_time(minutes=15)
    lines = await shown(asked)
    assert (sorted(lines[:3]), lines[3:]) == (["- Geht so", "- Gut", "- Schön"], ["- Noch etwas"])


async def test_deadline_waits_for_nobody(asked: Chat):
    card = asked.post("Runde")
    for words in ("Gut", "Noch etwas"):
        await asked.says(words, by="ewa", reply_to=card)
    await asked.pass_time(minutes=15)

    assert await shown(asked) == ["- Gut", "- Noch etwas"]


async def test_round_without_answers_names_nobody(asked: Chat):
    await asked.pass_time(minutes=15)

    assert await shown(asked) == ["Dazu gab es keine Antwort."]


DEADLINES = ["!runde Was nun? bis 15:30", "!runde bis 15:30 Was nun?", "!round Was nun? until 15.30 Uhr"]


@pytest.mark.parametrize("words", DEADLINES)
async def test_round_has_a_deadline(meeting: Chat, words: str):
    await meeting.says(words)

    answer = (await meeting.answers())[0]
    assert (answer.split("\n")[0], "Ende: 15:30." in answer) == ("Runde: Was nun?", True)


async def test_deadline_that_is_over_is_asked_for(meeting: Chat):
    await meeting.says("!runde Was nun? bis 8:30")
    assert await meeting.answers() == [
        "8:30 ist vorbei. Bitte mit einer späteren Uhrzeit antworten, zum Beispiel 15:45."
    ]

    await meeting.says("9:30", reply_to=meeting.post("8:30 ist vorbei"))

    assert "Ende: 9:30." in (await meeting.answers())[0]


async def test_question_is_asked_for(meeting: Chat):
    await meeting.says("!runde")
    assert await meeting.answers() == ["Welche Frage geht an alle? Beispiel: Was nehmen wir mit?"]

    await meeting.says(QUESTION, reply_to=meeting.post("Welche Frage"))

    assert await meeting.answers() == [ASKED]


async def test_one_round_at_a_time(asked: Chat):
    await asked.says("!runde Und jetzt?")
    assert await asked.answers() == ["Eine Runde läuft noch bis 9:20. Beenden: !runde ende"]

    await asked.says("!runde ende")

    assert await asked.answers() == [f"✎ Runde: {QUESTION}\nDazu gab es keine Antwort.", "✅ T1"]
    await asked.says("!runde Und jetzt?")
    assert (await asked.answers())[0].startswith("Runde: Und jetzt?")


async def test_late_answer_still_counts(asked: Chat):
    await asked.says("Gut", by="ewa", reply_to=asked.post("Runde"))
    await asked.pass_time(minutes=15)
    await asked.says("Auch gut", by="murat", reply_to=asked.post("Runde"))

    assert sorted(await shown(asked)) == ["- Auch gut", "- Gut"]


async def test_edited_and_deleted_answers_follow(asked: Chat):
    card = asked.post("Runde")
    answer = await asked.says("Gut", by="ewa", reply_to=card)
    other = await asked.says("Geht so", by="murat", reply_to=card)
    await asked.edits(answer, "Sehr gut", by="ewa")
    await asked.redacts(other, by="murat")
    await asked.pass_time(minutes=15)
    assert await shown(asked) == ["- Sehr gut"]

    await asked.redacts(answer, by="ewa")

    assert await shown(asked) == ["Dazu gab es keine Antwort."]


async def test_deleted_card_comes_back_with_the_answers(asked: Chat):
    await asked.says("Gut", by="ewa", reply_to=asked.post("Runde"))
    await asked.redacts(asked.post("Runde"), by="katrin")
    await asked.answers()

    await asked.pass_time(minutes=15)

    assert await asked.answers() == [f"Runde: {QUESTION}\n- Gut"]


async def test_end_of_the_meeting_closes_the_round(asked: Chat):
    await asked.says("Gut", by="ewa", reply_to=asked.post("Runde"))
    await asked.says("!treffen ende")

    assert await shown(asked) == ["- Gut"]
    await asked.says("Zu spät", by="murat", reply_to=asked.post("Runde"))
    await asked.pass_time(minutes=15)
    assert await asked.answers() == []


async def test_answer_to_something_else_is_chat(asked: Chat):
    card = asked.post("Runde")
    said = await asked.says("Gut", by="ewa", thread=card)
    await asked.answers()

    relation = {"rel_type": "m.thread", "event_id": card, "is_falling_back": False}
    content = {"msgtype": "m.text", "body": "Warum?", "m.mentions": {}}
    related = {"m.relates_to": {**relation, "m.in_reply_to": {"event_id": said}}}
    await asked.sends("m.room.message", content | related, by="murat")

    assert await asked.answers() == []


async def test_without_a_round_a_direct_answer_is_refused(meeting: Chat):
    await meeting.tells("runde Gut", by="ewa")

    assert await meeting.answers() == ["Gerade läuft keine Runde."]


async def test_very_long_answer_is_refused(asked: Chat):
    await asked.says("x" * 501, by="ewa", reply_to=asked.post("Runde"))

    assert await asked.answers() == ["Das sind 501 Zeichen. Möglich sind 500. Kürzer schreiben."]
