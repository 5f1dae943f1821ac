# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check-ins: off until wanted, asked once a day, answered by any door, summed up in the same post without names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.chat import GROUP, Chat

ASKED = (
    "Guten Morgen. Check-in für Do, 4. März. Was steht heute an? Wo wird Hilfe gesucht? Ein Satz reicht. "
    "Antwort auf diese Nachricht oder per Direktnachricht."
)
NONE = "Es gibt keinen Check-in. Die Moderation schaltet ihn ein: !checkin an Di Do 9:00"
RULE = "Check-in dienstags und donnerstags um 9:00. An Feiertagen nicht."


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of March 2027 before the clocks change."""
    return datetime(2027, 3, day, hour - 1, minute, tzinfo=UTC)


async def at(chat: Chat, day: int, hour: int, minute: int = 0) -> list[str]:
    chat.now = berlin(day, hour, minute)
    await chat.pass_time()
    return await chat.answers()


@pytest.fixture
async def routine(chat: Chat) -> Chat:
    """Return a group that has check-ins on Tuesdays and Thursdays; it is Wednesday, 16:10."""
    chat.now = berlin(3, 16, 10)
    await chat.says("!checkin an Di Do 9:00", by="jule")
    assert await chat.answers() == [f"{RULE} Erstes Mal: morgen."]
    return chat


@pytest.fixture
async def asked(routine: Chat) -> Chat:
    """Return the group after the first question."""
    assert await at(routine, 4, 9) == [ASKED]
    return routine


# --- the routine ---------------------------------------------------------------------------------


async def test_there_is_none_until_the_moderation_wants_it(chat: Chat):
    assert await at(chat, 4, 9) == []
    await chat.says("!checkin", by="lina")
    await chat.says("!checkin an Di Do 9:00", by="lina")

    assert await chat.answers() == [
        NONE, "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin.",
    ]  # fmt: skip


async def test_it_is_shown_and_switched_off(routine: Chat):
    await routine.says("!checkin", by="lina")
    await routine.says("!checkin aus", by="jule")
    await routine.says("!checkin", by="lina")

    assert await routine.answers() == [
        f"{RULE} Nächstes Mal: morgen.",
        "Es gibt keinen Check-in mehr. Wieder einschalten: !checkin an Di Do 9:00",
        NONE,
    ]
    assert await at(routine, 4, 9) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("an Mo-Fr 9:00", "Check-in montags bis freitags um 9:00. An Feiertagen nicht. Erstes Mal: morgen."),
        ("an Fr um 10 Uhr", "Check-in freitags um 10:00. An Feiertagen nicht. Erstes Mal: Fr, 5. März."),
        ("Mo Mi Fr 8:30", "Check-in montags, mittwochs und freitags um 8:30. An Feiertagen nicht. "
         "Erstes Mal: Fr, 5. März."),
        ("on Tue Thu 9:00", f"{RULE} Erstes Mal: morgen."),
    ],
)  # fmt: skip
async def test_days_and_time_are_understood(chat: Chat, typed: str, said: str):
    chat.now = berlin(3, 16, 10)
    await chat.says(f"!checkin {typed}", by="jule")

    assert await chat.answers() == [said]


@pytest.mark.parametrize(
    "words", ["an Di Do morgens", "an jeden zweiten Montag 9:00", "an Di Do 9:30 bis 16 Uhr"]
)
async def test_what_shall_steer_it_becomes_no_answer(routine: Chat, words: str):
    await routine.says(f"!checkin {words}", by="jule")

    assert await routine.answers() == [
        "Das ist keine Antwort geworden. Die Moderation schaltet den Check-in an und aus:"
        " !checkin an Di Do 9:00, !checkin aus. Doch eine Antwort? Dann direkt auf den Check-in antworten."
    ]
    assert not await routine.stores(words)


@pytest.mark.parametrize(
    ("typed", "question", "answer"),
    [
        ("an", "An welchen Tagen? Einfach antworten, zum Beispiel: Di Do", "Di Do"),
        ("an Di Do", "Um wie viel Uhr? Einfach antworten, zum Beispiel: 9:00", "9:00"),
        ("an Sa 9:00", "Die Gruppe arbeitet Mo bis Fr, 8 bis 18 Uhr. Der Check-in braucht einen dieser Tage und noch "
         "eine Stunde Zeit. Beispiel: Di Do 9:00", "Di Do 9:00"),
        ("an Di Do 17:30", "Die Gruppe arbeitet Mo bis Fr, 8 bis 18 Uhr. Der Check-in braucht einen dieser Tage und "
         "noch eine Stunde Zeit. Beispiel: Di Do 9:00", "Di Do 9:00"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_asked_for(chat: Chat, typed: str, question: str, answer: str):
    chat.now = berlin(3, 16, 10)
    await chat.says(f"!checkin {typed}", by="jule")
    assert await chat.answers() == [question]

    await chat.says(answer, by="jule", reply_to=chat.post())
    assert await chat.answers() == [f"{RULE} Erstes Mal: morgen."]


async def test_question_may_ring_and_mentions_nobody(asked: Chat):
    sent = asked.homeserver.sent[-1]

    assert (sent.content["msgtype"], sent.content["m.mentions"]) == ("m.text", {})


async def test_other_days_are_asked_once_on_the_same_day(routine: Chat):
    """At 8:42 on a Tuesday it becomes every working day."""
    assert await at(routine, 4, 9) == [ASKED]
    await at(routine, 4, 15)
    routine.now = berlin(9, 8, 42)
    await routine.says("!checkin an Mo-Fr 9:00", by="jule")
    assert await routine.answers() == [
        "Check-in montags bis freitags um 9:00. An Feiertagen nicht. Erstes Mal: heute."
    ]

    assert [line.split(". Was")[0] for line in await at(routine, 9, 9)] == [
        "Guten Morgen. Check-in für Di, 9. März"
    ]
    assert await at(routine, 9, 9, 5) == []


@pytest.mark.parametrize(
    ("hours", "at_", "moment"),
    [("10 bis 18", "10:00", (4, 10)), ("9:30 bis 17", "9:30", (4, 9, 30)), ("7 bis 12", "9:00", (4, 9))],
)
async def test_it_goes_on_when_the_working_hours_are_others(
    routine: Chat, hours: str, at_: str, moment: tuple[int, ...]
):
    """What was outside of them is asked when they begin."""
    await routine.says(f"!einstellung zeiten {hours}", by="jule")
    await routine.says("!checkin", by="lina")
    await routine.says("!termine", by="lina")

    rule = f"{RULE.replace('9:00', at_)} Nächstes Mal: morgen."
    saved, shown, dates = await routine.answers()
    assert saved.endswith("Uhr." if at_ == "9:00" else f"Uhr. {rule}")
    assert shown == rule
    assert f"Do, 4. März, {at_}: Check-in" in dates
    assert await at(routine, *moment) == [ASKED]


async def test_it_says_that_it_rests_when_its_days_are_no_working_days(routine: Chat):
    rests = "Der Check-in ruht, denn an seinen Tagen arbeitet die Gruppe nicht. Andere Tage: !checkin an Mo, Mi 9:00"
    await routine.says("!einstellung tage Di Mi", by="jule")
    await routine.says("!einstellung tage Mo Mi", by="jule")
    await routine.says("!checkin", by="lina")
    assert await routine.answers() == [
        "Gespeichert: Tage Di, Mi. Check-in dienstags um 9:00. An Feiertagen nicht. Nächstes Mal: Di, 9. März.",
        f"Gespeichert: Tage Mo, Mi. {rests}",
        rests,
    ]
    await routine.says("!rückgängig", by="jule")
    assert await at(routine, 4, 9) == [
        "Rückgängig gemacht: Tage Di, Mi, wie vorher. Check-in dienstags um 9:00. An Feiertagen nicht."
        " Nächstes Mal: Di, 9. März."
    ]
    await routine.says("!einstellung tage Mo-Fr", by="jule")
    assert await routine.answers() == [f"Gespeichert: Tage Mo bis Fr. {RULE} Nächstes Mal: Di, 9. März."]


async def test_the_proposal_while_it_rests_is_understood(routine: Chat):
    await routine.says("!einstellung tage Mo Mi", by="jule")
    await routine.says("!checkin an Mo, Mi 9:00", by="jule")

    assert (await routine.answers())[-1] == (
        "Check-in montags und mittwochs um 9:00. An Feiertagen nicht. Erstes Mal: Mi, 10. März."
    )


async def test_holiday_has_none(chat: Chat):
    """The 8th of March is a holiday in Berlin."""
    chat.now = berlin(5, 16)
    await chat.says("!checkin an Mo-Fr 9:00", by="jule")
    assert (await chat.answers())[0].endswith("Erstes Mal: Di, 9. März.")

    assert await at(chat, 8, 9) == []


async def test_now_asks_at_once_and_not_again_at_its_time(routine: Chat):
    routine.now = berlin(4, 8, 30)
    await routine.says("!checkin jetzt", by="jule")
    assert await routine.answers() == [ASKED]

    assert await at(routine, 4, 9) == []
    await routine.says("!checkin jetzt", by="jule")
    assert await routine.answers() == ["Der Check-in von heute läuft schon. Antworten gehen dorthin."]


async def test_now_works_without_a_routine(chat: Chat):
    chat.now = berlin(4, 16)
    await chat.says("!checkin jetzt", by="jule")
    assert await chat.answers() == [ASKED.replace("Guten Morgen", "Guten Tag")]

    assert await at(chat, 4, 17, 59) == []
    assert await at(chat, 4, 18) == ["✎ Check-in Do, 4. März. Antworten sind weiter möglich."]


async def test_days_without_the_bot_are_named_once(routine: Chat):
    assert await at(routine, 9, 12) == []
    [asked] = await at(routine, 11, 9)
    assert asked.split("\n")[1:] == ["2-mal konnte ich nicht fragen: Do, 4. März bis Di, 9. März."]
    await at(routine, 11, 15)

    assert [line.count("\n") for line in await at(routine, 16, 9)] == [0]


async def test_group_has_a_question_of_its_own(routine: Chat):
    await routine.says("!checkin frage Was brauchst\ndu heute?", by="katrin")
    assert await routine.answers() == [
        "Ab dem nächsten Check-in frage ich: Was brauchst du heute? Wieder wie üblich: !checkin frage aus"
    ]
    await routine.says("!checkin an Di 9:30", by="katrin")
    await routine.answers()
    first = await at(routine, 9, 9, 30)
    await routine.says("!checkin frage aus", by="katrin")
    assert await routine.answers() == ["Der Check-in fragt wieder wie üblich."]

    assert " Was brauchst du heute? Antwort auf diese Nachricht" in first[0]
    assert " Was steht heute an? Wo wird Hilfe gesucht?" in (await at(routine, 16, 9, 30))[-1]


async def test_question_goes_with_its_message(routine: Chat):
    message = await routine.says("!checkin frage Wie geht es Frau Meier?", by="katrin")
    await routine.redacts(message, by="katrin")
    await routine.answers()

    assert " Was steht heute an? Wo wird Hilfe gesucht?" in (await at(routine, 4, 9))[-1]
    assert not await routine.stores("Meier")


@pytest.mark.parametrize("door", ["room", "direct"])
async def test_open_check_in_asks_as_usual_when_the_message_of_its_question_is_deleted(
    routine: Chat, door: str
):
    room = GROUP if door == "room" else await routine.direct("katrin")
    message = await routine.says("!checkin frage Wie geht es Frau Meier?", by="katrin", room=room)
    await routine.answers()
    assert "Wie geht es Frau Meier?" in (await at(routine, 4, 9))[0]

    await routine.redacts(message, by="katrin", room=room)

    assert await routine.answers() == [f"✎ {ASKED}"]
    assert not await routine.stores("Meier")


async def test_open_check_in_asks_nothing_that_is_for_the_next_one(asked: Chat):
    await asked.pass_time(minutes=1)
    await asked.says("!checkin frage Wie geht es?", by="katrin")
    await asked.answers()

    await asked.pass_time(minutes=1)
    assert await asked.answers() == []

    assert " Wie geht es? " in (await at(asked, 9, 9))[-1]


async def test_question_is_asked_for_and_only_the_moderation_gives_one(routine: Chat):
    await routine.says("!checkin frage", by="katrin")
    question = "Was soll ich fragen? Bitte mit der Frage antworten."
    assert await routine.answers() == [question]
    await routine.says("Was fehlt?", by="katrin", reply_to=routine.post(question))
    await routine.says("!checkin frage Was noch?", by="lina")
    await routine.says("!checkin Frage ans Amt klären", by="lina")

    said = await routine.answers()
    assert said[0] == "Ab dem nächsten Check-in frage ich: Was fehlt? Wieder wie üblich: !checkin frage aus"
    assert said[1].startswith("Das macht in dieser Gruppe die Moderation.")
    assert said[2].startswith("Notiert für den Check-in")


async def test_it_is_suggested_once_when_step_three_begins(chat: Chat):
    suggestion = "Vorschlag: ein kurzer Check-in. Einschalten: !checkin an Di Do 9:00"
    for step in (2, 3, 2, 3):
        await chat.says(f"!schritt {step}", by="katrin")

    ends = [answer.split("\n")[1:] for answer in await chat.answers()]
    assert ends == [[], [suggestion], [], []]


# --- answers -------------------------------------------------------------------------------------


async def test_answers_by_three_doors_count_the_same_and_lose_their_names(asked: Chat):
    card = asked.post("Guten Morgen")
    await asked.says(
        "Gestern: Austausch mit Firmen. Heute: Zusammenfassung schreiben. Hilfe: keine",
        by="jule",
        thread=card,
    )
    await asked.says("frage heute 3 Kollegen aus der HR was sie bräuchten", by="henrik", reply_to=card)
    await asked.tells("checkin I talk to 2 friends about job interviews today", by="lina")
    assert await asked.answers() == ["✅"] * 3

    assert await at(asked, 4, 14, 59) == []
    assert await at(asked, 4, 15) == [
        "✎ Check-in Do, 4. März: 3 Rückmeldungen.\nHeute: frage heute 3 Kollegen aus der HR was sie bräuchten; "
        "I talk to 2 friends about job interviews today; Zusammenfassung schreiben."
    ]


async def test_a_second_answer_adds_to_the_first_and_thanks_are_none(asked: Chat):
    card = asked.post("Guten Morgen")
    await asked.says("Flyer", by="ewa", reply_to=card)
    second = await asked.says("Und Plakate", by="ewa", thread=card)
    await asked.answers()
    await asked.says("Danke!", by="ewa", thread=card)
    await asked.says("Vielen Dank", by="murat", reply_to=card)
    assert await asked.answers() == []
    assert await at(asked, 4, 15) == ["✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer; Und Plakate."]

    await asked.redacts(second, by="ewa")
    assert await asked.answers() == ["✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer."]


async def test_late_edited_and_deleted_answers_change_the_post_silently(asked: Chat):
    card = asked.post("Guten Morgen")
    assert await at(asked, 4, 15) == ["✎ Check-in Do, 4. März. Antworten sind weiter möglich."]
    late = await asked.says("sorry zu spät, war im Termin", by="murat", thread=card)
    assert sorted(await asked.answers()) == [
        "✅", "✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: sorry zu spät, war im Termin.",
    ]  # fmt: skip

    await asked.edits(late, "Heute: zwei Anrufe", by="murat")
    assert sorted(await asked.answers()) == [
        "✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: zwei Anrufe.", "✏️ Check-in",
    ]  # fmt: skip
    await asked.redacts(late, by="murat")
    assert await asked.answers() == ["✎ Check-in Do, 4. März. Antworten sind weiter möglich."]
    assert not await asked.stores("zwei Anrufe")


async def test_answer_of_the_evening_before_belongs_to_the_next_day(routine: Chat):
    routine.now = berlin(3, 20)
    await routine.tells("checkin Flyer schreiben", by="ewa")
    assert await routine.answers() == ["Notiert für den Check-in am Do, 4. März."]

    assert await at(routine, 4, 9) == [ASKED]
    assert await at(routine, 4, 15) == ["✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer schreiben."]


async def test_answer_for_a_day_that_was_missed_stands_in_the_next(routine: Chat):
    routine.now = berlin(3, 20)
    await routine.tells("checkin Flyer schreiben", by="ewa")
    await at(routine, 4, 13)
    await at(routine, 9, 9)

    assert await at(routine, 9, 15) == ["✎ Check-in Di, 9. März: 1 Rückmeldung.\nHeute: Flyer schreiben."]


async def test_direct_message_is_taken_until_the_end_of_work_then_for_the_next(asked: Chat):
    await at(asked, 4, 17, 50)
    await asked.tells("checkin noch für heute", by="ewa")
    asked.now = berlin(4, 18, 10)
    await asked.tells("checkin schon für Dienstag", by="henrik")

    assert sorted(await asked.answers()) == [
        "Notiert für den Check-in am Di, 9. März.",
        "✅",
        "✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: noch für heute.",
    ]


async def test_bare_words_in_private_answer_the_question(asked: Chat):
    await asked.tells("checkin", by="ewa")
    assert await asked.answers() == [
        f"{RULE} Nächstes Mal: Di, 9. März.\nDie Antwort einfach hier schreiben."
    ]

    await asked.tells("Flyer falten", by="ewa")
    assert await asked.answers() == ["✅"]
    assert await at(asked, 4, 15) == ["✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer falten."]


async def test_help_is_asked_for_in_private_with_a_label(asked: Chat):
    await asked.tells("checkin", by="ewa")
    await asked.answers()

    await asked.tells("Hilfe: ich brauche einen Raum", by="ewa")

    assert (await asked.answers())[0] == "✅ Hilfe"
    assert "ich brauche einen Raum" in "".join(await at(asked, 4, 15))


async def test_one_s_own_sector_is_no_label_of_a_check_in(asked: Chat):
    await asked.tells("checkin", by="ewa")
    await asked.answers()

    await asked.tells("Sektor: Zielgruppe", by="ewa")

    (answer,) = await asked.answers()
    assert answer.startswith("Gespeichert: Zielgruppe.")


async def test_without_a_check_in_an_answer_says_so(chat: Chat):
    await chat.tells("checkin Flyer falten", by="ewa")

    assert await chat.answers() == [NONE]


async def test_who_answers_another_person_in_the_thread_gives_no_answer(asked: Chat):
    card = asked.post("Guten Morgen")
    ewa = await asked.says("Flyer falten", by="ewa", thread=card)
    relation = {"rel_type": "m.thread", "event_id": card, "m.in_reply_to": {"event_id": ewa}}
    content = {"msgtype": "m.text", "body": "Ich helfe dabei", "m.mentions": {}, "m.relates_to": relation}
    await asked.sends("m.room.message", content, by="henrik")
    await asked.answers()

    assert await at(asked, 4, 15) == ["✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer falten."]


async def test_answers_are_deleted_after_two_weeks(asked: Chat):
    await asked.tells("checkin Flyer falten", by="ewa")
    await at(asked, 4, 15)
    await asked.pass_time(days=13)
    assert await asked.stores("Flyer falten")

    await asked.pass_time(days=1, hours=12)

    assert not await asked.stores("Flyer falten")


async def test_moderation_deletes_the_post_and_nothing_is_shown_any_more(asked: Chat):
    card = asked.post("Guten Morgen")
    await asked.tells("checkin Flyer falten", by="ewa")
    await asked.answers()
    await asked.redacts(card, by="katrin")

    assert await at(asked, 4, 15) == []


async def test_answers_in_english_groups(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    chat.now = berlin(3, 16, 10)
    await chat.says("!checkin on Tue Thu 9:00", by="jule")
    assert (await chat.answers())[-1] == (
        "Check-in Tuesdays and Thursdays at 9:00. Not on public holidays. First time: tomorrow."
    )
    await at(chat, 4, 9)
    await chat.says("Help: who knows the office?", by="ewa", reply_to=chat.post("Good morning"))
    await chat.answers()

    assert await at(chat, 4, 15) == [
        "✎ Check-in Thu, 4 March: 1 answer.\nHelp is wanted here: who knows the office?"
    ]


# --- help ----------------------------------------------------------------------------------------

KITA = "Hilfe gesucht: wer kennt jemanden bei der Kita-Aufsicht"
SUMMARY = (
    "Check-in Do, 4. März: 1 Rückmeldung.\nHier wird Hilfe gesucht: wer kennt jemanden bei der Kita-Aufsicht"
)


@pytest.fixture
async def helped(asked: Chat) -> Chat:
    """Return the group in which Ewa asks for help in the room; the summary stands."""
    await asked.says(KITA, by="ewa", thread=asked.post("Guten Morgen"), event_id="$kita")
    assert await asked.answers() == ["✅ Hilfe", "👤 mit Namen"]
    assert await at(asked, 4, 15) == [f"✎ {SUMMARY}."]
    return asked


async def test_request_carries_the_name_only_if_its_author_wants_that(helped: Chat):
    await helped.reacts("$kita", "👤 mit Namen", by="henrik")
    assert await helped.answers() == []
    consent = await helped.reacts("$kita", "👤 mit Namen", by="ewa")
    assert await helped.answers() == [f"✎ {SUMMARY} (Antwort an Ewa)."]

    await helped.redacts(consent, by="ewa")
    assert await helped.answers() == [f"✎ {SUMMARY}."]


@pytest.mark.parametrize(("answer", "end"), [("ja", " (Antwort an Ewa)."), ("nein", ".")])
async def test_in_private_the_name_is_asked_for(asked: Chat, answer: str, end: str):
    await asked.tells(f"checkin {KITA}", by="ewa")
    assert await asked.answers() == ["✅ Hilfe", "Darf Ihr Name dabeistehen? JA oder NEIN schreiben."]
    await asked.tells(answer, by="ewa")
    assert await asked.answers() == [
        "Der Name steht dabei. Ohne Namen: !checkin name aus" if answer == "ja" else "Kein Name steht dabei."
    ]

    assert await at(asked, 4, 15) == [f"✎ {SUMMARY}{end}"]


async def test_without_an_answer_no_name_stands_there(asked: Chat):
    await asked.says("!einstellung anrede du", by="katrin")
    await asked.answers()
    await asked.tells(f"checkin {KITA}", by="ewa")
    assert (await asked.answers())[-1] == "Darf dein Name dabeistehen? JA oder NEIN schreiben."

    assert await at(asked, 4, 15) == [f"✎ {SUMMARY}."]


async def test_request_stays_until_its_author_says_that_it_is_done(helped: Chat):
    await helped.reacts("$kita", "✅", by="henrik")
    assert await helped.answers() == []
    done = await helped.reacts("$kita", "✅", by="ewa")
    assert await helped.answers() == ["✎ Check-in Do, 4. März: 1 Rückmeldung."]

    await helped.redacts(done, by="ewa")
    assert await helped.answers() == [f"✎ {SUMMARY}."]
    await helped.says("!checkin fertig", by="ewa")
    assert sorted(await helped.answers()) == ["✅", "✎ Check-in Do, 4. März: 1 Rückmeldung."]


async def test_second_answer_does_not_take_the_request_away(helped: Chat):
    await helped.says("Heute: Flyer", by="ewa", thread=helped.post("Guten Morgen"))

    assert (await helped.answers())[-1] == (
        "✎ Check-in Do, 4. März: 1 Rückmeldung.\nHeute: Flyer.\n"
        "Hier wird Hilfe gesucht: wer kennt jemanden bei der Kita-Aufsicht."
    )


async def test_request_stands_in_the_next_questions_until_friday(asked: Chat):
    await asked.says("!checkin an Di-Fr 9:00", by="jule")
    await asked.says(KITA, by="ewa", thread=asked.post("Guten Morgen"))
    await at(asked, 4, 15)

    asked_again = {}
    for day in (5, 9):
        [question] = await at(asked, day, 9)
        asked_again[day] = question.split("\n")[1:]
        await at(asked, day, 15)

    assert asked_again == {5: ["Hilfe wird noch gesucht: wer kennt jemanden bei der Kita-Aufsicht."], 9: []}


async def test_obstacle_becomes_a_barrier_by_one_reaction_of_its_author(asked: Chat):
    obstacle = await asked.says(
        "Hindernis: Versicherung für die Kinderbetreuung ist unklar!!",
        by="ewa",
        thread=asked.post("Guten Morgen"),
    )
    assert await asked.answers() == ["✅ Hilfe", "📌 als Barriere", "👤 mit Namen"]
    await asked.reacts(obstacle, "📌 als Barriere", by="henrik")
    assert await asked.answers() == []

    pinned = await asked.reacts(obstacle, "📌 als Barriere", by="ewa")
    assert await asked.answers() == ["✅ B1", "B1: Versicherung für die Kinderbetreuung ist unklar!!"]
    await asked.reacts(obstacle, "📌", by="ewa")
    assert await asked.answers() == []

    await asked.redacts(pinned, by="ewa")
    await asked.says("!board", by="lina")
    assert "B1" not in (await asked.answers())[-1]


@pytest.mark.parametrize("door", ["thread", "reply", "direct"])
async def test_obstacle_becomes_a_barrier_through_every_door(asked: Chat, door: str):
    room = await asked.direct("ewa") if door == "direct" else GROUP
    words, post = "Hindernis: Versicherung ist unklar", asked.post("Guten Morgen")
    await asked.answers()
    if door == "direct":
        obstacle = await asked.tells(f"checkin {words}", by="ewa")
        assert await asked.answers() == [
            "✅ Hilfe",
            "📌 als Barriere",
            "Darf Ihr Name dabeistehen? JA oder NEIN schreiben.",
        ]
    else:
        reply_to, thread = (post, None) if door == "reply" else (None, post)
        obstacle = await asked.says(words, by="ewa", reply_to=reply_to, thread=thread)
        assert await asked.answers() == ["✅ Hilfe", "📌 als Barriere", "👤 mit Namen"]

    await asked.reacts(obstacle, "📌 als Barriere", by="ewa", room=room)

    assert sorted(await asked.answers()) == ["B1: Versicherung ist unklar", "✅ B1"]


async def test_obstacle_in_private_says_the_command_where_reactions_are_hidden(asked: Chat):
    await asked.says("!einstellung quittung antwort", by="jule")
    await asked.direct("ewa")
    await asked.answers()

    await asked.tells("checkin blockiert: Versicherung ist unklar", by="ewa")
    assert (await asked.answers())[0] == "Gespeichert. Aufs Board: checkin barriere"
    await asked.tells("checkin barriere", by="ewa")
    assert "B1: Versicherung ist unklar" in await asked.answers()


@pytest.fixture
async def pinned(asked: Chat) -> Chat:
    """Return the group in which an obstacle has become a barrier."""
    thread = asked.post("Guten Morgen")
    await asked.says("Hindernis: Formular #Amt", by="ewa", thread=thread, event_id="$obstacle")
    await asked.reacts("$obstacle", "📌", by="ewa")
    assert (await asked.answers())[-2:] == ["✅ B1", "B1: Formular"]
    return asked


@pytest.mark.parametrize(
    ("words", "barrier"),
    [
        ("Hindernis: Formular nur auf Papier", "Formular nur auf Papier"),
        ("Heute: Flyer", "Heute: Flyer"),
    ],
    ids=["obstacle", "no obstacle any more"],
)
async def test_barrier_follows_the_answer_it_was_made_of(pinned: Chat, words: str, barrier: str):
    await pinned.edits("$obstacle", words, by="ewa")

    assert sorted(await pinned.answers()) == [f"✎ B1: {barrier}", "✏️ B1", "✏️ Check-in"]


@pytest.mark.parametrize("by", ["ewa", "katrin"], ids=["author", "moderation"])
async def test_barrier_goes_with_the_answer_it_was_made_of(pinned: Chat, by: str):
    post = pinned.post("B1: Formular")
    await pinned.redacts("$obstacle", by=by)

    assert await pinned.answers() == [f"✗ {post}"]
    assert not await pinned.stores("Formular")


async def test_barrier_stays_when_the_answer_has_had_its_time(pinned: Chat):
    await pinned.pass_time(days=15)
    assert not await pinned.stores("Hindernis: Formular")
    await pinned.answers()

    await pinned.says("!zeige B1", by="lina")

    assert await pinned.answers() == ["B1, 4. März: Formular\nThemen: #Amt"]


async def test_answer_that_is_edited_into_a_request_is_like_one_written_so(asked: Chat):
    answer = await asked.says("Flyer", by="ewa", thread=asked.post("Guten Morgen"))
    await asked.answers()

    await asked.edits(answer, "Hilfe gesucht: Flyer", by="ewa")
    assert await asked.answers() == ["✏️ Check-in", "✅ Hilfe", "👤 mit Namen"]
    await asked.edits(answer, "Hindernis: Flyer fehlen", by="ewa")
    assert await asked.answers() == ["✏️ Check-in", "📌 als Barriere"]


async def test_answer_in_private_that_is_edited_into_a_request_asks_for_the_name(asked: Chat):
    answer, room = await asked.tells("checkin Flyer", by="ewa"), await asked.direct("ewa")
    await asked.answers()

    await asked.edits(answer, "checkin Hindernis: Flyer fehlen", by="ewa", room=room)
    assert await asked.answers() == [
        "✏️ Check-in", "✅ Hilfe", "📌 als Barriere", "Darf Ihr Name dabeistehen? JA oder NEIN schreiben.",
    ]  # fmt: skip
    await asked.tells("JA", by="ewa")
    await asked.answers()
    begins = "✎ Check-in Do, 4. März: 1 Rückmeldung.\n"
    assert await at(asked, 4, 15) == [f"{begins}Hier wird Hilfe gesucht: Flyer fehlen (Antwort an Ewa)."]


async def test_name_stays_only_while_the_answer_asks_for_help(helped: Chat):
    await helped.reacts("$kita", "👤", by="ewa")
    await helped.edits("$kita", "Hilfe: wer kennt das Amt", by="ewa")
    begins = "✎ Check-in Do, 4. März: 1 Rückmeldung.\nHier wird Hilfe gesucht: wer kennt"
    assert f"{begins} das Amt (Antwort an Ewa)." in await helped.answers()

    await helped.edits("$kita", "Heute: Flyer", by="ewa")
    await helped.edits("$kita", "Hilfe: wer kennt das Amt", by="ewa")

    assert f"{begins} das Amt." in await helped.answers()


async def test_forgotten_person_s_answer_leaves_the_post(helped: Chat):
    await helped.reacts("$kita", "👤", by="ewa")
    await helped.answers()
    await helped.tells("vergissmich", by="ewa")
    await helped.tells("JA", by="ewa")

    assert "✎ Check-in Do, 4. März. Antworten sind weiter möglich." in await helped.answers()


async def test_check_in_in_private_is_not_changed_behind_backs(chat: Chat):
    chat.now = berlin(3, 16, 10)
    await chat.tells("checkin an Di Do 9:00", by="jule")

    assert await chat.answers(GROUP) == [f"{RULE} Erstes Mal: morgen."]


# --- the question while it is open ---------------------------------------------------------------

AGAIN = ASKED.replace("Do, 4. März", "Fr, 5. März")
STILL = f"{AGAIN}\nHilfe wird noch gesucht: wer kennt jemanden bei der Kita-Aufsicht"


@pytest.fixture
async def asked_again(helped: Chat) -> Chat:
    """Return the group a day later: the open question names what Ewa asked for, with her name."""
    await helped.says("!checkin an Di-Fr 9:00", by="jule")
    relation = {"rel_type": "m.annotation", "event_id": "$kita", "key": "👤"}
    await helped.sends("m.reaction", {"m.relates_to": relation}, by="ewa", event_id="$consent")
    await helped.answers()
    assert await at(helped, 5, 9) == [f"{STILL} (Antwort an Ewa)."]
    return helped


@pytest.mark.parametrize(("words", "now"), [("name aus", f"{STILL}."), ("fertig", AGAIN)])
async def test_open_question_follows_what_the_author_writes(asked_again: Chat, words: str, now: str):
    await asked_again.says(f"!checkin {words}", by="ewa")

    assert f"✎ {now}" in await asked_again.answers(GROUP)


@pytest.mark.parametrize(
    ("taken_back", "now"), [("$consent", f"{STILL}."), ("$kita", AGAIN)], ids=["consent", "answer"]
)
async def test_open_question_follows_what_is_deleted(asked_again: Chat, taken_back: str, now: str):
    await asked_again.redacts(taken_back, by="ewa")

    assert f"✎ {now}" in await asked_again.answers(GROUP)


async def test_open_question_follows_an_edit_and_is_said_again_only_if_it_is_another(asked_again: Chat):
    await asked_again.edits("$kita", "Hilfe gesucht: wer kennt das Amt", by="ewa")
    assert (
        f"✎ {AGAIN}\nHilfe wird noch gesucht: wer kennt das Amt (Antwort an Ewa)."
        in await asked_again.answers()
    )

    await asked_again.says("!barriere Formular nur auf Papier", by="lina")
    await asked_again.answers()
    await asked_again.pass_time(minutes=1)
    assert await asked_again.answers() == []


@pytest.mark.parametrize("how", ["leaves", "ausstieg", "vergissmich"])
async def test_open_question_names_nobody_who_is_gone(asked_again: Chat, how: str):
    await asked_again.says("!aufgabe ich rufe an bis 5.3.", by="ewa")
    await asked_again.pass_time(minutes=1)
    due = "\nHeute fällig: A1 ich rufe an"
    assert f"✎ {STILL} (Antwort an Ewa).{due} (Ewa)." in await asked_again.answers(GROUP)

    if how == "leaves":
        await asked_again.leaves("ewa")
    else:
        await asked_again.tells(how, by="ewa")
        await asked_again.tells("JA", by="ewa")

    said = await asked_again.answers(GROUP)
    assert f"✎ {AGAIN}{due}." in said
    assert "✎ Check-in Do, 4. März. Antworten sind weiter möglich." in said


async def test_open_question_names_no_task_that_is_withdrawn(asked: Chat):
    task = await asked.says("!aufgabe Anrufen bis 4.3.", by="ewa")
    await asked.pass_time(minutes=1)
    assert f"✎ {ASKED}\nHeute fällig: A1 Anrufen." in await asked.answers()

    await asked.redacts(task, by="ewa")
    await asked.pass_time(minutes=1)

    assert f"✎ {ASKED}" in await asked.answers()


async def test_open_question_keeps_what_it_said_and_takes_up_no_answer(routine: Chat):
    """It goes on naming the day that was missed, and what was asked for before; answers stand in the summary."""
    await at(routine, 4, 13)
    routine.now = berlin(8, 20)
    await routine.tells("checkin Hilfe: früh", by="lina")
    await routine.answers()
    begins = f"{ASKED.replace('Do, 4. März', 'Di, 9. März')}\nAm Do, 4. März konnte ich nicht fragen."
    assert await at(routine, 9, 9) == [f"{begins}\nHilfe wird noch gesucht: früh."]
    await routine.pass_time(minutes=1)
    await routine.says("Hilfe: jetzt", by="ewa", reply_to=routine.post("Guten Morgen"))
    await routine.says("!aufgabe Anrufen bis 9.3.", by="henrik")
    await routine.answers()

    await routine.pass_time(minutes=1)

    assert await routine.answers() == [
        f"✎ {begins}\nHilfe wird noch gesucht: früh.\nHeute fällig: A1 Anrufen."
    ]


# --- several requests of one person --------------------------------------------------------------

BOTH = "Check-in Do, 4. März: 1 Rückmeldung.\nHier wird Hilfe gesucht: "


@pytest.fixture
async def twice(asked: Chat) -> Chat:
    """Return the group in which Ewa asks for help twice; the summary names both."""
    for name in ("Raum", "Beamer"):
        await asked.says(
            f"Hilfe gesucht: {name}", by="ewa", thread=asked.post("Guten Morgen"), event_id=f"${name}"
        )
    await asked.answers()
    assert await at(asked, 4, 15) == [f"✎ {BOTH}Beamer; Raum."]
    return asked


async def test_each_request_stays_until_it_is_done_itself(twice: Chat):
    await twice.reacts("$Beamer", "✅", by="ewa")
    assert await twice.answers() == [f"✎ {BOTH}Raum."]
    await twice.says("!checkin an Di-Fr 9:00", by="jule")
    await twice.answers()
    assert await at(twice, 5, 9) == [f"{AGAIN}\nHilfe wird noch gesucht: Raum."]
    assert "Raum" in (await at(twice, 5, 13))[0]

    await twice.says("!checkin fertig", by="ewa")

    assert f"✎ {AGAIN}" in await twice.answers()


async def test_command_means_the_request_it_answers_else_the_newest_that_is_not_so_yet(twice: Chat):
    await twice.says("!checkin fertig", by="ewa", reply_to="$Raum")
    assert f"✎ {BOTH}Beamer." in await twice.answers()
    await twice.says("Hilfe gesucht: Stühle", by="ewa", thread=twice.post("Guten Morgen"))
    for named in ("Beamer; Stühle (Antwort an Ewa).", "Beamer (Antwort an Ewa); Stühle (Antwort an Ewa)."):
        await twice.says("!checkin name", by="ewa")
        assert f"✎ {BOTH}{named}" in await twice.answers()

    await twice.says("!checkin name aus", by="ewa")

    assert f"✎ {BOTH}Beamer; Stühle." in await twice.answers()


async def test_question_that_waits_to_be_sent_never_says_what_was_deleted(
    helped: Chat, monkeypatch: pytest.MonkeyPatch
):
    await helped.says("!checkin an Di-Fr 9:00", by="jule")
    await helped.answers()
    sending = helped.outbox.drain

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(helped.outbox, "drain", nothing)
    assert await at(helped, 5, 9) == []
    await helped.redacts("$kita", by="ewa")
    monkeypatch.setattr(helped.outbox, "drain", sending)
    await helped.settle()

    said = await helped.answers()
    assert [one for one in said if one.startswith("Guten Morgen")] == [AGAIN]
    assert [one for one in said if "Kita" in one] == []
    await helped.says("Flyer", by="lina", reply_to=helped.post("Guten Morgen"))
    assert await helped.answers() == ["✅"]


async def test_letter_that_waits_to_be_sent_never_says_a_deleted_request(
    helped: Chat, monkeypatch: pytest.MonkeyPatch
):
    sending = helped.outbox.drain

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(helped.outbox, "drain", nothing)
    assert await at(helped, 5, 13) == []
    await helped.redacts("$kita", by="ewa")
    monkeypatch.setattr(helped.outbox, "drain", sending)
    before = len(helped.homeserver.sent)
    await helped.settle()
    await helped.pass_time(minutes=1)

    assert [one for one in helped.homeserver.sent[before:] if "Kita" in str(one.content)] == []


async def test_barrier_of_an_answer_goes_with_its_message_when_the_answer_is_forgotten(asked: Chat):
    await asked.says(
        "Hindernis: Frau Kanarienvogel", by="ewa", thread=asked.post("Guten Morgen"), event_id="$o"
    )
    await asked.reacts("$o", "📌", by="ewa")
    await asked.pass_time(days=16)
    assert await asked.stores("Kanarienvogel")

    await asked.redacts("$o", by="ewa")
    await asked.pass_time(minutes=31)

    assert not await asked.stores("Kanarienvogel")
