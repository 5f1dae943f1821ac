# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files on their way out: handed over, sent once, unreadable for the homeserver where the room is encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from nio.crypto.attachments import decrypt_attachment

from bot.files import Files
from bot.matrix.errors import MatrixError, Unreachable
from bot.pictures.drawing import NotDrawn
from commands.contents import Operator
from commands.context import Context
from config.texts import Text, verbatim
from method.files import File
from method.ids import EventId, OutboxId, RoomId
from method.pictures import Picture
from storage import groups, outbox, rooms
from storage.outbox import Post
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

PDF = b"%PDF-1.7 a guide"
CAPTION = "Der Entwurf ist da."
TOO_LARGE = "Die Datei leitfaden.pdf ist größer, als der Server erlaubt."


async def queue(
    chat: Chat, room: RoomId = GROUP, *, cause: str = "a test", caption: Text | None = None
) -> OutboxId:
    """Let a handler send a file; nothing has gone out yet."""
    async with chat.db.transaction() as db:
        here = await rooms.get(db, room)
        group = await groups.get(db, here.group_id) if here.group_id else None
        ctx = Context(db, chat.now, ME, cause, here, user("lina"), None, group, Operator())
        return await ctx.send_file(
            PDF, name="leitfaden.pdf", mimetype="application/pdf", caption=caption or verbatim(CAPTION)
        )


async def payload(chat: Chat, row: OutboxId) -> Mapping[str, Any]:
    async with chat.db.reading() as db:
        return (await outbox.get(db, row)).payload


async def test_file_is_handed_over_and_sent_with_its_caption(chat: Chat) -> None:
    await queue(chat)
    await chat.settle()

    [sent] = chat.homeserver.sent[-1:]
    assert chat.homeserver.media == {"mxc://test/0": PDF}
    assert {name: value for name, value in sent.content.items() if name != "org.tafelrunde.id"} == {
        "msgtype": "m.file",
        "body": CAPTION,
        "filename": "leitfaden.pdf",
        "url": "mxc://test/0",
        "info": {"mimetype": "application/pdf", "size": len(PDF)},
        "m.mentions": {},
    }


async def test_file_goes_to_a_direct_room_too(chat: Chat) -> None:
    room = await chat.direct("lina")
    await chat.answers()
    await queue(chat, room)
    await chat.settle()

    assert [(sent.room_id, sent.content["filename"]) for sent in chat.homeserver.sent[-1:]] == [
        (room, "leitfaden.pdf")
    ]


async def test_file_is_kept_until_it_was_sent_and_no_longer(chat: Chat) -> None:
    row = await queue(chat)
    before = await payload(chat, row)
    await chat.settle()

    assert (set(before), await payload(chat, row)) == ({"type", "content", "data", "instead"}, {})


async def test_same_cause_twice_is_one_file(chat: Chat) -> None:
    assert await queue(chat) == await queue(chat)


async def test_file_waits_for_the_homeserver_and_is_sent_once(chat: Chat) -> None:
    await queue(chat)
    chat.homeserver.upload_errors = [
        Unreachable("timeout"),
        MatrixError(502),
        MatrixError(429, "M_LIMIT_EXCEEDED"),
    ]
    await chat.settle()
    said = len(await chat.answers())
    await chat.pass_time(minutes=2)
    await chat.pass_time(minutes=2)
    await chat.pass_time(minutes=2)

    assert (said, await chat.answers()) == (0, [CAPTION])


async def test_file_handed_over_is_not_handed_over_again_for_the_next_try(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, failures = chat.homeserver.send, [Unreachable("timeout")]

    async def fail_once(*args: Any) -> EventId:
        if failures:
            raise failures.pop()
        return await send(*args)

    monkeypatch.setattr(chat.homeserver, "send", fail_once)
    await queue(chat)
    await chat.settle()
    await chat.pass_time(minutes=2)

    assert (await chat.answers(), len(chat.homeserver.media)) == ([CAPTION], 1)


async def test_file_of_unknown_outcome_is_sent_with_the_same_transaction_id(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = chat.homeserver.send, []

    async def lose_the_answer(*args: Any) -> EventId:
        sent.append(await send(*args))
        if len(sent) == 1:
            raise Unreachable("timeout")
        return sent[-1]

    monkeypatch.setattr(chat.homeserver, "send", lose_the_answer)
    await queue(chat)
    await chat.settle()
    await chat.pass_time(minutes=2)

    assert (await chat.answers(), len(sent), len(set(sent))) == ([CAPTION], 2, 1)


async def test_file_that_is_too_large_is_not_handed_over(chat: Chat) -> None:
    chat.homeserver.upload_limit = len(PDF) - 1
    await queue(chat)
    await chat.settle()

    assert chat.homeserver.media == {}
    assert await chat.answers() == [f"{TOO_LARGE}\n{CAPTION}"]
    assert chat.homeserver.sent[-1].content["msgtype"] == "m.notice"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(MatrixError(413, "M_TOO_LARGE"), TOO_LARGE, id="too large"),
        pytest.param(MatrixError(413), TOO_LARGE, id="a proxy"),
        pytest.param(MatrixError(403, "M_FORBIDDEN"), "Der Server nimmt die Datei leitfaden.pdf nicht an.", id="no"),
    ],
)  # fmt: skip
async def test_refused_file_becomes_a_sentence_with_the_caption(
    chat: Chat, error: MatrixError, sentence: str
) -> None:
    chat.homeserver.upload_errors = [error]
    await queue(chat)
    await chat.settle()

    assert await chat.answers() == [f"{sentence}\n{CAPTION}"]


