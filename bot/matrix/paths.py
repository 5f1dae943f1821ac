# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an endpoint and its parameters are written in an address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import quote, urlencode

CLIENT: Final = "/_matrix/client/v3"
#: Relations are newer than the third version of the API, and younger endpoints count from one.
RELATIONS: Final = "/_matrix/client/v1"

Params = Mapping[str, str | int | bool | Collection[str] | None]


def path_of(*parts: str, below: str = CLIENT) -> str:
    """Return the path of an endpoint; each part is quoted."""
    # A part of dots only would be taken for a step in the path.
    quoted = (quote(part, safe="") if part.strip(".") else part.replace(".", "%2E") for part in parts)
    return f"{below}/{'/'.join(quoted)}"


def query_of(params: Params | None) -> str:
    """Return the query with its "?"; None values are left out, lists are repeated."""
    pairs: list[tuple[str, str]] = []
    for name, value in (params or {}).items():
        if value is None:
            continue
        if isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            pairs.append((name, str(value)))
        else:
            pairs += [(name, each) for each in value]
    return "?" + urlencode(pairs) if pairs else ""
