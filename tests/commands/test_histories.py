# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An entry says what has happened to it: days and deeds, and no name but that of who has a task now."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.chat import Chat


@pytest.fixture(autouse=True)
def on_a_monday(chat: Chat) -> None:
    """Let it be the first of March."""
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)


async def shown(chat: Chat, label: str = "A1") -> list[str]:
    """Return what is shown of an entry below its first line."""
    await chat.answers()
    await chat.says(f"!zeige {label}", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


async def test_a_task_says_what_has_happened_to_it(chat: Chat):
    await chat.says("!aufgabe Raum buchen @henrik bis 12.3.", by="katrin")
    await chat.says("!nehme A1", by="henrik")
    chat.now = datetime(2027, 3, 2, 9, tzinfo=UTC)
    await chat.says("!aufgabe A1 bis 15.3.", by="henrik")
    await chat.says("!aufgabe A1 blockiert: Kein Schlüssel", by="henrik")
    blocked = await shown(chat)
    chat.now = datetime(2027, 3, 3, 9, tzinfo=UTC)
    await chat.says("!aufgabe A1 läuft wieder", by="henrik")
    await chat.says("!abgeben A1", by="henrik")
    await chat.says("!nehme A1", by="ewa")
    await chat.says("!fertig A1", by="ewa")

    assert blocked == [
        "Henrik, bis Mo, 15. März. Blockiert: Kein Schlüssel.",
        "Verlauf: 1. März angefragt, übernommen (Henrik);"
        " 2. März verschoben vom 12. März auf den 15. März, blockiert.",
    ]
    assert await shown(chat) == [
        "Fertig (Ewa).",
        "Verlauf: 1. März angefragt, übernommen; 2. März verschoben vom 12. März auf den 15. März, blockiert;"
        " 3. März läuft wieder, abgegeben, übernommen (Ewa), fertig.",
    ]


async def test_what_is_undone_has_not_happened(chat: Chat):
    await chat.says("!aufgabe ich backe bis 12.3.", by="ewa")
    await chat.says("!aufgabe A1 bis 15.3.", by="ewa")
    await chat.says("!rückgängig", by="ewa")

    assert await shown(chat) == ["Ewa, bis Fr, 12. März.", "Verlauf: 1. März übernommen (Ewa)."]


async def test_who_is_forgotten_is_named_no_more(chat: Chat):
    await chat.says("!aufgabe ich backe", by="ewa")
    await chat.tells("vergissmich", by="ewa")
    await chat.tells("JA", by="ewa")

    assert await shown(chat) == ["Offen, 🙋 zum Übernehmen.", "Verlauf: 1. März übernommen."]


async def test_a_barrier_says_when_it_was_changed_and_parked(chat: Chat):
    await chat.says("!barriere Formulare nur auf Papier", by="lina")
    await chat.says("!ändern B1 Formular nur auf Papier", by="lina")
    before = await shown(chat, "B1")
    chat.now = datetime(2027, 3, 2, 9, tzinfo=UTC)
    await chat.says("!ändern B1 Formulare gibt nur auf Papier", by="lina")
    await chat.says("!ändern B1 Formulare gibt es nur auf Papier", by="lina")
    await chat.says("!parken B1", by="jule")
    await chat.says("!parken B1 zurück", by="jule")

    assert before == []
    assert await shown(chat, "B1") == [
        "Verlauf: 2. März Text geändert, in den Themenspeicher gelegt, zurück auf dem Board."
    ]


async def test_a_person_reads_what_it_says_of_them_alone(chat: Chat):
    await chat.says("!aufgabe ich backe bis 12.3.", by="ewa")
    await chat.says("!aufgabe A1 bis 15.3.", by="ewa")
    await chat.pass_time(minutes=31)
    await chat.says("!barriere Kein Mehl", by="ewa")
    await chat.says("!parken B1", by="katrin")
    told = []
    for name in ("ewa", "katrin"):
        await chat.tells("meinedaten", by=name)
        file = [one.content for one in chat.homeserver.sent if one.content.get("msgtype") == "m.file"][-1]
        told.append(json.loads(chat.homeserver.media[file["url"]])["data"]["item_events"])

    here = {"group": "Anerkannt und doch ohne Job", "day": "2027-03-01"}
    assert told == [
        [{"item": "A1", "kind": "taken"} | here],
        [{"item": "B1", "kind": "parked"} | here],
    ]


async def test_it_goes_with_the_entry(chat: Chat):
    said = await chat.says("!aufgabe ich backe bis 12.3.", by="ewa")
    await chat.says("!aufgabe A1 bis 22.3.", by="ewa")
    kept = await chat.stores("2027-03-12")
    await chat.redacts(said, by="ewa")
    await chat.pass_time(minutes=31)

    assert (kept, await chat.stores("2027-03-12")) == (True, False)
