# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first login and every later one: what cannot work ends with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import session, start
from bot.health import Health
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver, Session
from bot.stop import EXIT_CONFIGURATION, StopError
from config.settings import Settings
from method.ids import UserId
from tests.key_server import Person

BOT = UserId("@tafel:test")


class Scripted(Homeserver):
    """Gives one answer to whoever asks who we are."""

    def __init__(self, answer: Session | MatrixError) -> None:
        super().__init__("https://test")
        self._answer = answer

    async def login(
        self, user: str, password: str, *, device_id: str | None = None, device_name: str
    ) -> Session:
        """Answer."""
        return await self.whoami()

    async def whoami(self) -> Session:
        """Answer."""
        if isinstance(self._answer, MatrixError):
            raise self._answer
        return self._answer


def settings(data: Path, **secret: str) -> Settings:
    return Settings(homeserver="https://test", user=BOT, data=data, **secret)


async def test_first_login_is_stored(tmp_path: Path) -> None:
    new = Session(BOT, "DEVICE", "token")

    assert await start.log_in(settings(tmp_path, password="right"), Scripted(new)) == new
    assert session.find(tmp_path) == new


@pytest.mark.parametrize(
    ("secret", "error", "sentence"),
    [
        (
            {"password": "wrong"},
            MatrixError(403, "M_FORBIDDEN"),
            "The homeserver does not accept TAFELRUNDE_USER with TAFELRUNDE_PASSWORD: one of them is wrong.",
        ),
        (
            {"token": "gone"},
            MatrixError(401, "M_UNKNOWN_TOKEN"),
            "The homeserver does not accept TAFELRUNDE_TOKEN. Put a valid access token there, "
            "or use TAFELRUNDE_PASSWORD instead.",
        ),
    ],
    ids=["password", "token"],
)
async def test_login_that_is_not_accepted_names_the_setting(
    tmp_path: Path, secret: dict[str, str], error: MatrixError, sentence: str
) -> None:
    with pytest.raises(StopError) as stopped:
        await start.log_in(settings(tmp_path, **secret), Scripted(error))

    assert stopped.value.sentence.render("en") == sentence
    assert stopped.value.code == EXIT_CONFIGURATION
    assert session.find(tmp_path) is None


async def test_session_of_another_person_is_not_used(tmp_path: Path) -> None:
    session.save(tmp_path, Session(UserId("@somebody:test"), "DEVICE", "token"))

    with pytest.raises(StopError):
        await start.log_in(settings(tmp_path), Scripted(Session(BOT, "DEVICE", "token")))


async def test_session_of_another_device_is_not_used(tmp_path: Path) -> None:
    session.save(tmp_path, Session(BOT, "DEVICE", "token"))

    with pytest.raises(StopError) as stopped:
        await start.log_in(settings(tmp_path), Scripted(Session(BOT, "OTHER", "token")))
    assert "another device" in stopped.value.sentence.render("en")
    assert stopped.value.code == EXIT_CONFIGURATION


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (Path.unlink, "The account has a cross-signing identity, but cross-signing.json is missing"),
        (lambda seeds: seeds.write_text("{"), "The file cross-signing.json in the data folder is damaged."),
    ],
    ids=["missing", "damaged"],
)
async def test_lost_identity_is_not_tried_again_and_again(
    bot: Person, tmp_path: Path, damage: Callable[[Path], object], sentence: str
) -> None:
    ours = settings(tmp_path, password="right")
    await start.sign(ours, bot.client, bot.crypto, Health())
    damage(tmp_path / start.SEEDS)

    with pytest.raises(StopError) as stopped:
        await start.sign(ours, bot.client, bot.crypto, Health())

    assert stopped.value.sentence.render("en").startswith(sentence)
    assert stopped.value.code == EXIT_CONFIGURATION


async def test_lost_token_of_a_stored_session_is_left_to_the_caller(tmp_path: Path) -> None:
    session.save(tmp_path, Session(BOT, "DEVICE", "token"))

    with pytest.raises(MatrixError):
        await start.log_in(settings(tmp_path), Scripted(MatrixError(401, "M_UNKNOWN_TOKEN")))
