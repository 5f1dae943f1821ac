# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What may stand in a log line, and what never does, even at level DEBUG."""

import io
import json
import logging
import re
import subprocess
import sys
import warnings

import pytest
import structlog

from bot import logs

CANARY = "Kanarienvogel"
ANNA = "@anna:example.org"


@pytest.fixture
def stream():
    """Logging as the bot configures it, at DEBUG; afterwards as it was."""
    root = logging.getLogger()
    before, raising = (root.handlers[:], root.level), logging.raiseExceptions
    written = io.StringIO()
    logs.configure("debug", key=b"k" * 32, stream=written)
    yield written
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = raising
    root.handlers[:], root.level = before
    for name in logs.OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def without_time(line):
    return {key: value for key, value in line.items() if key != "timestamp"}


def test_a_decision_is_one_line_with_its_ids(stream):
    structlog.get_logger("commands.items").info(
        "item_added", event_id="$e1", room_id="!r:example.org", count=2
    )

    [line] = lines(stream)
    assert line["timestamp"].endswith("Z")
    assert without_time(line) == {
        "level": "info",
        "logger": "commands.items",
        "event": "item_added",
        "event_id": "$e1",
        "room_id": "!r:example.org",
        "count": 2,
    }


@pytest.mark.parametrize(
    "key",
    [
        *(
            "body",
            "formatted_body",
            "text",
            "content",
            "display_name",
            "displayname",
            "topic",
            "topics",
            "note",
        ),
        *("password", "token", "access_token", "pickle_key", "database_url", "Authorization", "session-key"),
    ],
)
def test_known_keys_are_removed(stream, key):
    structlog.get_logger("bot").warning("x", **{key: CANARY})

    assert lines(stream)[0][key] == logs.REMOVED


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(f"Ein Satz mit {CANARY}", logs.REMOVED, id="sentence"),
        pytest.param(f"zwei\n{CANARY}", logs.REMOVED, id="lines"),
        pytest.param({"body": CANARY}, "[dict]", id="event content"),
        pytest.param(CANARY.encode(), "[bytes]", id="bytes"),
        pytest.param(ValueError(CANARY), "ValueError", id="exception"),
        pytest.param(["$e1", f"mit {CANARY}"], ["$e1", logs.REMOVED], id="list"),
        pytest.param("x" * 300, "x" * 200 + "…", id="long"),
        pytest.param(None, None, id="none"),
    ],
)
def test_values_that_could_be_somebodys_writing_are_removed(stream, value, written):
    structlog.get_logger("bot").warning("x", something=value)

    assert lines(stream)[0]["something"] == written
    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize(
    "value",
    [
        ANNA,
        "@Anna:Example.org",
        f"/_matrix/client/v3/profile/{ANNA}",
        "/_matrix/client/v3/profile/%40anna%3Aexample.org/displayname",
        f"members:{ANNA},@bert:example.org",
        "@müller:example.org",
        "@anna:example.org:8448",
        "@anna:[::1]",
    ],
)
def test_user_ids_become_pseudonyms(stream, value):
    structlog.get_logger("bot").warning("x", sender=value)

    written = lines(stream)[0]["sender"]
    assert "user-" in written
    assert "anna" not in written.lower()
    assert "ller" not in written


def test_pseudonyms_are_stable_and_depend_on_the_key():
    one, other = logs.Guard(b"1" * 32), logs.Guard(b"2" * 32)

    assert one.pseudonym(ANNA) == one.pseudonym("@Anna:Example.ORG")
    assert one.pseudonym(ANNA) != one.pseudonym("@bert:example.org")
    assert one.pseudonym(ANNA) != other.pseudonym(ANNA)


@pytest.mark.parametrize(
    "name",
    ["nio.crypto.log", "aiohttp.server", "apscheduler.executors", "asyncio", "sqlalchemy.engine.Engine"],
)
def test_messages_of_libraries_are_reduced_to_where_they_came_from(stream, name):
    logging.getLogger(name).warning("%s said %s", ANNA, CANARY)

    [line] = lines(stream)
    assert without_time(line) == {
        "level": "warning",
        "logger": name,
        "event": "library_message",
        "where": line["where"],
    }
    assert line["where"].startswith("test_logs:")


