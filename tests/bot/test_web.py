# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The health pages over real HTTP: what a monitor sees, and what it must never see."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import Health, Signing, State
from bot.stop import StopError
from bot.web.server import serving
from config.settings import Address

NOON = datetime(2026, 2, 23, 12, 0, tzinfo=UTC)


def ready_health():
    health = Health(
        state=State.RUNNING,
        leading=True,
        logged_in=True,
        signing=Signing.SIGNED,
        database_writable=True,
        last_sync=NOON,
    )
    health.synced(NOON)
    return health


@asynccontextmanager
async def pages(health, now=NOON):
    async with (
        serving(Address("127.0.0.1", 0), health, lambda: now) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        yield http


async def samples(http):
    async with http.get("/metrics") as response:
        body = await response.text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


async def test_healthz_of_a_bot_that_has_only_started_is_ok():
    async with pages(Health()) as http, http.get("/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok\n")


async def test_readyz_of_a_ready_bot_shows_all_facts():
    async with pages(ready_health(), NOON + timedelta(seconds=2)) as http, http.get("/readyz") as response:
        assert response.status == 200
        assert await response.json() == {
            "ready": True,
            "reasons": [],
            "state": "running",
            "leading": True,
            "logged_in": True,
            "cross_signed": True,
            "last_sync_age": 2.0,
            "database_writable": True,
            "oldest_unsent_age": None,
        }


async def test_readyz_before_the_first_sync_is_503_with_every_reason():
    async with pages(Health()) as http, http.get("/readyz") as response:
        assert response.status == 503
        assert (await response.json())["reasons"] == [
            "starting",
            "not_logged_in",
            "not_cross_signed",
            "never_synced",
            "database_not_writable",
        ]


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        pytest.param({"last_sync": NOON - timedelta(seconds=91)}, ["sync_late"], id="sync late"),
        pytest.param({"last_sync": NOON - timedelta(seconds=90)}, [], id="sync just in time"),
        pytest.param({"last_sync": NOON + timedelta(hours=1)}, [], id="clock set back"),
        pytest.param({"oldest_unsent": NOON - timedelta(seconds=301)}, ["unsent_late"], id="unsent late"),
        pytest.param({"oldest_unsent": NOON - timedelta(seconds=300)}, [], id="unsent just in time"),
        pytest.param({"signing": Signing.UNSIGNED}, ["not_cross_signed"], id="unsigned"),
        pytest.param({"signing": Signing.FOREIGN}, ["not_cross_signed"], id="foreign key"),
        pytest.param({"database_writable": False}, ["database_not_writable"], id="disk full"),
        pytest.param({"state": State.STOPPING}, ["stopping"], id="stopping"),
    ],
)
async def test_readyz_names_the_reason(change, reasons):
    health = ready_health()
    for name, value in change.items():
        setattr(health, name, value)

    async with pages(health) as http, http.get("/readyz") as response:
        assert (response.status, (await response.json())["reasons"]) == (503 if reasons else 200, reasons)


async def test_readyz_after_a_lost_token_says_so():
    health = ready_health()
    health.token_lost()

    async with pages(health) as http, http.get("/readyz") as response:
        assert (await response.json())["reasons"] == ["token_lost", "not_logged_in"]


async def test_a_standby_is_alive_and_gives_one_reason_why_it_is_not_ready():
    health = ready_health()
    health.stand_by()

    async with pages(health) as http:
        async with http.get("/healthz") as response:
            assert response.status == 200
        async with http.get("/readyz") as response:
            assert response.status == 503
            report = await response.json()
        metrics = await samples(http)

    assert (report["state"], report["leading"], report["reasons"]) == ("standby", False, ["standby"])
    assert (report["logged_in"], report["last_sync_age"]) == (False, None)
    assert metrics[("tafelrunde_leading",)] == 0


async def test_a_standby_that_leads_is_starting():
    health = Health()
    health.stand_by()
    health.lead()

    async with pages(health) as http:
        async with http.get("/readyz") as response:
            report = await response.json()
        metrics = await samples(http)

    assert (report["state"], report["leading"], report["reasons"][0]) == ("starting", True, "starting")
    assert metrics[("tafelrunde_leading",)] == 1


async def test_metrics_count_by_rule():
    health = ready_health()
    health.count("events", rule="handled")
    health.count("events", rule="handled")
    health.count("events", rule="own_event")
    health.count("sent")
    health.measure("rooms", 3)

    async with pages(health) as http:
        found = await samples(http)

    assert found["tafelrunde_events_total", "handled"] == 2
    assert found["tafelrunde_events_total", "own_event"] == 1
    assert found[("tafelrunde_sent_total",)] == 1
    assert found[("tafelrunde_syncs_total",)] == 1
    assert found[("tafelrunde_rooms",)] == 3
    assert found[("tafelrunde_ready",)] == 1


@pytest.mark.parametrize(
    "name",
    ["@anna:example.org", "!room:example.org", "$event", "Anna Müller", "", "x" * 65, 'a"b\nc'],
    ids=repr,
)
async def test_metrics_never_carry_a_name(name):
    health = ready_health()
    health.count("events", rule=name)

    async with pages(health) as http:
        found = await samples(http)

    assert [key for key in found if key[0] == "tafelrunde_events_total"] == [
        ("tafelrunde_events_total", "other")
    ]


def test_count_of_an_unknown_counter_is_a_bug():
    with pytest.raises(KeyError):
        Health().count("event", rule="handled")


def test_measure_of_an_unknown_gauge_is_a_bug():
    with pytest.raises(KeyError):
        Health().measure("room", 1)


async def test_two_bots_in_one_process_do_not_share_metrics():
    one, other = ready_health(), Health()

    async with pages(one) as http_one, pages(other) as http_other:
        assert (await samples(http_one))[("tafelrunde_syncs_total",)] == 1
        assert (await samples(http_other))[("tafelrunde_syncs_total",)] == 0


@pytest.mark.parametrize("path", ["/", "/metrics/", "/board", "/readyz/x"])
async def test_other_pages_do_not_exist(path):
    async with pages(ready_health()) as http, http.get(path) as response:
        assert response.status == 404


async def test_pages_do_not_name_the_server_software():
    async with pages(ready_health()) as http, http.get("/healthz") as response:
        assert response.headers["Server"] == ""
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_writing_is_refused():
    async with pages(ready_health()) as http, http.post("/readyz", data=b"x") as response:
        assert response.status == 405


async def test_health_off_serves_nothing():
    async with serving(None, Health(), lambda: NOON) as port:
        assert port == 0


async def test_a_taken_address_stops_the_start_with_a_sentence():
    async with serving(Address("127.0.0.1", 0), Health(), lambda: NOON) as port:
        with pytest.raises(StopError) as raised:
            async with serving(Address("127.0.0.1", port), Health(), lambda: NOON):
                pass

    assert raised.value.code == 78
    assert raised.value.sentence.render("en") == (
        f"TAFELRUNDE_HEALTH: 127.0.0.1:{port} is taken, or is no address of this machine. "
        "Example: TAFELRUNDE_HEALTH=127.0.0.1:8781"
    )
