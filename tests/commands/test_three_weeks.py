# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The group's first three weeks as one conversation, with the whole cast: the script that the demo plays, too."""

from __future__ import annotations

from bot.demo.script import AIMED, Action, Expect, Line, Room, Script, load, matches, wrong
from method.ids import EventId, RoomId
from method.polls import key_of
from storage import boards, groups
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME, Sent
from tests.unasked import too_loud, unasked

ATTACHED = ("m.image", "m.file")


class Play:
    """Plays a script with one bot, and compares line by line."""

    def __init__(self, chat: Chat, script: Script) -> None:
        self.chat, self.script = chat, script
        self.founded = False
        self.levels: dict[str, int] = {}
        #: What a line became, and what the bot answered to it.
        self.said: dict[str, EventId] = {}
        self.answered: dict[str, EventId] = {}
        self.reactions: dict[tuple[str, str | None], EventId] = {}
        #: The numbers that are tapped: by whom, under what.
        self.tapped: dict[tuple[str, str, str], EventId] = {}

    async def line(self, line: Line) -> list[str]:
        """Play one line; return what is wrong with the bot's part in it."""
        before = len(self.chat.homeserver.sent)
        await self.chat.pass_time(seconds=(line.at - self.chat.now).total_seconds())
        if line.action is not Action.WAIT:
            before = len(self.chat.homeserver.sent)
        event = await self._act(line)
        if event is not None:
            self.said[line.id] = event
        boards = await self.chat.events_of_boards()
        sent = [one for one in self.chat.homeserver.sent[before:] if one.event_id not in boards]
        new = [one for one in sent if one.type == "m.room.message" and "m.new_content" not in one.content]
        attached = [one for one in new if one.content["msgtype"] in ATTACHED]
        new = [one for one in new if one.content["msgtype"] not in ATTACHED]
        here = await self._room(line)
        posts = [one for one in new if one.room_id == here]
        private = [str(one.content["body"]) for one in new if one.room_id != here]
        told = line.told.values()
        if posts:
            self.answered[line.id] = posts[0].event_id
        problems = self._judge(line.expect, line, sent, posts)
        if len(private) != len(told) or not all(map(matches, sorted(told), sorted(private))):
            problems.append(f"privately: {private} instead of {list(told)}")
        for msgtype, caption in zip(ATTACHED, (line.expect.picture, line.expect.file), strict=True):
            captions = [str(one.content["body"]) for one in attached if one.content["msgtype"] == msgtype]
            wanted = [caption] if caption else []
            if len(captions) != len(wanted) or not all(map(matches, wanted, captions)):
                problems.append(f"{msgtype}: {captions} instead of {wanted}")
        return [f"{line.id}: {problem}" for problem in problems]

    async def _room(self, line: Line) -> RoomId:
        return await self.chat.direct(line.actor) if line.room is Room.DM else GROUP

    async def _act(self, line: Line) -> EventId | None:
        chat, by = self.chat, line.actor
        if line.action is Action.WAIT:
            return None
        if line.action is Action.JOIN and not self.founded:
            self.founded = True
            self.levels = {user(by): 100, ME: 50}
            await chat.found(cast={by: 100})
            return None
        if line.action is Action.JOIN:
            await chat.joins(by, displayname=self.script.cast[by].name)
            if self.script.cast[by].moderator:
                self.levels[user(by)] = 50
                await chat.sends("m.room.power_levels", {"users": self.levels}, by="katrin", state_key="")
            return None
        known = self.answered if line.answers_bot else self.said
        target = known[line.target_line] if line.target_line and line.action in AIMED else ""
        if line.action is Action.EDIT:
            return await chat.edits(target, line.text, by=by)
        if line.action is Action.REDACT:
            return await chat.redacts(target, by=by)
        if line.action is Action.REACT:
            event = await chat.reacts(target, line.text, by=by)
            self.reactions[by, line.target] = event
            return event
        if line.action is Action.UNREACT:
            return await chat.redacts(self.reactions[by, line.target], by=by)
        if line.action is Action.VOTE:
            return await self._vote(line, target)
        if line.action is Action.ATTACH:
            content = {"msgtype": "m.image", "body": line.text, "url": "mxc://test/picture", "m.mentions": {}}
            return await chat.sends("m.room.message", content, by=by)
        if line.room is Room.DM:
            return await chat.tells(line.text, by=by)
        return await chat.says(line.text, by=by, reply_to=target or None)

    async def _vote(self, line: Line, poll: str) -> EventId | None:
        wanted = {key_of(number) for number in line.numbers}
        mine = {key for (by, target, key) in self.tapped if (by, target) == (line.actor, poll)}
        for key in sorted(mine - wanted):
            await self.chat.redacts(self.tapped.pop((line.actor, poll, key)), by=line.actor)
        for key in sorted(wanted - mine):
            self.tapped[line.actor, poll, key] = await self.chat.reacts(poll, key, by=line.actor)
        return None

    def _judge(self, expect: Expect, line: Line, sent: list[Sent], posts: list[Sent]) -> list[str]:
        reactions = [
            (str(one.content["m.relates_to"]["event_id"]), str(one.content["m.relates_to"]["key"]))
            for one in sent
            if one.type == "m.reaction"
        ]
        # Buttons under a post of the bot's own are no answer.
        ours = {one.event_id for one in self.chat.homeserver.sent}
        reactions = [one for one in reactions if one[0] not in ours]
        edits = [one.content["m.new_content"]["body"] for one in sent if "m.new_content" in one.content]
        on = self.said.get(expect.at or line.id, "")
        found = [
            (reactions, [(on, sign) for sign in (expect.reaction, *expect.offers) if sign], "reactions"),
            (len(posts), 1 if expect.reply else 0, "messages"),
            (self._pinned(posts), expect.pinned, "pinned"),
        ]
        problems = [f"{name}: {got} instead of {wanted}" for got, wanted, name in found if got != wanted]
        changed = [expect.edit] if expect.edit else []
        if len(edits) != len(changed) or not all(map(matches, changed, edits)):
            problems.append(f"edits: {edits} instead of {changed}")
        if posts and expect.reply and (mistake := wrong(expect, str(posts[0].content["body"]))):
            problems.append(mistake)
        return problems

    def _pinned(self, posts: list[Sent]) -> bool:
        pins = self.chat.homeserver.state.get((GROUP, "m.room.pinned_events", ""), {}).get("pinned", [])
        return bool(posts) and posts[0].event_id in pins


