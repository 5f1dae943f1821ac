# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ``tafelrunde`` command: what an operator types.

Answers go to standard error in the operator's language; standard output carries only data (``export``).
Exit codes: 0 done, 1 did not work, 75 another process runs, 78 a person has to change something (a setting, a file).
"""

from __future__ import annotations

import asyncio
import gc
import getpass
import hashlib
import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Final

import structlog
import typer

from bot import lock, logs, session
from bot.lock import AlreadyRunningError
from bot.session import BrokenFileError
from bot.stop import EXIT_ALREADY_RUNNING, EXIT_CONFIGURATION, NEWER_SCHEMA, StopError, kind_of
from config.environment import operator_language, unknown_variables, variable
from config.settings import Settings, SettingsError
from config.texts import Text, text
from storage import migrations
from storage.database import database_errors
from storage.migrations import NewerSchemaError

logger = structlog.get_logger(__name__)

#: So many new objects make the garbage collector look (Python's default is 700).
_GARBAGE: Final = 10_000


class Format(StrEnum):
    """What an export can be written as."""

    JSON = "json"


def _help(sentence: Text) -> str:
    return sentence.render(operator_language())


app = typer.Typer(
    name="tafelrunde",
    help=_help(text("Tafelrunde, the Matrix bot for focus groups.")),
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback shows local variables: passwords, messages
)


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", help=_help(text("Show the version.")))] = False,
) -> None:
    """Tafelrunde, the Matrix bot for focus groups."""
    if version:
        typer.echo(metadata.version("tafelrunde"))
        raise typer.Exit


@app.command(help=_help(text("Run the bot until it is stopped.")))
def run() -> None:
    """Run the bot until it is stopped."""
    with _explained():
        settings = Settings.load()
        settings.require_login()
        settings.make_folder()
        # Nothing of what is loaded becomes garbage: looking for some took a tenth of a start, and then half of the CPU
        # time of a quiet bot.
        gc.disable()
        from bot.app import run as run_bot  # noqa: PLC0415 -- slow import; wrong settings are told at once

        gc.freeze()
        gc.set_threshold(_GARBAGE)
        gc.enable()
        key = hashlib.sha256(b"logs" + session.pickle_key(settings.data)).digest()
        logs.configure(settings.log_level, key=key)
        logs.catch_uncaught()
        for note in [*settings.warnings(), *unknown_variables()]:
            logger.warning("look_at_setting", variable=str(note.values["name"]), see="tafelrunde_check")
        code = asyncio.run(run_bot(settings))
        logger.info("stopped", code=code)
    raise typer.Exit(code)


@app.command(
    help=_help(text("Try configuration, database, homeserver and encryption, and explain each problem."))
)
def check() -> None:
    """Try everything the bot needs; exit 1 if there is a problem."""
    from bot.checkup import Level, examine  # noqa: PLC0415 -- slow import

    async def look(settings: Settings) -> int:
        problems = 0
        async for finding in examine(settings):
            _say(finding.sentence, mark=_MARKS[finding.level])
            problems += finding.level is Level.PROBLEM
        return problems

    with _explained():
        problems = asyncio.run(look(Settings.load()))
        if problems:
            raise StopError(text("Problems found: {n}.", n=problems))
        _say(text("Everything is in order."))


@app.command(help=_help(text("Bring the database to the schema of this version.")))
def migrate() -> None:
    """Bring the database to the schema of this version."""

    async def bring(url: str) -> None:
        async with lock.held(url):
            await migrations.upgrade(url)

    with _explained():
        settings = Settings.load()
        settings.make_folder()
        asyncio.run(bring(settings.database_url))
        _say(text("The database is up to date."))


@app.command(
    help=_help(text("Write a group's board to standard output, without names; the bot may be running."))
)
def export(
    room: Annotated[str, typer.Option(help=_help(text("The ID of the group's room, or the group's name.")))],
    _format: Annotated[Format, typer.Option("--format", help=_help(text("The format.")))] = Format.JSON,
) -> None:
    """Write a group's board to standard output; docs/export.md describes the fields."""
    from bot import imports  # noqa: PLC0415 -- slow import
    from storage import exports  # noqa: PLC0415 -- slow import
    from storage.database import Database  # noqa: PLC0415 -- slow import

    async def read(url: str) -> dict[str, Any]:
        database = Database(url)
        try:
            async with database.reading() as db:
                return await exports.group(db, room)
        finally:
            await database.close()

    with _explained():
        settings = Settings.load()
        if settings.database_file and not settings.database_file.exists():
            raise StopError(text("There is no database yet. It is made at the first start."))
        try:
            found = asyncio.run(read(settings.database_url))
        except exports.UnknownGroupError as error:
            raise imports.unknown(room, error) from None
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


