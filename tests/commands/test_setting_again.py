# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who corrects a message that has set something sees it set anew; what happens once does not happen again."""

from __future__ import annotations

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        (
            "!checkin an Di Do 9:00",
            "!checkin an Di Do 10:00",
            "Check-in dienstags und donnerstags um 10:00. An Feiertagen nicht. Erstes Mal: morgen.",
        ),
        (
            "!checkin an Di 9:00",
            "!checkin aus",
            "Es gibt keinen Check-in mehr. Wieder einschalten: !checkin an Di Do 9:00",
        ),
        (
            "!wochenbrief Do 12:00",
            "!wochenbrief Do 14:00",
            "Gespeichert: Wochenbrief Do 14:00. Der nächste kommt am Do, 25. Februar, 14:00.",
        ),
        (
            "!einstellung zeiten 9 bis 17",
            "!einstellung zeiten 9 bis 16",
            "Gespeichert: Zeiten Mo bis Fr, 9 bis 16 Uhr.",
        ),
        ("!sprache en", "!sprache de", "Gespeichert. In dieser Gruppe schreibe ich Deutsch."),
    ],
)
async def test_corrected_message_sets_anew(chat: Chat, first: str, second: str, answer: str):
    said = await chat.says(first, by="katrin")
    await chat.answers()

    await chat.edits(said, second, by="katrin")

    assert await chat.answers() == [answer]


async def test_corrected_move_and_date_and_text_count(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch", by="katrin")
    await chat.says("!aufgabe Raum buchen bis 12.3.", by="katrin")
    moved = await chat.says("!treffen verschieben T1 Do 4.3. 15:00", by="katrin")
    dated = await chat.says("!aufgabe A1 bis 15.3.", by="katrin")
    changed = await chat.says("!ändern A1 Saal buchen", by="katrin")

    await chat.edits(moved, "!treffen verschieben T1 Fr 5.3. 15:00", by="katrin")
    await chat.edits(dated, "!aufgabe A1 bis 16.3.", by="katrin")
    await chat.edits(changed, "!ändern A1 Halle buchen", by="katrin")
    await chat.answers()
    await chat.says("!aufgaben", by="ewa")
    await chat.says("!termine", by="ewa")

    [tasks, dates] = await chat.answers()
    assert "A1: Halle buchen. Bis Di, 16. März." in tasks
    assert "Fr, 5. März, 15:00: Treffen T1: Austausch" in dates


async def test_it_works_by_direct_message(chat: Chat):
    said = await chat.tells("pause an", by="ewa")
    await chat.answers()

    await chat.edits(said, "pause aus", by="ewa", room=await chat.direct("ewa"))

    assert await chat.answers() == ["Die Pause ist zu Ende. Manchmal schreibe ich hier wieder von selbst."]


async def test_an_edit_needs_the_right_to_the_command(chat: Chat):
    said = await chat.says("!checkin an Di Do 9:00", by="katrin")
    await chat.answers()

    await chat.edits(said, "!checkin an Di Do 10:00", by="ewa")
    await chat.answers()
    await chat.says("!checkin", by="ewa")

    assert "um 9:00" in (await chat.answers())[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("!wochenbrief jetzt", "!wochenbrief jetzt!"),
        ("!checkin jetzt", "!checkin jetzt."),
        ("!treffen start", "!treffen start Austausch"),
        ("!datenschutz", "!datenschutz!"),
        ("!sprache de", "Danke, alle zusammen"),
        ("!sprache de", "!schritt 2"),
    ],
)
async def test_what_happens_once_does_not_happen_again(chat: Chat, first: str, second: str):
    await chat.says("!barriere Keine Kurse am Abend", by="ewa")
    said = await chat.says(first, by="katrin")
    before = len(chat.homeserver.sent)

    await chat.edits(said, second, by="katrin")

    posts = [one.content for one in chat.homeserver.sent[before:] if one.type == "m.room.message"]
    assert [post for post in posts if "m.new_content" not in post] == []
