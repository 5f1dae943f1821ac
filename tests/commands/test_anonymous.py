# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anonymous entries: published together at the full hour, withdrawn by code, connected with nobody."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from method import codes
from method.ids import GroupId, RoomId
from storage import groups, items, people
from storage.tables import anonymous, metadata, outbox
from tests.canaries import CANARIES
from tests.chat import GROUP, Chat, user
from tests.fixtures_chat import open_chat

OTHER = RoomId("!other:test")
WORDS = "Im Gespräch fragen sie nach Kindern"
#: Ten past nine in Berlin, on a Monday.
TEN_PAST_NINE = datetime(2027, 2, 22, 8, 10, tzinfo=UTC)

PROMISE = """\
Ich schreibe das um 10:00 ohne Namen in die Gruppe. Ich speichere nicht, von wem es kommt.
Zurückziehen geht nur mit diesem Code: „löschen {code}“
Tipp: Keine Einzelheiten nennen, an denen man jemanden erkennt.
Was ich nicht verbergen kann: Der Server sieht, wer mir wann geschrieben hat.
In einer kleinen Gruppe kann der Stil etwas verraten. In diesem Chat bleibt der Text bis zum Löschen."""


async def says_anonymously(
    chat: Chat, words: str = WORDS, *, by: str = "ewa", command: str = "anonym"
) -> str:
    """Write something to the bot without a name; return the code."""
    await chat.tells(f"{command} {words}", by=by)
    answer = "\n".join(await chat.answers())
    found = re.search(r"[^\W\d_]+-[^\W\d_]+-[^\W\d_]+-\d{5}", answer)
    assert found is not None, answer
    return found[0]


async def dump(chat: Chat) -> dict[str, list[Any]]:
    async with chat.db.reading() as db:
        return {t.name: [*(await db.execute(select(t))).all()] for t in metadata.sorted_tables}


@pytest.fixture
async def at_nine(chat: Chat) -> Chat:
    chat.now = TEN_PAST_NINE
    return chat


async def test_an_entry_is_promised_for_the_next_full_hour_with_a_code(at_nine: Chat):
    await at_nine.tells(f"anonym {WORDS}", by="ewa")

    answers = await at_nine.answers()
    code = answers[0].split("\n")[1].rpartition(" ")[2].strip("“")
    assert answers == [PROMISE.format(code=code)]


async def test_an_entry_is_published_at_the_full_hour_and_not_before(at_nine: Chat):
    await says_anonymously(at_nine)

    await at_nine.pass_time(minutes=49, seconds=59)
    assert await at_nine.answers() == []
    await at_nine.pass_time(seconds=1)
    assert await at_nine.answers() == [f"B1, anonym: {WORDS}"]
    await at_nine.pass_time(hours=3)
    assert await at_nine.answers() == []


@pytest.mark.parametrize(
    ("now", "when"),
    [
        pytest.param(
            datetime(2027, 2, 22, 8, 40, tzinfo=UTC), "das um 10:00 ohne", id="twenty minutes before"
        ),
        pytest.param(datetime(2027, 2, 22, 8, 41, tzinfo=UTC), "das um 11:00 ohne", id="less than that"),
        pytest.param(datetime(2027, 2, 22, 18, 0, tzinfo=UTC), "Di, 23. Februar, 8:00", id="in the evening"),
        pytest.param(datetime(2027, 3, 5, 18, 0, tzinfo=UTC), "Di, 9. März, 8:00", id="before Women's Day"),
    ],
)
async def test_the_hour_lies_within_working_time_and_not_too_near(chat: Chat, now: datetime, when: str):
    chat.now = now

    await chat.tells(f"anonym {WORDS}", by="ewa")

    assert when in (await chat.answers())[0]


async def test_entries_of_an_hour_are_published_together_in_no_order(at_nine: Chat):
    written = {await says_anonymously(at_nine, f"Satz {i}", by=by): f"Satz {i}" for i, by in enumerate(
        ["ewa", "lina", "henrik", "murat", "oleks"]
    )}  # fmt: skip

    await at_nine.pass_time(minutes=50)

    shuffled = sorted(written, key=lambda code: codes.hashed(codes.read(code) or ""))
    assert await at_nine.answers() == [
        f"B{number}, anonym: {written[code]}" for number, code in enumerate(shuffled, 1)
    ]


