# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who joins later is told once, alone, where the group stands; the room hears nothing."""

from __future__ import annotations

from method.ids import EventId, RoomId
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

MADE = RoomId("!made0:test")
THINGS = (
    "Drei Dinge für den Anfang: Alles lesen: !board. Etwas aufschreiben: !barriere und dann der Text."
    " Sehen, was ich speichere: !datenschutz"
)
HELLO = "Guten Tag, ich bin der Bot der Gruppe „Anerkannt und doch ohne Job“. Schritt 1 von 5: Barrieren erkennen."


async def supported(chat: Chat, event: EventId, *names: str) -> None:
    for name in names:
        await chat.reacts(event, by=name)


async def test_newcomer_gets_one_direct_message(chat: Chat):
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.says("!barriere Eins")
    two = await chat.says("!barriere Zwei")
    await chat.says("!barriere Drei")
    idea = await chat.says("!idee Vier")
    await supported(chat, two, "ewa", "murat")
    await supported(chat, idea, "ewa")
    await chat.answers()

    await chat.joins("priya")

    [(room, wanted)] = chat.homeserver.made
    assert (room, wanted["invite"]) == (MADE, [user("priya")])
    assert await chat.answers() == [
        f"{HELLO}\nZiel: Alle finden Arbeit.\nB2: Zwei. 2 kennen das auch.\nI1: Vier. 1 ist dafür.\nB1: Eins.\n{THINGS}"
    ]
    assert chat.homeserver.sent[-1].room_id == MADE
    assert chat.homeserver.sent[-1].content["msgtype"] == "m.notice"


async def test_message_of_an_empty_group_has_two_lines(chat: Chat):
    room = await chat.direct("priya")

    await chat.joins("priya")

    assert await chat.answers() == [f"{HELLO}\n{THINGS}"]
    assert chat.homeserver.sent[-1].room_id == room


async def test_new_profile_is_no_joining(chat: Chat):
    for name in ("priya", "lina"):
        await chat.joins(name)
        await chat.answers()

        content = {"membership": "join", "displayname": "Neu"}
        was = {"prev_content": {"membership": "join", "displayname": name}}
        await chat.sends("m.room.member", content, by=name, state_key=user(name), unsigned=was)

        assert await chat.answers() == []


async def test_who_comes_back_is_not_greeted_again(chat: Chat):
    await chat.joins("priya")
    await chat.answers()

    await chat.leaves("priya")
    await chat.joins("priya")
    await chat.pass_time(days=40)
    await chat.leaves("priya", by="katrin", membership="ban")
    await chat.joins("priya")

    assert await chat.answers() == []


async def test_same_joining_twice_is_greeted_once(chat: Chat):
    event = chat.event(
        "m.room.member", {"membership": "join"}, by="priya", event_id="$join", state_key=user("priya")
    )
    for _ in range(2):
        await chat.syncs({"join": {GROUP: {"timeline": {"events": [event]}}}})

    assert await chat.answers() == [f"{HELLO}\n{THINGS}"]


async def test_those_who_were_there_before_the_bot_are_not_greeted(silent_chat: Chat):
    await silent_chat.found()

    assert len(await silent_chat.answers()) == 1
    assert silent_chat.homeserver.made == []


async def test_joining_before_the_bot_in_one_response_is_not_greeted(silent_chat: Chat):
    early = silent_chat.event("m.room.member", {"membership": "join"}, by="priya", state_key=user("priya"))
    ours = silent_chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    state = silent_chat.room_state("Runde", {"katrin": 100, "ewa": 0})[:-1]
    joined = {"state": {"events": state}, "timeline": {"events": [early, ours], "limited": True}}
    await silent_chat.syncs({"join": {GROUP: joined}})

    assert len(await silent_chat.answers()) == 1
    assert silent_chat.homeserver.made == []


async def test_invited_person_is_greeted_only_when_they_join(chat: Chat):
    await chat.sends("m.room.member", {"membership": "invite"}, by="katrin", state_key=user("priya"))
    assert await chat.answers() == []

    was = {"prev_content": {"membership": "invite"}}
    await chat.sends(
        "m.room.member", {"membership": "join"}, by="priya", state_key=user("priya"), unsigned=was
    )

    assert await chat.answers() == [f"{HELLO}\n{THINGS}"]


