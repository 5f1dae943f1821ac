# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong between us and the homeserver, as few exceptions as callers can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class MatrixError(Exception):
    """The homeserver answered and refused.

    Attributes:
        status: the HTTP status, 400 or above.
        errcode: ``M_…``; empty when the body was no Matrix error (a proxy's page, for example).
        message: the homeserver's ``error`` text, shortened; for logs, never for rooms.
        retry_after: seconds to wait, between 0 and 300; None when the homeserver named no usable time.
        body: the whole answer; user-interactive authentication needs its ``session`` and ``flows``.
    """

    def __init__(
        self,
        status: int,
        errcode: str = "",
        message: str = "",
        retry_after: float | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {errcode} {message}".strip())
        self.status = status
        self.errcode = errcode
        self.message = message
        self.retry_after = retry_after
        self.body: Mapping[str, Any] = body or {}


class Unreachable(Exception):  # noqa: N818 -- a state of the network, named as the callers speak of it
    """No usable answer: no connection, a timeout, a redirect, or a body that cannot be read.

    Whether the homeserver acted on the request is unknown.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_away(error: Exception) -> bool:
    """Does the error mean that the homeserver as a whole does not work, and not that it refuses something?"""
    return isinstance(error, Unreachable) or (isinstance(error, MatrixError) and error.status >= 500)


class NotShared(Exception):  # noqa: N818 -- names what did not happen
    """The room key could not be prepared, so nothing was sent; the next attempt starts anew."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CryptoStoreLost(Exception):  # noqa: N818 -- names what happened
    """Our keys do not belong to this device id; only a login as a new device helps.

    A device whose keys change is ignored by other clients for ever.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