async def test_the_first_three_weeks_go_as_written(any_chat: Chat):
    script = load()
    play = Play(any_chat, script)

    problems = [problem for line in script.lines for problem in await play.line(line)]

    assert problems == []


async def test_every_message_of_the_three_weeks_is_quiet_and_complete(silent_chat: Chat):
    script = load()
    play = Play(silent_chat, script)
    for line in script.lines:
        await play.line(line)

    messages = [one.content for one in silent_chat.homeserver.sent if one.type == "m.room.message"]
    assert {content["msgtype"] for content in messages} == {"m.notice", "m.text", *ATTACHED}
    # Who may speak now (l095, l099), and who is asked to take a task (l135).
    mentioned = [one["m.mentions"]["user_ids"] for one in messages if one["m.mentions"]]
    assert mentioned == [[user("thomas")], [user("priya")], [user("thomas")]]
    assert [content for content in messages if "formatted_body" in content] == []


async def test_no_day_of_the_three_weeks_has_more_than_two_unasked_posts(silent_chat: Chat):
    script = load()
    play = Play(silent_chat, script)
    for line in script.lines:
        await play.line(line)
    await silent_chat.pass_time(days=1)

    found = await unasked(silent_chat)

    assert too_loud(found) == {}
    assert {day.isoformat(): len(said) for day, said in found.items()} == {
        "2027-02-23": 1, "2027-03-03": 1, "2027-03-10": 1,
    }  # fmt: skip


async def test_board_of_the_three_weeks_is_pinned_and_says_what_it_shall(silent_chat: Chat):
    chat, script = silent_chat, load()
    play = Play(chat, script)
    for line in script.lines:
        await play.line(line)
    await chat.pass_time(seconds=10)

    *_, last = await chat.boards()
    assert script.board.wrong(last.removeprefix("✎ ")) is None
    pins = chat.homeserver.state[GROUP, "m.room.pinned_events", ""]["pinned"]
    async with chat.db.reading() as db:
        (group,) = await groups.of_member(db, user("katrin"))
        (page,) = await boards.pages(db, group.id)
    assert pins == [chat.post("Guten Tag, ich bin der Bot dieser Gruppe"), page.event_id]
