# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A file and the words under it."""

from __future__ import annotations

import json

from method.files import File

PICTURE = File("board.png", "image/png", (1080, 1350))


def test_picture_has_its_size_and_a_caption_beside_its_name() -> None:
    assert PICTURE.content("Zwei Hürden.") == {
        "msgtype": "m.image",
        "body": "Zwei Hürden.",
        "filename": "board.png",
        "info": {"mimetype": "image/png", "w": 1080, "h": 1350},
        "m.mentions": {},
    }


def test_other_files_are_files() -> None:
    content = File("termine.ics", "text/calendar").content("")

    assert (content["msgtype"], content["body"], content["info"]) == (
        "m.file",
        "termine.ics",
        {"mimetype": "text/calendar"},
    )


def test_payload_can_be_kept_and_speaks_the_readers_language() -> None:
    payload = PICTURE.payload(PICTURE.content("x"), of=b"\x89PNG\xff", language="en")

    assert json.loads(json.dumps(payload)) == payload
    assert (payload["data"], payload["instead"]["not_drawn"]) == (
        "iVBOR/8=",
        "The picture could not be drawn. This is what it says:",
    )


def test_payload_of_a_picture_has_what_it_shows() -> None:
    payload = PICTURE.payload(PICTURE.content("x"), of={"template": "steps"}, language="de")

    assert (payload["picture"], "data" in payload) == ({"template": "steps"}, False)
