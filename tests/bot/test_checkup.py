# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What ``check`` and ``relogin`` make of a homeserver's answers, over real HTTP."""

import base64
import json
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import relogin, session
from bot.checkup import examine
from bot.health import Health
from bot.matrix.cross_signing import SigningKey
from bot.matrix.homeserver import Session
from bot.pictures import fonts
from bot.stop import StopError
from bot.web.server import serving
from config.settings import Address, Settings
from method.ids import UserId
from storage import groups, migrations, timers
from storage.database import Database

ME = "@tafelrunde:example.org"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
OURS = Session(UserId(ME), "DEVICE", "token")
SEEDS = {"master": b"m" * 32, "self_signing": b"s" * 32, "user_signing": b"u" * 32}
DEVICE = {"user_id": ME, "device_id": "DEVICE", "keys": {"ed25519:DEVICE": "…"}}


def published(seeds):
    """What the homeserver shows of an account with these seeds."""
    master, own = SigningKey(seeds["master"]), SigningKey(seeds["self_signing"])
    return {
        "device_keys": {ME: {"DEVICE": own.signed(DEVICE, ME)}},
        "master_keys": {ME: {"user_id": ME, "usage": ["master"], "keys": {master.id: master.public}}},
        "self_signing_keys": {ME: {"keys": {own.id: own.public}}},
    }


KEYS = published(SEEDS)


class Answers:
    """A homeserver that says what the test wrote down, as ``(status, body)``."""

    def __init__(self):
        self.versions = (200, {"versions": ["v1.18"]})
        self.flows = (200, {"flows": [{"type": "m.login.password"}]})
        self.login = (200, {"user_id": ME, "device_id": "DEVICE", "access_token": "newer"})
        self.whoami = (200, {"user_id": ME, "device_id": "DEVICE"})
        self.keys = (200, KEYS)
        self.server = (404, {"errcode": "M_UNRECOGNIZED"})
        self.logins = []

    def app(self):
        app = web.Application()
        app.router.add_get("/_matrix/client/versions", self.answering("versions"))
        app.router.add_get("/_matrix/key/v2/server", self.answering("server"))
        app.router.add_get("/_matrix/client/v3/login", self.answering("flows"))
        app.router.add_post("/_matrix/client/v3/login", self.answering("login"))
        app.router.add_get("/_matrix/client/v3/account/whoami", self.answering("whoami"))
        app.router.add_post("/_matrix/client/v3/keys/query", self.answering("keys"))
        return app

    def answering(self, name):
        async def answer(request):
            if name == "login":
                self.logins.append(await request.json())
            status, body = getattr(self, name)
            return web.json_response(body, status=status)

        return answer


@pytest.fixture
async def answers():
    return Answers()


@pytest.fixture
async def url(answers):
    async with TestServer(answers.app()) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def settings(url, tmp_path):
    return Settings(
        homeserver=url, user=ME, data=tmp_path, password="secret", responsible="Amt", health="off"
    )


@pytest.fixture
def logged_in(settings):
    session.save(settings.data, OURS)
    session.pickle_key(settings.data)
    seeds = {usage: base64.b64encode(seed).decode() for usage, seed in SEEDS.items()}
    (settings.data / "cross-signing.json").write_text(json.dumps(seeds))
    return settings


async def findings(settings):
    return [
        f"{finding.level}: {finding.sentence.render('en')}"
        async for finding in examine(settings)
        if not any(word in finding.sentence.message for word in ("settings are", "database", "Pictures"))
    ]


async def test_examine_before_the_first_login(settings, url):
    assert await findings(settings) == [
        f"ok: The homeserver {url} answers.",
        "note: The bot is not logged in yet. tafelrunde run does it at the first start.",
    ]


async def test_examine_an_account_of_another_server(settings, answers, url):
    answers.server = (200, {"server_name": "amt.example"})

    assert (
        "problem: The homeserver is that of amt.example, but TAFELRUNDE_USER is an account of example.org."
        in await findings(settings)
    )


async def test_examine_a_health_address_that_is_taken(settings, url):
    taken = Settings(**settings.model_dump() | {"health": url.removeprefix("http://")})

    assert (await findings(taken))[0] == (
        f"problem: TAFELRUNDE_HEALTH: {taken.health} is taken, or is no address of this machine. "
        "Example: TAFELRUNDE_HEALTH=127.0.0.1:8781"
    )


async def test_examine_while_the_bot_runs(settings):
    async with serving(Address("127.0.0.1", 0), Health(), lambda: NOW) as port:
        running = Settings(**settings.model_dump() | {"health": f"127.0.0.1:{port}"})
        found = await findings(running)

    assert found[0] == (
        f"note: TAFELRUNDE_HEALTH: at 127.0.0.1:{port} a bot answers already. If it is another one, "
        "choose another address. Example: TAFELRUNDE_HEALTH=127.0.0.1:8781"
    )


