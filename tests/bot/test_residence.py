# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which rooms the bot enters, and what becomes of a group when it must go or the room moves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import RoomId
from storage import groups, outbox, rooms
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

Json = dict[str, Any]
NEW = RoomId("!new:test")


def invitation(sender: str, *, direct: bool = False, create: Json | None = None) -> Json:
    member = {"membership": "invite", "is_direct": direct}
    events = [
        {"type": "m.room.create", "sender": sender, "state_key": "", "content": create or {}},
        {"type": "m.room.member", "sender": sender, "state_key": ME, "content": member},
    ]
    return {"invite_state": {"events": events}}


async def test_allowed_invitation_is_followed(silent_chat: Chat) -> None:
    await silent_chat.syncs({"invite": {NEW: invitation("@katrin:test")}})

    assert silent_chat.homeserver.joined == [NEW]


@pytest.mark.parametrize(
    ("sender", "create"),
    [("@mallory:evil.test", None), ("", None), ("@katrin:test", {"type": "m.space"})],
    ids=["other server", "no sender", "space"],
)
async def test_other_invitation_is_declined_and_forgotten(
    silent_chat: Chat, sender: str, create: Json | None
) -> None:
    chat = silent_chat
    await chat.syncs({"invite": {NEW: invitation(sender, create=create)}})

    assert (chat.homeserver.joined, chat.homeserver.left, chat.homeserver.forgotten) == ([], [NEW], [NEW])
    async with chat.db.reading() as db:
        assert await rooms.find(db, NEW) is None


async def test_ten_invitations_a_minute_are_handled(silent_chat: Chat) -> None:
    chat = silent_chat
    await chat.syncs({"invite": {f"!r{i}:test": invitation("@katrin:test") for i in range(25)}})
    assert len(chat.homeserver.joined) == 10

    await chat.pass_time(seconds=61)
    assert len(chat.homeserver.joined) == 20


async def test_one_welcome_however_often_the_room_is_delivered(silent_chat: Chat) -> None:
    for _ in range(3):
        await silent_chat.found()

    welcomes = [a for a in await silent_chat.answers() if a.startswith("Guten Tag")]
    assert len(welcomes) == 1


async def test_welcome_is_pinned(silent_chat: Chat) -> None:
    await silent_chat.found()

    pinned = silent_chat.homeserver.state[GROUP, "m.room.pinned_events", ""]
    assert pinned == {"pinned": [silent_chat.post("Guten Tag")]}


async def test_too_many_members_are_declined_with_a_sentence(silent_chat: Chat) -> None:
    chat = silent_chat
    state = {"events": chat.room_state("Alle", {"katrin": 100})}
    await chat.syncs({"join": {GROUP: {"state": state, "summary": {"m.joined_member_count": 501}}}})

    assert await chat.answers() == ["Dieser Raum hat 501 Mitglieder. Ich kann mit bis zu 500 arbeiten."]
    assert chat.homeserver.left == [GROUP]


@pytest.mark.parametrize("room", [GROUP, NEW], ids=["invited again", "invited"])
async def test_invitation_to_a_room_of_several_is_to_a_group(chat: Chat, room: RoomId) -> None:
    """Clients may call any invitation direct."""
    if room == GROUP:
        await kick(chat)
    await chat.syncs({"invite": {room: invitation("@katrin:test", direct=True)}})
    state = {"events": chat.room_state("Gruppe", {"katrin": 100, "lina": 0, "ewa": 0})}
    summary = {"m.joined_member_count": 4}
    await chat.syncs({"join": {room: {"state": state, "summary": summary}}})
    greetings = await chat.answers()
    await chat.says("hilfe", room=room)

    assert greetings[0].startswith("Ich bin wieder da" if room == GROUP else "Guten Tag")
    assert await chat.answers() == []


