# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One message of the board, pinned and kept up to date by edits: whole, silent, without names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from bot.matrix.errors import MatrixError
from method.ids import EventId, RoomId
from method.pages import PAGE_BYTES
from storage.inline import InlineConnection
from tests.chat import CAST, GROUP, Chat
from tests.fake_homeserver import ME

NEW = RoomId("!new:test")
STEP = "Schritt 1 von 5: Barrieren erkennen."
NO_OTHERS = ("0 Ideen.", "0 Aufgaben.", "0 Entscheidungen.")
LAST = "Mitmachen: !barriere und dann der Text. Diese Nachricht halte ich aktuell."
MAY_NOT_PIN = (
    "Ich darf hier nichts anheften. Die Moderation kann das Board selbst anheften."
    " Oder die Moderation gibt mir das Recht dazu. Dann hefte ich es bei der nächsten Änderung an."
)


def board(time: str, *lines: str, rest: Sequence[str] = NO_OTHERS) -> str:
    """Return a board with these barriers."""
    return "\n".join([f"Board, Stand Mo, 22. Februar, {time}. {STEP}", *lines, *rest, LAST])


def one_barrier(time: str, words: str = "Nur Papier.") -> str:
    return board(time, "1 Barriere:", f"B1: {words}")


def pinned(chat: Chat, room: RoomId = GROUP) -> list[EventId]:
    """Return the pinned messages of a room."""
    return list(chat.homeserver.state.get((room, "m.room.pinned_events", ""), {}).get("pinned", []))


@pytest.fixture
async def shown(chat: Chat) -> Chat:
    """Return a chat in which the board with one barrier has been posted."""
    await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)
    await chat.boards()
    await chat.answers()
    return chat


async def let_pin(chat: Chat, level: int) -> None:
    """Give the bot this power level."""
    users = {f"@{name}:test": power for name, power in CAST.items()} | {ME: level}
    await chat.sends("m.room.power_levels", {"users": users}, by="katrin", state_key="")


# --- when it comes, and when it is edited ---------------------------------------------------------


async def test_first_entry_makes_the_board_ten_seconds_later(chat: Chat):
    await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=9)
    assert await chat.boards() == []

    await chat.pass_time(seconds=1)

    assert await chat.boards() == [one_barrier("9:05")]


async def test_group_without_an_entry_has_no_board(chat: Chat):
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.pass_time(minutes=1)

    assert await chat.boards() == []


async def test_everything_in_ten_seconds_is_one_edit(shown: Chat):
    first = await shown.says("!barriere Nur vormittags")
    await shown.pass_time(seconds=5)
    await shown.says("!idee Lotsin zu B1 #lotsin", by="ewa")
    await shown.reacts(first, by="henrik")
    await shown.says("+ Bei uns auch", reply_to=first, by="murat")
    await shown.says("!ziel Alle finden Arbeit", by="katrin")
    await shown.pass_time(seconds=5)
    await shown.pass_time(minutes=1)

    lines = [
        "Ziel: Alle finden Arbeit",
        "2 Barrieren:",
        "B1: Nur Papier.",
        "B2: Nur vormittags. 1 Ergänzung. 1 kennt das auch.",
        "1 Idee:",
        "I1: Lotsin. Gehört zu B1.",
    ]
    assert await shown.boards() == [
        "✎ " + board("9:05", *lines, rest=("0 Aufgaben.", "0 Entscheidungen.", "Themen: #lotsin (1)"))
    ]


CHANGES = [
    pytest.param("!ändern B1 Alles auf Papier", "B1: Alles auf Papier.", id="changed"),
    pytest.param("+ Auch hier", "B1: Nur Papier. 1 Ergänzung.", id="noted"),
]


