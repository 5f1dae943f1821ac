# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show a chat in the terminal as one of its members sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.demo.people import Person
from bot.demo.timeline import Kind, Seen

COLOURS = ("cyan", "magenta", "yellow", "blue", "green", "red")
SNIPPET = 40


class Screen:
    """Prints what happened since the last look; ``names`` are shown instead of user ids."""

    def __init__(self, console: Console, bot: str, names: Mapping[str, str]) -> None:
        self.console = console
        self._bot = bot
        self._names = names
        self._shown: dict[str, int] = {}
        self._last: str | None = None
        #: The moment that is played.
        self.at: datetime | None = None

    def title(self, words: str) -> None:
        """Print a line between two parts."""
        self.console.rule(f"[bold]{words}", align="left")

    def board(self, text: str) -> None:
        """Print the board at the end."""
        self.console.print(Panel(Text(text), title="Das Board", title_align="left"))

    def look(self, viewer: Person, room_id: str, *, direct: bool = False) -> None:
        """Print what is new for ``viewer`` in a room; what she cannot read yet comes the next time."""
        place = self._shown.get(viewer.user_id, 0)
        for event in viewer.timeline.since(place):
            if event.kind is Kind.UNREADABLE and event.room_id == room_id:
                break
            place += 1
            if event.room_id == room_id:
                self._show(event, viewer, "Direktnachricht " if direct else "")
        self._shown[viewer.user_id] = place

    def _show(self, event: Seen, viewer: Person, mark: str) -> None:
        name = self._name(event.sender)
        colour = self._colour(event.sender)
        line = Text()
        match event.kind:
            # Taken back before it came: the homeserver has emptied it.
            case Kind.MESSAGE | Kind.REACTION if not event.body + event.key:
                return
            case Kind.MESSAGE:
                line.append(mark, style="italic dim")
                line.append(f"{name}: ", style=f"bold {colour}")
                if event.target not in {None, self._last}:
                    line.append(f"(zu „{self._snippet(viewer, event.target)}“) ", style="dim")
                line.append(event.body)
                self._last = event.event_id
            case Kind.EDIT if viewer.timeline.is_of_board(event):
                line.append(f"✏️ {name} bringt das Board auf den neuen Stand", style="italic")
                self._last = event.target
            case Kind.EDIT:
                line.append(f"✏️ {name} bearbeitet: ", style="italic")
                line.append(event.body)
                self._last = event.target
            case Kind.REACTION:
                line.append(f"   ↳ {name}: ", style=colour)
                line.append(event.key)
                if event.target != self._last:
                    line.append(f"  zu „{self._snippet(viewer, event.target)}“", style="dim")
            case Kind.REDACTION:
                line = self._deleted(event, viewer, name)
            case Kind.MEMBER if event.body == "join" and not mark:
                line.append(f"→ {name} ist dabei", style="dim")
            case _:
                return
        self._print(line, timed=event.kind is Kind.MESSAGE)

    def _print(self, line: Text, *, timed: bool) -> None:
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(width=5, style="dim")
        # Wrapped by words, rich loses letters behind an emoji: it takes some for wider than they are.
        row.add_column(overflow="fold")
        row.add_row(f"{self.at:%H:%M}" if timed and self.at else "", line)
        self.console.print(row)

    def _deleted(self, event: Seen, viewer: Person, name: str) -> Text:
        gone = viewer.timeline.find(lambda earlier: earlier.event_id == event.target)
        if gone and gone.kind is Kind.REACTION:
            what = f"nimmt {gone.key or 'eine Reaktion'} zurück"
        else:
            what = f"löscht: „{self._snippet(viewer, event.target)}“"
        return Text(f"🗑️ {name} {what}", style="italic")

    def _snippet(self, viewer: Person, event_id: str | None) -> str:
        event = viewer.timeline.find(lambda earlier: earlier.event_id == event_id)
        text = event.body if event and event.body else "…"
        return text if len(text) <= SNIPPET else text[:SNIPPET] + "…"

    def _name(self, user_id: str) -> str:
        return "Bot" if user_id == self._bot else self._names.get(user_id, user_id)

    def _colour(self, user_id: str) -> str:
        if user_id == self._bot:
            return "bright_white"
        people = list(self._names)
        return COLOURS[people.index(user_id) % len(COLOURS)] if user_id in people else "white"
