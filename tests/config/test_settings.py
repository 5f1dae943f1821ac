# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings: each wrong value is one sentence that names the variable and shows a right one."""

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.environment import operator_language, unknown_variables
from config.settings import EXAMPLES, Address, Invites, Settings, SettingsError

CANARY = "Kanarienvogel"


class Environment:
    """Sets and removes the settings' variables for one test."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch

    def __call__(self, **values):
        for name, value in values.items():
            self._monkeypatch.setenv(f"TAFELRUNDE_{name}", value)

    def unset(self, name):
        self._monkeypatch.delenv(f"TAFELRUNDE_{name}")


@pytest.fixture
def env(tmp_path, monkeypatch):
    """Set what is needed; returns a function that sets more. No variable of the developer gets in."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.upper().startswith("TAFELRUNDE_"):
            monkeypatch.delenv(name)

    change = Environment(monkeypatch)
    change(
        HOMESERVER="https://matrix.example.org",
        USER="@tafelrunde:example.org",
        DATA=str(tmp_path / "data"),
        PASSWORD=CANARY,
        RESPONSIBLE="Amt",
    )
    return change


def problems():
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert CANARY not in " ".join(raised.value.sentences("de"))
    return raised.value.sentences("en")


def test_load_with_what_is_needed_uses_the_defaults(env, tmp_path):
    settings = Settings.load()

    assert settings.homeserver == "https://matrix.example.org"
    assert settings.user == "@tafelrunde:example.org"
    assert settings.data == tmp_path / "data"
    assert settings.password is not None
    assert settings.password.get_secret_value() == CANARY
    assert settings.token is None
    assert settings.database_url == f"sqlite:///{tmp_path}/data/tafelrunde.db"
    assert settings.database_file == tmp_path / "data" / "tafelrunde.db"
    assert settings.invites == Invites(frozenset({"example.org"}), frozenset())
    assert settings.health == Address("127.0.0.1", 8780)
    assert settings.log_level == "info"
    assert (settings.responsible, settings.privacy_contact) == ("Amt", "")
    assert settings.warnings() == []


def test_load_of_nothing_names_everything_that_is_needed(env):
    for name in ("HOMESERVER", "USER", "DATA"):
        env.unset(name)

    assert problems() == [
        "TAFELRUNDE_HOMESERVER is missing. Example: TAFELRUNDE_HOMESERVER=https://matrix.example.org",
        "TAFELRUNDE_USER is missing. Example: TAFELRUNDE_USER=@tafelrunde:example.org",
        "TAFELRUNDE_DATA is missing. Example: TAFELRUNDE_DATA=/var/lib/tafelrunde",
    ]


@pytest.mark.parametrize("name", ["HOMESERVER", "USER", "DATA"])
def test_an_empty_value_counts_as_missing(env, name):
    env(**{name: ""})

    assert problems() == [
        f"TAFELRUNDE_{name} is missing. Example: TAFELRUNDE_{name}={EXAMPLES[name.lower()]}"
    ]


@pytest.mark.parametrize("name", ["DATABASE", "INVITES", "HEALTH", "LOG_LEVEL", "RESPONSIBLE"])
def test_an_empty_value_of_the_others_means_the_default(env, name):
    env.unset("RESPONSIBLE")
    expected = Settings.load()

    env(**{name: ""})

    assert Settings.load() == expected


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("https://matrix.example.org/", "https://matrix.example.org"),
        (" https://matrix.example.org ", "https://matrix.example.org"),
        ("https://matrix.example.org:8448", "https://matrix.example.org:8448"),
        ("https://example.org/matrix", "https://example.org/matrix"),
        ("http://localhost:8008", "http://localhost:8008"),
        ("http://127.0.0.1:8008", "http://127.0.0.1:8008"),
        ("http://[::1]:8008", "http://[::1]:8008"),
        ("http://synapse:8008", "http://synapse:8008"),
        ("http://10.1.2.3:8008", "http://10.1.2.3:8008"),
    ],
)
def test_homeserver_that_is_right(env, value, result):
    env(HOMESERVER=value)

    assert Settings.load().homeserver == result