@pytest.mark.parametrize(("line", "entry"), CHANGES)
async def test_board_follows_a_command(chat: Chat, line: str, entry: str):
    said = await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)
    await chat.boards()

    await chat.says(line, reply_to=said)
    await chat.pass_time(seconds=10)
    await chat.says("!rückgängig")
    await chat.pass_time(seconds=10)

    assert await chat.boards() == [
        "✎ " + board("9:05", "1 Barriere:", entry),
        "✎ " + one_barrier("9:05"),
    ]


async def test_board_follows_the_message_and_the_reactions(chat: Chat):
    said = await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)
    await chat.boards()

    await chat.edits(said, "!barriere Alles auf Papier")
    thumb = await chat.reacts(said, by="ewa")
    await chat.pass_time(seconds=10)
    await chat.redacts(thumb, by="ewa")
    await chat.redacts(said)
    await chat.pass_time(seconds=10)

    assert await chat.boards() == [
        "✎ " + one_barrier("9:05", "Alles auf Papier. 1 kennt das auch."),
        "✎ " + "\n".join([f"Board, Stand Mo, 22. Februar, 9:05. {STEP}", "0 Barrieren.", *NO_OTHERS, LAST]),
    ]


async def test_board_follows_what_is_said_and_changed_in_a_direct_message(shown: Chat):
    said = await shown.tells("barriere Kita fehlt")
    await shown.pass_time(seconds=10)
    await shown.edits(said, "barriere Kita und Hort fehlen", room=await shown.direct("lina"))
    await shown.pass_time(seconds=10)

    lines = [one.split("\n")[3] for one in await shown.boards()]
    assert lines == ["B2: Kita fehlt.", "B2: Kita und Hort fehlen."]


async def test_language_of_the_board_is_that_of_the_group(shown: Chat):
    await shown.says("!sprache en", by="katrin")
    await shown.pass_time(seconds=10)

    assert [one.split("\n")[1:3] for one in await shown.boards()] == [["1 barrier:", "B1: Nur Papier."]]


UNCHANGED = ["!board", "!zeige B1", "!hilfe", "!test", "!datenschutz", "!bariere", "!barriere", "Guten Tag"]


@pytest.mark.parametrize("body", UNCHANGED)
async def test_what_changes_nothing_edits_nothing(shown: Chat, body: str):
    await shown.says(body)
    await shown.pass_time(minutes=1)

    assert await shown.boards() == []


async def test_change_that_was_taken_back_edits_nothing(shown: Chat):
    said = await shown.says("!barriere Doch nicht")
    await shown.redacts(said)
    await shown.pass_time(seconds=10)

    assert await shown.boards() == []


async def test_board_shows_whole_texts_of_all_entries(chat: Chat):
    words = " ".join(["Wörter"] * 60)
    for number in range(12):
        await chat.says(f"!barriere {number} {words}", by="lina" if number % 2 else "ewa")
    await chat.pass_time(seconds=10)

    [said] = await chat.boards()
    assert [line for line in said.split("\n") if line.startswith("B")][1:] == [
        f"B{number + 1}: {number} {words}." for number in range(12)
    ]


async def test_board_notifies_nobody_and_names_nobody(shown: Chat):
    await shown.says("!barriere Noch eine", by="ewa")
    await shown.pass_time(seconds=10)

    *_, post, edit = [sent.content for sent in shown.homeserver.sent if "Board" in str(sent.content)]
    assert [one["msgtype"] for one in (post, edit, edit["m.new_content"])] == ["m.notice"] * 3
    assert [one["m.mentions"] for one in (post, edit, edit["m.new_content"])] == [{}] * 3
    assert [name for name in CAST if name in str([post, edit]).lower()] == []


@pytest.mark.parametrize(
    ("body", "promises"), [("!barriere Eins", 1), ("!board", 0), ("!test", 0), ("Guten Tag", 0)]
)
async def test_following_costs_a_command_one_statement(chat: Chat, body: str, promises: int):
    said: list[str] = []
    async with chat.db.reading() as db:
        driver = cast("InlineConnection", db).driver
    driver.set_trace_callback(said.append)

    await chat.says(body)

    assert len([one for one in said if "timers" in one or "board_pages" in one]) == promises