async def test_an_idea_answers_a_barrier(at_nine: Chat):
    await at_nine.says("!barriere Keine Kurse am Abend")
    await says_anonymously(at_nine, "idee: Kurse online #kurse zu B1")

    await at_nine.pass_time(minutes=50)
    assert await at_nine.answers() == ["I1, anonym: Kurse online"]
    await at_nine.says("!zeige I1")
    assert await at_nine.answers() == ["I1, 22. Februar: Kurse online\nThemen: #kurse\nGehört zu: B1"]


async def test_a_post_can_be_supported_and_added_to_like_any_item(at_nine: Chat):
    await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)
    post = at_nine.post("B1, anonym")
    await at_nine.answers()

    await at_nine.reacts(post, by="lina")
    await at_nine.says("+ Bei uns auch", by="henrik", reply_to=post)
    await at_nine.says("!zeige B1")

    assert (await at_nine.answers())[-1] == (
        f"B1, 22. Februar: {WORDS}\n1 Ergänzung: Bei uns auch\n1 kennt das auch."
    )


async def test_in_english_the_answer_and_the_code_are_english(at_nine: Chat):
    code = await says_anonymously(at_nine, command="!anonymous")

    assert {word.lower() for word in code.split("-")[:3]} <= set(codes.WORDS["en"])


async def test_nothing_connects_the_entry_with_its_author(at_nine: Chat):
    event = await says_event(at_nine)
    before = await dump(at_nine)
    await at_nine.pass_time(minutes=50)
    await at_nine.reacts(at_nine.post("B1, anonym"), by="lina")
    after = await dump(at_nine)

    async with at_nine.db.reading() as db:
        assert await people.find(db, user("ewa")) is None
    waiting = str(before["anonymous"])
    assert WORDS in waiting
    assert event not in waiting
    [item] = after["items"]
    assert (item.author_id, item.source_event_id) == (None, None)
    assert after["changes"] == after["questions"] == []
    direct = await at_nine.direct("ewa")
    known = {event, direct, str(user("ewa")), "ewa"}
    for table in ("items", "anonymous", "timers", "item_topics", "item_links"):
        assert [word for word in known if word in str(after[table])] == [], table
    posts = [row for row in after["outbox"] if event in row.cause]
    assert [(row.room_id, row.subject, row.payload) for row in posts] == [(direct, None, None)]
    ours = [row for row in after["outbox"] if row.subject == "item:1:post"]
    assert [row.cause for row in ours] == [f"anonymous:{after['anonymous'][0].code}:0"]
    [told] = [line for line in CANARIES.log.getvalue().splitlines() if f'"{event}"' in line]
    assert json.loads(told)["rule"] == "command"


async def test_the_answer_looks_like_any_other_once_it_was_said(at_nine: Chat):
    """Otherwise the outbox would tell who has written something anonymous, and when."""
    one = await says_event(at_nine)
    other = await at_nine.tells("hilfe", by="lina")
    await at_nine.pass_time(minutes=1)

    rows = [row for row in (await dump(at_nine))["outbox"] if row.cause.startswith("ev:$")]
    assert {row.cause: row.subject for row in rows} == {f"ev:{one}:0": None, f"ev:{other}:0": None}


async def says_event(chat: Chat) -> str:
    event = await chat.tells(f"anonym {WORDS}", by="ewa")
    await chat.answers()
    return event


async def test_the_words_are_gone_from_the_waiting_list_once_published(at_nine: Chat):
    await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)

    [row] = (await dump(at_nine))["anonymous"]
    assert (row.text, row.due_at, row.item_id) == (None, None, 1)


async def test_the_journal_does_not_say_which_command_was_used_in_private(at_nine: Chat):
    one = await says_event(at_nine)
    other = await at_nine.tells("hilfe", by="lina")

    journal = {row.event_id: row for row in (await dump(at_nine))["inbox"]}
    assert {(journal[event].rule, journal[event].state) for event in (one, other)} == {("command", "done")}
    assert journal[one].sender is None


