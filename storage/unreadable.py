# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a file is no export that we can read, in the operator's language."""

from __future__ import annotations

from pydantic import ValidationError

from config.addresses import shown
from config.texts import Text, text
from storage.exports import FORMAT


class UnreadableError(ValueError):
    """This is no export that we can read; ``reason`` says where it stops being one."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.message)


def wrong(place: str) -> UnreadableError:
    """Return the error for a value that cannot be."""
    return UnreadableError(text("{place} is wrong", place=place))


def not_known(place: str) -> Text:
    """Say that there is no such field."""
    return text("{place} is not known", place=shown(place))


def reason_of(error: ValidationError) -> Text:
    """Return what is wrong first; pydantic's own words have one language only."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or FORMAT
    match first["type"]:
        case "json_invalid":
            return text("it is no JSON")
        case "missing":
            return text("{place} is missing", place=place)
        case "extra_forbidden":
            return not_known(place)
    return text("{place} is wrong", place=place)