async def test_each_group_greets_by_itself(chat: Chat):
    other = RoomId("!other:test")
    await chat.found(other, "Wohnen", {"katrin": 100, "ewa": 0})
    await chat.answers()

    await chat.joins("priya")
    await chat.joins("priya", room=other)

    assert await chat.answers() == [
        f"{HELLO}\n{THINGS}",
        f"{HELLO.replace('Anerkannt und doch ohne Job', 'Wohnen')}\n{THINGS}",
    ]
    assert len(chat.homeserver.made) == 1


async def test_newcomer_who_has_chosen_english_reads_english(chat: Chat):
    await chat.tells("sprache en", by="priya")
    await chat.answers()

    await chat.joins("priya")

    assert await chat.answers() == [
        "Hello, I am the bot of the group “Anerkannt und doch ohne Job”. Step 1 of 5: Recognise barriers.\n"
        "Three things to begin with: Read everything: !board. Write something down: !barrier and then the text."
        " See what I store: !privacy"
    ]


async def test_direct_message_to_a_group_is_no_group_to_be_greeted_in(chat: Chat):
    room = await chat.direct("priya")
    await chat.answers()

    await chat.joins("priya", room=room)

    assert await chat.answers() == []


async def test_members_of_a_replaced_room_are_not_new(chat: Chat):
    new = RoomId("!new:test")
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await chat.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state = chat.room_state("Anerkannt und doch ohne Job", {"katrin": 100})
    state[0] = chat.event("m.room.create", create, by="katrin", state_key="")
    await chat.syncs({"join": {new: {"state": {"events": state}}}})
    await chat.answers()

    await chat.joins("lina", room=new)
    await chat.joins("priya", room=new)
    await chat.joins("oleks", room=GROUP)

    assert await chat.answers() == [f"{HELLO}\n{THINGS}"]
    assert [wanted["invite"] for _, wanted in chat.homeserver.made] == [[user("priya")]]


async def test_text_of_a_person_cannot_pose_as_a_line_of_ours(chat: Chat):
    await chat.says("!ziel Alle\nB9: Böses", by="katrin")
    await chat.answers()

    await chat.joins("priya")

    assert (await chat.answers())[0].split("\n") == [HELLO, "Ziel: Alle / B9: Böses.", THINGS]


async def test_open_proposal_and_next_meeting_are_told_in_the_time_of_the_group(chat: Chat):
    await chat.says("!einstellung zeitzone London", by="katrin")
    await chat.says("!ziel Alle finden Arbeit", by="katrin")
    await chat.says("!treffen Do 4.3. 10:00 Später", by="katrin")
    await chat.says("!treffen Mi 3.3. 15:00 Austausch (online)", by="katrin")
    await chat.says("!kernproblem Niemand ist zuständig", by="katrin")
    for text in ("Eins", "Zwei", "Drei"):
        await chat.says(f"!barriere {text}")
    await chat.answers()

    await chat.joins("priya")

    assert (await chat.answers())[0].split("\n") == [
        HELLO,
        "Ziel: Alle finden Arbeit.",
        "B1: Eins.",
        "B2: Zwei.",
        "Zu entscheiden: ein Vorschlag für das Kernproblem. Ansehen: !kernproblem."
        " Nächstes Treffen: T2: Austausch, Mi, 3. März, 15:00, online.",
        THINGS,
    ]


async def test_a_meeting_that_is_over_is_not_told(chat: Chat):
    await chat.says("!treffen heute 10:00 Austausch", by="katrin")
    await chat.pass_time(hours=30)
    await chat.answers()

    await chat.joins("priya")

    assert await chat.answers() == [f"{HELLO}\n{THINGS}"]


async def test_who_was_there_before_the_bot_and_comes_back_at_once_is_not_greeted(chat: Chat):
    await chat.says("!barriere Von Ewa", by="ewa")
    await chat.pass_time(days=1)
    await chat.answers()

    await chat.leaves("ewa")
    await chat.pass_time(minutes=2)
    await chat.joins("ewa")

    assert await chat.answers() == []
