# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""From nothing to a session that can read and write encrypted rooms, or one sentence why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from bot import session as sessions
from bot.backoff import Backoff
from bot.health import Health, Signing
from bot.matrix import cross_signing
from bot.matrix.cross_signing import SeedsBroken, SigningState
from bot.matrix.crypto import Crypto
from bot.matrix.endpoints import SigningEndpoints
from bot.matrix.errors import CryptoStoreLost, MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver, Session
from bot.relogin import DEVICE_NAME
from bot.stop import EXIT_CONFIGURATION, WRONG_TOKEN, StopError
from config.environment import variable
from config.settings import Settings
from config.texts import text
from storage import crypto as rows
from storage.database import Database

logger = structlog.get_logger(__name__)

SEEDS: Final = "cross-signing.json"

Answer = TypeVar("Answer")


async def log_in(settings: Settings, homeserver: Homeserver) -> Session:
    """Take the stored session, or log in for the first time; wait while the homeserver is away.

    Raises:
        StopError: the homeserver knows neither the password nor the token, or somebody else's.
    """
    stored = sessions.find(settings.data)
    if stored is not None:
        homeserver.resume(_checked(settings, stored))
        if (await patiently(homeserver.whoami)).device_id != stored.device_id:
            other = text("The stored session belongs to another device. Try: tafelrunde relogin")
            raise StopError(other, EXIT_CONFIGURATION)
        return stored
    if settings.token is not None:
        homeserver.token = settings.token.get_secret_value()
        try:
            new = await patiently(homeserver.whoami)
        except MatrixError as error:
            raise StopError(WRONG_TOKEN, EXIT_CONFIGURATION) from error
    else:
        new = await new_device(settings, homeserver)
    sessions.save(settings.data, _checked(settings, new))
    return new


async def new_device(settings: Settings, homeserver: Homeserver) -> Session:
    """Log in with the password as a new device.

    Raises:
        StopError: there is no password, or it is not accepted.
    """
    if settings.password is None:
        raise StopError(text("TAFELRUNDE_PASSWORD is needed to log in as a new device."), EXIT_CONFIGURATION)
    password = settings.password.get_secret_value()

    async def login() -> Session:
        try:
            return await homeserver.login(settings.user, password, device_name=DEVICE_NAME)
        except MatrixError as error:
            if error.status != 403:
                raise
            wrong = text(
                "The homeserver does not accept {user} with {password}: one of them is wrong.",
                user=variable("user"),
                password=variable("password"),
            )
            raise StopError(wrong, EXIT_CONFIGURATION) from error

    return await patiently(login)


async def open_crypto(
    settings: Settings, db: Database, homeserver: Homeserver, session: Session, health: Health
) -> tuple[Crypto, Session]:
    """Open the keys of our device, sign the device, and make a new one if the keys were lost.

    Raises:
        StopError: a person has to decide.
    """
    key = sessions.pickle_key(settings.data)

    async def load() -> Crypto:
        return await Crypto.open(db, homeserver, session.user_id, session.device_id, key)

    try:
        crypto = await patiently(load)
    except CryptoStoreLost:
        # What is stored belongs to another device, or cannot be opened: it is of no use to this one.
        async with db.transaction() as connection:
            await rows.forget_device(connection)
        try:
            crypto = await patiently(load)
        except CryptoStoreLost:
            # A device whose keys change is dead for everybody: leave it, and sign a new one.
            logger.warning("crypto_store_lost")
            session = await replace_device(settings, db, homeserver)
            crypto = await patiently(load)
    await patiently(crypto.publish)
    await sign(settings, homeserver, crypto, health)
    return crypto, session


async def replace_device(settings: Settings, db: Database, homeserver: Homeserver) -> Session:
    """Leave our device with its keys and take a new one; what the old one could read stays readable.

    Raises:
        StopError: there is no password, or it is not accepted.
    """
    session = await new_device(settings, homeserver)
    sessions.save(settings.data, _checked(settings, session))
    async with db.transaction() as connection:
        await rows.forget_device(connection)
    return session


async def sign(settings: Settings, homeserver: SigningEndpoints, crypto: Crypto, health: Health) -> None:
    """Make sure that our device carries our own signature.

    Raises:
        StopError: the account has a cross-signing identity that is not ours.
    """
    password = settings.password.get_secret_value() if settings.password else None

    async def ensure() -> SigningState:
        return await cross_signing.ensure(homeserver, crypto, settings.data / SEEDS, password)

    try:
        state = await patiently(ensure)
    except SeedsBroken:
        broken = text(
            "The file {file} in the data folder is damaged. Bring it back from a backup.", file=SEEDS
        )
        raise StopError(broken, EXIT_CONFIGURATION) from None
    if state is SigningState.SIGNED:
        health.signing = Signing.SIGNED
        return
    health.signing = Signing.FOREIGN
    if state is SigningState.SEEDS_MISSING:
        raise StopError(
            text(
                "The account has a cross-signing identity, but {file} is missing in the data folder. "
                "Bring the file back from a backup, or reset the identity of the account.",
                file=SEEDS,
            ),
            EXIT_CONFIGURATION,
        )
    if state is SigningState.APPROVAL_NEEDED:
        raise StopError(
            text(
                "The homeserver wants a person to approve the cross-signing of the bot. "
                "Start it once with TAFELRUNDE_PASSWORD, or approve it in the account settings."
            ),
            EXIT_CONFIGURATION,
        )
    raise StopError(
        text(
            "Somebody has replaced the cross-signing identity of the account. Find out who it was. "
            "Then reset the identity and delete {file}.",
            file=SEEDS,
        ),
        EXIT_CONFIGURATION,
    )


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask until the homeserver answers.

    Raises:
        StopError: it refuses.
        MatrixError: it does not know our token any more.
    """
    backoff = Backoff()
    while True:
        try:
            return await ask()
        except Unreachable as error:
            logger.warning("homeserver_unreachable", reason=error.reason)
            wait = backoff.next(error)
        except MatrixError as error:
            if error.errcode == "M_UNKNOWN_TOKEN":
                raise
            if error.status != 429 and error.status < 500 and error.errcode:
                raise StopError(text("The homeserver refuses: {reason}", reason=str(error))) from error
            wait = backoff.next(error)
        await asyncio.sleep(wait)


def _checked(settings: Settings, session: Session) -> Session:
    if session.user_id != settings.user:
        raise StopError(
            text("The session belongs to {found}, not to {user}.", found=session.user_id, user=settings.user),
            EXIT_CONFIGURATION,
        )
    return session