@pytest.mark.parametrize(
    "value",
    [
        "matrix.example.org",
        "ftp://matrix.example.org",
        "https://",
        "https://matrix.example.org:0",
        "https://matrix.example.org:port",
        "https://matrix.example.org/?a=b",
        "https://matrix.example.org/#a",
        f"https://bot:{CANARY}@matrix.example.org",
        "https://matrix.example.org/_matrix/client",
        "https://matrix example.org",
        "https://[::1",
    ],
)
def test_homeserver_that_is_wrong(env, value):
    env(HOMESERVER=value)

    assert problems() == [
        (
            "TAFELRUNDE_HOMESERVER is not the address of a homeserver. "
            "Example: TAFELRUNDE_HOMESERVER=https://matrix.example.org"
        )
    ]


@pytest.mark.parametrize("value", ["http://matrix.example.org", "http://8.8.8.8:8008"])
def test_homeserver_on_the_internet_must_be_https(env, value):
    env(HOMESERVER=value)

    assert problems() == [
        (
            "TAFELRUNDE_HOMESERVER must begin with https://, otherwise the access token is readable "
            "on the way: "
            f"{value}. Example: TAFELRUNDE_HOMESERVER=https://matrix.example.org"
        )
    ]


@pytest.mark.parametrize("value", ["http://synapse:8008", "http://192.168.1.2:8008"])
def test_homeserver_in_a_private_network_is_a_warning(env, value):
    env(HOMESERVER=value)

    assert [warning.render("en") for warning in Settings.load().warnings()] == [
        (
            "TAFELRUNDE_HOMESERVER uses http:// inside a private network: "
            "others in it could read the access token."
        )
    ]


@pytest.mark.parametrize(
    "value", ["@tafelrunde:example.org", "@a=b/c+d:example.org:8448", "@t:[2001:db8::1]:8448", "@t:10.0.0.1"]
)
def test_user_that_is_right(env, value):
    env(USER=value)

    assert Settings.load().user == value


@pytest.mark.parametrize(
    "value",
    [
        "tafelrunde",
        "@tafelrunde",
        "tafelrunde:example.org",
        "@:example.org",
        "@t:",
        "@t:exa mple.org",
        "@t t:x",
    ],
)
def test_user_that_is_wrong(env, value):
    env(USER=value)

    assert problems() == [
        (
            f"TAFELRUNDE_USER is not a full Matrix user ID: {value}. "
            "Example: TAFELRUNDE_USER=@tafelrunde:example.org"
        )
    ]


def test_user_of_more_than_255_bytes_is_wrong_and_shown_short(env):
    env(USER=f"@{'x' * 300}:example.org")

    [problem] = problems()
    assert len(problem) < 250


def test_a_wrong_value_is_shown_without_control_characters(env):
    env(USER="a\x1b[31m\u202eb")

    assert problems()[0].startswith("TAFELRUNDE_USER is not a full Matrix user ID: a�[31m�b.")


def test_data_is_made_private(env, tmp_path):
    settings = Settings.load()
    assert not settings.data.exists()

    settings.make_folder()

    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700


def test_data_that_cannot_be_made_is_one_sentence(env):
    env(DATA="/proc/x")

    with pytest.raises(SettingsError) as raised:
        Settings.load().make_folder()

    assert raised.value.sentences("en")[0].startswith("TAFELRUNDE_DATA is not a folder, and it cannot be")


def test_data_may_be_relative(env, tmp_path):
    env(DATA="here")

    assert Settings.load().data == tmp_path / "here"


def test_data_whose_parent_is_missing_is_probably_a_typo(env, tmp_path):
    env(DATA=str(tmp_path / "a" / "b"))

    assert problems() == [
        (
            f"TAFELRUNDE_DATA is not a folder, and it cannot be created: {tmp_path}/a/b. "
            "Example: TAFELRUNDE_DATA=/var/lib/tafelrunde"
        )
    ]


def test_data_that_is_a_file_is_wrong(env, tmp_path):
    (tmp_path / "file").touch()
    env(DATA=str(tmp_path / "file"))

    assert problems()[0].startswith("TAFELRUNDE_DATA is not a folder")


@contextmanager
def nobody():
    """Be a user without rights: root may write everywhere."""
    was = os.getresuid()
    if was[0] == 0:
        os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(*was)


