# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who leaves is forgotten, silently; what they wrote stays, and is nobody's."""

from __future__ import annotations

from sqlalchemy import select

from method.ids import RoomId
from storage.tables import changes, items, notes, people, questions, supports
from tests.chat import GROUP, Chat, user

OTHER = RoomId("!other:test")
FAREWELL = (
    "In der Gruppe „Anerkannt und doch ohne Job“ gelöscht: persönliche Einstellungen, eigene 👍 und wer welchen"
    " Eintrag geschrieben hat.\nDie Einträge bleiben, ohne Namen. Eigene Aufgaben sind wieder offen."
    "\nDen Raum verlassen: im Menü des Raums"
    " „Verlassen“ wählen. Das kann ich niemandem abnehmen."
)
NOT_MINE = (
    "B1 ändern kann, wer es geschrieben hat, oder die Moderation. Ergänzen können alle: !ergänzen B1 Text"
)


async def ties(chat: Chat, name: str = "lina") -> set[str]:
    """Name every column in which the person's number stands, and their settings."""
    async with chat.db.reading() as db:
        row = (await db.execute(select(people).where(people.c.user_id == user(name)))).one_or_none()
        if row is None:
            return set()
        tied = {c.name for c in (people.c.language, people.c.group_id) if getattr(row, c.name) is not None}
        columns = (
            items.c.author_id, notes.c.author_id, changes.c.person_id, supports.c.person_id, questions.c.person_id,
        )  # fmt: skip
        for column in columns:
            if (await db.execute(select(column).where(column == row.id).limit(1))).first():
                tied.add(str(column))
        return tied


ALL = {
    "language", "items.author_id", "notes.author_id", "changes.person_id", "supports.person_id",
    "questions.person_id",
}  # fmt: skip


async def busy(chat: Chat) -> None:
    """Let Lina leave traces everywhere."""
    other = await chat.says("!barriere Von Ewa", by="ewa")
    await chat.says("!barriere Von Lina", by="lina")
    await chat.says("!ergänzen B1 Auch von Lina", by="lina")
    await chat.reacts(other, by="lina")
    await chat.tells("sprache en", by="lina")
    await chat.says("!ergänzen", by="lina")
    await chat.answers()
    assert await ties(chat) == ALL


async def test_leaving_the_room_cuts_all_ties_and_says_nothing(chat: Chat):
    await busy(chat)

    await chat.leaves("lina")

    assert await ties(chat) == set()
    assert await chat.answers() == []
    await chat.says("!board", by="ewa")
    assert (await chat.answers())[0].split("\n")[2:4] == ["B1: Von Ewa. 1 Ergänzung.", "B2: Von Lina."]


async def test_board_and_card_follow_whoever_leaves(chat: Chat):
    barrier = await chat.says("!barriere Von Ewa", by="ewa")
    await chat.reacts(barrier, by="lina")
    await chat.says("!treffen start Gründung", by="ewa")
    await chat.says("!rede", by="lina")
    await chat.pass_time(seconds=10)
    await chat.answers()
    await chat.boards()

    await chat.leaves("lina")
    await chat.pass_time(seconds=10)

    assert [("Treffen T1" in one, "Lina" in one) for one in await chat.answers()] == [(True, False)]
    assert [board.split("\n")[2] for board in await chat.boards()] == ["B1: Von Ewa."]


async def test_being_put_out_cuts_them_too(chat: Chat):
    await busy(chat)

    await chat.leaves("lina", by="katrin", membership="ban")

    assert await ties(chat) == set()


async def test_the_last_to_leave_is_forgotten_as_well(silent_chat: Chat):
    await silent_chat.found(cast={"lina": 100})
    await silent_chat.says("!barriere Von Lina", by="lina")

    await silent_chat.leaves("lina")

    assert await ties(silent_chat) == set()
    assert silent_chat.homeserver.left == [GROUP]


async def test_leaving_one_group_leaves_the_other_alone(chat: Chat):
    await chat.found(OTHER, "Wohnen", {"katrin": 100, "lina": 0})
    await busy(chat)
    await chat.says("!barriere Auch hier", by="lina", room=OTHER)

    await chat.leaves("lina", room=OTHER)

    assert await ties(chat) == ALL
    await chat.leaves("lina")
    assert await ties(chat) == set()


async def test_refusing_an_invitation_is_no_leaving(chat: Chat):
    await chat.tells("sprache en", by="priya")
    was = {"prev_content": {"membership": "invite"}}
    await chat.sends(
        "m.room.member", {"membership": "leave"}, by="priya", state_key=user("priya"), unsigned=was
    )

    assert await ties(chat, "priya") == {"language"}


async def test_leaving_the_old_room_of_a_group_that_moved_is_no_leaving(chat: Chat):
    new = RoomId("!new:test")
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await chat.says("!barriere Von Lina", by="lina")
    await chat.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state = chat.room_state("Anerkannt und doch ohne Job", {"katrin": 100, "lina": 0})
    state[0] = chat.event("m.room.create", create, by="katrin", state_key="")
    await chat.syncs({"join": {new: {"state": {"events": state}}}})

    await chat.leaves("lina")
    assert await ties(chat) == {"items.author_id", "changes.person_id"}

    await chat.leaves("lina", room=new)
    assert await ties(chat) == set()


async def test_somebody_we_do_not_know_leaves_unnoticed(chat: Chat):
    await chat.leaves("murat")

    assert await ties(chat, "murat") == set()
    assert await chat.answers() == []


# --- the command ---------------------------------------------------------------------------------


async def test_ausstieg_in_the_room_is_answered_alone(chat: Chat):
    await busy(chat)
    room = await chat.direct("lina")

    await chat.says("!ausstieg", by="lina")

    assert await ties(chat) == set()
    assert await chat.answers(GROUP) == []
    assert [s.content["body"].split(":")[0] for s in chat.homeserver.sent if s.room_id == room][-1:] == [
        "Deleted for the group “Anerkannt und doch ohne Job”"
    ]


async def test_ausstieg_in_a_direct_message(chat: Chat):
    await chat.says("!barriere Von Lina", by="lina")
    await chat.answers()

    await chat.tells("ausstieg", by="lina")

    assert await chat.answers() == [FAREWELL]
    assert await ties(chat) == set()


async def test_who_has_left_no_longer_owns_what_they_wrote(chat: Chat):
    event = await chat.says("!barriere Von Lina", by="lina")
    await chat.tells("ausstieg", by="lina")
    await chat.answers()

    await chat.says("!ändern B1 Anders", by="lina")
    await chat.edits(event, "!barriere Anders", by="lina")
    await chat.says("!zeige B1", by="lina")

    assert await chat.answers() == [NOT_MINE, "B1, 22. Februar: Von Lina"]


async def test_ausstieg_of_somebody_we_do_not_know_is_answered(chat: Chat):
    await chat.direct("murat")

    await chat.says("!ausstieg", by="murat")

    assert await chat.answers() == [FAREWELL]
    assert await ties(chat, "murat") == set()


async def test_ausstieg_goes_for_the_group_that_is_meant(chat: Chat):
    await chat.found(OTHER, "Wohnen", {"katrin": 100, "lina": 0})
    await busy(chat)

    await chat.tells("ausstieg", by="lina")
    await chat.tells("1", by="lina")

    # She is in the other group still, and reads English there.
    assert await ties(chat) == {"language"}
