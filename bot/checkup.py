# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What ``tafelrunde check`` tries, and the one sentence it says about each thing.

It changes nothing: no login, no upload, no migration. It may run while the bot runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot import clock, reasons, session
from bot.health import Health
from bot.matrix import cross_signing
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver, Session
from bot.pictures import scripts
from bot.pictures.drawing import NotDrawn, draw
from bot.session import BrokenFileError
from bot.stop import DAMAGED, NEWER_SCHEMA, WRONG_TOKEN, StopError, kind_of
from bot.web.server import is_a_bot, serving
from config.addresses import shown
from config.environment import unknown_variables, variable
from config.settings import Address, Settings, SettingsError
from config.texts import Text, joined, text
from method.ids import UserId
from storage import leader, migrations, timers
from storage.database import DamagedError, Database, database_errors
from storage.migrations import Schema

SEEDS: Final = "cross-signing.json"
#: A picture of nothing.
_SAMPLE: Final = {"template": "steps", "lang": "de", "title": "Tafelrunde", "as_of": "", "steps": []}


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing that was tried."""

    level: Level
    sentence: Text


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Try configuration, database, pictures, homeserver, login and encryption, in this order.

    Raises:
        BrokenFileError: a secret file is damaged.
    """
    for finding in _configuration(settings):
        yield finding
    yield await _database(settings)
    async for finding in _health(settings.health):
        yield finding
    async for finding in _process(settings):
        yield finding
    async for finding in _promises(settings):
        yield finding
    yield await _pictures()
    homeserver = Homeserver(settings.homeserver)
    try:
        reached = await _homeserver(homeserver)
        yield reached
        stored = session.find(settings.data)
        if stored and session.find_pickle_key(settings.data) is None:
            yield _problem(
                text(
                    "The file {path} is missing, so the stored keys cannot be opened. "
                    "Bring it back from the backup.",
                    path=str(settings.data / session.PICKLE_KEY),
                )
            )
        if reached.level is Level.PROBLEM:
            return
        async for finding in _server_name(settings, homeserver):
            yield finding
        login = await _login(settings, homeserver, stored)
        yield login
        if stored is not None and login.level is Level.OK:
            yield await _encryption(settings, homeserver, stored)
    finally:
        await homeserver.close()


def _configuration(settings: Settings) -> list[Finding]:
    notes = [Finding(Level.NOTE, sentence) for sentence in [*settings.warnings(), *unknown_variables()]]
    try:
        settings.require_login()
    except SettingsError as error:
        return [*notes, *(Finding(Level.PROBLEM, sentence) for sentence in error.problems)]
    return [*notes, _ok(text("The settings are complete. The data is in {path}.", path=str(settings.data)))]


async def _database(settings: Settings) -> Finding:
    if settings.database_file and not settings.database_file.exists():
        return Finding(Level.NOTE, text("There is no database yet. It is made at the first start."))
    database = Database(settings.database_url)
    try:
        await database.check()
        async with database.transaction():
            pass
        schema = await migrations.check(settings.database_url)
    except DamagedError:
        return _problem(DAMAGED)
    except database_errors() as error:
        reason = reasons.of_database(error)
        return _problem(
            reason or text("The database cannot be opened for writing: {kind}.", kind=kind_of(error))
        )
    finally:
        await database.close()
    if schema is Schema.NEWER:
        return _problem(NEWER_SCHEMA)
    if schema is not Schema.CURRENT:
        return Finding(
            Level.NOTE, text("The database has an older schema. tafelrunde migrate brings it up to date.")
        )
    return _ok(text("The database can be written and has the schema of this version."))


async def _health(address: Address | None) -> AsyncIterator[Finding]:
    """Say if the health pages could not be served; a bot that runs has the address already."""
    try:
        async with serving(address, Health(), clock.now):
            return
    except StopError as error:
        taken = error.sentence
    if not await is_a_bot(address):
        yield _problem(taken)
        return
    yield Finding(
        Level.NOTE,
        text(
            "{name}: at {value} a bot answers already. If it is another one, choose another address. "
            "Example: {example}",
            name=variable("health"),
            value=str(address),
            example=f"{variable('health')}=127.0.0.1:8781",
        ),
    )


async def _process(settings: Settings) -> AsyncIterator[Finding]:
    """Say if the bot is running; only PostgreSQL knows it, and only there may another process wait."""
    if settings.database_file is not None:
        return
    database = Database(settings.database_url)
    try:
        async with database.reading() as db:
            running = await leader.is_locked(db)
    except database_errors():
        return  # told already
    finally:
        await database.close()
    if running:
        yield _ok(
            text(
                "A process is working with this database. Another one would wait and take over when it ends."
            )
        )


async def _promises(settings: Settings) -> AsyncIterator[Finding]:
    """Say which promises cannot be kept: the log says why."""
    if settings.database_file and not settings.database_file.exists():
        return
    database = Database(settings.database_url)
    try:
        async with database.reading() as db:
            failing = await timers.failing(db)
    except database_errors():
        return  # told already, or the schema is an older one
    finally:
        await database.close()
    if failing:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in failing.items())
        yield _problem(
            text(
                "Something has failed several times and is tried again: {kinds}. The log says why.",
                kinds=kinds,
            )
        )