@app.command(
    "import",
    help=_help(text("Take an export into a group that has no entries yet; the bot must not be running.")),
)
def import_(
    file: Annotated[Path, typer.Argument(help=_help(text("The export: a JSON file.")))],
    *,
    room: Annotated[str, typer.Option(help=_help(text("The ID of the group's room, or the group's name.")))],
    template: Annotated[
        bool,
        typer.Option(
            "--template", help=_help(text("Take goal, settings and sectors only, without entries."))
        ),
    ] = False,
) -> None:
    """Take an export into a group, as a copy or as a template; docs/export.md says what comes along."""
    from bot import imports  # noqa: PLC0415 -- slow import

    with _explained():
        number = asyncio.run(imports.take_in(Settings.load(), file, room, template=template))
        _say(
            text("Imported: goal, settings and sectors.")
            if template
            else text("Imported. Open entries: {n}.", n=number)
        )


@app.command(help=_help(text("Copy everything a new installation needs into a new folder; the bot may run.")))
def backup(
    folder: Annotated[Path, typer.Argument(help=_help(text("The folder to make.")))],
) -> None:
    """Copy database and keys into a new folder; docs/operating.md says how to bring them back."""
    from bot import backup as copies  # noqa: PLC0415 -- slow import

    with _explained():
        copies.make(Settings.load(), folder.absolute())
        _say(
            text(
                "The backup is in {path}. It holds what people wrote, and keys: keep it encrypted.",
                path=str(folder),
            )
        )


@app.command(help=_help(text("Log in again with the same device, after the homeserver ended the session.")))
def relogin() -> None:
    """Log in again with the same device, so that encrypted rooms stay readable."""
    from bot import relogin as again  # noqa: PLC0415 -- slow import

    with _explained():
        settings = Settings.load()
        device = again.stored_device(settings)
        if settings.token is not None:
            new = asyncio.run(again.with_token(settings, device, settings.token.get_secret_value()))
        else:
            new = asyncio.run(again.with_password(settings, device, _password(settings)))
        _say(
            text(
                "Logged in as {user}, same device {device}. A running bot notices it within seconds.",
                user=new.user_id,
                device=new.device_id,
            )
        )


@app.command(help=_help(text("Show a focus group at work, with a homeserver on this machine.")))
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help=_help(text("End after the play.")))] = False,
    default_limits: Annotated[
        bool, typer.Option("--default-limits", help=_help(text("Keep the homeserver's own rate limits.")))
    ] = False,
    data: Annotated[Path, typer.Option(help=_help(text("The folder for what the demo keeps.")))] = Path(
        ".demo"
    ),
) -> None:
    """Show a focus group at work, with a homeserver on this machine."""
    try:
        from bot.demo.main import demo as play  # noqa: PLC0415 -- needs packages that only the demo has
    except ModuleNotFoundError:
        _say(text("The demo needs more packages than the bot. They come with: make demo"))
        raise typer.Exit(1) from None

    with _explained():
        try:
            code = asyncio.run(play(once=once, default_limits=default_limits, data=data))
        except (KeyboardInterrupt, asyncio.CancelledError):
            _say(text("The demo was ended."))
            code = 0
    raise typer.Exit(code)


_MARKS = {"ok": "OK: ", "note": "   ", "problem": "!! "}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what an operator can mend into one sentence and an exit code; new files are private."""
    os.umask(0o077)
    try:
        yield
    except SettingsError as error:
        for problem in [*error.problems, *unknown_variables()]:
            _say(problem)
        raise typer.Exit(EXIT_CONFIGURATION) from None
    except AlreadyRunningError:
        _say(text("Another process is already working with this database. Only one may run."))
        raise typer.Exit(EXIT_ALREADY_RUNNING) from None
    except NewerSchemaError:
        _say(NEWER_SCHEMA)
        raise typer.Exit(EXIT_CONFIGURATION) from None
    except BrokenFileError as error:
        _say(text("The file {path} is damaged. Bring it back from the backup.", path=str(error.path)))
        raise typer.Exit(EXIT_CONFIGURATION) from None
    except StopError as error:
        _say(error.sentence)
        raise typer.Exit(error.code) from None
    except database_errors() as error:
        from bot.reasons import of_database  # noqa: PLC0415 -- slow import

        _say(
            of_database(error)
            or text(
                "The database does not answer as it should ({kind}). tafelrunde check tells more.",
                kind=kind_of(error),
            )
        )
        raise typer.Exit(1) from None


def _say(sentence: Text, mark: str = "") -> None:
    typer.echo(mark + sentence.render(operator_language()), err=True)


def _password(settings: Settings) -> str:
    if settings.password is not None:
        return settings.password.get_secret_value()
    question = text("Password of {user}", user=settings.user).render(operator_language())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{question}: ")
    except getpass.GetPassWarning:
        raise StopError(
            text(
                "Asking for the password needs a terminal. Without one, set {file}.",
                file=f"{variable('password')}_FILE",
            ),
            EXIT_CONFIGURATION,
        ) from None


if __name__ == "__main__":
    app()
