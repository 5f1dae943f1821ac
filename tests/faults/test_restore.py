# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The drill: the data folder is lost, a backup of three days ago comes back, and nobody notices much."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind, Seen
from tests.faults.conftest import Record
from tests.real.group import ALIVE, NOTICED, Group

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a real password"
UNREADABLE = "Diese Nachricht kann ich noch nicht lesen, der Schlüssel fehlt. "


class Forgetful(Person):
    """Somebody whose client begins a new key when told to."""

    def forget_key(self, room_id: str) -> None:
        """Write the next message with a new key."""
        self._client.invalidate_outbound_session(room_id)


@dataclass
class Drill:
    """A homeserver with three people, a bot, and what happened so far."""

    homeserver: Synapse
    bot: BotProcess
    people: list[Forgetful]

    async def found(self, *, encrypted: bool) -> Group:
        """Let the first person open a room with everybody in it."""
        founder, *others = self.people
        if encrypted:
            return await Group.found(self.bot.user_id, founder, *others)
        group = await Group.found(self.bot.user_id, founder, encrypted=False)
        for person in others:
            await founder.invite(group.room, person.user_id)
            await person.join(group.room)
        return group

    async def meet_new_device(self, old: set[str]) -> None:
        """Wait until everybody's client knows the device that the restored bot has taken."""
        for person in self.people:
            known = partial(person.devices, self.bot.user_id)
            await person.until(lambda known=known: bool(known() - old), what="the new device")  # type: ignore[misc]  # mypy cannot type defaults of a lambda

    async def board(self, group: Group) -> Any:
        """Return the group's export."""
        code, output = await self.bot.run("export", "--room", group.room)
        assert code == 0, output
        return json.loads(output)

    def said(self) -> list[Seen]:
        """Return what the bot did, as the first person saw it, without the board: that follows at its own time."""
        seen = self.people[0].timeline
        ours = [one for one in seen if one.sender == self.bot.user_id and one.kind in NOTICED]
        return [one for one in ours if not seen.is_of_board(one)]

    async def age(self) -> None:
        """Let the homeserver forget transaction ids, as it does after a day, in its files and in memory."""
        await self.homeserver.stop()
        with closing(sqlite3.connect(self.homeserver.folder / "homeserver.db")) as database, database:
            database.execute("DELETE FROM event_txn_id_device_id")
        await self.homeserver.start()

    async def lose_and_restore(self, copy: Path) -> None:
        """Lose the data folder, lay the copy in its place, and start."""
        shutil.rmtree(self.bot.data)
        shutil.copytree(copy, self.bot.data)
        await self.bot.start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drill(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drill]:
    """Return a bot with three people, for all tests here."""
    tmp_path = tmp_path_factory.mktemp("drill")
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(Synapse(tmp_path / "synapse"))
        account = await homeserver.register("bot", PASSWORD)
        process = BotProcess(homeserver.url, account, tmp_path / "bot", settings={"LOG_LEVEL": "debug"})
        people = [
            await stack.enter_async_context(
                Forgetful(homeserver.url, await homeserver.register(name, PASSWORD), name=name.title())
            )
            for name in ("anna", "bert", "carla")
        ]
        yield Drill(homeserver, await stack.enter_async_context(process), people)


def entries(board: Any) -> dict[str, tuple[str, tuple[str, ...], int]]:
    """Return what stands on a board: text, topics and support by label."""
    return {
        item["id"]: (item["text"], tuple(item["topics"]), item["support"])
        for item in board["items"]
        if item["state"] == "open"
    }


async def backup(drill: Drill) -> Path:
    """Back up while the bot runs."""
    copy = drill.bot.data.with_name("copy")
    code, output = await drill.bot.run("backup", str(copy))
    assert code == 0, output
    return copy


#: On a quick machine a room has heard its twenty messages of a minute: the next one waits so long at most (seconds).
PACED: Final = 90.0


async def work(group: Group, people: list[Forgetful], dice: random.Random, count: int) -> None:
    """Let people write ``count`` entries, and do now and then what else people do."""
    for number in range(count):
        somebody = dice.choice(people)
        said = await group.say(somebody, f"!barriere Eintrag {number} von {somebody.name} #thema")
        await group.receipt(said)
        match number % 10:
            case 3:
                await somebody.edit(group.room, said, f"!barriere Eintrag {number} verbessert")
            case 5:
                await dice.choice(people).react(group.room, said, "👍")
            case 7:
                await somebody.redact(group.room, said)
            case 8:
                await group.asked(somebody, "!board", timeout=PACED)
            case 9:
                await group.asked(somebody, "!rückgängig", timeout=PACED)


