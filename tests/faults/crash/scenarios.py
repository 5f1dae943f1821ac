# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens while the bot dies: scenes of a group's life, each beginning where another one ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.faults.crash.person import MEGOLM, Person
from tests.faults.crash.world import BOT, Entry, Json, World

ROOM: Final = "!table:test"
SUCCESSOR: Final = "!next:test"


@dataclass
class Play:
    """The homeserver and the people; ``copy.deepcopy`` gives the same moment again."""

    encrypted: bool
    world: World = field(default_factory=World)
    people: dict[str, Person] = field(default_factory=dict)
    #: What comes later; the scene's script decides when.
    held: list[Entry] = field(default_factory=list)

    def enter(self, name: str, level: int = 0) -> Person:
        """Let somebody with one device exist."""
        person = Person(f"@{name}:test", f"{name.upper()}1", level)
        person.publish(self.world.keys)
        self.people[name] = person
        return person

    def opens(self, room: str, before: str | None = None) -> None:
        """Let Katrin open a room with everybody but Mallory and Jule, and invite the bot."""
        katrin = self.people["katrin"].user
        members = [p for name, p in self.people.items() if name not in ("mallory", "jule")]
        levels = {person.user: person.level for person in members if person.level} | {BOT: 50}
        predecessor = {"predecessor": {"room_id": before}} if before else {}
        states: list[tuple[str, str, str, Json]] = [
            ("m.room.create", katrin, "", {"room_version": "10", **predecessor}),
            *[("m.room.member", p.user, p.user, {"membership": "join"}) for p in members],
            ("m.room.power_levels", katrin, "", {"users": levels}),
            ("m.room.name", katrin, "", {"name": "Anerkannt und doch ohne Job"}),
        ]
        if self.encrypted:
            states.append(("m.room.encryption", katrin, "", {"algorithm": MEGOLM}))
        states.append(("m.room.member", katrin, BOT, {"membership": "invite"}))
        for type_, sender, key, content in states:
            self.world.add(room, type_, sender, content, key)

    def says(self, name: str, body: str, *, room: str = ROOM, hold_key: bool = False, **content: Any) -> str:
        """Write a message, in an encrypted room after giving the key to the bot; return its event id."""
        person = self.people[name]
        words = {"msgtype": "m.text", "body": body, "m.mentions": {}, **content}
        if not self.encrypted:
            return str(self.world.add(room, "m.room.message", person.user, words)["event_id"])
        parcels = []
        if room not in person.speaking:
            parcels = [
                Entry(
                    "to_device",
                    f"{BOT} {device}",
                    {"type": "m.room.encrypted", "sender": person.user, "content": c},
                )
                for device, c in person.shares(room, self.world.keys, BOT)
            ]
        (self.held if hold_key else self.world.stream).extend(parcels)
        sealed = person.encrypt(room, "m.room.message", words)
        return str(self.world.add(room, "m.room.encrypted", person.user, sealed)["event_id"])

    def last_of(self, name: str, room: str = ROOM) -> str:
        """Return the event id of somebody's last message."""
        return self._of(name, room)[-1]

    def first_of(self, name: str, room: str = ROOM) -> str:
        """Return the event id of somebody's first message."""
        return self._of(name, room)[0]

    def _of(self, name: str, room: str) -> list[str]:
        said = [e for e in self.world.events(room) if e["sender"] == self.people[name].user]
        return [e["event_id"] for e in said if "state_key" not in e]


def _nothing(_play: Play) -> None:
    """Let nothing happen."""


def _afterwards(play: Play) -> None:
    """Is the bot well? Somebody who has not spoken yet says something, with keys never used before."""
    play.says("henrik", "!barriere Danach")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scene.

    Attributes:
        name: what it is called.
        after: the scene whose end is its beginning; None for the very first start.
        set_up: what happened while the bot was down.
        script: called after each request of the bot: what people do meanwhile.
        afterwards: what happens when everything has come to rest; it must go well too.
    """

    name: str
    after: Scenario | None
    set_up: Callable[[Play], None]
    script: Callable[[Play], None] = _nothing
    afterwards: Callable[[Play], None] = _afterwards


def _people(play: Play) -> None:
    for name, level in {"katrin": 100, "lina": 0, "henrik": 0, "mallory": 0}.items():
        play.enter(name, level)


def _invite(play: Play) -> None:
    play.opens(ROOM)


def _command(play: Play) -> None:
    play.says("lina", "!barriere Formular nur auf Papier #Formulare")


def _board(play: Play) -> None:
    play.says("lina", "!board")


def _first_message(play: Play) -> None:
    """Jule comes with a device that the bot has never seen, and speaks at once."""
    jule = play.enter("jule")
    play.world.add(ROOM, "m.room.member", jule.user, {"membership": "join"}, jule.user)
    play.says("jule", "!barriere Niemand geht ans Telefon")


def _edit(play: Play) -> None:
    new: Json = {"msgtype": "m.text", "body": "!barriere Formular nur auf Deutsch", "m.mentions": {}}
    relation = {"rel_type": "m.replace", "event_id": play.first_of("lina")}
    more: Json = {"m.new_content": new, "m.relates_to": relation}
    play.says("lina", f"* {new['body']}", **more)


def _redaction(play: Play) -> None:
    target, lina = play.first_of("lina"), play.people["lina"].user
    play.world.redact(play.world.add(ROOM, "m.room.redaction", lina, {"redacts": target}), target)


def _key_late(play: Play) -> None:
    play.says("lina", "!barriere Formular nur auf Papier", hold_key=True)


def _key_comes(play: Play) -> None:
    """The key comes when the bot has journalled the message."""
    if play.held and max(play.world.acknowledged.values()) > int(play.last_of("lina")[1:]):
        play.world.stream.extend(play.held)
        play.held.clear()


def _upgrade(play: Play) -> None:
    katrin = play.people["katrin"].user
    play.opens(SUCCESSOR, before=ROOM)
    play.world.add(ROOM, "m.room.tombstone", katrin, {"replacement_room": SUCCESSOR}, "")


def _after_upgrade(play: Play) -> None:
    play.says("henrik", "!barriere Danach", room=SUCCESSOR)


def _gap(play: Play) -> None:
    """So much was said while the bot was away that /sync leaves most of it out, and a page too."""
    play.world.timeline_limit = play.world.page_limit = 2
    for number in range(1, 4):
        play.says("lina", f"!barriere Nummer {number}")
        play.says("henrik", f"Ja, die {number} kenne ich")
    play.says("henrik", "!barriere Nummer 4")


FIRST_START: Final = Scenario("first start", None, _people, afterwards=_invite)
JOIN: Final = Scenario("join", FIRST_START, _invite)
COMMAND: Final = Scenario("command", JOIN, _command)
FIRST_MESSAGE: Final = Scenario("first message of a new device", JOIN, _first_message)
BOARD: Final = Scenario("board", COMMAND, _board)
EDIT: Final = Scenario("edit", BOARD, _edit)
REDACTION: Final = Scenario("redaction", BOARD, _redaction)
KEY_ARRIVAL: Final = Scenario("key arrival", JOIN, _key_late, _key_comes)
UPGRADE: Final = Scenario("room upgrade", COMMAND, _upgrade, afterwards=_after_upgrade)
OUTAGE: Final = Scenario("gap after an outage", JOIN, _gap)