async def test_the_tables_cannot_be_joined_from_entry_to_person():
    """No foreign key leads from an entry to a person, and no column holds an event, a room or a moment of arrival."""
    assert {column.name for column in anonymous.c} == {
        "code",
        "group_id",
        "kind",
        "text",
        "due_at",
        "item_id",
    }
    assert {key.column.table.name for column in anonymous.c for key in column.foreign_keys} == {
        "groups",
        "items",
    }


async def test_the_code_is_kept_as_a_hash_only(at_nine: Chat):
    code = await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)

    assert not await at_nine.stores(code)
    assert not await at_nine.stores(codes.read(code) or code)


# --- withdrawing ---------------------------------------------------------------------------------


async def test_before_publication_the_code_lets_it_vanish(at_nine: Chat):
    code = await says_anonymously(at_nine)

    await at_nine.tells(f"löschen {code}", by="ewa")
    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers() == [
        "Der anonyme Eintrag ist zurückgezogen. Sein Text ist bei mir gelöscht."
    ]
    assert not await at_nine.stores(WORDS)


@pytest.mark.parametrize("typed", ["zurückziehen {}", "!löschen {}", "Loeschen {lower}", "löschen {blanks}."])
async def test_after_publication_the_code_erases_the_item_and_the_post(at_nine: Chat, typed: str):
    code = await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)
    post = at_nine.post("B1, anonym")
    await at_nine.answers()

    event = await at_nine.tells(
        typed.format(code, lower=code.lower(), blanks=code.replace("-", " ")), by="lina"
    )
    await at_nine.pass_time(minutes=1)

    assert sorted(await at_nine.answers()) == [
        "Der anonyme Eintrag ist zurückgezogen. Sein Text ist bei mir gelöscht.",
        f"✗ {post}",
    ]
    assert not await at_nine.stores(WORDS)
    tables = await dump(at_nine)
    assert tables["anonymous"] == tables["changes"] == []
    assert tables["items"][0].changed_at == tables["items"][0].created_at
    of_the_item = [row for row in tables["outbox"] if row.room_id == GROUP]
    assert [row.cause for row in of_the_item if event in row.cause] == []


async def test_a_code_works_once_and_a_wrong_one_changes_nothing(at_nine: Chat):
    code = await says_anonymously(at_nine)
    unknown = "Diesen Code kenne ich nicht. Ein Code sieht so aus: Tisch-Kanne-Wolke-48213"

    await at_nine.tells(f"löschen {code[:-1]}{(int(code[-1]) + 1) % 10}", by="ewa")
    await at_nine.tells("löschen Blau-Tisch-42", by="ewa")
    assert await at_nine.answers() == [unknown, unknown]
    await at_nine.tells(f"löschen {code}", by="ewa")
    await at_nine.tells(f"löschen {code}", by="ewa")

    assert (await at_nine.answers())[1:] == [unknown]


async def test_a_code_needs_no_group_and_stands_beside_nobody(at_nine: Chat):
    await at_nine.found(OTHER, "Andere Gruppe", {"katrin": 100, "lina": 0})
    code = await says_anonymously(at_nine)
    await at_nine.answers()

    await at_nine.tells(f"löschen {code}", by="lina")

    assert await at_nine.answers() == [
        "Der anonyme Eintrag ist zurückgezogen. Sein Text ist bei mir gelöscht."
    ]
    assert (await dump(at_nine))["questions"] == []


async def test_the_board_follows_a_code_from_outside_of_the_group(at_nine: Chat):
    code = await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)
    await at_nine.pass_time(seconds=10)
    await at_nine.found(OTHER, "Andere Gruppe", {"katrin": 100, "nina": 0})
    await at_nine.boards()

    await at_nine.tells(f"löschen {code}", by="nina")
    await at_nine.pass_time(seconds=10)

    assert [board.split("\n")[1] for board in await at_nine.boards()] == ["0 Barrieren."]