@pytest.mark.parametrize("name", ["nio.crypto.log", "aiohttp.access", "sqlalchemy.engine.Engine", "asyncio"])
def test_libraries_are_silent_below_warning_even_at_debug(stream, name):
    logging.getLogger(name).info(CANARY)
    logging.getLogger(name).debug(CANARY)

    assert stream.getvalue() == ""


def test_a_library_that_brings_its_own_handler_is_taken_over(stream):
    logger = logging.getLogger("library.with.handler")
    own = io.StringIO()
    logger.addHandler(logging.StreamHandler(own))
    logger.setLevel(logging.DEBUG)
    logger.propagate = False

    logs.configure("debug", key=b"k", stream=stream)
    logger.info(CANARY)
    logger.error(CANARY)

    assert own.getvalue() == ""
    assert [line["event"] for line in lines(stream)] == ["library_message"]


def test_an_exception_is_its_class_and_its_place_never_its_message(stream):
    def fail():
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"INSERT … {CANARY} {ANNA}") from error

    try:
        fail()
    except ValueError:
        structlog.get_logger("bot.inbox").exception("handler_failed", event_id="$e1")

    [line] = lines(stream)
    assert line["error"] == "ValueError"
    assert line["causes"] == ["KeyError"]
    assert line["frames"][-1].startswith("bot/test_logs.py:")
    assert line["frames"][-1].endswith(" fail")
    assert CANARY not in stream.getvalue()


def test_a_reason_is_a_sentence_of_ours(stream):
    structlog.get_logger("bot").warning("put_off", reason=f"the homeserver does not show {ANNA}")

    assert re.fullmatch(r"the homeserver does not show user-[0-9a-f]{12}", lines(stream)[0]["reason"])


def test_an_exception_group_names_its_parts(stream):
    try:
        raise ExceptionGroup(CANARY, [ValueError(CANARY), OSError(28, CANARY)])
    except ExceptionGroup:
        structlog.get_logger("bot").exception("stopped")

    assert lines(stream)[0]["causes"] == ["ValueError", "OSError 28"]
    assert CANARY not in stream.getvalue()


def test_a_refusal_of_the_homeserver_keeps_status_and_errcode(stream):
    class Refusal(Exception):  # noqa: N818 -- the shape of bot.matrix's error, without importing it
        status = 403
        errcode = "M_FORBIDDEN"

    structlog.get_logger("bot").warning("refused", error=Refusal(CANARY))

    assert lines(stream)[0]["error"] == "Refusal 403 M_FORBIDDEN"


def test_control_and_direction_characters_are_escaped(stream):
    structlog.get_logger("bot").warning("x", error="a\r\nb\u202ec\x1b[31m")

    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().isascii()
    assert "\x1b" not in stream.getvalue()


def test_warnings_are_logged_without_their_text(stream):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)

    assert lines(stream)[0]["logger"] == "py.warnings"
    assert CANARY not in stream.getvalue()


def test_a_broken_log_call_prints_nothing(stream, capsys):
    logging.getLogger("library").error("%d", CANARY)

    assert CANARY not in stream.getvalue()
    assert capsys.readouterr() == ("", "")


UNCAUGHT = f"""
import sys, threading
from bot import logs

class Thing:
    def __del__(self):
        raise ValueError("{CANARY}")

def fail():
    raise ValueError("{CANARY}")

logs.configure("info", key=b"k" * 32)
logs.catch_uncaught()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Thing()
fail()
"""


def test_what_nobody_catches_is_logged_without_its_message():
    ended = subprocess.run([sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert CANARY not in ended.stdout + ended.stderr
    assert [(line["event"], line["error"]) for line in map(json.loads, ended.stderr.splitlines())] == [
        ("uncaught", "ValueError")
    ] * 3


def test_the_level_applies_to_our_modules(stream):
    logs.configure("warning", key=b"k", stream=stream)

    structlog.get_logger("commands.items").info("item_added")

    assert stream.getvalue() == ""
