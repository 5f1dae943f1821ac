# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People see what is stored of them, have it deleted at their word, and are forgotten when they leave."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from method import own_data
from method.ids import GroupId, RoomId
from storage import items, people, personal
from storage.tables import metadata
from tests.canaries import CANARIES
from tests.chat import GROUP, Chat, user

OTHER = RoomId("!other:test")
ASKED = """\
Ich lösche alles, was mit diesem Konto verbunden ist.
Die Einträge bleiben stehen, ohne Verbindung zum Konto. Auch Einträge löschen? Dann „ALLES“ schreiben.
Die eigenen Chat-Nachrichten kann nur die App löschen.
Weiter mit „JA“."""
REST = "Die Mitgliederliste kommt vom Server und bleibt. Bei anonymen Einträgen hilft nur der Code."
DONE = f"Gelöscht. Die Einträge kann ab jetzt nur die Moderation ändern.\n{REST}"
ALL_DONE = f"Gelöscht, auch alle Einträge und meine Nachrichten dazu.\n{REST}"


async def tables_with(chat: Chat, words: str) -> set[str]:
    async with chat.db.reading() as db:
        return {
            t.name for t in metadata.sorted_tables for row in await db.execute(select(t)) if words in str(row)
        }


def logged() -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in CANARIES.log.getvalue().splitlines() if '"forgotten"' in line]
    return [{key: line[key] for key in line if key not in {"timestamp", "level", "logger"}} for line in lines]


@pytest.fixture
async def ewa(chat: Chat) -> Chat:
    """A group in which Ewa wrote, supported and set something."""
    first = await chat.says("!barriere Formular nur auf Papier", by="lina")
    await chat.says("!barriere Keine Kurse am Abend", by="ewa")
    await chat.tells("barriere Privat gesagt", by="ewa")
    await chat.says("+ Bei uns auch", by="ewa", reply_to=first)
    await chat.reacts(first, by="ewa")
    await chat.tells("sprache de", by="ewa")
    await chat.tells("name an", by="ewa")
    await chat.answers()
    return chat


# --- meinedaten ----------------------------------------------------------------------------------

SHOWN = """\
Räume: 2
Anerkannt und doch ohne Job
die Direktnachrichten mit mir
Konto: mir bekannt
Sprache: Deutsch.
Eigene Einstellungen (!name, !pause, !meinezeit): 1
Einträge: 2
B2 Keine Kurse am Abend
B3 Privat gesagt
Ergänzungen zu Einträgen: 1
B1 Bei uns auch
Unterstützte Einträge (👍): 1
B1
Was sich noch zurücknehmen lässt: 3
B2
B3
B1"""


async def test_my_data_are_shown_in_private(ewa: Chat):
    await ewa.tells("meinedaten", by="ewa")

    lines = (await ewa.answers())[0].split("\n")
    assert lines[0] == "Das ist mit dem Konto @ewa:test verbunden:"
    assert lines[-4:] == [
        "Dazu gehören die Nummern der Nachrichten an mich, ohne den Inhalt.",
        "Anonyme Einträge stehen hier nicht: Ich weiß nicht, wer dahintersteht.",
        "Nachrichten in den Räumen liegen auf den Servern. Bei mir liegen keine.",
        "Löschen: „vergissmich“",
    ]
    [file] = [one.content for one in ewa.homeserver.sent if one.content.get("msgtype") == "m.file"]
    assert file["filename"] == "meine-daten-2027-02-22.json"
    assert json.loads(ewa.homeserver.media[file["url"]])["account"] == user("ewa")
    assert lines[1:-4] == SHOWN.split("\n")


async def test_of_a_stranger_there_is_only_the_membership(chat: Chat):
    await chat.tells("meinedaten", by="henrik")

    assert (await chat.answers())[0].split("\n")[1:-4] == [
        "Räume: 2",
        "Anerkannt und doch ohne Job",
        "die Direktnachrichten mit mir",
    ]
    async with chat.db.reading() as db:
        assert await people.find(db, user("henrik")) is None