def test_env_file_that_cannot_be_read_is_one_sentence(env, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch(mode=0o000)
    with nobody():
        found = problems()

    assert found[0] == ".env: the file .env cannot be read."


def test_data_that_cannot_be_written_is_wrong(env, monkeypatch):
    # Not below pytest's own folder, which only its owner may enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        monkeypatch.chdir(folder)
        env(DATA=folder)
        with nobody():
            found = problems()

    assert found == [
        (f"TAFELRUNDE_DATA: the bot may not write to {folder}. It must belong to the user the bot runs as.")
    ]


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        (
            "postgresql+asyncpg://u@/d?host=/run/postgresql",
            "postgresql+asyncpg://u@/d?host=%2Frun%2Fpostgresql",
        ),
        ("postgresql://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
    ],
)
def test_database_gets_an_async_driver(env, value, result):
    env(DATABASE=value)

    settings = Settings.load()

    assert settings.database_url == result
    assert settings.database_file is None


def test_database_file_is_made_absolute(env, tmp_path):
    env(DATABASE="sqlite:///other.db")

    assert Settings.load().database_url == f"sqlite:///{tmp_path}/other.db"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (f"mysql://u:{CANARY}@h/d", "TAFELRUNDE_DATABASE is not a SQLite or PostgreSQL URL."),
        (f"postgresql+psycopg2://u:{CANARY}@h/d", "TAFELRUNDE_DATABASE is not a SQLite or PostgreSQL URL."),
        (f"no url {CANARY}", "TAFELRUNDE_DATABASE is not a SQLite or PostgreSQL URL."),
        (f"postgresql://u:{CANARY}@h:port/d", "TAFELRUNDE_DATABASE is not a SQLite or PostgreSQL URL."),
        (f"postgresql://u:{CANARY}@h", "TAFELRUNDE_DATABASE names no database."),
        ("sqlite://", "TAFELRUNDE_DATABASE must name a file, otherwise the bot forgets everything."),
        ("sqlite:///:memory:", "TAFELRUNDE_DATABASE must name a file, otherwise the bot forgets everything."),
        ("sqlite:////no/such/folder/x.db", "TAFELRUNDE_DATABASE: the folder /no/such/folder does not exist."),
    ],
)
def test_database_that_is_wrong(env, value, sentence):
    env(DATABASE=value)

    assert problems()[0].startswith(sentence)


@pytest.mark.parametrize(
    ("value", "servers", "users"),
    [
        ("example.org", {"example.org"}, set()),
        ("Example.org, @anna:partner.example ,", {"example.org"}, {"@anna:partner.example"}),
        ("localhost:8448,10.0.0.1", {"localhost:8448", "10.0.0.1"}, set()),
    ],
)
def test_invites_are_servers_and_users(env, value, servers, users):
    env(INVITES=value)

    assert Settings.load().invites == Invites(frozenset(servers), frozenset(users))


@pytest.mark.parametrize("value", ["*", "https://example.org", "@anna", "example.org;partner.example", "a b"])
def test_invites_that_are_wrong(env, value):
    env(INVITES=value)

    assert "Example: TAFELRUNDE_" in problems()[0]
    assert problems()[0].startswith("TAFELRUNDE_INVITES")


@pytest.mark.parametrize(
    ("user", "allowed"),
    [
        ("@anna:example.org", True),
        ("@anna:EXAMPLE.org", True),
        ("@bert:partner.example", True),
        ("@carla:partner.example", False),
        ("@anna:evil.example", False),
        ("@example.org:evil.example", False),
        ("@anna:example.org.evil.example", False),
        ("@anna:example.org:8448", False),
        ("anna", False),
        ("", False),
    ],
)
def test_invites_allow_only_whom_they_name(user, allowed):
    invites = Invites(frozenset({"example.org"}), frozenset({"@bert:partner.example"}))

    assert invites.allows(user) is allowed


def test_invites_of_nobody_allow_nobody():
    assert not Invites(frozenset(), frozenset()).allows("")


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("off", None),
        ("OFF", None),
        ("localhost:9000", Address("localhost", 9000)),
        ("[::1]:9000", Address("::1", 9000)),
        ("0.0.0.0:8780", Address("0.0.0.0", 8780)),  # noqa: S104 -- the value under test
    ],
)
def test_health_that_is_right(env, value, result):
    env(HEALTH=value)

    assert Settings.load().health == result


