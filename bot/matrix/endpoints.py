# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few endpoints that encryption needs from a homeserver, as a protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar

from bot.matrix.errors import Unreachable
from method.ids import UserId

#: No step of a key exchange may take longer (seconds); the room's next message would wait behind it.
PATIENCE: Final = 60.0

Answer = TypeVar("Answer")


class KeyEndpoints(Protocol):
    """What ``Homeserver`` offers for keys; every method raises MatrixError or Unreachable."""

    async def upload_keys(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /keys/upload."""

    async def query_keys(self, users: Iterable[UserId]) -> dict[str, Any]:
        """POST /keys/query."""

    async def claim_keys(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /keys/claim."""

    async def send_to_device(
        self, event_type: str, txn: str, messages: Mapping[UserId, Mapping[str, dict[str, Any]]]
    ) -> None:
        """PUT /sendToDevice."""


class SigningEndpoints(KeyEndpoints, Protocol):
    """What cross-signing needs beyond that."""

    async def upload_signing_keys(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /keys/device_signing/upload."""

    async def upload_signatures(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /keys/signatures/upload."""


async def patiently(answer: Awaitable[Answer]) -> Answer:
    """Wait for ``answer``, but not longer than ``PATIENCE``.

    Raises:
        Unreachable: it took too long.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await answer
    except TimeoutError as error:
        raise Unreachable("timeout") from error