async def test_file_without_a_caption_has_its_name_as_body(chat: Chat) -> None:
    await queue(chat, caption=verbatim(""))
    await chat.settle()

    assert await chat.answers() == ["leitfaden.pdf"]


async def test_caption_as_long_as_a_chapter_goes_on_as_messages(chat: Chat) -> None:
    line = "Zeile " * 10
    await queue(chat, caption=verbatim("\n".join([line] * 600)))
    await chat.settle()

    answers = await chat.answers()
    assert (len(answers), "\n".join(answers).count(line)) == (3, 600)
    assert [sent.content["msgtype"] for sent in chat.homeserver.sent[-3:]] == [
        "m.file",
        "m.notice",
        "m.notice",
    ]


async def test_file_of_a_room_we_have_left_is_given_up_and_gone(chat: Chat) -> None:
    row = await queue(chat)
    async with chat.db.transaction() as db:
        await outbox.abandon_room(db, GROUP, "left")

    assert await payload(chat, row) == {}


async def test_file_moves_to_the_room_that_follows(chat: Chat) -> None:
    row = await queue(chat)
    async with chat.db.transaction() as db:
        await outbox.move(db, GROUP, RoomId("!next:test"))
        assert (await outbox.get(db, row)).room_id == "!next:test"


# --- without a room ------------------------------------------------------------------------------


def post(chat: Chat, of: bytes | Mapping[str, Any]) -> Post:
    file = File("board.png", "image/png")
    frozen = file.payload(file.content(CAPTION), of=of, language="de")
    return Post(
        OutboxId(7), "c", GROUP, "file", frozen, None, None, None, "new", 0, chat.now, None, None, None, None
    )


async def never(picture: Mapping[str, Any]) -> bytes:
    raise NotDrawn("exit_1")


async def test_encrypted_file_is_unreadable_for_the_homeserver(chat: Chat) -> None:
    content = await Files(chat.homeserver, never).content(post(chat, PDF), encrypted=True)

    sealed, [stored] = content["file"], chat.homeserver.media.values()
    assert "url" not in content
    assert (sealed["v"], sealed["url"], sealed["key"]["alg"]) == ("v2", "mxc://test/0", "A256CTR")
    assert PDF not in stored
    assert decrypt_attachment(stored, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"]) == PDF


async def test_encrypted_room_never_gets_the_readable_file(chat: Chat) -> None:
    """The room may become encrypted between two tries."""
    files = Files(chat.homeserver, never)
    first = await files.content(post(chat, PDF), encrypted=False)
    second = await files.content(post(chat, PDF), encrypted=True)

    assert (set(first) - set(second), set(second) - set(first)) == ({"url"}, {"file"})


async def test_picture_that_cannot_be_drawn_is_said(chat: Chat) -> None:
    content = await Files(chat.homeserver, never).content(post(chat, {"template": "board"}), encrypted=False)

    assert content == {
        "msgtype": "m.notice",
        "body": f"Das Bild ließ sich nicht zeichnen. Das steht darin:\n{CAPTION}",
        "m.mentions": {},
    }


async def test_few_files_are_kept_for_another_try(chat: Chat) -> None:
    files = Files(chat.homeserver, never)
    for number in range(60):
        one = post(chat, PDF)
        await files.content(
            Post(**{name: getattr(one, name) for name in one.__slots__} | {"id": OutboxId(number)}),
            encrypted=False,
        )

    assert len(files._ready) == 50


async def test_picture_is_frozen_when_it_is_asked_for(chat: Chat) -> None:
    picture = Picture("board.png", {"template": "board"}, verbatim(CAPTION), "de")
    async with chat.db.transaction() as db:
        here = await rooms.get(db, GROUP)
        ctx = Context(db, chat.now, ME, "a test", here, user("lina"), None, None, Operator())
        row = await ctx.send_picture(picture)

    assert (await payload(chat, row))["picture"] == {"template": "board"}
