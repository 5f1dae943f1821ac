# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The secret files: private, whole, and never guessed at when damaged."""

import errno
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import session
from bot.matrix.homeserver import Session
from method.ids import UserId

OURS = Session(UserId("@tafelrunde:example.org"), "DEVICE", "syt_secret")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_find_before_the_first_login_is_none(tmp_path):
    assert session.find(tmp_path) is None


def test_save_and_find_give_the_same_session(tmp_path):
    session.save(tmp_path, OURS)

    assert session.find(tmp_path) == OURS
    assert mode(tmp_path / "session.json") == 0o600


def test_save_replaces_the_session_and_leaves_nothing_else(tmp_path):
    session.save(tmp_path, OURS)
    session.save(tmp_path, Session(OURS.user_id, OURS.device_id, "syt_newer"))

    found = session.find(tmp_path)
    assert found is not None
    assert found.token == "syt_newer"
    assert [path.name for path in tmp_path.iterdir()] == ["session.json"]


def test_save_after_a_crash_in_the_middle_of_an_earlier_save(tmp_path):
    (tmp_path / "session.json.new").write_text('{"user_id": "@taf')

    session.save(tmp_path, OURS)

    assert session.find(tmp_path) == OURS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"user_id": "@a:b"}',
        b'{"user_id": "@a:b", "device_id": 1, "token": "t"}',
        b'{"user_id": "@a:b", "device_id": "D", "token": ""}',
    ],
    ids=repr,
)
def test_find_in_a_damaged_file_says_so(tmp_path, content):
    (tmp_path / "session.json").write_bytes(content)

    with pytest.raises(session.BrokenFileError) as raised:
        session.find(tmp_path)

    assert raised.value.path == tmp_path / "session.json"


def test_the_token_is_not_in_the_repr(tmp_path):
    session.save(tmp_path, OURS)

    assert "syt_secret" not in repr(session.find(tmp_path))


def test_pickle_key_is_made_once(tmp_path):
    key = session.pickle_key(tmp_path)

    assert len(key) == 32
    assert session.pickle_key(tmp_path) == key
    assert mode(tmp_path / "pickle.key") == 0o600


def test_pickle_keys_differ(tmp_path):
    (tmp_path / "other").mkdir()

    assert session.pickle_key(tmp_path) != session.pickle_key(tmp_path / "other")


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33], ids=len)
def test_pickle_key_of_the_wrong_length_is_not_replaced(tmp_path, content):
    (tmp_path / "pickle.key").write_bytes(content)

    with pytest.raises(session.BrokenFileError):
        session.pickle_key(tmp_path)

    assert (tmp_path / "pickle.key").read_bytes() == content


def test_a_file_that_others_could_read_becomes_private_again(tmp_path):
    session.pickle_key(tmp_path)
    (tmp_path / "pickle.key").chmod(0o644)

    session.pickle_key(tmp_path)

    assert mode(tmp_path / "pickle.key") == 0o600


def test_two_processes_that_make_the_pickle_key_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(session.pickle_key, [tmp_path] * 32))

    assert keys == {session.pickle_key(tmp_path)}
    assert [path.name for path in tmp_path.iterdir()] == ["pickle.key"]


def test_pickle_key_is_made_where_there_are_no_hard_links(tmp_path, monkeypatch):
    def refuse(_self, _target):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    key = session.pickle_key(tmp_path)

    assert session.find_pickle_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["pickle.key"]