def put_out(chat: Chat, *before: Json) -> Json:
    """Return the part of a response that tells how the bot was put out, after other events."""
    event = chat.event("m.room.member", {"membership": "leave"}, by="katrin", state_key=ME)
    return {GROUP: {"timeline": {"events": [*before, event]}}}


async def kick(chat: Chat) -> None:
    await chat.syncs({"leave": put_out(chat)})


async def test_kicked_bot_says_nothing_more_and_keeps_the_group(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await chat.answers()
    await kick(chat)
    await chat.settle()

    assert await chat.answers() == []
    async with chat.db.reading() as db:
        room = await rooms.get(db, GROUP)
        assert room.group_id is not None
        assert (await groups.get(db, room.group_id)).state == "paused"
        assert await outbox.oldest_unsent(db) is None


async def test_bot_that_was_put_out_forgets_the_keys_of_the_room(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = []

    async def forget(_db: AsyncConnection, room_id: str) -> None:
        forgotten.append(room_id)

    monkeypatch.setattr(chat.crypto, "forget_room", forget)
    await kick(chat)

    assert forgotten == [GROUP]


async def test_bot_that_comes_back_has_its_board_and_ignores_what_was_said_meanwhile(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await kick(chat)
    await chat.answers()
    old = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    own = chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [old, own]}}}})
    assert await chat.answers() == ["Ich bin wieder da. Nichts ist verloren: !board"]

    await chat.says("!barriere Noch eine")
    assert await chat.answers() == ["✅ B2"]


@pytest.mark.parametrize("told", [True, False], ids=["leaving told", "leaving untold"])
async def test_bot_put_out_and_invited_again_at_once_comes_back(chat: Chat, told: bool) -> None:
    leaving = {"leave": put_out(chat)} if told else {}
    await chat.syncs({**leaving, "invite": {GROUP: invitation("@katrin:test")}})

    assert chat.homeserver.joined == [GROUP]


async def test_message_deleted_just_before_the_bot_is_put_out_is_erased(chat: Chat) -> None:
    said = await chat.says("!barriere Weg damit")
    deletion = chat.event("m.room.redaction", {"redacts": said}, by="lina", redacts=said)
    await chat.syncs({"leave": put_out(chat, deletion)})
    await chat.pass_time(seconds=10)

    assert not await chat.stores("Weg damit")


