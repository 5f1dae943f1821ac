# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls that clients show to be tapped: asked, answered, looked up at the end, ended, with the other doors beside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.matrix.errors import MatrixError, Unreachable
from method.ids import RoomId
from storage.tables import outbox
from tests.chat import CAST, GROUP, Chat, Json
from tests.fake_homeserver import ME

#: The chat begins on Monday, 22 February 2027, at 9:05; this ends two days later at 12:00.
WHAT = "!umfrage Was zuerst?; Lotsin; Profil; Probe"
SHOWN = "U1: Was zuerst?\n1: Lotsin\n2: Profil\n3: Probe"
NOT_REREAD = (
    "Ich konnte die Umfrage nicht noch einmal vom Server lesen. Gezählt ist, was bei mir angekommen ist."
)
OTHER = RoomId("!other:test")


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Return a group with an open poll of Lina's."""
    await chat.says(WHAT, by="lina")
    await chat.answers()
    return chat


async def ended(chat: Chat) -> list[str]:
    """End the poll a second later; return what is said, without the line to copy."""
    await chat.answers()
    chat.now += timedelta(seconds=1)
    await chat.says("!umfrage ende U1", by="lina")
    return results(await chat.answers())


def results(said: list[str]) -> list[str]:
    return [line for answer in said for line in answer.splitlines() if not line.startswith("Entscheiden")]


async def test_poll_is_asked_and_ended_as_clients_show_it(asked: Chat):
    [start] = [sent for sent in asked.homeserver.sent if sent.event_id == asked.native()]
    assert start.content["m.mentions"] == {}
    assert start.content["org.matrix.msc1767.text"] == SHOWN
    assert start.content["org.matrix.msc3381.poll.start"] == {
        "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1,
        "question": {"org.matrix.msc1767.text": "U1: Was zuerst?"},
        "answers": [
            {"id": "a1", "org.matrix.msc1767.text": "Lotsin"},
            {"id": "a2", "org.matrix.msc1767.text": "Profil"},
            {"id": "a3", "org.matrix.msc1767.text": "Probe"},
        ],
    }

    await ended(asked)

    [end] = [sent for sent in asked.homeserver.sent if sent.type == "org.matrix.msc3381.poll.end"]
    assert end.content["m.relates_to"] == {"rel_type": "m.reference", "event_id": start.event_id}
    assert end.content["org.matrix.msc1767.text"] == "U1 ist zu Ende."
    assert end.content["org.matrix.msc3381.poll.end"] == {}
    assert asked.natives() == [SHOWN, "U1 ist zu Ende."]


async def test_hidden_poll_hides_its_sums_until_the_end(chat: Chat):
    await chat.says(f"{WHAT} verdeckt", by="lina")

    [start] = [sent for sent in chat.homeserver.sent if sent.event_id == chat.native()]
    asked = start.content["org.matrix.msc3381.poll.start"]
    assert asked["kind"] == "org.matrix.msc3381.poll.undisclosed"


async def test_proposal_can_be_tapped(chat: Chat):
    await chat.says("!konsens Wir treffen uns mittwochs.", by="lina")
    assert chat.natives() == [
        "U1: Wir treffen uns mittwochs.\n1: Einverstanden\n2: Einwand (warum: in einem Satz als Antwort)"
    ]
    await chat.votes("a1", by="ewa")
    await chat.votes("a2", by="murat")

    assert (await ended(chat))[0] == (
        "Ergebnis U1, 2 Personen: „Wir treffen uns mittwochs.“ 1 Einwand ist offen."
        " Der Vorschlag gilt also noch nicht."
    )


@pytest.mark.parametrize(
    "words",
    [
        f"{WHAT}; 2 Punkte",
        f"{WHAT} geheim",
        f"{WHAT} offen für Vorschläge",
        "!termin Austausch; Mi 3.3. 10:00; Do 4.3. 10:00",
        "!widerstand Was zuerst?; Lotsin; Profil",
        "!umfrage Was zuerst?; " + "; ".join(f"{number} {'🧭' * 200}" for number in range(20)),
    ],
    ids=["points", "secret", "suggestions", "dates", "resistance", "too long"],
)
async def test_what_clients_cannot_show_is_asked_in_words_only(chat: Chat, words: str):
    await chat.says(words, by="lina")

    assert chat.natives() == []
    assert (await chat.answers())[0].startswith("U1: ")
    assert "nicht antippen" not in chat.homeserver.sent[-1].content.get("body", "")


# --- voting --------------------------------------------------------------------------------------


