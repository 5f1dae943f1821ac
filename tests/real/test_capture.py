# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Barriers, ideas and notes, written as people write them, in an encrypted room."""

from bot.demo.people import Person
from bot.demo.timeline import Kind
from tests.real.group import Group, plain


async def test_first_barrier_gets_a_receipt_and_one_sentence(group: Group, bert: Person):
    message = await group.say(bert, "!barriere Formular nur auf Papier")

    assert await group.receipt(message) == "✅ B1"
    assert (await group.answer(message)).body == (
        "Gespeichert als B1. Ändern: die eigene Nachricht bearbeiten. Zurückziehen: die Nachricht löschen. "
        "„Kenne ich auch“: mit 👍 reagieren."
    )


async def test_later_items_get_a_receipt_only(group: Group, bert: Person):
    await group.asked(bert, "!barriere Formular nur auf Papier")
    await group.asked(bert, "!idee Eine Lotsin ruft an zu B1")
    before = group.now

    assert await group.taken(bert, "! Hürde: Kurse nur vormittags") == "✅ B2"
    assert await group.taken(group.founder, "!lösung Kurse am Abend zu B2") == "✅ I2"

    done = [plain(event.key) or event.body for event in group.done_since(before)]
    assert done == ["✅ B2", "✅ I2"]


async def test_idea_is_tied_to_its_barrier(group: Group, bert: Person):
    await group.taken(bert, "!barriere Niemand ist zuständig")

    assert await group.taken(bert, "!idee Eine Lotsin ruft an zu B1") == "✅ I1"

    assert "Dazu: I1" in await group.asked(bert, "!zeige B1")
    assert "Eine Lotsin ruft an" in await group.asked(bert, "!zeige I1")


async def test_command_without_text_asks_and_takes_the_reply(group: Group, bert: Person):
    question = await group.answer(await group.say(bert, "!barriere"))
    assert question.body == (
        "Welche Barriere soll ich aufschreiben? Bitte einfach auf diese Nachricht antworten. "
        "Beispiel: Es gibt keine Kurse am Abend."
    )

    reply = await bert.reply(group.room, question.event_id, "Angst vor dem Papierkram")

    assert await group.receipt(reply) == "✅ B1"
    assert "Angst vor dem Papierkram" in await group.asked(bert, "!zeige B1")


async def test_typo_is_offered_and_run_after_a_thumb(group: Group, bert: Person):
    message = await group.say(bert, "!bariere Niemand kennt die Förderung")
    offer = await group.answer(message)
    assert offer.body == (
        "Den Befehl !bariere gibt es nicht. Gemeint ist vielleicht !barriere. "
        "Mit 👍 auf diese Nachricht führe ich ihn aus. Der Text ist nicht verloren."
    )

    await bert.react(group.room, offer.event_id, "👍🏿")

    assert await group.receipt(message) == "✅ B1"
    edit = await group.founder.sees(group.is_bot(Kind.EDIT, target=offer.event_id))
    assert edit.body == "Gespeichert als B1."


async def test_thumb_of_somebody_else_runs_nothing(group: Group, bert: Person):
    offer = await group.answer(await group.say(bert, "!bariere Niemand kennt die Förderung"))
    before = group.now

    await group.founder.react(group.room, offer.event_id, "👍")

    await group.nothing_since(before)


async def test_reply_with_plus_adds_a_note(group: Group, bert: Person):
    message = await group.say(bert, "!barriere Zeugnisse sind unklar")
    await group.receipt(message)

    note = await group.founder.reply(group.room, message, "+ Meister? Bachelor?")

    assert await group.receipt(note) == "✅ B1"
    assert "1 Ergänzung: Meister? Bachelor?" in await group.asked(bert, "!zeige B1")


async def test_note_keeps_lines_and_other_scripts(group: Group, bert: Person):
    await group.taken(bert, "!barriere Niemand antwortet")

    assert await group.taken(bert, "!ergänzen b 1 لا أحد يرد\n- Kita bis 16 Uhr\n- B7 gilt nicht") == "✅ B1"

    # The marks that keep the directions apart are the bot's own.
    shown = (await group.asked(bert, "!zeige B1")).replace("\u2068", "").replace("\u2069", "")
    assert "لا أحد يرد\n- Kita bis 16 Uhr\n- B7 gilt nicht" in shown


async def test_unknown_number_keeps_the_text_until_the_right_one_comes(group: Group, bert: Person):
    await group.taken(bert, "!barriere Niemand antwortet")
    message = await group.say(bert, "!ergänzen B99 stimmt auch im Jobcenter")
    question = await group.answer(message)
    assert question.body == (
        "B99 gibt es nicht. Die letzte Barriere ist B1. Bitte mit der richtigen Nummer antworten, dann nehme ich den "
        "Text von oben. Alle Barrieren: !board barrieren"
    )

    await bert.reply(group.room, question.event_id, "B1")

    assert await group.receipt(message) == "✅ B1"
    assert "stimmt auch im Jobcenter" in await group.asked(bert, "!zeige B1")


async def test_ordinary_chat_is_left_alone(group: Group, bert: Person):
    before = group.now

    await group.say(bert, "für die Neuen: mit !barriere Text kann man was eintragen")
    await group.say(bert, "Danke euch 🙌")
    await group.founder.thread(group.room, await group.say(bert, "Und?"), "!!! Achtung")

    await group.nothing_since(before)


async def test_question_is_answered_in_its_thread(group: Group, bert: Person):
    question = await group.answer(await group.say(bert, "!barriere"))

    reply = await bert.thread(group.room, question.event_id, "Angst vor dem Papierkram")

    assert await group.receipt(reply) == "✅ B1"