async def test_of_several_groups_each_line_says_which_it_is_of(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    for room in (GROUP, OTHER):
        await chat.says("!aufgabe ich backe", by="ewa", room=room)
    await chat.tells("sprache en", by="ewa")
    await chat.answers()

    await chat.tells("mydata", by="ewa")

    lines = (await chat.answers())[0].split("\n")
    assert lines[1:7] == [
        "Rooms: 3",
        "Anerkannt und doch ohne Job",
        "Andere Gruppe",
        "the direct messages with me",
        "Account: known to me",
        "Language: English.",
    ]
    at = lines.index("Tasks: 2")
    assert lines[at + 1 : at + 3] == ["A1 (Anerkannt und doch ohne Job)", "A1 (Andere Gruppe)"]


def test_every_table_with_people_has_a_title_and_the_columns_that_are_shown():
    tables = {link.table.name for link in personal.links()}
    assert set(own_data.PARTS) == tables | {"people", "item_events", "memberships"}
    named = {"item", "poll", "group"}
    for table in tables:
        shown = {one for one in own_data.PARTS[table].shown if isinstance(one, str)}
        assert shown <= named | set(metadata.tables[table].c.keys())


@pytest.mark.parametrize("command", ["!meinedaten", "!vergissmich", "!vergissmich JA", "!name an", "!pause"])
async def test_in_the_group_only_the_person_is_told_how(ewa: Chat, command: str):
    word = {"!vergissmich JA": "!vergissmich", "!pause": "!pause an"}.get(command, command)
    await ewa.says(command, by="ewa")

    assert await ewa.answers(GROUP) == []
    direct = await ewa.direct("ewa")
    told = [sent.content.get("body") for sent in ewa.homeserver.sent if sent.room_id == direct]
    assert told[-1] == f"Das geht per Direktnachricht an mich: {word}"


# --- vergissmich ---------------------------------------------------------------------------------


async def test_forgetting_asks_first(ewa: Chat):
    await ewa.tells("vergissmich", by="ewa")

    assert await ewa.answers() == [ASKED]
    await ewa.tells("Nein, doch nicht", by="ewa")
    await ewa.tells("board", by="ewa")
    async with ewa.db.reading() as db:
        assert await people.find(db, user("ewa")) is not None


async def test_after_yes_nothing_is_connected_with_the_account(ewa: Chat):
    await ewa.tells("vergissmich", by="ewa")
    await ewa.answers()

    await ewa.tells("JA", by="ewa")

    assert await ewa.answers() == [DONE]
    assert await tables_with(ewa, user("ewa")) == {"members", "room_state"}
    async with ewa.db.reading() as db:
        listed = await items.everything(db, GroupId(1))
    assert [(one.item.text, one.support, one.notes) for one in listed] == [
        ("Formular nur auf Papier", 0, 1), ("Keine Kurse am Abend", 0, 0), ("Privat gesagt", 0, 0),
    ]  # fmt: skip
    assert [one.item.author is None for one in listed] == [False, True, True]
    assert listed[2].item.source is None


async def test_no_row_leads_from_an_entry_to_the_direct_room(ewa: Chat):
    direct = await ewa.direct("ewa")
    await ewa.tells("vergissmich", by="ewa")
    await ewa.tells("ja", by="ewa")

    async with ewa.db.reading() as db:
        inbox = metadata.tables["inbox"]
        outbox = metadata.tables["outbox"]
        events = set(await db.scalars(select(inbox.c.event_id).where(inbox.c.room_id == direct)))
        causes = list(await db.scalars(select(outbox.c.cause).where(outbox.c.room_id == GROUP)))
    assert [cause for cause in causes if any(f"{event}:" in cause for event in events)] == []


async def test_all_erases_the_entries_and_the_posts_about_them(ewa: Chat):
    post = ewa.post("B3: Privat gesagt")
    await ewa.tells("vergissmich", by="ewa")
    await ewa.answers()

    await ewa.tells("alles", by="ewa")
    await ewa.pass_time(minutes=1)

    assert sorted(await ewa.answers()) == sorted([ALL_DONE, f"✗ {post}"])
    for words in ("Privat gesagt", "Keine Kurse", "Bei uns auch"):
        assert not await ewa.stores(words)
    assert await ewa.stores("Formular nur auf Papier")
    await ewa.says("!board barrieren")
    assert (await ewa.answers())[0].split("\n")[1:] == ["B1: Formular nur auf Papier."]


async def test_all_leaves_nothing_on_the_boards_of_any_group(chat: Chat):
    await chat.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    for room in (GROUP, OTHER):
        await chat.says("!barriere Keine Kurse am Abend", by="ewa", room=room)
    await chat.tells("board", by="ewa")
    await chat.tells("1", by="ewa")
    await chat.pass_time(seconds=10)
    await chat.boards()

    await chat.tells("vergissmich ALLES", by="ewa")
    await chat.pass_time(seconds=10)

    assert [board.split("\n")[1] for board in await chat.boards()] == ["0 Barrieren."] * 2


async def test_all_takes_seats_and_objections_too(chat: Chat):
    await chat.says("!wenfehlt Eine Ausländerbehörde", by="ewa")
    await chat.says("!kernproblem Niemand ist zuständig", by="katrin")
    await chat.says("Das trifft es nicht", by="ewa", reply_to=chat.post("Vorschlag"))

    await chat.tells("vergissmich ALLES", by="ewa")
    await chat.pass_time(minutes=1)

    assert [words for words in ("Ausländerbehörde", "trifft es nicht") if await chat.stores(words)] == []


async def test_nobody_is_called_up_who_was_forgotten(chat: Chat):
    await chat.says("!treffen start Gründung", by="lina")
    await chat.says("!rede", by="ewa")
    await chat.answers()

    await chat.tells("vergissmich JA", by="ewa")

    edit, done = await chat.answers()
    assert (edit[:12], "Ewa" in edit, done) == ("✎ Treffen T1", False, DONE)


async def test_the_log_has_numbers_only(ewa: Chat):
    await ewa.tells("vergissmich JA", by="ewa")

    [line] = logged()
    assert line == {
        "event": "forgotten", "items_rows": 3, "notes_rows": 1, "outbox_rows": 1, "supports_rows": 1,
        "changes_rows": 3, "preferences_rows": 1, "people_rows": 1,
    }  # fmt: skip


async def test_a_confirmation_counts_for_fifteen_minutes(ewa: Chat):
    await ewa.tells("vergissmich", by="ewa")
    await ewa.pass_time(minutes=16)
    await ewa.answers()

    await ewa.tells("JA", by="ewa")

    async with ewa.db.reading() as db:
        assert await people.find(db, user("ewa")) is not None


async def test_whoever_is_forgotten_can_begin_anew(ewa: Chat):
    await ewa.tells("vergissmich JA", by="ewa")
    await ewa.answers()

    await ewa.says("!barriere Noch etwas", by="ewa")

    assert await ewa.answers() == ["✅ B4"]


# --- leaving -------------------------------------------------------------------------------------


async def leaves(chat: Chat, name: str, room: RoomId = GROUP) -> None:
    await chat.sends("m.room.member", {"membership": "leave"}, by=name, room=room, state_key=user(name))


async def test_whoever_leaves_the_only_group_is_forgotten_with_the_night(ewa: Chat):
    """Until then it is known who was greeted: coming back at once is no reason to do it again."""
    await leaves(ewa, "ewa")
    assert await tables_with(ewa, user("ewa")) == {"members", "people", "room_state"}

    await ewa.pass_time(days=1)

    assert await tables_with(ewa, user("ewa")) == {"members", "room_state"}
    assert await ewa.answers() == []


async def test_whoever_stays_in_another_group_keeps_what_is_there(ewa: Chat):
    await ewa.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    await ewa.says("!barriere Nur hier", by="ewa", room=OTHER)

    await leaves(ewa, "ewa")

    async with ewa.db.reading() as db:
        person = await people.find(db, user("ewa"))
        assert person is not None
        here = [one.item.author for one in await items.everything(db, GroupId(1))]
        there = [one.item.author for one in await items.everything(db, GroupId(2))]
    assert person.id not in here
    assert there == [person.id]


async def test_moving_to_a_new_room_forgets_nobody(ewa: Chat):
    new = RoomId("!new:test")
    await ewa.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state = ewa.room_state("Anerkannt und doch ohne Job", {"katrin": 100, "ewa": 0})
    state[0]["content"]["predecessor"] = {"room_id": GROUP}
    await ewa.syncs({"join": {new: {"state": {"events": state}}}})

    await leaves(ewa, "ewa")

    async with ewa.db.reading() as db:
        assert await people.find(db, user("ewa")) is not None


# --- preferences ---------------------------------------------------------------------------------


async def test_a_name_is_shown_only_where_the_author_wants_it(chat: Chat):
    await chat.says("!barriere Keine Kurse am Abend", by="ewa")
    await chat.says("!zeige B1")
    assert (await chat.answers())[-1] == "B1, 22. Februar: Keine Kurse am Abend"

    await chat.tells("name an", by="ewa")
    await chat.says("!zeige B1")
    assert (await chat.answers())[-2:] == [
        "Name an: !zeige nennt bei den eigenen Einträgen den Namen. Wieder aus: „name aus“",
        "B1, 22. Februar: Keine Kurse am Abend\nVon: Ewa",
    ]

    await chat.tells("name", by="ewa")
    await chat.tells("name aus", by="ewa")
    await chat.says("!zeige B1")
    assert (await chat.answers())[-2:] == [
        "Name aus: Bei den eigenen Einträgen steht kein Name. An: „name an“",
        "B1, 22. Februar: Keine Kurse am Abend",
    ]


async def test_during_a_pause_only_answers_are_told(chat: Chat):
    await chat.tells("pause", by="ewa")
    await chat.says("!meinedaten", by="ewa")
    assert await chat.answers() == [
        "Pause: Ich schreibe hier nichts ungefragt. Auf Befehle antworte ich weiter. Ende: „pause aus“",
        "Das geht per Direktnachricht an mich: !meinedaten",
    ]

    await chat.tells("pause aus", by="ewa")
    assert await chat.answers() == ["Die Pause ist zu Ende. Manchmal schreibe ich hier wieder von selbst."]


async def test_a_switch_is_on_or_off(chat: Chat):
    await chat.tells("pause vielleicht", by="ewa")

    assert await chat.answers() == ["Ich verstehe „an“ und „aus“. Beispiel: „pause aus“"]


# --- deletion of messages ------------------------------------------------------------------------


async def test_what_was_deleted_in_the_chat_stands_in_no_column(chat: Chat):
    """A walk over everything stored, after each message of a day was deleted."""
    canary = "Kanarienvogel"
    barrier = await chat.says(f"!barriere {canary} #{canary}", by="ewa")
    await chat.edits(barrier, f"!barriere {canary} anders", by="ewa")
    await chat.says(f"!idee Eine zu B1 {canary} zu B1", by="lina", event_id="$idea")
    await chat.says(f"+ {canary} bei uns", by="henrik", reply_to=barrier, event_id="$plus")
    await chat.says(f"!bariere {canary}", by="ewa", event_id="$typo")
    await chat.says(f"!ergänzen {canary} ohne Nummer", by="ewa", event_id="$asked")
    await chat.says(f"!ziel {canary}", by="katrin", event_id="$goal")
    await chat.says(f"!ändern B1 {canary} noch anders", by="katrin")
    await chat.says("!treffen start", by="katrin")
    await chat.says(f"!runde {canary}?", by="katrin", event_id="$round")
    await chat.says(f"{canary}!", by="ewa", reply_to=chat.post("Runde"))
    private = await chat.tells(f"ziel {canary} privat", by="katrin")
    direct = await chat.direct("katrin")
    hidden = await chat.tells(f"barriere {canary} privat", by="ewa")
    assert await chat.stores(canary)

    for event, by in ((barrier, "ewa"), ("$idea", "lina"), ("$plus", "henrik"), ("$typo", "ewa")):
        await chat.redacts(event, by=by)
    for event, by in (("$asked", "ewa"), ("$goal", "katrin"), ("$round", "katrin")):
        await chat.redacts(event, by=by)
    await chat.redacts(private, by="katrin", room=direct)
    await chat.redacts(hidden, by="ewa", room=await chat.direct("ewa"))
    await chat.settle()

    assert await tables_with(chat, canary) == set()
    assert not await chat.stores(canary)


async def test_of_a_post_that_was_edited_the_edits_go_too(chat: Chat):
    """Whoever deletes a message leaves its edits in the room, and some apps show them."""
    direct = await chat.direct("ewa")
    event = await chat.tells("barriere Herr Müller sagt nein", by="ewa")
    await chat.edits(event, "barriere Herr Meier sagt nein", by="ewa", room=direct)
    await chat.edits(event, "barriere Das Amt sagt nein", by="ewa", room=direct)
    said = [sent.event_id for sent in chat.homeserver.sent if "sagt nein" in str(sent.content)]
    await chat.answers()

    await chat.redacts(event, by="ewa", room=direct)

    assert len(said) == 3
    assert await chat.answers() == [f"✗ {one}" for one in said]


async def test_a_goal_from_a_direct_message_is_deleted_in_the_group_too(chat: Chat):
    event = await chat.tells("ziel Alle finden Arbeit", by="katrin")
    post = chat.post("Ziel: Alle")
    await chat.answers()

    await chat.redacts(event, by="katrin", room=await chat.direct("katrin"))

    assert await chat.answers() == [f"✗ {post}"]