# --- pins -----------------------------------------------------------------------------------------


async def test_board_is_pinned_next_to_the_welcome(shown: Chat):
    assert pinned(shown) == [shown.post("Guten Tag"), shown.post("Board")]


async def test_pins_of_others_stay(chat: Chat):
    chat.homeserver.state[GROUP, "m.room.pinned_events", ""] = {"pinned": ["$other", 7]}
    await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)

    assert pinned(chat) == ["$other", chat.post("Board")]


async def test_bot_that_may_not_pin_says_so_once_and_keeps_the_board(chat: Chat):
    await let_pin(chat, 0)
    await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)
    assert (await chat.boards(), (await chat.answers())[-1]) == ([one_barrier("9:05")], MAY_NOT_PIN)
    assert pinned(chat) == [chat.post("Guten Tag")]

    for body in ("!barriere Noch eine", "!barriere Und noch eine"):
        await chat.says(body)
        await chat.pass_time(seconds=10)
    await chat.says("!board neu", by="katrin")

    assert await chat.answers() == ["✅ B2", "✅ B3", "✅ Board"]
    counts = [one.split("\n")[1] for one in (await chat.boards())[:3]]
    assert counts == ["2 Barrieren:", "3 Barrieren:", "3 Barrieren:"]


async def test_board_is_pinned_when_the_bot_may(chat: Chat):
    await let_pin(chat, 0)
    await chat.says("!barriere Nur Papier")
    await chat.pass_time(seconds=10)
    await let_pin(chat, 50)
    await chat.says("!barriere Noch eine")
    await chat.pass_time(seconds=10)

    assert pinned(chat) == [chat.post("Guten Tag"), chat.post("Board")]


async def test_refusal_of_the_homeserver_is_told_with_the_next_change(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_args: object) -> EventId:
        raise MatrixError(403, "M_FORBIDDEN")

    monkeypatch.setattr(chat.homeserver, "put_state", refuse)
    for body in ("!barriere Nur Papier", "!barriere Noch eine", "!barriere Und noch eine"):
        await chat.says(body)
        await chat.pass_time(seconds=10)

    assert [answer for answer in await chat.answers() if answer == MAY_NOT_PIN] == [MAY_NOT_PIN]
    assert len(await chat.boards()) == 3


# --- a new message --------------------------------------------------------------------------------


async def test_new_board_replaces_the_old_one_at_the_end_of_the_room(shown: Chat):
    old = shown.post("Board")
    await shown.says("!board neu", by="katrin")

    assert await shown.answers() == ["✅ Board"]
    assert await shown.boards() == [one_barrier("9:05"), f"✗ {old}"]
    assert pinned(shown) == [shown.post("Guten Tag"), shown.post("Board")]
    assert shown.post("Board") != old


async def test_new_board_is_the_one_that_is_edited(shown: Chat):
    await shown.says("!board neu", by="katrin")
    await shown.says("!barriere Noch eine")
    await shown.pass_time(seconds=10)

    edit = shown.homeserver.sent[-1].content
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": shown.post("Board")}


async def test_new_board_by_direct_message_comes_into_the_group(shown: Chat):
    await shown.tells("board neu", by="katrin")

    assert (await shown.answers(GROUP), (await shown.boards())[0]) == ([], one_barrier("9:05"))
    assert shown.homeserver.sent[-1].room_id == GROUP


async def test_new_board_of_a_group_without_entries(chat: Chat):
    await chat.says("!board new", by="katrin")

    assert await chat.answers() == ["✅ Board"]
    assert [one.split("\n")[1:] for one in await chat.boards()] == [["0 Barrieren.", *NO_OTHERS, LAST]]