async def _pictures() -> Finding:
    try:
        await draw(_SAMPLE)
    except NotDrawn as error:
        return _problem(text("Pictures cannot be drawn: {reason}.", reason=error.reason))
    missing = scripts.missing()
    if not missing:
        return _ok(text("Pictures can be drawn, with all scripts that were looked for."))
    return Finding(
        Level.NOTE,
        text(
            "Pictures leave out words in these scripts, because no font has them: {scripts}. "
            "On Debian the packages {packages} have most of them.",
            scripts=joined(missing, ", "),
            packages="fonts-noto-core, fonts-noto-color-emoji",
        ),
    )


async def _homeserver(homeserver: Homeserver) -> Finding:
    try:
        await homeserver.versions()
    except Unreachable as error:
        return _problem(reasons.of_homeserver(homeserver.url, error))
    except MatrixError as error:
        return _problem(
            text(
                "At {url} answers something that is no homeserver: {reason}.",
                url=homeserver.url,
                reason=_code(error),
            )
        )
    return _ok(text("The homeserver {url} answers.", url=homeserver.url))


async def _server_name(settings: Settings, homeserver: Homeserver) -> AsyncIterator[Finding]:
    """Say if the bot's account is one of another server; a homeserver need not tell its name here."""
    try:
        answer = await homeserver.request("GET", "/_matrix/key/v2/server", auth=False)
    except (MatrixError, Unreachable):
        return
    found = answer.get("server_name")
    if isinstance(found, str) and found.lower() != settings.server_name.lower():
        yield _problem(
            text(
                "The homeserver is that of {found}, but {name} is an account of {server}.",
                found=shown(found),
                name=variable("user"),
                server=settings.server_name,
            )
        )


async def _login(settings: Settings, homeserver: Homeserver, stored: Session | None) -> Finding:
    token = stored.token if stored else settings.token and settings.token.get_secret_value()
    if not token:
        return await _password_login(homeserver)
    homeserver.token = token
    try:
        found = await homeserver.whoami()
    except MatrixError as error:
        if error.errcode == "M_UNKNOWN_TOKEN":
            return _problem(
                WRONG_TOKEN
                if stored is None
                else text("The homeserver no longer knows the login. tafelrunde relogin keeps the device.")
            )
        return _problem(text("The homeserver refuses: {reason}.", reason=_code(error)))
    except Unreachable as error:
        return _problem(reasons.of_homeserver(homeserver.url, error))
    if found.user_id != settings.user or (stored and stored.device_id != found.device_id):
        return _problem(
            text(
                "The login belongs to {found_user}, device {found_device}, not to {user}, device {device}.",
                found_user=found.user_id,
                found_device=found.device_id,
                user=settings.user,
                device=stored.device_id if stored else found.device_id,
            )
        )
    return _ok(
        text("The bot is logged in as {user}, device {device}.", user=found.user_id, device=found.device_id)
    )


async def _password_login(homeserver: Homeserver) -> Finding:
    try:
        answer = await homeserver.request("GET", "/_matrix/client/v3/login", auth=False)
    except (MatrixError, Unreachable):
        answer = {}
    flows = answer.get("flows")
    types = [flow.get("type") for flow in flows if isinstance(flow, dict)] if isinstance(flows, list) else []
    if "m.login.password" not in types:
        return _problem(
            text(
                "The homeserver offers no login with a password. Use {name} instead.", name="TAFELRUNDE_TOKEN"
            )
        )
    return Finding(
        Level.NOTE, text("The bot is not logged in yet. tafelrunde run does it at the first start.")
    )


async def _encryption(settings: Settings, homeserver: Homeserver, stored: Session) -> Finding:
    user = UserId(settings.user)
    try:
        answer = await homeserver.query_keys([user])
        identity = cross_signing.load(settings.data / SEEDS, user)
    except (MatrixError, Unreachable):
        return _problem(text("The homeserver does not say which keys the bot has."))
    except cross_signing.SeedsBroken:
        raise BrokenFileError(settings.data / SEEDS) from None
    master = _part(answer, "master_keys", user)
    device = _part(answer, "device_keys", user, stored.device_id)
    if master and identity is None:
        return _problem(
            text(
                "The account has a cross-signing identity, but {file} is missing in the data folder. "
                "Bring the file back from a backup, or reset the identity of the account.",
                file=SEEDS,
            )
        )
    if master and identity and not identity.is_master(master):
        return _problem(
            text(
                "Somebody has replaced the cross-signing identity of the account. Find out who it was. "
                "Then reset the identity and delete {file}.",
                file=SEEDS,
            )
        )
    if not device:
        return Finding(Level.NOTE, text("The device has no keys yet. tafelrunde run makes them."))
    if not identity or not identity.self_signing.has_signed(device, user):
        return Finding(Level.NOTE, text("The device is not cross-signed yet. tafelrunde run does it."))
    return _ok(text("The device has its keys and is cross-signed."))


def _part(answer: Any, *names: str) -> dict[str, Any]:
    """Return the object at ``names``, an empty one if there is none."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer if isinstance(answer, dict) else {}


def _ok(sentence: Text) -> Finding:
    return Finding(Level.OK, sentence)


def _problem(sentence: Text) -> Finding:
    return Finding(Level.PROBLEM, sentence)


def _code(error: MatrixError) -> str:
    return f"{error.status} {error.errcode}".strip()