@pytest.mark.timeout(1800)
async def test_restored_bot_repeats_nothing_and_loses_nothing(
    drill: Drill, dice: random.Random, record: Record, *, long: bool
) -> None:
    anna, bert, carla = drill.people
    groups = [await drill.found(encrypted=False), await drill.found(encrypted=True)]
    left = await drill.found(encrypted=False)
    for group in groups:
        for person in drill.people:
            await group.taken(person, f"!barriere Vorher von {person.name}")
            await group.taken(person, f"!idee Auch vorher von {person.name}")
    copy = await backup(drill)
    messages = 200 if long else 16
    for group in groups:
        await work(group, drill.people, dice, messages // 2)
    await anna.kick(left.room, drill.bot.user_id)
    groups.append(await drill.found(encrypted=False))
    await groups[-1].taken(bert, "!idee Erst nach der Sicherung")
    await groups[-1].taken(bert, "!barriere Ebenso")
    boards = [entries(await drill.board(group)) for group in groups]
    carla.forget_key(groups[1].room)
    for number in range(3):
        await groups[1].taken(carla, f"!idee Mit verlorenem Schlüssel {number}")

    devices = anna.devices(drill.bot.user_id)
    await drill.bot.kill()
    said, lost_at = len(drill.said()), time.monotonic()
    await drill.age()
    missed = [await group.say(bert, "!idee Während der Bot weg war") for group in groups]
    await drill.lose_and_restore(copy)
    expected: Counter[tuple[Kind, str | None]] = Counter((Kind.REACTION, event) for event in missed)
    await drill.meet_new_device(devices)
    for group, event in zip(groups, missed, strict=True):
        await group.receipt(event)
        question = await group.say(anna, "!test")
        assert (await group.answer(question)).body == ALIVE
        expected[Kind.MESSAGE, question] += 1
    seconds = time.monotonic() - lost_at
    if long:
        await anna.sees(lambda event: event.body.startswith(UNREADABLE), timeout=300, what="the sentence")

    new = [event for event in drill.said()[said:] if not event.body.startswith(UNREADABLE)]
    reposted = Counter((event.kind, event.target) for event in new) - expected
    told = len(drill.said()) - said - len(new)
    swallowed = expected - Counter((event.kind, event.target) for event in new)
    after = [entries(await drill.board(group)) for group in groups]
    new_labels = [await group.receipt(event) for group, event in zip(groups, missed, strict=True)]
    once_more = [
        board | {label.removeprefix("✅ "): ("Während der Bot weg war", (), 0)}
        for board, label in zip(boards, new_labels, strict=True)
    ]
    given = Counter((e.room_id, e.key) for e in drill.said() if e.key.startswith("✅ "))
    record(
        "backup, three days, restore", "0 re-posted, 0 swallowed, ≤ 15 min",
        messages=messages, seconds=round(seconds, 1), reposted=reposted.total(), swallowed=swallowed.total(),
        told=told, entries=sum(map(len, after)), labels_given_twice=(given - Counter(dict.fromkeys(given, 1))).total(),
    )  # fmt: skip
    assert (reposted, swallowed) == (Counter(), Counter())
    assert told == (1 if long else 0)
    assert after == once_more
    assert max(given.values()) == 1
    assert (await drill.board(left))["group"]["state"] == "paused"
    assert seconds < 15 * 60


async def test_older_database_with_its_old_login_takes_a_new_device(drill: Drill, record: Record) -> None:
    """What happens after a snapshot of the whole folder was brought back."""
    anna, bert, _carla = drill.people
    group = await drill.found(encrypted=True)
    await group.taken(bert, "!barriere Vorher")
    copy = drill.bot.data.with_name("snapshot")
    shutil.copytree(drill.bot.data, copy)
    await group.taken(bert, "!barriere Nachher")
    before, devices = drill.said(), anna.devices(drill.bot.user_id)
    await drill.bot.kill()
    await drill.lose_and_restore(copy)
    await drill.meet_new_device(devices)

    question = await group.say(bert, "!test")
    assert (await group.answer(question)).body == ALIVE
    reposted = len(drill.said()) - len(before) - 1
    record("snapshot with its login", "a new device, 0 re-posted", reposted=reposted)
    assert reposted == 0
    assert "database_rewound" in drill.bot.log()
    assert entries(await drill.board(group)) == {"B1": ("Vorher", (), 0), "B2": ("Nachher", (), 0)}
    assert (await drill.bot.readyz())["cross_signed"] is True
