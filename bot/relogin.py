# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Get a new access token for the stored device; keys, journal and unsent messages stay as they are."""

from __future__ import annotations

from typing import Final

from bot import reasons, session
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver, Session
from bot.stop import EXIT_CONFIGURATION, WRONG_TOKEN, StopError
from config.settings import Settings
from config.texts import text

DEVICE_NAME: Final = "Tafelrunde"
#: Seconds to wait when the homeserver names no time.
_SOON: Final = 60.0


def stored_device(settings: Settings) -> str:
    """Return the device id that must be kept.

    Raises:
        StopError: nobody has logged in yet.
        BrokenFileError: the file is damaged.
    """
    found = session.find(settings.data)
    if found is None:
        raise StopError(text("Nobody has logged in yet. tafelrunde run does it at the first start."))
    return found.device_id


async def with_password(settings: Settings, device: str, password: str) -> Session:
    """Log in with ``password`` as ``device`` and store the new session.

    Raises:
        StopError: the homeserver refuses, gives another device, or does not answer.
    """
    homeserver = Homeserver(settings.homeserver)
    try:
        new = await homeserver.login(settings.user, password, device_id=device, device_name=DEVICE_NAME)
    except MatrixError as error:
        if error.status == 403:
            raise StopError(text("The homeserver does not accept this password.")) from None
        raise _refused(error) from None
    except Unreachable as error:
        raise _unreachable(settings, error) from None
    finally:
        await homeserver.close()
    return _keep(settings, device, new)


async def with_token(settings: Settings, device: str, token: str) -> Session:
    """Store ``token`` if it belongs to ``device``.

    Raises:
        StopError: it does not, or the homeserver does not answer.
    """
    homeserver = Homeserver(settings.homeserver)
    homeserver.token = token
    try:
        new = await homeserver.whoami()
    except MatrixError as error:
        if error.errcode == "M_UNKNOWN_TOKEN":
            raise StopError(WRONG_TOKEN, EXIT_CONFIGURATION) from None
        raise _refused(error) from None
    except Unreachable as error:
        raise _unreachable(settings, error) from None
    finally:
        await homeserver.close()
    return _keep(settings, device, new)


def _keep(settings: Settings, device: str, new: Session) -> Session:
    if (new.user_id, new.device_id) != (settings.user, device):
        raise StopError(
            text(
                "The homeserver logged in {found_user} with device {found_device}, but the bot is {user} "
                "with device {device}. Nothing was changed.",
                found_user=new.user_id,
                found_device=new.device_id,
                user=settings.user,
                device=device,
            )
        )
    session.save(settings.data, new)
    return new


def _refused(error: MatrixError) -> StopError:
    if error.status == 429:
        seconds = round(error.retry_after or _SOON)
        return StopError(text("Too many logins. Please try again in {n} seconds.", n=seconds))
    return StopError(
        text("The homeserver refuses: {reason}.", reason=f"{error.status} {error.errcode}".strip())
    )


def _unreachable(settings: Settings, error: Unreachable) -> StopError:
    return StopError(reasons.of_homeserver(settings.homeserver, error))