@pytest.mark.parametrize(
    "value", ["8780", ":8780", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "http://x:1", "x:1/y", "on"]
)
def test_health_that_is_wrong(env, value):
    env(HEALTH=value)

    assert problems() == [
        f"TAFELRUNDE_HEALTH is neither host:port nor off: {value}. Example: TAFELRUNDE_HEALTH=127.0.0.1:8780"
    ]


def test_health_for_other_machines_is_a_warning(env):
    env(HEALTH="0.0.0.0:8780")

    assert [warning.render("de") for warning in Settings.load().warnings()] == [
        "TAFELRUNDE_HEALTH lauscht auf 0.0.0.0:8780: Auch andere Rechner erreichen die Zustandsseiten."
    ]


@pytest.mark.parametrize("value", ["debug", "INFO", " Warning ", "error"])
def test_log_level_that_is_right(env, value):
    env(LOG_LEVEL=value)

    assert Settings.load().log_level == value.strip().lower()


def test_log_level_that_is_wrong(env):
    env(LOG_LEVEL="loud")

    assert problems() == [
        "TAFELRUNDE_LOG_LEVEL is not a log level: loud. Possible: debug, info, warning, error."
    ]


def test_password_and_token_are_not_both(env):
    env(TOKEN=CANARY)

    assert problems() == ["TAFELRUNDE_PASSWORD and TAFELRUNDE_TOKEN are both set; keep one of them."]


@pytest.mark.parametrize("name", ["PASSWORD", "TOKEN", "DATABASE"])
def test_a_secret_can_stand_in_a_file(env, tmp_path, name):
    env.unset("PASSWORD")
    value = f"postgresql+asyncpg://u:{CANARY}@h/d" if name == "DATABASE" else f" {CANARY} "
    (tmp_path / "secret").write_text(value + "\r\n")
    env(**{f"{name}_FILE": str(tmp_path / "secret")})

    assert getattr(Settings.load(), name.lower()).get_secret_value() == value


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "TAFELRUNDE_TOKEN_FILE: the file {path} cannot be read."),
        (b"", "TAFELRUNDE_TOKEN_FILE: the file {path} is empty."),
        (b"\n", "TAFELRUNDE_TOKEN_FILE: the file {path} is empty."),
        (b"\xff", "TAFELRUNDE_TOKEN_FILE: the file {path} cannot be read."),
    ],
    ids=["missing", "empty", "newline", "binary"],
)
def test_a_secret_file_that_is_wrong(env, tmp_path, content, sentence):
    env.unset("PASSWORD")
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    env(TOKEN_FILE=str(path))

    assert problems() == [sentence.format(path=path)]


def test_a_secret_and_its_file_are_not_both(env, tmp_path):
    (tmp_path / "secret").write_text(CANARY)
    env(PASSWORD_FILE=str(tmp_path / "secret"))

    assert problems() == ["TAFELRUNDE_PASSWORD and TAFELRUNDE_PASSWORD_FILE are both set; keep one of them."]


def test_all_problems_are_told_at_once(env):
    env(HOMESERVER="x", HEALTH="y", LOG_LEVEL="z", TOKEN_FILE="/no/such/file")

    assert [problem.split()[0] for problem in problems()] == [
        "TAFELRUNDE_TOKEN_FILE:",
        "TAFELRUNDE_HOMESERVER",
        "TAFELRUNDE_HEALTH",
        "TAFELRUNDE_LOG_LEVEL",
    ]


def test_env_file_is_read_and_the_environment_wins(env, tmp_path):
    (tmp_path / ".env").write_text("TAFELRUNDE_LOG_LEVEL=debug\nTAFELRUNDE_HEALTH=off\nOTHER=x\n")
    env(LOG_LEVEL="error")

    settings = Settings.load()

    assert (settings.log_level, settings.health) == ("error", None)


def test_another_env_file_can_be_named(env, tmp_path):
    env.unset("RESPONSIBLE")
    (tmp_path / ".env").write_text("TAFELRUNDE_PRIVACY_CONTACT=nobody\nTAFELRUNDE_XYZ=1\n")
    (tmp_path / "tafelrunde.env").write_text("TAFELRUNDE_RESPONSIBLE=Bezirksamt Beispiel, Soziales\n")
    env(ENV_FILE=str(tmp_path / "tafelrunde.env"))

    settings = Settings.load()

    assert (settings.responsible, settings.privacy_contact) == ("Bezirksamt Beispiel, Soziales", "")
    assert unknown_variables() == []