async def test_newest_door_counts_whichever_it_is(asked: Chat):
    for name in ("ewa", "murat", "henrik"):
        await asked.votes("a1", by=name)
    await asked.says("!stimme U1 2", by="ewa")
    await asked.reacts(asked.post("U1"), "3️⃣", by="murat")
    await asked.tells("stimme U1 2", by="katrin")
    await asked.votes("a3", by="katrin")
    assert await asked.answers() == ["✅ U1"] * 2

    assert await ended(asked) == ["Ergebnis U1, 4 Personen: Probe 2, Lotsin 1, Profil 1."]


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([["a1"], ["a2"]], "Ergebnis U1, 1 Person: Profil 1, Lotsin 0, Probe 0."),
        ([["a1"], []], "U1 ist zu Ende. Es gab keine Stimme."),
        ([["a1"], ["a9"]], "U1 ist zu Ende. Es gab keine Stimme."),
        ([["a1"], [7]], "U1 ist zu Ende. Es gab keine Stimme."),
        ([["a1"], [], ["a3"]], "Ergebnis U1, 1 Person: Probe 1, Lotsin 0, Profil 0."),
        ([["a2", "a1"]], "Ergebnis U1, 1 Person: Profil 1, Lotsin 0, Probe 0."),
    ],
    ids=["changed", "withdrawn", "spoiled", "no text", "again", "cut"],
)
async def test_rules_of_msc3381(asked: Chat, responses: list[list[object]], expected: str):
    for answers in responses:
        await asked.votes(*answers, by="ewa")

    assert (await ended(asked))[0] == expected


async def test_deleted_response_revives_the_one_before(asked: Chat):
    await asked.votes("a1", by="ewa")
    second = await asked.votes("a2", by="ewa")
    await asked.redacts(second, by="ewa")

    assert await ended(asked) == ["Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."]


async def test_stable_names_are_read_too(asked: Chat):
    relation = {"rel_type": "m.reference", "event_id": asked.native()}
    await asked.sends("m.poll.response", {"m.relates_to": relation, "m.selections": ["a3"]}, by="ewa")

    assert await ended(asked) == ["Ergebnis U1, 1 Person: Probe 1, Lotsin 0, Profil 0."]


async def test_polls_of_others_are_none_of_ours(asked: Chat):
    start = await asked.sends("org.matrix.msc3381.poll.start", {"kanarie": "Fremdfrage"}, by="murat")
    await asked.votes("a1", by="ewa", poll=start)
    # Who may not delete what others say ends no poll either.
    relation = {"rel_type": "m.reference", "event_id": asked.native()}
    await asked.sends("org.matrix.msc3381.poll.end", {"m.relates_to": relation}, by="ewa")
    await asked.votes("a2", by="murat")

    assert not await asked.stores("Fremdfrage")
    assert not await asked.stores("poll.response")
    assert await ended(asked) == ["Ergebnis U1, 1 Person: Profil 1, Lotsin 0, Probe 0."]


async def test_who_may_delete_messages_of_others_ends_the_poll_in_the_client(asked: Chat):
    await asked.votes("a1", by="ewa")
    relation = {"rel_type": "m.reference", "event_id": asked.native()}
    end = {"m.relates_to": relation, "org.matrix.msc3381.poll.end": {}}
    asked.now += timedelta(seconds=1)

    await asked.sends("org.matrix.msc3381.poll.end", end, by="jule")
    await asked.sends("org.matrix.msc3381.poll.end", end, by="katrin")

    assert results(await asked.answers()) == ["Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."]
    assert asked.natives() == [SHOWN, "U1 ist zu Ende."]


async def test_late_response_is_told_once(asked: Chat):
    await asked.votes("a1", by="ewa")
    await asked.pass_time(hours=51)
    await asked.answers()

    await asked.votes("a2", by="murat")
    await asked.votes("a2", by="henrik")

    assert await asked.answers() == ["⏰ zu spät", "Das Ende von U1 war: Mi, 24. Februar, 12:00."]


async def test_end_that_was_typed_counts_from_its_message_on(asked: Chat):
    """What stands behind it in the same response is late."""
    relation = {"rel_type": "m.reference", "event_id": asked.native()}
    events = [
        asked.event(
            "org.matrix.msc3381.poll.response",
            {"m.relates_to": relation, "org.matrix.msc3381.poll.response": {"answers": ["a1"]}},
            by="ewa",
        ),
        asked.event("m.room.message", {"msgtype": "m.text", "body": "!umfrage ende U1"}, by="lina"),
        asked.event(
            "org.matrix.msc3381.poll.response",
            {"m.relates_to": relation, "org.matrix.msc3381.poll.response": {"answers": ["a2"]}},
            by="murat",
        ),
    ]

    await asked.syncs({"join": {GROUP: {"timeline": {"events": events}}}})

    assert results(await asked.answers()) == [
        "⏰ zu spät",
        "Das Ende von U1 war: Mo, 22. Februar, 9:05.",
        "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0.",
    ]