async def test_a_code_in_the_group_is_answered_privately(at_nine: Chat):
    await at_nine.direct("ewa")
    code = await says_anonymously(at_nine)
    await at_nine.says(f"!löschen {code}", by="ewa")

    assert await at_nine.answers(GROUP) == []
    assert len((await dump(at_nine))["anonymous"]) == 1


async def test_the_moderation_can_change_and_withdraw_it(at_nine: Chat):
    await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)
    post = at_nine.post("B1, anonym")
    await at_nine.answers()

    await at_nine.says("!ändern B1 Kürzer", by="jule")
    await at_nine.says("!löschen B1", by="ewa")
    await at_nine.redacts(post, by="jule")
    await at_nine.says("!zeige B1")

    answers = await at_nine.answers()
    assert "✎ B1, anonym: Kürzer" in answers
    assert answers[-1] == "B1 ist zurückgezogen."


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["!anonym", "!anonnym", "!Anonym:", "!anonym idee"])
async def test_in_the_group_nothing_is_stored_and_only_the_person_is_told(at_nine: Chat, typed: str):
    direct = await at_nine.direct("ewa")
    await at_nine.answers()

    await at_nine.says(f"{typed} {WORDS}", by="ewa")
    await at_nine.pass_time(hours=2)

    assert await at_nine.answers(GROUP) == []
    assert [str(s.content["body"]) for s in at_nine.homeserver.sent if s.room_id == direct] == [
        "Das stand schon in der Gruppe. Jetzt hilft: die eigene Nachricht löschen und mir direkt schreiben."
    ]
    assert not await at_nine.stores(WORDS)


async def test_with_several_groups_the_words_are_not_kept_for_the_question(at_nine: Chat):
    await at_nine.found(OTHER, "Andere Gruppe", {"katrin": 100, "ewa": 0})
    await at_nine.answers()

    await at_nine.tells(f"anonym {WORDS}", by="ewa")
    assert (await at_nine.answers())[0].split("\n")[-1] == (
        "Danach den Text noch einmal schicken: Bis dahin behalte ich ihn nicht."
    )
    assert not await at_nine.stores(WORDS)
    await at_nine.tells("1", by="ewa")
    assert await at_nine.answers() == [
        "Was soll ich ohne Namen aufschreiben? Bitte einfach hier antworten."
        " Beispiel: Im Gespräch fragen Firmen nach Kindern."
    ]
    await at_nine.tells(WORDS, by="ewa")
    await at_nine.answers()
    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers(OTHER) == [f"B1, anonym: {WORDS}"]


async def test_a_mistyped_command_keeps_nothing(at_nine: Chat):
    await at_nine.tells(f"!anonnym {WORDS}", by="ewa")

    assert await at_nine.answers() == [
        "Den Befehl !anonnym gibt es nicht. Gemeint ist vielleicht !anonym."
        " Ich behalte nichts davon: einfach noch einmal schicken."
    ]
    assert not await at_nine.stores(WORDS)


async def test_it_never_answers_another_question(at_nine: Chat):
    await at_nine.tells("barriere", by="ewa")
    await at_nine.answers()

    await says_anonymously(at_nine)
    await at_nine.tells("Danke", by="ewa")
    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers() == ["Das verstehe ich nicht. Was ich kann: !hilfe", f"B1, anonym: {WORDS}"]


async def test_an_idea_to_something_unknown_keeps_nothing(at_nine: Chat):
    await at_nine.tells(f"anonym idee {WORDS} zu B7", by="ewa")

    assert await at_nine.answers() == [
        "B7 steht nicht auf dem Board. Ich behalte nichts davon: einfach noch einmal schicken."
    ]
    assert not await at_nine.stores(WORDS)


async def test_editing_or_deleting_the_message_changes_nothing(at_nine: Chat):
    event = await says_event(at_nine)
    room = await at_nine.direct("ewa")

    await at_nine.edits(event, "anonym Etwas anderes", by="ewa", room=room)
    assert await at_nine.answers() == [
        "Ich weiß nicht, welcher Eintrag das war. Da hilft nur der Code: „löschen“ und dann der Code."
    ]
    await at_nine.redacts(event, by="ewa", room=room)
    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers() == [f"B1, anonym: {WORDS}"]