async def test_new_board_is_a_matter_of_the_moderation(shown: Chat):
    await shown.says("!board neu", by="lina")

    assert await shown.boards() == []
    assert await shown.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


async def test_topic_new_is_still_a_topic(shown: Chat):
    await shown.says("!barriere Anders #neu")
    await shown.answers()
    await shown.says("!board #neu")

    assert await shown.answers() == ["Board, Stand Mo, 22. Februar, 9:05. Thema #neu:\nB2: Anders."]


async def test_deleted_board_comes_back_with_the_next_change_only(shown: Chat):
    old = shown.post("Board")
    await shown.redacts(old, by="katrin")
    await shown.pass_time(minutes=5)
    assert await shown.boards() == []

    await shown.says("!barriere Noch eine")
    await shown.pass_time(seconds=10)

    assert [one.split("\n")[1] for one in await shown.boards()] == ["2 Barrieren:"]
    assert pinned(shown) == [shown.post("Guten Tag"), shown.post("Board")]
    assert old != shown.post("Board")


# --- what means nothing ---------------------------------------------------------------------------


async def test_reactions_and_replies_to_the_board_mean_nothing(shown: Chat):
    post = shown.post("Board")
    for key in ("👍", "✅", "🙋"):
        await shown.reacts(post, key, by="ewa")
    await shown.says("+ Beispiel aus dem Jobcenter", reply_to=post, by="ewa")
    await shown.says("Danke", reply_to=post, by="ewa")
    await shown.pass_time(seconds=10)

    assert (await shown.answers(), await shown.boards()) == ([], [])


# --- words that were deleted ----------------------------------------------------------------------


async def test_unsent_edit_with_deleted_words_is_never_sent(shown: Chat, monkeypatch: pytest.MonkeyPatch):
    sending = shown.outbox.drain
    said = await shown.says("!barriere Geheimer Name")

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(shown.outbox, "drain", nothing)
    await shown.pass_time(seconds=10)
    await shown.redacts(said)
    monkeypatch.setattr(shown.outbox, "drain", sending)
    await shown.settle()
    await shown.pass_time(seconds=10)

    assert await shown.boards() == ["✎ " + one_barrier("9:05")]
    assert not await shown.stores("Geheimer Name")


async def test_sent_words_do_not_stay_in_the_database(shown: Chat):
    said = await shown.says("!barriere Geheimer Name")
    await shown.pass_time(seconds=10)
    await shown.redacts(said)
    await shown.pass_time(minutes=1)

    assert not await shown.stores("Geheimer Name")


# --- pages ----------------------------------------------------------------------------------------


def heads(boards: list[str]) -> list[str]:
    return [one.partition(". ")[0].partition("\n")[0] for one in boards]


async def long_entries(chat: Chat, count: int) -> list[EventId]:
    return [await chat.says("!barriere " + "Wort " * 300) for _ in range(count)]


async def test_long_board_has_pages_of_which_the_first_is_pinned(chat: Chat):
    await long_entries(chat, 25)
    await chat.pass_time(seconds=10)

    said = await chat.boards()
    assert heads(said) == [
        "Board, Seite 1 von 3, Stand Mo, 22",
        "Board, Seite 2 von 3.",
        "Board, Seite 3 von 3.",
    ]
    assert max(len(one.encode()) for one in said) < PAGE_BYTES
    entries = [line.partition(":")[0] for one in said for line in one.split("\n") if line.endswith("Wort.")]
    assert entries == [f"B{number}" for number in range(1, 26)]
    assert pinned(chat) == [chat.post("Guten Tag"), chat.post("Board, Seite 1")]


async def test_pages_come_and_go_with_the_entries(chat: Chat):
    said = await long_entries(chat, 9)
    await chat.pass_time(seconds=10)
    assert heads(await chat.boards()) == ["Board, Stand Mo, 22"]

    said += await long_entries(chat, 4)
    await chat.pass_time(seconds=10)
    assert heads(await chat.boards()) == ["✎ Board, Seite 1 von 2, Stand Mo, 22", "Board, Seite 2 von 2."]

    second = chat.post("Board, Seite 2")
    for message in said[5:]:
        await chat.redacts(message)
    await chat.pass_time(seconds=10)
    assert heads(await chat.boards()) == ["✎ Board, Stand Mo, 22", f"✗ {second}"]


