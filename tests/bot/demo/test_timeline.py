# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's timeline shows events as she would see them."""

from typing import Any

from bot.demo.timeline import Kind, Timeline, seen

ROOM = "!room"


def put(
    timeline: Timeline,
    event_id: str,
    kind: str,
    content: dict[str, Any],
    sender: str = "@anna:test",
    **more: Any,
):
    source = {"event_id": event_id, "sender": sender, "type": kind, "content": content} | more
    timeline.put(seen(ROOM, source, encrypted=True))


def message(body: str, **relation: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body} | ({"m.relates_to": relation} if relation else {})


def edit(body: str, target: str) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": target}
    return message(f"* {body}", **relation) | {"m.new_content": {"body": body}}


def test_text_follows_the_edits_of_its_author_only():
    timeline = Timeline()
    put(timeline, "$1", "m.room.message", message("eins"))
    put(timeline, "$2", "m.room.message", edit("zwei", "$1"))
    put(timeline, "$3", "m.room.message", edit("drei", "$1"), sender="@bert:test")

    assert timeline.text("$1") == "zwei"
    assert [event.kind for event in timeline] == [Kind.MESSAGE, Kind.EDIT, Kind.EDIT]


def test_reaction_is_gone_when_it_is_redacted():
    timeline = Timeline()
    annotation = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "👍"}}
    put(timeline, "$1", "m.room.message", message("eins"))
    put(timeline, "$2", "m.reaction", annotation)
    put(timeline, "$3", "m.reaction", annotation, sender="@bert:test")

    put(timeline, "$4", "m.room.redaction", {}, redacts="$2")

    assert [event.event_id for event in timeline.reactions("$1")] == ["$3"]


def test_unreadable_event_keeps_its_place_when_the_key_comes():
    timeline = Timeline()
    put(timeline, "$1", "m.room.encrypted", {})
    put(timeline, "$2", "m.room.message", message("zwei"))

    put(timeline, "$1", "m.room.message", message("eins"))
    put(timeline, "$2", "m.room.message", message("noch einmal"))

    assert [event.body for event in timeline] == ["eins", "zwei"]


def test_replies_and_threads_know_what_they_answer():
    timeline = Timeline()
    put(timeline, "$1", "m.room.message", message("re", **{"m.in_reply_to": {"event_id": "$0"}}))
    thread = {"rel_type": "m.thread", "event_id": "$0", "m.in_reply_to": {"event_id": "$0"}}
    put(timeline, "$2", "m.room.message", message("faden", **thread))

    assert [(event.target, event.thread) for event in timeline] == [("$0", None), ("$0", "$0")]
