# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The moderation gets the board as files, where it asks for them."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.chat import GROUP, Chat


def files(chat: Chat) -> list[dict[str, object]]:
    return [dict(sent.content) for sent in chat.homeserver.sent if sent.content.get("msgtype") == "m.file"]


async def test_archive_holds_the_board_and_nobody_s_name(chat: Chat):
    await chat.says("!barriere Formular nur auf Papier", by="ewa")

    await chat.says("!export", by="katrin")

    [file] = files(chat)
    assert file["filename"] == "board-anerkannt-und-doch-ohne-job-2027-02-22.zip"
    assert str(file["body"]).startswith("Für die Akte: ein Archiv mit dem Board")
    with zipfile.ZipFile(io.BytesIO(chat.homeserver.media[str(file["url"])])) as packed:
        contents = {name.rpartition("/")[2]: packed.read(name).decode() for name in packed.namelist()}
    assert sorted(contents) == ["board.csv", "board.html", "board.md", "export.json"]
    assert [item["text"] for item in json.loads(contents["export.json"])["items"]] == [
        "Formular nur auf Papier"
    ]
    for content in contents.values():
        assert "Formular nur auf Papier" in content
        assert "ewa" not in content.lower()


@pytest.mark.parametrize("private", [False, True], ids=["in the room", "privately"])
async def test_archive_comes_where_it_was_asked_for(chat: Chat, private: bool):
    room = await chat.direct("katrin") if private else GROUP

    await chat.says("!export", by="katrin", room=room)

    assert [sent.room_id for sent in chat.homeserver.sent if sent.content.get("msgtype") == "m.file"] == [
        room
    ]


async def test_members_cannot_have_it(chat: Chat):
    await chat.says("!export", by="ewa")

    assert files(chat) == []
    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]