async def test_only_pages_that_changed_are_edited(chat: Chat):
    said = await long_entries(chat, 25)
    await chat.pass_time(seconds=10)
    await chat.boards()

    await chat.reacts(said[-1], by="ewa")
    await chat.pass_time(seconds=10)

    assert heads(await chat.boards()) == ["✎ Board, Seite 1 von 3, Stand Mo, 22", "✎ Board, Seite 3 von 3."]


async def test_deleted_page_renews_all_pages_with_the_next_change(chat: Chat):
    await long_entries(chat, 13)
    await chat.pass_time(seconds=10)
    await chat.boards()
    first, second = chat.post("Board, Seite 1"), chat.post("Board, Seite 2")
    await chat.redacts(second, by="katrin")

    await chat.says("!barriere Noch eine")
    await chat.pass_time(seconds=10)

    assert heads(await chat.boards()) == [
        "Board, Seite 1 von 2, Stand Mo, 22",
        "Board, Seite 2 von 2.",
        f"✗ {first}",
    ]


# --- rooms ----------------------------------------------------------------------------------------


async def test_board_is_made_anew_in_the_room_a_group_moves_to(shown: Chat):
    await shown.sends("m.room.tombstone", {"replacement_room": NEW}, by="katrin", state_key="")
    state: list[dict[str, Any]] = shown.room_state("Gruppe", {"katrin": 100, "lina": 0})
    state[0]["content"]["predecessor"] = {"room_id": GROUP}
    await shown.syncs({"join": {NEW: {"state": {"events": state}}}})

    assert await shown.boards() == [one_barrier("9:05")]
    assert pinned(shown, NEW) == [shown.post("Board")]

    await shown.says("!barriere Noch eine", room=NEW)
    await shown.pass_time(seconds=10)
    assert [sent.room_id for sent in shown.homeserver.sent[-2:]] == [NEW, NEW]
    assert [one.split("\n")[1] for one in await shown.boards()] == ["2 Barrieren:"]


async def test_board_is_made_anew_when_the_bot_comes_back(shown: Chat):
    old = shown.post("Board")
    leaving: Mapping[str, Any] = shown.event(
        "m.room.member", {"membership": "leave"}, by="katrin", state_key=ME
    )
    await shown.syncs({"leave": {GROUP: {"timeline": {"events": [leaving]}}}})
    joining = shown.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    await shown.syncs({"join": {GROUP: {"timeline": {"events": [joining]}}}})

    assert await shown.answers() == ["Ich bin wieder da. Nichts ist verloren: !board"]
    assert await shown.boards() == [one_barrier("9:05"), f"✗ {old}"]
    assert pinned(shown) == [shown.post("Guten Tag"), shown.post("Board")]


# --- in the night after something was deleted -----------------------------------------------------


async def test_words_that_were_deleted_do_not_stay_in_the_history_of_the_board(shown: Chat):
    old = shown.post("Board")
    kept = await shown.says("!barriere Kanarienvogel")
    await shown.pass_time(seconds=10)
    await shown.redacts(kept)
    await shown.pass_time(seconds=10)
    await shown.boards()

    await shown.pass_time(hours=18)
    assert await shown.boards() == []
    await shown.pass_time(hours=1)

    assert await shown.boards() == [
        one_barrier("4:05").replace("Mo, 22.", "Di, 23."),
        f"✗ {old}",
    ]
    assert pinned(shown) == [shown.post("Guten Tag"), shown.post("Board")]

    await shown.pass_time(days=1)
    assert await shown.boards() == []
