# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person whose client sends its messages before the keys to them, as happens on bad networks."""

from __future__ import annotations

from typing import Any

import nio

from bot.demo.people import Person


class HoldingClient(nio.AsyncClient):  # type: ignore[misc]  # nio has no types
    """Keeps the room keys to itself while ``holding``."""

    holding = False

    async def _send(
        self, response_class: type, method: str, path: str, data: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        if self.holding and response_class is nio.ShareGroupSessionResponse:
            self.__dict__.setdefault("held", []).append((method, path, data))
            room_id, users = kwargs["response_data"]
            return nio.ShareGroupSessionResponse(room_id, users)
        return await super()._send(response_class, method, path, data, *args, **kwargs)

    async def let_go(self) -> None:
        """Send what was kept back."""
        self.holding = False
        for method, path, data in self.__dict__.pop("held", []):
            await self.send(method, path, data)  # nio's paths carry the token already


class LatePerson(Person):
    """Writes first and shares the key when she is told to."""

    client_class = HoldingClient

    def hold_keys(self, room_id: str) -> None:
        """From now on write with a new key that nobody gets."""
        self._client.invalidate_outbound_session(room_id)
        self._client.holding = True

    async def share_keys(self) -> None:
        """Give everybody the keys."""
        await self._client.let_go()