# --- looking up at the end -----------------------------------------------------------------------


async def test_votes_that_sync_never_brought_are_found_at_the_end(asked: Chat):
    await asked.votes("a1", by="ewa", unseen=True)
    await asked.votes("a2", by="ewa")
    await asked.votes("a1", by="murat")
    await asked.votes("a3", by="murat", unseen=True)
    await asked.votes("a3", by="henrik", unseen=True)

    assert await ended(asked) == ["Ergebnis U1, 3 Personen: Probe 2, Profil 1, Lotsin 0."]


async def test_vote_that_sync_never_brought_does_not_replace_a_later_one_through_another_door(asked: Chat):
    await asked.votes("a1", by="ewa", unseen=True)
    await asked.votes("a2", by="murat")
    await asked.says("!stimme U1 3", by="ewa")

    assert await ended(asked) == [
        "Ergebnis U1, 2 Personen: Profil 1, Probe 1, Lotsin 0.",
        "Gleich viele Stimmen: Profil und Probe (je 1).",
    ]


async def test_vote_after_the_end_is_not_found_however_it_is_dated(asked: Chat):
    await asked.votes("a1", by="ewa")
    await asked.pass_time(hours=50, minutes=54, seconds=55)
    asked.now = asked.now.replace(hour=11, minute=0, second=2)
    late = asked.event("m.poll.response", {}, by="murat")
    late["content"] = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": asked.native()},
        "m.selections": ["a2"],
    }
    late["origin_server_ts"] -= 60_000

    await asked.syncs({"join": {GROUP: {"timeline": {"events": [late]}}}})
    await asked.pass_time(seconds=3)

    assert results(await asked.answers())[-1] == "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."


async def test_vote_that_came_before_we_knew_our_own_poll_counts(asked: Chat):
    """The answer to our sending was slower than somebody's vote."""
    native = asked.native()
    await asked.says("!umfrage Und dann?; Ja; Nein", by="lina")
    second = asked.native()
    async with asked.db.transaction() as db:
        await db.execute(update(outbox).where(outbox.c.event_id == second).values(event_id="$unknown"))
    await asked.votes("a1", by="ewa", poll=second)
    async with asked.db.transaction() as db:
        await db.execute(update(outbox).where(outbox.c.event_id == "$unknown").values(event_id=second))
    await asked.votes("a1", by="murat", poll=native)
    await asked.answers()
    asked.now += timedelta(seconds=1)

    await asked.says("!umfrage ende U2", by="lina")

    assert results(await asked.answers()) == ["Ergebnis U2, 1 Person: Ja 1, Nein 0."]


async def test_vote_that_is_deleted_while_it_is_looked_up_does_not_count(asked: Chat):
    await asked.votes("a1", by="ewa")
    vote = await asked.votes("a2", by="ewa", unseen=True)

    class Racing(dict[str, list[Json]]):
        """The deletion comes right after the vote was shown."""

        def get(self, event: str, default: Any = None) -> Any:
            found = super().get(event, default)
            self[event] = [one for one in found if one["event_id"] != vote]
            return found

    asked.homeserver.related = Racing(asked.homeserver.related)

    assert await ended(asked) == ["Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."]


async def test_poll_that_was_looked_up_by_a_process_that_died_is_closed_once_by_the_next(asked: Chat):
    await asked.votes("a1", by="ewa")
    await asked.votes("a2", by="murat", unseen=True)
    keep = asked.recounts._keep

    async def die() -> None:
        raise OSError("killed")

    asked.recounts._keep = die
    with pytest.raises(OSError, match="killed"):
        await ended(asked)
    asked.recounts._keep, asked.recounts._looks = keep, {}

    await asked.pass_time(seconds=5)

    assert results(await asked.answers()) == [
        "Ergebnis U1, 2 Personen: Lotsin 1, Profil 1, Probe 0.",
        "Gleich viele Stimmen: Lotsin und Profil (je 1).",
    ]
    await asked.pass_time(seconds=5)
    assert await asked.answers() == []


async def test_homeserver_that_does_not_say_is_waited_for_and_then_told(asked: Chat):
    await asked.votes("a1", by="ewa")
    asked.homeserver.reference_errors = [Unreachable("timeout")] * 100
    assert await ended(asked) == []

    await asked.pass_time(seconds=30)
    assert await asked.answers() == []
    await asked.pass_time(seconds=31)

    assert results(await asked.answers()) == [
        "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0.",
        NOT_REREAD,
    ]
    await asked.pass_time(hours=60)
    assert await asked.answers() == []