WRONG_TOKEN = (
    "The homeserver does not accept TAFELRUNDE_TOKEN. Put a valid access token there, "
    "or use TAFELRUNDE_PASSWORD instead."
)


async def test_examine_a_wrong_token_before_the_first_login(settings, answers):
    answers.whoami = (401, {"errcode": "M_UNKNOWN_TOKEN"})
    wrong = Settings(**settings.model_dump() | {"password": None, "token": "wrong"})

    assert (await findings(wrong))[-1] == f"problem: {WRONG_TOKEN}"


async def test_relogin_with_a_wrong_token_names_the_setting(logged_in, answers):
    answers.whoami = (401, {"errcode": "M_UNKNOWN_TOKEN"})

    with pytest.raises(StopError) as raised:
        await relogin.with_token(logged_in, "DEVICE", "wrong")

    assert raised.value.sentence.render("en") == WRONG_TOKEN
    assert session.find(logged_in.data) == OURS


async def test_examine_a_bot_that_is_well(logged_in, url):
    assert await findings(logged_in) == [
        f"ok: The homeserver {url} answers.",
        f"ok: The bot is logged in as {ME}, device DEVICE.",
        "ok: The device has its keys and is cross-signed.",
    ]


async def test_examine_says_what_fails_again_and_again(logged_in):
    await migrations.upgrade(logged_in.database_url)
    db = Database(logged_in.database_url)
    try:
        async with db.transaction() as connection:
            group = await groups.add(connection, "Eine", now=NOW)
            await timers.add(connection, group.id, "polls.close", "7", NOW)
            [timer] = await timers.of_group(connection, group.id)
            for _ in range(timers.MANY):
                await timers.put_off(connection, timer.id, NOW)
    finally:
        await db.close()

    assert (
        "problem: Something has failed several times and is tried again: polls.close (1). The log says why."
        in await findings(logged_in)
    )


async def test_examine_says_which_scripts_pictures_lack(settings, monkeypatch):
    monkeypatch.setattr(fonts, "without_system", lambda letters: {"አ", "🏢"})
    found = [finding async for finding in examine(settings) if "Pictures" in finding.sentence.message]

    assert [f"{finding.level}: {finding.sentence.render('de')}" for finding in found] == [
        "note: Bilder lassen Wörter in diesen Schriften aus: "
        "Äthiopisch (Amharisch, Tigrinya), Emoji. "
        "Unter Debian haben die Pakete fonts-noto-core, fonts-noto-color-emoji die meisten davon."
    ]


async def test_examine_draws_a_picture(settings, monkeypatch):
    monkeypatch.setattr(fonts, "without_system", lambda letters: set())
    found = [finding async for finding in examine(settings) if "Pictures" in finding.sentence.message]

    assert [f"{finding.level}: {finding.sentence.render('de')}" for finding in found] == [
        "ok: Bilder lassen sich zeichnen, mit allen geprüften Schriften."
    ]


async def test_examine_does_not_log_in(settings, answers):
    await findings(settings)

    assert answers.logins == []


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        pytest.param(
            "whoami",
            (401, {"errcode": "M_UNKNOWN_TOKEN"}),
            "problem: The homeserver no longer knows the login. tafelrunde relogin keeps the device.",
            id="token lost",
        ),
        pytest.param(
            "whoami",
            (403, {"errcode": "M_USER_SUSPENDED"}),
            "problem: The homeserver refuses: 403 M_USER_SUSPENDED.",
            id="suspended",
        ),
        pytest.param(
            "whoami",
            (200, {"user_id": "@other:example.org", "device_id": "DEVICE"}),
            f"problem: The login belongs to @other:example.org, device DEVICE, not to {ME}, device DEVICE.",
            id="other user",
        ),
        pytest.param(
            "whoami",
            (200, {"user_id": ME, "device_id": "OTHER"}),
            f"problem: The login belongs to {ME}, device OTHER, not to {ME}, device DEVICE.",
            id="other device",
        ),
        pytest.param(
            "keys",
            (200, KEYS | {"device_keys": {}}),
            "note: The device has no keys yet. tafelrunde run makes them.",
            id="no device keys",
        ),
        pytest.param(
            "keys",
            (200, {"device_keys": {ME: {"DEVICE": DEVICE}}}),
            "note: The device is not cross-signed yet. tafelrunde run does it.",
            id="unsigned",
        ),
        pytest.param(
            "keys",
            (200, {"device_keys": ["nonsense"], "self_signing_keys": None}),
            "note: The device has no keys yet. tafelrunde run makes them.",
            id="nonsense",
        ),
        pytest.param(
            "keys",
            (500, {}),
            "problem: The homeserver does not say which keys the bot has.",
            id="no answer",
        ),
    ],
)
async def test_examine_names_what_is_wrong(logged_in, answers, name, answer, sentence):
    setattr(answers, name, answer)

    assert (await findings(logged_in))[-1] == sentence