async def test_declined_invitation_to_a_known_room_keeps_its_group(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await kick(chat)
    await chat.syncs({"invite": {GROUP: invitation("@gast:elsewhere")}})
    await chat.syncs({"leave": {GROUP: {"timeline": {"events": []}}}})
    await chat.syncs({"invite": {GROUP: invitation("@katrin:test")}})
    await chat.found()
    await chat.answers()
    await chat.says("!barriere Noch eine")

    assert (await chat.answers())[0] == "✅ B2"


# --- rooms that move -----------------------------------------------------------------------------


def upgraded(chat: Chat, predecessor: str) -> list[Json]:
    state = chat.room_state("Gruppe", {"katrin": 100, "lina": 0})
    state[0]["content"]["predecessor"] = {"room_id": predecessor}
    return state


async def replace_room(chat: Chat) -> None:
    await chat.sends("m.room.tombstone", {"replacement_room": NEW}, by="katrin", state_key="")


async def test_group_moves_with_its_upgraded_room(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await chat.answers()
    await replace_room(chat)
    assert chat.homeserver.joined == [NEW]

    await chat.syncs({"join": {NEW: {"state": {"events": upgraded(chat, GROUP)}}}})
    assert await chat.answers() == ["Ich bin mit der Gruppe hierher umgezogen. Nichts ist verloren: !board"]

    await chat.says("!barriere Noch eine", room=NEW)
    assert await chat.answers() == ["✅ B2"]


async def test_group_moves_into_a_room_the_bot_was_in_before_the_tombstone(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await chat.syncs({"invite": {NEW: invitation("@katrin:test")}})
    await chat.syncs({"join": {NEW: {"state": {"events": upgraded(chat, GROUP)}}}})
    await replace_room(chat)
    await chat.answers()
    await chat.says("!barriere Noch eine", room=NEW)

    assert (await chat.answers())[0] == "✅ B2"


async def test_group_moves_once_when_tombstone_and_new_room_are_seen_together(chat: Chat) -> None:
    """After a long absence both stand in one response; the new room comes first."""
    await chat.says("!barriere Nur Papier")
    await chat.answers()
    content = {"replacement_room": NEW}
    tombstone = chat.event("m.room.tombstone", content, by="katrin", state_key="")
    await chat.syncs(
        {
            "join": {
                NEW: {"state": {"events": upgraded(chat, GROUP)}},
                GROUP: {"timeline": {"events": [tombstone]}},
            }
        }
    )
    assert await chat.answers() == ["Ich bin mit der Gruppe hierher umgezogen. Nichts ist verloren: !board"]

    await chat.says("!barriere Noch eine", room=NEW)
    assert await chat.answers() == ["✅ B2"]


async def test_group_that_moves_while_the_bot_enters_is_told_so_once(chat: Chat) -> None:
    await chat.syncs({"invite": {NEW: invitation("@katrin:test")}})
    tombstone = chat.event("m.room.tombstone", {"replacement_room": NEW}, by="katrin", state_key="")
    # Both are in the journal before one of them is handled.
    await chat.pump.journal(
        {"next_batch": "t1", "rooms": {"join": {GROUP: {"timeline": {"events": [tombstone]}}}}}
    )
    await chat.pump.journal(
        {"next_batch": "t2", "rooms": {"join": {NEW: {"state": {"events": upgraded(chat, GROUP)}}}}}
    )
    await chat.settle()

    assert await chat.answers() == ["Ich bin mit der Gruppe hierher umgezogen. Nichts ist verloren: !board"]


async def test_group_stays_in_its_old_room_until_the_bot_is_in_the_new_one(chat: Chat) -> None:
    await chat.tells("barriere Eins", by="lina")
    await replace_room(chat)
    await chat.answers()
    await chat.tells("barriere Zwei", by="lina")

    assert await chat.answers() == ["✅ B2", "B2: Zwei"]


async def test_new_room_that_does_not_name_the_old_one_is_left_without_a_word(chat: Chat) -> None:
    await replace_room(chat)
    await chat.answers()
    state = {"events": chat.room_state("Anderswo", {"katrin": 100, "lina": 0})}
    await chat.syncs({"join": {NEW: {"state": state}}})

    assert await chat.answers() == []
    assert chat.homeserver.left == [NEW]


async def test_tombstone_without_the_right_is_not_followed(chat: Chat) -> None:
    await chat.sends("m.room.tombstone", {"replacement_room": NEW}, by="lina", state_key="")

    assert chat.homeserver.joined == []


async def test_room_that_claims_a_predecessor_gets_a_group_of_its_own(chat: Chat) -> None:
    await chat.says("!barriere Nur Papier")
    await chat.answers()
    await chat.syncs({"join": {NEW: {"state": {"events": upgraded(chat, GROUP)}}}})
    await chat.answers()
    await chat.says("!barriere In der neuen", room=NEW)

    assert (await chat.answers())[0] == "✅ B1"


async def test_bot_alone_in_a_room_leaves_it(silent_chat: Chat) -> None:
    chat = silent_chat
    await chat.found(cast={"katrin": 100})
    async with chat.db.transaction() as db:
        await rooms.replace_members(db, GROUP, await rooms.members(db, GROUP))
    await chat.sends("m.room.member", {"membership": "leave"}, by="katrin", state_key=user("katrin"))

    assert chat.homeserver.left == [GROUP]


async def test_third_person_makes_a_direct_room_a_group(chat: Chat) -> None:
    room = await chat.direct("lina")
    await chat.answers()
    await chat.joins("ewa", room=room)

    assert (await chat.answers())[0].startswith("Guten Tag")