async def test_homeserver_that_says_at_the_second_try_is_believed(asked: Chat):
    await asked.votes("a1", by="ewa", unseen=True)
    asked.homeserver.reference_errors = [MatrixError(502, "", "")] * 2
    assert await ended(asked) == []

    await asked.pass_time(seconds=5)

    assert results(await asked.answers()) == ["Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."]


async def test_vote_that_cannot_be_read_is_waited_for_and_then_told(asked: Chat):
    await asked.votes("a1", by="ewa")
    await _sealed(asked, by="murat")
    assert await ended(asked) == []

    await asked.pass_time(minutes=1)

    assert results(await asked.answers()) == [
        "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0.", "1 Stimme konnte ich nicht lesen."
    ]  # fmt: skip


async def test_poll_that_ended_while_we_were_away_closes_once_with_what_came_meanwhile(asked: Chat):
    """What was sent in time counts through every door, what was sent later does not."""
    start = asked.now
    await asked.votes("a1", by="ewa")
    asked.now = start.replace(day=24, hour=10)
    relation = {"rel_type": "m.reference", "event_id": asked.native()}
    response = {"m.relates_to": relation, "org.matrix.msc3381.poll.response": {"answers": ["a2"]}}
    events = [asked.event("org.matrix.msc3381.poll.response", response, by="murat")]
    events.append(asked.event("m.room.message", {"msgtype": "m.text", "body": "!stimme U1 2"}, by="henrik"))
    asked.now = start.replace(day=24, hour=11, minute=30)
    events.append(asked.event("org.matrix.msc3381.poll.response", response, by="katrin"))
    asked.homeserver.related[asked.native()] += [events[0], events[2]]
    asked.now = start.replace(day=24, hour=13)
    await asked.answers()

    await asked.syncs({"join": {GROUP: {"timeline": {"events": events}}}})
    await asked.pass_time(seconds=5)

    assert results(await asked.answers()) == [
        "✅ U1",
        "⏰ zu spät",
        "Das Ende von U1 war: Mi, 24. Februar, 12:00.",
        "Ergebnis U1, 3 Personen: Profil 2, Lotsin 1, Probe 0.",
    ]
    await asked.pass_time(hours=1)
    assert await asked.answers() == []


# --- rooms ---------------------------------------------------------------------------------------


async def test_room_that_replaces_the_old_one_gets_the_poll_anew(asked: Chat):
    await asked.votes("a1", by="ewa")
    old = asked.native()
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await asked.sends("m.room.tombstone", {"replacement_room": OTHER}, by="katrin", state_key="")
    state = asked.room_state("Anerkannt und doch ohne Job", CAST)
    state[0] = asked.event("m.room.create", create, by="katrin", state_key="")

    await asked.syncs({"join": {OTHER: {"state": {"events": state}}}})

    assert asked.natives() == [SHOWN, SHOWN]
    assert asked.native() != old
    await asked.votes("a2", by="murat", room=OTHER)
    await asked.answers()
    await asked.says("!umfrage ende", by="lina", room=OTHER)
    assert results(await asked.answers()) == [
        "Ergebnis U1, 2 Personen: Lotsin 1, Profil 1, Probe 0.",
        "Gleich viele Stimmen: Lotsin und Profil (je 1).",
    ]


async def test_who_was_put_out_counts_nothing_until_back(asked: Chat):
    await asked.votes("a1", by="ewa")
    gone = asked.event("m.room.member", {"membership": "leave"}, by="katrin", state_key=ME)
    await asked.syncs({"leave": {GROUP: {"timeline": {"events": [gone]}}}})
    await asked.pass_time(hours=60)
    assert await asked.answers() == []

    await asked.found()
    await asked.pass_time(minutes=2)

    assert results(await asked.answers()) == [
        "Ich bin wieder da. Nichts ist verloren: !board", "Ergebnis U1, 1 Person: Lotsin 1, Profil 0, Probe 0."
    ]  # fmt: skip


async def _sealed(chat: Chat, *, by: str) -> None:
    """Let somebody vote with a key that never comes."""
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "session_id": "unknown",
        "ciphertext": "AwgA",
        "sender_key": "key",
        "device_id": "DEVICE",
        "m.relates_to": {"rel_type": "m.reference", "event_id": chat.native()},
    }
    event = chat.event("m.room.encrypted", content, by=by)
    chat.homeserver.related.setdefault(chat.native(), []).append(event)
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [event]}}}})
