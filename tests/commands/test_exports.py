# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The moderation gets the board as files, where it asks for them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests.chat import GROUP, Chat


def files(chat: Chat) -> list[dict[str, object]]:
    return [dict(sent.content) for sent in chat.homeserver.sent if sent.content.get("msgtype") == "m.file"]


def unpacked(chat: Chat) -> dict[str, str]:
    file = files(chat)[-1]
    with zipfile.ZipFile(io.BytesIO(chat.homeserver.media[str(file["url"])])) as packed:
        return {name.rpartition("/")[2]: packed.read(name).decode() for name in packed.namelist()}


async def test_archive_holds_the_board_and_nobody_s_name(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier", by="ewa")

    await chat.says("!export", by="katrin")

    [file] = files(chat)
    assert file["filename"] == "board-anerkannt-und-doch-ohne-job-2027-02-22.zip"
    assert str(file["body"]).startswith("Für die Akte: ein Archiv mit dem Board")
    contents = unpacked(chat)
    assert sorted(contents) == ["board.csv", "board.html", "board.md", "export.json", "group.csv"]
    assert [item["text"] for item in json.loads(contents["export.json"])["items"]] == [
        "Formular nur auf Papier"
    ]
    for name, content in contents.items():
        assert name == "group.csv" or "Formular nur auf Papier" in content
        assert "ewa" not in content.lower()


async def test_archive_holds_what_the_group_agreed_met_for_and_needs(chat: Chat):
    await chat.says("!kernproblem Beide Seiten finden sich nicht", by="katrin")
    await chat.says("!kernproblem gilt", by="katrin")
    await chat.says("!treffen start Auftakt", by="lina")
    await chat.says("!rollen", by="lina")
    await chat.says("!rede", by="henrik")
    await chat.says("!barriere Nur Absagen", by="ewa")
    await chat.says("!treffen ende", by="lina")
    await chat.says("!wenfehlt Leitung eines Amtes, Berlin", by="murat")
    await chat.says("!sektoren weitere Wissenschaft", by="katrin")
    await chat.tells("sektor zielgruppe", by="oleks")
    await chat.says("!gast @lina:test bis 15.3.", by="katrin")

    await chat.says("!export", by="katrin")

    contents = unpacked(chat)
    assert sorted(contents) == ["board.csv", "board.html", "board.md", "export.json", "group.csv"]
    told = ["Beide Seiten finden sich nicht", "Auftakt", "Leitung eines Amtes, Berlin", "Wissenschaft"]
    told += ["Welche Sicht fehlt uns?", "weniger als 3", "B1"]
    for name in ("board.html", "board.md", "group.csv", "export.json"):
        content = contents[name].replace("\\", "")
        assert [words for words in told if words not in content] == []
        assert ("2027-03-15" in content) or ("15. März 2027" in content)
        assert [who for who in ("henrik", "ewa", "lina", "murat", "oleks") if who in content.lower()] == []


@pytest.mark.parametrize("private", [False, True], ids=["in the room", "privately"])
async def test_archive_comes_where_it_was_asked_for(chat: Chat, private: bool):
    room = await chat.direct("katrin") if private else GROUP

    await chat.says("!export", by="katrin", room=room)

    assert [sent.room_id for sent in chat.homeserver.sent if sent.content.get("msgtype") == "m.file"] == [
        room
    ]


async def test_members_cannot_have_it(chat: Chat):
    await chat.says("!export", by="ewa")

    assert files(chat) == []
    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


async def test_archive_holds_what_has_happened_to_entries_and_not_by_whom(chat: Chat):
    await chat.says("!aufgabe Raum buchen @henrik bis 12.3.", by="katrin")
    await chat.says("!nehme A1", by="henrik")
    chat.now += timedelta(days=1)
    await chat.says("!aufgabe A1 bis 15.3.", by="henrik")

    await chat.says("!export", by="katrin")

    contents = unpacked(chat)
    [task] = json.loads(contents["export.json"])["items"]
    assert task["history"] == [
        {"day": "2027-02-22", "kind": "asked", "was": None, "becomes": None},
        {"day": "2027-02-22", "kind": "taken", "was": None, "becomes": None},
        {"day": "2027-02-23", "kind": "moved", "was": "2027-03-12", "becomes": "2027-03-15"},
    ]
    told = "22. Februar 2027 angefragt, übernommen; 23. Februar 2027 verschoben vom 12. März 2027 auf den 15. März 2027"
    for name in ("board.csv", "board.html", "board.md"):
        assert (name, told in contents[name].replace("\\", "")) == (name, True)
    assert [name for name, content in contents.items() if "henrik" in content.lower()] == []


async def test_archive_holds_agendas_series_and_reminders_of_the_group(chat: Chat):
    await chat.says("!barriere Keine Räume")
    await chat.says("!treffen jede Woche Mo 9:00 Jour fixe", by="katrin")
    await chat.says("!top Kinderbetreuung klären 10 min zu B1")
    await chat.says("!top Später reden")
    await chat.says("!top 2 parken")
    await chat.says("!erinnere uns jeden Fr 10:00 Board lesen")
    await chat.tells("erinnere mich Fr 10:00 Zahnarzt")

    await chat.says("!export", by="katrin")

    contents = unpacked(chat)
    page = contents["board.html"]
    assert '<small dir="auto">Tagesordnung 1: Kinderbetreuung klären (10 Min., B1)</small>' in page
    for heading, words, details in (
        ("Für das nächste Treffen", "Später reden", ""),
        ("Treffen, die sich wiederholen", "Jour fixe", '<small dir="auto">jeden Montag, 9:00</small>'),
        (
            "Erinnerungen der Gruppe",
            "Board lesen",
            '<small dir="auto">jeden Freitag</small>'
            '<small dir="auto">Nächstes Mal: Fr, 26. Februar 2027, 10:00</small>',
        ),
    ):
        entry = f'<li><span dir="auto">{words}</span>{details}</li>'
        assert page.partition(f"<h2>{heading}</h2><ul>")[2].partition("</ul>")[0] == entry
    table = contents["group.csv"]
    assert '"";"Erinnerungen der Gruppe";"Board lesen";"2027-02-26 10:00"' in table
    assert [name for name, content in contents.items() if "Zahnarzt" in content] == []