async def test_editing_a_refused_message_is_a_new_attempt(at_nine: Chat):
    event = await at_nine.tells(f"anonym idee {WORDS} zu B7", by="ewa")
    await at_nine.answers()

    await at_nine.edits(event, f"anonym idee {WORDS}", by="ewa", room=await at_nine.direct("ewa"))
    assert len(await at_nine.answers()) == 1
    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers() == [f"I1, anonym: {WORDS}"]


async def test_undo_does_not_know_it(at_nine: Chat):
    await says_anonymously(at_nine)
    await at_nine.tells("rückgängig", by="ewa")
    await at_nine.pass_time(minutes=50)

    assert (await at_nine.answers())[-1] == f"B1, anonym: {WORDS}"


# --- once ----------------------------------------------------------------------------------------


async def test_the_same_message_twice_is_taken_once(at_nine: Chat):
    room = await at_nine.direct("ewa")
    await at_nine.says(f"anonym {WORDS}", by="ewa", room=room, event_id="$same")
    await at_nine.says(f"anonym {WORDS}", by="ewa", room=room, event_id="$same")

    assert len(await at_nine.answers()) == 1
    await at_nine.pass_time(minutes=50)
    assert await at_nine.answers() == [f"B1, anonym: {WORDS}"]


async def test_after_a_restart_it_is_published_once(at_nine: Chat):
    await says_anonymously(at_nine)
    again = await open_chat(at_nine.db)
    again.now = at_nine.now

    await again.pass_time(minutes=50)
    await at_nine.pass_time(minutes=50)

    assert await again.answers() + await at_nine.answers() == [f"B1, anonym: {WORDS}"]


async def test_in_a_paused_group_it_waits_for_working_time(at_nine: Chat):
    await says_anonymously(at_nine)
    async with at_nine.db.transaction() as db:
        await groups.set_state(db, GroupId(1), "paused")
    await at_nine.pass_time(hours=14)
    async with at_nine.db.transaction() as db:
        await groups.set_state(db, GroupId(1), "active")
    await at_nine.pass_time(seconds=5)
    assert await at_nine.answers() == []

    await at_nine.pass_time(hours=9)

    assert await at_nine.answers() == [f"B1, anonym: {WORDS}"]


async def test_after_a_room_upgrade_it_is_published_in_the_new_room(at_nine: Chat):
    await says_anonymously(at_nine)
    new = RoomId("!new:test")
    await at_nine.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state = at_nine.room_state("Anerkannt und doch ohne Job", {"katrin": 100, "lina": 0})
    state[0]["content"]["predecessor"] = {"room_id": GROUP}
    await at_nine.syncs({"join": {new: {"state": {"events": state}}}})
    await at_nine.answers()

    await at_nine.pass_time(minutes=50)

    assert await at_nine.answers(new) == [f"B1, anonym: {WORDS}"]
    assert await at_nine.answers(GROUP) == []


async def test_entries_lie_and_appear_in_an_order_that_is_not_theirs(at_nine: Chat):
    for i in range(12):
        await says_anonymously(at_nine, f"Satz {i:02}", by="ewa")
        at_nine.now += timedelta(seconds=90)
    waiting = [row.text for row in (await dump(at_nine))["anonymous"]]

    await at_nine.pass_time(minutes=40)

    published = [answer.partition(": ")[2] for answer in await at_nine.answers()]
    assert published == waiting != sorted(published)


async def test_items_table_keeps_no_moment_but_the_publication(at_nine: Chat):
    await says_anonymously(at_nine)
    await at_nine.pass_time(minutes=50)

    async with at_nine.db.reading() as db:
        [listed] = await items.everything(db, GroupId(1))
        moments = set(await db.scalars(select(outbox.c.created_at).where(outbox.c.subject == "item:1:post")))
    assert {listed.item.created_at, listed.item.changed_at} | moments == {at_nine.now}
