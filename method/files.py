# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A file in a room as a value: its name, its kind, and the words under it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from config.texts import Text, text

#: What the file is made of, in the payload: its bytes, or what a picture is drawn from.
DATA: Final = "data"
PICTURE: Final = "picture"
#: What is set and put into the archive before it is handed over: names, and what they are made from.
DOCUMENTS: Final = "documents"


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be sent."""

    #: Says what is in it: "board-2027-02-26.png".
    name: str
    mimetype: str
    #: Width and height in pixels, of pictures.
    size: tuple[int, int] | None = None
    #: Of a ZIP archive: what is put into it when it is sent.
    documents: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def is_image(self) -> bool:
        """Do clients show it by themselves?"""
        return self.mimetype.startswith("image/")

    def content(self, caption: str) -> dict[str, Any]:
        """Return the content of its message, without the file itself.

        A ``filename`` beside the ``body`` makes the body a caption (spec, "Media captions").
        """
        info: dict[str, Any] = {"mimetype": self.mimetype}
        if self.size is not None:
            info |= {"w": self.size[0], "h": self.size[1]}
        return {
            "msgtype": "m.image" if self.is_image else "m.file",
            "body": caption or self.name,
            "filename": self.name,
            "info": info,
            "m.mentions": {},
        }

    def payload(
        self, content: Mapping[str, Any], *, of: bytes | Mapping[str, Any], language: str
    ) -> dict[str, Any]:
        """Return everything that sending it needs, frozen.

        Args:
            content: of the message.
            of: the bytes of the file, or what the picture is drawn from.
            language: of what is said where the file cannot be.
        """
        made_of = {DATA: base64.b64encode(of).decode()} if isinstance(of, bytes) else {PICTURE: dict(of)}
        said = {reason: sentence.render(language) for reason, sentence in self._instead().items()}
        documents = (
            {DOCUMENTS: [[name, dict(data)] for name, data in self.documents]} if self.documents else {}
        )
        return {"type": "m.room.message", "content": dict(content), **made_of, **documents, "instead": said}

    def _instead(self) -> dict[str, Text]:
        """Return what is said if there will be no file; the caption follows."""
        return {
            "too_large": text("The file {name} is larger than this homeserver allows.", name=self.name),
            "refused": text("The homeserver does not take the file {name}.", name=self.name),
            "not_drawn": text("The picture could not be drawn. This is what it says:")
            if self.is_image
            else text("The file {name} could not be made.", name=self.name),
        }