@pytest.mark.parametrize("content", [None, b"TAFELRUNDE_HEALTH=\xff"], ids=["missing", "binary"])
def test_another_env_file_that_cannot_be_read_is_one_sentence(env, tmp_path, content):
    file = tmp_path / "tafelrunde.env"
    if content is not None:
        file.write_bytes(content)
    env(ENV_FILE=file.name)

    assert problems() == ["TAFELRUNDE_ENV_FILE: the file tafelrunde.env cannot be read."]
    assert unknown_variables() == []


def test_nobody_responsible_is_a_warning(env):
    env.unset("RESPONSIBLE")

    assert [warning.render("de") for warning in Settings.load().warnings()] == [
        "TAFELRUNDE_RESPONSIBLE ist leer: Als Verantwortliche nennt der Chat nur den Server example.org."
    ]


def test_the_annotated_example_names_no_file_that_nobody_has(env, tmp_path, pytestconfig):
    (tmp_path / ".env").write_text((pytestconfig.rootpath / "example.env").read_text())
    env.unset("RESPONSIBLE")

    assert Settings.load().user == "@tafelrunde:example.org"


def test_the_annotated_example_is_a_right_one(env, tmp_path, monkeypatch, pytestconfig):
    for name in [*os.environ]:
        if name.startswith("TAFELRUNDE_"):
            monkeypatch.delenv(name)
    lines = (pytestconfig.rootpath / "example.env").read_text().splitlines()
    given = [line.removeprefix("#") for line in lines if line.removeprefix("#").startswith("TAFELRUNDE_")]
    values = dict(line.split("=", 1) for line in given)
    values["TAFELRUNDE_DATA"] = str(tmp_path)
    (tmp_path / "secret").write_text(CANARY)
    values["TAFELRUNDE_PASSWORD_FILE"] = str(tmp_path / "secret")
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items() if value))

    assert Settings.load().responsible == "Bezirksamt Beispiel, Amt für Soziales"
    assert unknown_variables() == []


def test_neither_repr_nor_error_shows_a_secret(env):
    env(DATABASE=f"postgresql://u:{CANARY}@h/d")
    settings = Settings.load()

    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)
    assert CANARY not in settings.model_dump_json()


def test_settings_without_the_environment(env, tmp_path):
    env(LOG_LEVEL="debug", HEALTH="off")

    settings = Settings(homeserver="http://127.0.0.1:8008", user="@t:test", data=tmp_path, password="x")

    assert (settings.log_level, settings.health) == ("info", Address("127.0.0.1", 8780))


@pytest.mark.parametrize("way", ["PASSWORD", "TOKEN", "session"])
def test_one_way_to_log_in_is_enough(env, tmp_path, way):
    env.unset("PASSWORD")
    if way == "session":
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "session.json").write_text("{}")
    else:
        env(**{way: CANARY})

    Settings.load().require_login()


def test_no_way_to_log_in_is_explained(env):
    env.unset("PASSWORD")

    with pytest.raises(SettingsError) as raised:
        Settings.load().require_login()

    assert raised.value.sentences("en") == [
        (
            "TAFELRUNDE_PASSWORD or TAFELRUNDE_TOKEN is needed for the first start. Better still: "
            "TAFELRUNDE_PASSWORD_FILE with the path of a file that holds the password."
        )
    ]


def test_unknown_variables_are_named_with_a_guess(env, tmp_path):
    env(INVITE="example.org", XYZ="1")
    (tmp_path / ".env").write_text("TAFELRUNDE_PASWORD=x\n")

    assert [sentence.render("en") for sentence in unknown_variables()] == [
        "There is no setting TAFELRUNDE_INVITE. Did you mean TAFELRUNDE_INVITES?",
        "There is no setting TAFELRUNDE_PASWORD. Did you mean TAFELRUNDE_PASSWORD?",
        "There is no setting TAFELRUNDE_XYZ.",
    ]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "de"),
        ({"LANG": "C.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_MESSAGES": "de_AT"}, "de"),
    ],
    ids=str,
)
def test_operator_language_follows_the_locale(environ, language):
    assert operator_language(environ) == language