async def test_examine_with_lost_seeds_warns_before_anything_is_overwritten(logged_in):
    (logged_in.data / "cross-signing.json").unlink()

    assert (await findings(logged_in))[-1] == (
        "problem: The account has a cross-signing identity, but cross-signing.json is missing in the data folder. "
        "Bring the file back from a backup, or reset the identity of the account."
    )


async def test_examine_with_a_foreign_identity_says_so(logged_in, answers):
    answers.keys = (200, published(SEEDS | {"master": b"x" * 32}))

    assert (await findings(logged_in))[-1] == (
        "problem: Somebody has replaced the cross-signing identity of the account. Find out who it was. "
        "Then reset the identity and delete cross-signing.json."
    )


async def test_examine_with_a_signature_that_is_not_ours_does_not_believe_it(logged_in, answers):
    forged = published(SEEDS)
    forged["device_keys"][ME]["DEVICE"]["keys"] = {"ed25519:DEVICE": "another"}
    answers.keys = (200, forged)

    assert (await findings(logged_in))[-1] == (
        "note: The device is not cross-signed yet. tafelrunde run does it."
    )


async def test_examine_with_damaged_seeds_says_which_file(logged_in):
    (logged_in.data / "cross-signing.json").write_text("{")

    with pytest.raises(session.BrokenFileError) as raised:
        await findings(logged_in)

    assert raised.value.path == logged_in.data / "cross-signing.json"


async def test_examine_with_a_lost_pickle_key_says_so_and_makes_none(logged_in):
    path = logged_in.data / "pickle.key"
    path.unlink()

    assert (
        f"problem: The file {path} is missing, so the stored keys cannot be opened. "
        "Bring it back from the backup."
    ) in await findings(logged_in)
    assert not path.exists()


async def test_examine_a_page_that_is_no_homeserver(settings, url, answers):
    answers.versions = (404, {})

    assert await findings(settings) == [f"problem: At {url} answers something that is no homeserver: 404."]


async def test_examine_a_homeserver_without_password_login(settings, answers):
    answers.flows = (200, {"flows": [{"type": "m.login.sso"}]})

    assert (await findings(settings))[-1] == (
        "problem: The homeserver offers no login with a password. Use TAFELRUNDE_TOKEN instead."
    )


async def test_relogin_with_the_password_keeps_the_device(logged_in, answers):
    device = relogin.stored_device(logged_in)

    new = await relogin.with_password(logged_in, device, "secret")

    assert new == Session(UserId(ME), "DEVICE", "newer")
    assert session.find(logged_in.data) == new
    assert [login["device_id"] for login in answers.logins] == ["DEVICE"]


async def test_relogin_with_a_wrong_password_changes_nothing(logged_in, answers):
    answers.login = (403, {"errcode": "M_FORBIDDEN"})

    with pytest.raises(StopError) as raised:
        await relogin.with_password(logged_in, "DEVICE", "wrong")

    assert raised.value.sentence.render("en") == "The homeserver does not accept this password."
    assert session.find(logged_in.data) == OURS


async def test_relogin_that_gives_another_device_changes_nothing(logged_in, answers):
    answers.login = (200, {"user_id": ME, "device_id": "OTHER", "access_token": "newer"})

    with pytest.raises(StopError):
        await relogin.with_password(logged_in, "DEVICE", "secret")

    assert session.find(logged_in.data) == OURS


async def test_relogin_with_a_token_of_the_device_stores_it(logged_in):
    await relogin.with_token(logged_in, "DEVICE", "by hand")

    assert session.find(logged_in.data) == Session(UserId(ME), "DEVICE", "by hand")


async def test_relogin_with_a_token_of_another_device_changes_nothing(logged_in, answers):
    answers.whoami = (200, {"user_id": ME, "device_id": "OTHER"})

    with pytest.raises(StopError):
        await relogin.with_token(logged_in, "DEVICE", "by hand")

    assert session.find(logged_in.data) == OURS


async def test_relogin_while_the_homeserver_limits_says_when_to_try_again(logged_in, answers):
    answers.login = (429, {"errcode": "M_LIMIT_EXCEEDED"})

    with pytest.raises(StopError) as raised:
        await relogin.with_password(logged_in, "DEVICE", "secret")

    assert raised.value.sentence.render("en") == "Too many logins. Please try again in 60 seconds."
