# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A new group is asked about itself in one message that is edited; nothing is lost on the way."""

from __future__ import annotations

from tests.chat import GROUP, Chat
from tests.fixtures_chat import open_chat

NAME = """\
Wie heißt die Gruppe? Bitte einfach auf diese Nachricht antworten.
Jetzt: Anerkannt und doch ohne Job
Danach kommen: Ziel, Anlass, Anrede, Zeiten, Land.
Frage 1 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
GOAL = """\
Was soll sich ändern, und für wen genau? Beispiel: Fachkräfte finden eine Arbeit, die zum Abschluss passt.
Frage 2 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
OCCASION = """\
Was ist der Anlass: Projekt, Gremium, Veranstaltung oder Strategie?
Frage 3 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
ADDRESS = """\
Welche Anrede passt: neutral, Sie, du?
Jetzt: neutral
Frage 4 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
TIMES = """\
Wann darf ich von mir aus schreiben? Beispiel: Mo bis Fr, 8 bis 18 Uhr
Jetzt: Mo bis Fr, 8 bis 18 Uhr
Frage 5 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
STATE = """\
In welchem Bundesland ist die Gruppe? Ich achte auf die Feiertage dort. Beispiel: Berlin
Jetzt: Berlin
Frage 6 von 6. Überspringen: „weiter“. Später weitermachen: !start"""
DONE = "Fertig. Name: Fokusgruppe Ausbildung. Anrede: neutral. Zeiten: Mo bis Fr, 8 bis 18 Uhr. Ändern: !einstellung"
HOURS = (
    "Möglich bei Zeiten: Beginn und Ende, dazwischen mindestens 4 Stunden. Beispiel: Mo bis Fr, 8 bis 18 Uhr"
)


async def started(chat: Chat) -> str:
    await chat.says("!start", by="katrin")
    return chat.post("Wie heißt")


async def replies(chat: Chat, post: str, *answers: str, by: str = "katrin") -> None:
    for answer in answers:
        await chat.says(answer, by=by, reply_to=post)


async def test_one_message_asks_everything(chat: Chat):
    post = await started(chat)
    assert await chat.answers() == [NAME]

    await replies(chat, post, "Fokusgruppe Ausbildung")
    assert await chat.answers() == ["✅ Name", f"✎ {GOAL}"]
    await replies(chat, post, "Jugendliche in Berlin finden eine Ausbildung.")
    assert await chat.answers() == ["✅ Ziel", f"✎ {OCCASION}"]
    await replies(chat, post, "ein Projekt")
    assert await chat.answers() == ["✅ Anlass", f"✎ {ADDRESS}"]
    await replies(chat, post, "neutral")
    assert await chat.answers() == ["✅ Anrede", f"✎ {TIMES}"]
    await replies(chat, post, "Mo-Fr 8-18")
    assert await chat.answers() == ["✅ Zeiten", f"✎ {STATE}"]
    await replies(chat, post, "berlin")
    assert await chat.answers() == ["✅ Land", f"✎ {DONE}"]

    edits = [sent.content for sent in chat.homeserver.sent if "m.new_content" in sent.content]
    assert {content["m.relates_to"]["event_id"] for content in edits} == {post}
    assert [content["m.mentions"] for content in edits] == [{}] * 6


async def test_answers_are_kept(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "Runde", "Alle finden Arbeit", "Strategie", "du", "Di, Do 9-15", "Bayern")
    await chat.answers()

    await chat.says("!einstellung")
    await chat.says("!wo")

    listed, where = await chat.answers()
    assert [line.partition(" (")[0] for line in listed.split("\n")[1:]] == [
        "Name: Runde",
        "Anlass: Strategie",
        "Anrede: du",
        "Tage: Di, Do",
        "Zeiten: Di, Do, 9 bis 15 Uhr",
        "Land: Bayern",
        "Zeitzone: Europe/Berlin",
        "Bestätigung: Reaktion",
        "Redeliste nach Sektoren: aus",
        "Entscheidungen festhalten: alle",
        "Wochenbrief: Do 13:00",
        "Sprache: Deutsch",
    ]
    assert where.split(". ")[1] == "Ziel: Alle finden Arbeit"


async def test_weiter_leaves_things_as_they_are(chat: Chat):
    post = await started(chat)
    await chat.answers()

    await replies(chat, post, "Weiter", "weiter", "überspringen", "next", "weiter", "weiter")

    assert await chat.answers() == [
        "✅ weiter", f"✎ {GOAL}", "✅ weiter", f"✎ {OCCASION}", "✅ weiter", f"✎ {ADDRESS}",
        "✅ weiter", f"✎ {TIMES}", "✅ weiter", f"✎ {STATE}", "✅ weiter",
        f"✎ {DONE.replace('Fokusgruppe Ausbildung', 'Anerkannt und doch ohne Job')}",
    ]  # fmt: skip


async def test_an_answer_that_does_not_fit_is_explained_and_asked_again(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "weiter", "weiter", "weiter", "weiter")
    await chat.answers()

    await replies(chat, post, "8 bis 10")
    assert await chat.answers() == [HOURS]

    await replies(chat, chat.post("Möglich"), "8:30-17")
    assert await chat.answers() == ["✅ Zeiten", f"✎ {STATE}"]


async def test_a_name_that_is_too_long_is_explained(chat: Chat):
    post = await started(chat)
    await chat.answers()

    await replies(chat, post, "x" * 101)

    assert await chat.answers() == [
        "Möglich bei Name: 1 bis 100 Zeichen. Beispiel: Anerkannt und doch ohne Job"
    ]


async def test_start_goes_on_where_it_was_left_in_a_new_message(chat: Chat):
    old = await started(chat)
    await replies(chat, old, "Runde", "weiter")
    await chat.answers()

    await chat.pass_time(days=3)
    await chat.says("!einrichten", by="jule")
    new = chat.post("Was ist der Anlass")

    assert await chat.answers() == [f"✗ {old}", OCCASION]
    await replies(chat, new, "Gremium", by="jule")
    assert await chat.answers() == ["✅ Anlass", f"✎ {ADDRESS}"]
    assert chat.homeserver.sent[-1].content["m.relates_to"]["event_id"] == new


async def test_a_command_that_says_what_is_asked_is_the_answer(chat: Chat):
    post = await started(chat)
    await chat.answers()

    await chat.says("!einstellung name Fokusgruppe Ausbildung", by="jule")
    assert await chat.answers() == ["Gespeichert: Name Fokusgruppe Ausbildung.", f"✎ {GOAL}"]
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    assert await chat.answers() == ["✅ Ziel", f"✎ {OCCASION}"]
    await chat.tells("einstellung anlass projekt", by="katrin")
    said = "Gespeichert: Anlass Projekt."
    assert await chat.answers() == [said, said, f"✎ {ADDRESS}"]
    await chat.says("!einstellung anrede neutral", by="katrin")
    assert (await chat.answers())[-1] == f"✎ {TIMES}"
    await chat.says("!einstellung zeiten 8-18", by="katrin")
    assert (await chat.answers())[-1] == f"✎ {STATE}"
    await chat.says("!einstellung land Berlin", by="katrin")
    assert (await chat.answers())[-1] == f"✎ {DONE}"
    assert chat.homeserver.sent[-1].content["m.relates_to"]["event_id"] == post


async def test_a_command_that_says_something_else_leaves_the_question_open(chat: Chat):
    await started(chat)
    await chat.answers()

    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.says("!einstellung anrede neutral", by="katrin")
    await chat.says("!einstellung anlass Feier", by="katrin")

    assert [said for said in await chat.answers() if said.startswith("✎")] == []


async def test_a_restart_loses_nothing(any_chat: Chat):
    await any_chat.found()
    post = await started(any_chat)
    await replies(any_chat, post, "Fokusgruppe Ausbildung", "weiter", "weiter", "weiter", "weiter")

    again = await open_chat(any_chat.db)
    again._events, again._token = 100, 100
    await replies(again, post, "Berlin")

    assert await again.answers() == ["✅ Land", f"✎ {DONE}"]


async def test_start_after_the_end_begins_again(chat: Chat):
    post = await started(chat)
    await replies(chat, post, *["weiter"] * 6)
    await chat.answers()

    await chat.says("!start", by="katrin")
    assert await chat.answers() == [NAME]

    await replies(chat, chat.post("Wie heißt"), "Neu")
    assert await chat.answers() == ["✅ Name", f"✎ {GOAL}"]


async def test_an_answer_after_the_end_is_talk(chat: Chat):
    post = await started(chat)
    await replies(chat, post, *["weiter"] * 6)
    await chat.answers()

    await replies(chat, post, "Und noch was")

    assert await chat.answers() == []


async def test_only_the_moderation_starts_and_answers(chat: Chat):
    await chat.says("!start", by="ewa")
    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]
    post = await started(chat)
    await chat.answers()

    await replies(chat, post, "Mein Name für uns", by="ewa")
    await chat.says("Das ist nur Gespräch", by="katrin")

    assert await chat.answers() == []
    await chat.says("!einstellung name")
    assert (await chat.answers())[0].startswith("Name Anerkannt und doch ohne Job.")


async def test_an_answer_in_a_thread_counts(chat: Chat):
    post = await started(chat)
    await chat.answers()

    await chat.says("Runde", by="katrin", thread=post)

    assert await chat.answers() == ["✅ Name", f"✎ {GOAL}"]


async def test_the_same_answer_twice_counts_once(chat: Chat):
    post = await started(chat)
    await chat.answers()

    await chat.says("Runde", by="katrin", reply_to=post, event_id="$same")
    await chat.says("Runde", by="katrin", reply_to=post, event_id="$same")

    assert await chat.answers() == ["✅ Name", f"✎ {GOAL}"]


async def test_the_goal_is_edited_and_deleted_with_its_message(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "weiter")
    goal = await chat.says("Alle finden Arbeit", by="katrin", reply_to=post)
    await chat.answers()

    await chat.edits(goal, "Alle finden gute Arbeit", by="katrin")
    await chat.says("!wo")
    assert await chat.answers() == [
        "✏️ Ziel",
        "Wir sind in Schritt 1 von 5: Barrieren erkennen. Ziel: Alle finden gute Arbeit."
        " Mitmachen: !board, !idee, !hilfe",
    ]
    await chat.redacts(goal, by="katrin")
    await chat.says("!wo")
    assert await chat.answers() == [
        "Wir sind in Schritt 1 von 5: Barrieren erkennen. Mitmachen: !board, !idee, !hilfe"
    ]


async def test_an_answer_can_be_undone(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "Runde")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Rückgängig gemacht: Name Anerkannt und doch ohne Job, wie vorher."]


async def test_started_in_a_direct_message_the_group_is_asked(chat: Chat):
    await chat.tells("start", by="katrin")

    assert await chat.answers(GROUP) == [NAME]
    await replies(chat, chat.post("Wie heißt"), "Runde")
    assert await chat.answers() == ["✅ Name", f"✎ {GOAL}"]


async def test_in_an_english_group_the_questions_are_english(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.answers()

    await chat.says("!setup", by="katrin")

    assert (await chat.answers())[0].split("\n") == [
        "What is the group called? Just write a reply to this message.",
        "Now: Anerkannt und doch ohne Job",
        "After that I ask for: goal, occasion, address, hours, state.",
        "Question 1 of 6. To skip it: “next”. To go on later: !setup",
    ]


async def test_an_answer_that_did_not_fit_is_edited(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "weiter", "weiter", "weiter", "weiter")
    wrong = await chat.says("8-10", by="katrin", reply_to=post)
    await chat.answers()

    await chat.edits(wrong, "8-11", by="katrin")
    assert await chat.answers() == [HOURS]
    await chat.edits(wrong, "8:30-17", by="katrin")
    assert await chat.answers() == ["✅ Zeiten", f"✎ {STATE}"]

    await chat.edits(wrong, "8:30-18", by="katrin")
    assert await chat.answers() == []


async def test_an_edited_answer_never_answers_the_next_question(chat: Chat):
    post = await started(chat)
    await replies(chat, post, "weiter", "weiter")
    wrong = await chat.says("Keine Ahnung", by="katrin", reply_to=post)
    await replies(chat, post, "Projekt")
    await chat.answers()

    await chat.edits(wrong, "neutral", by="katrin")

    assert await chat.answers() == []


async def test_the_words_of_the_question_are_an_answer(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.says("!setup", by="katrin")
    post = chat.post("What is the group")
    await replies(chat, post, "next", "next")
    for answer in ("a project", "A committee", "an event", "a strategy."):
        await chat.answers()
        await replies(chat, post, answer)
        assert (await chat.answers())[0] == "✅ Occasion", answer
        await replies(chat, post, *["next"] * 3)
        await chat.says("!setup", by="katrin")
        post = chat.post("What is the group")
        await replies(chat, post, "next", "next")
