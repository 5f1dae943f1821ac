# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pinned board in a real, encrypted room: it comes, follows by edits, and does without the right to pin."""

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.timeline import PINS, Kind, Seen
from tests.real.group import Group

#: Ten seconds of rest, a tick of five, and a slow machine.
FOLLOWS = 60.0
MAY_NOT = "Ich darf hier nichts anheften. "


async def posted(group: Group, *, since: int = 0) -> Seen:
    """Wait for a message of the board."""
    timeline = group.founder.timeline
    return await group.founder.sees(
        lambda e: e.kind is Kind.MESSAGE and e.room_id == group.room and timeline.is_of_board(e),
        since=since, timeout=FOLLOWS, what="the board",
    )  # fmt: skip


async def shows(group: Group, post: Seen, words: str) -> None:
    """Wait until the board shows these words."""
    timeline = group.founder.timeline
    await group.founder.until(
        lambda: words in timeline.text(post.event_id), timeout=FOLLOWS, what=f"“{words}” on the board"
    )


async def pinned(group: Group, event_id: str) -> list[str]:
    """Wait until an event is pinned; return all that are."""
    await group.founder.sees(
        lambda e: e.type == PINS and event_id in e.content.get("pinned", []), timeout=FOLLOWS, what="the pin"
    )
    return list((await group.founder.state(group.room, PINS))["pinned"])


async def test_board_is_pinned_follows_by_edits_and_is_made_anew(group: Group, bert: Person):
    welcome = await group.welcome()
    await group.taken(bert, "!barriere Formular nur auf Papier")

    first = await posted(group)
    assert (first.encrypted, first.is_notice, first.mentions) == (True, True, {})
    assert "B1: Formular nur auf Papier." in first.body
    assert await pinned(group, first.event_id) == [welcome.event_id, first.event_id]

    await group.taken(bert, "!idee Ein Formular im Netz zu B1")
    await shows(group, first, "I1: Ein Formular im Netz. Gehört zu B1.")
    edit = next(e for e in group.founder.timeline if e.kind is Kind.EDIT and e.target == first.event_id)
    assert (edit.encrypted, edit.is_notice, edit.mentions) == (True, True, {})

    before = group.now
    assert await group.taken(group.founder, "!board neu") == "✅ Board"
    second = await posted(group, since=before)
    assert await pinned(group, second.event_id) == [welcome.event_id, second.event_id]
    await group.founder.until(
        lambda: group.founder.timeline.is_redacted(first.event_id), timeout=FOLLOWS, what="the deletion"
    )


async def test_board_without_the_right_to_pin_is_kept_up_to_date(bot: BotProcess, anna: Person, bert: Person):
    group = await Group.found(bot.user_id, anna, bert, pins=False)
    before = group.now
    await group.taken(bert, "!barriere Formular nur auf Papier")
    post = await posted(group)
    await group.founder.sees(
        lambda e: group.is_bot(Kind.MESSAGE)(e) and e.body.startswith(MAY_NOT),
        timeout=FOLLOWS,
        what="the hint",
    )
    await group.taken(bert, "!barriere Kurse nur vormittags")
    await shows(group, post, "B2: Kurse nur vormittags.")

    hints = [e for e in group.done_since(before) if e.body.startswith(MAY_NOT)]
    assert len(hints) == 1

    await anna.promote(group.room, bot.user_id, 50)
    await group.taken(bert, "!barriere Briefe nur auf Deutsch")
    assert await pinned(group, post.event_id) == [post.event_id]
