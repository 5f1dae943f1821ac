# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run the demonstration: homeserver, bot and people on this machine, and a chat to watch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from rich.console import Console

from bot import reasons
from bot.demo.clocked import Setting
from bot.demo.people import Person
from bot.demo.play import Failure, Play
from bot.demo.process import BotError, BotProcess
from bot.demo.screen import Screen
from bot.demo.script import Script, load
from bot.demo.synapse import HOST, Account, Synapse, SynapseError, free_port
from bot.lock import AlreadyRunningError, held_file
from bot.stop import StopError
from config.texts import text

SERVER_NAME = "tafelrunde.localhost"
BOT = "tafelrunde"
#: The passwords; the folder that has it is a demo's.
ACCOUNTS = "accounts.json"
#: Whom the bot names as responsible.
RESPONSIBLE = "Senatsverwaltung Beispiel"
GROUP = "Fokusgruppe Anerkannt und doch ohne Job"
#: The usual port of a homeserver, if nobody has it yet.
PORT = 8008
#: Seconds the bot has for an answer. With Synapse's own limits it may say something every five seconds.
PATIENCE = 10.0
PATIENCE_WITH_LIMITS = 240.0
#: Seconds between two looks at the chat of somebody who has nothing to do.
REST = 3.0


async def demo(*, once: bool, default_limits: bool, data: Path, console: Console | None = None) -> int:
    """Play the first three weeks; then leave everything running until Ctrl-C, unless ``once``.

    ``data`` holds homeserver and bot until the next start, which begins anew with the same passwords, because
    the play sets the bot's clock ahead. ``default_limits`` keeps Synapse's own rate limits. Returns the exit
    code: 0 if the bot did all that was expected of it.
    """
    console = console or Console()
    try:
        with _ended_by(signal.SIGTERM), _ended_by(signal.SIGHUP), _emptied(data):
            return await _demo(console, data, once=once, default_limits=default_limits)
    except AlreadyRunningError:
        console.print("Die Vorführung läuft schon. Beenden Sie sie zuerst mit Strg-C.", style="red")
        return 1


async def _demo(console: Console, data: Path, *, once: bool, default_limits: bool) -> int:
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    script = load()
    passwords = _passwords(script, data)
    (data / "files").mkdir()
    began = time.monotonic()
    console.print("Starte einen Matrix-Server auf diesem Rechner …", style="dim")
    try:
        async with Synapse(
            data / "homeserver", server_name=SERVER_NAME, default_limits=default_limits, port=_port()
        ) as synapse:
            accounts = await _accounts(synapse, passwords)
            async with BotProcess(
                synapse.url,
                accounts[BOT],
                data / "bot",
                settings={"RESPONSIBLE": RESPONSIBLE},
                program=("-m", "bot.demo.clocked"),
            ) as bot:
                play = await _play(
                    synapse, script, accounts, bot, console, data / "files", patient=default_limits
                )
                _conclude(console, play, time.monotonic() - began)
                if not once:
                    await _stay(console, synapse, accounts, bot)
    except (SynapseError, BotError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    return 1 if play.failures else 0


async def _play(
    synapse: Synapse,
    script: Script,
    accounts: dict[str, Account],
    bot: BotProcess,
    console: Console,
    files: Path,
    *,
    patient: bool,
) -> Play:
    async with contextlib.AsyncExitStack() as stack:
        people = {
            key: await stack.enter_async_context(
                Person(synapse.url, accounts[key], name=role.name, rest=REST)
            )
            for key, role in script.cast.items()
        }
        names = {person.user_id: person.name for person in people.values()}
        screen = Screen(console, bot.user_id, names)
        patience = PATIENCE_WITH_LIMITS if patient else PATIENCE
        takes_in = partial(bot.takes_in, timeout=patience)
        play = Play(
            script, people, bot.user_id, screen, Setting(bot.data).forward, takes_in, patience=patience
        )
        await play.perform(GROUP)
        screen.title("Ende")
        screen.board(play.board)
        saved = await play.save(files)
        console.print(
            f"{len(saved)} Bilder, Kalenderdateien und PDF: {files}", highlight=False, soft_wrap=True
        )
    return play


def _conclude(console: Console, play: Play, seconds: float) -> None:
    failures: list[Failure] = play.failures
    if not failures:
        console.print(f"Alles wie erwartet. Dauer: {seconds:.0f} Sekunden.", style="green")
        return
    console.print(f"{len(failures)} mal anders als erwartet, Dauer {seconds:.0f} Sekunden:", style="red")
    for failure in failures:
        console.print(f"- {failure}", style="red", markup=False)


async def _stay(console: Console, synapse: Synapse, accounts: dict[str, Account], bot: BotProcess) -> None:
    console.print()
    console.print("Zum Mitmachen mit einem Matrix-Programm auf diesem Rechner anmelden:", style="bold")
    console.print(f"Homeserver: {synapse.url} (nur von diesem Rechner aus erreichbar)", highlight=False)
    for account in accounts.values():
        if account.user_id != bot.user_id:
            console.print(f"{account.user_id}  Passwort: {account.password}", highlight=False)
    console.print("Wer sich jetzt anmeldet, liest alles Neue. Beenden mit Strg-C.", style="dim")
    with contextlib.suppress(asyncio.CancelledError):
        code = await bot.ended()
        console.print(f"Der Bot hat sich beendet ({code}). Sein Protokoll: {bot.log_file}", style="red")


async def _accounts(synapse: Synapse, passwords: dict[str, str]) -> dict[str, Account]:
    return {name: await synapse.register(name, password) for name, password in passwords.items()}


def _passwords(script: Script, data: Path) -> dict[str, str]:
    """Everybody's password, made once and kept in the data folder."""
    file = data / ACCOUNTS
    if not file.exists():
        file.touch(mode=0o600)
        names = [BOT, *script.cast]
        file.write_text(json.dumps({name: secrets.token_urlsafe(12) for name in names}), encoding="utf-8")
    passwords: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return passwords


@contextlib.contextmanager
def _emptied(data: Path) -> Iterator[None]:
    """Have the folder to ourselves, without what an earlier play left."""
    _refuse_what_is_not_ours(data)
    with contextlib.ExitStack() as held:
        try:
            data.mkdir(parents=True, exist_ok=True)
            held.enter_context(held_file(data / "lock"))
        except OSError as error:
            raise _unusable(data, error) from None
        for old in ("homeserver", "bot", "files"):
            shutil.rmtree(data / old, ignore_errors=True)
        yield


def _unusable(data: Path, error: OSError) -> StopError:
    return StopError(
        text(
            "The demo cannot use the folder {path}: {reason}.", path=str(data), reason=reasons.of_file(error)
        )
    )


def _refuse_what_is_not_ours(data: Path) -> None:
    """Make sure that only what a demo has left is deleted: every demo has kept its passwords there.

    Raises:
        StopError: something else is in the folder.
    """
    try:
        found = {file.name for file in data.iterdir()} - {"lock"}
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(data, error) from None
    try:
        accounts = json.loads((data / ACCOUNTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        accounts = None
    if found and not (isinstance(accounts, dict) and BOT in accounts):
        raise StopError(
            text(
                "The demo empties its folder, and {path} holds other things. Name a new folder. "
                "Example: {example}",
                path=str(data),
                example="tafelrunde demo --data .demo",
            )
        )


@contextlib.contextmanager
def _ended_by(number: signal.Signals) -> Iterator[None]:
    """End this task in order when the signal comes."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if task is not None:
        loop.add_signal_handler(number, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(number)


def _port() -> int:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return free_port()
    return PORT
