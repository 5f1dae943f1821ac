# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line: one clear sentence for each thing an operator can mend, and the right exit code."""

import asyncio
import contextlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from bot import lock, session
from bot.cli import app
from bot.demo import main
from bot.demo.script import load
from bot.matrix.homeserver import Session
from method.ids import UserId

NOBODY_THERE = "http://127.0.0.1:9"
SECRET = "Kanarienvogel"


class Tafelrunde:
    """Runs a command in an empty folder with complete settings, in English."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.database = self.data / "tafelrunde.db"
        self.url = f"sqlite:///{self.database}"
        self.settings = {
            "TAFELRUNDE_HOMESERVER": NOBODY_THERE,
            "TAFELRUNDE_USER": "@tafelrunde:example.org",
            "TAFELRUNDE_DATA": str(self.data),
            "TAFELRUNDE_PASSWORD": SECRET,
            "TAFELRUNDE_RESPONSIBLE": "Amt",
            "LANG": "en_GB.UTF-8",
        }

    def __call__(self, *words, **changes):
        before = os.umask(0o022)
        try:
            result = CliRunner().invoke(app, [*words], env=self.settings | changes)
        finally:
            os.umask(before)
        assert SECRET not in result.output
        return result

    def sql(self, statement, values=()):
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            return database.execute(statement, values).fetchall()

    def add_group(self, group):
        values = {"name": group, "language": "de", "step": 1, "created_at": 0, "state": "active"}
        for _id, name, kind, required, default, key in self.sql("PRAGMA table_info(groups)"):
            if required and default is None and not key and name not in values:
                values[name] = 0 if "INT" in kind else ""
        names, marks = ", ".join(values), ", ".join("?" for _ in values)
        self.sql(f"INSERT INTO groups ({names}) VALUES ({marks})", [*values.values()])  # noqa: S608 -- no input


@pytest.fixture
def tafelrunde(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith(("TAFELRUNDE_", "LC_")):
            monkeypatch.delenv(name)
    return Tafelrunde(tmp_path)


@pytest.mark.parametrize("command", ["run", "check", "migrate", "relogin", "export", "import", "backup"])
def test_wrong_settings_are_named_all_at_once_and_exit_78(tafelrunde, command):
    options = {
        "export": ["--room", "!r:example.org"],
        "import": ["a.json", "--room", "!r:example.org"],
        "backup": ["copy"],
    }.get(command, [])

    result = tafelrunde(command, *options, TAFELRUNDE_USER="tafelrunde", TAFELRUNDE_HEALTH="8780")

    assert (result.exit_code, result.stdout) == (78, "")
    assert result.stderr.splitlines() == [
        (
            "TAFELRUNDE_USER is not a full Matrix user ID: tafelrunde. "
            "Example: TAFELRUNDE_USER=@tafelrunde:example.org"
        ),
        "TAFELRUNDE_HEALTH is neither host:port nor off: 8780. Example: TAFELRUNDE_HEALTH=127.0.0.1:8780",
    ]


def test_wrong_settings_are_explained_in_german(tafelrunde):
    result = tafelrunde("check", TAFELRUNDE_USER="tafelrunde", LANG="de_DE.UTF-8")

    assert result.stderr.splitlines() == [
        (
            "TAFELRUNDE_USER ist keine vollständige Matrix-Kennung: tafelrunde. "
            "Beispiel: TAFELRUNDE_USER=@tafelrunde:example.org"
        )
    ]


def test_a_typo_in_a_setting_is_pointed_out_beside_the_problem(tafelrunde):
    result = tafelrunde("check", TAFELRUNDE_USER="", TAFELRUNDE_USR="@tafelrunde:example.org")

    assert result.stderr.splitlines() == [
        "TAFELRUNDE_USER is missing. Example: TAFELRUNDE_USER=@tafelrunde:example.org",
        "There is no setting TAFELRUNDE_USR. Did you mean TAFELRUNDE_USER?",
    ]


def test_run_without_any_way_to_log_in_exits_78(tafelrunde):
    result = tafelrunde("run", TAFELRUNDE_PASSWORD="")

    assert result.exit_code == 78
    assert result.stderr.startswith("TAFELRUNDE_PASSWORD or TAFELRUNDE_TOKEN is needed for the first start.")


def test_check_with_a_homeserver_that_is_away_explains_it_and_exits_1(tafelrunde):
    result = tafelrunde("check")

    assert result.exit_code == 1
    said = result.stderr.splitlines()
    pictures = said.pop(2)  # says what fonts this machine has
    assert pictures.startswith(("OK: Pictures can be drawn", "   Pictures leave out words"))
    assert said == [
        f"OK: The settings are complete. The data is in {tafelrunde.data}.",
        "   There is no database yet. It is made at the first start.",
        f"!! The homeserver {NOBODY_THERE} refuses the connection. Does it run, is the port right?",
        "Problems found: 1.",
    ]


def test_check_says_that_nobody_is_named_as_responsible(tafelrunde):
    sentence = "TAFELRUNDE_RESPONSIBLE is empty: as responsible the chat names only the server, example.org."

    assert f"   {sentence}\n" in tafelrunde("check", TAFELRUNDE_RESPONSIBLE="").stderr


def test_the_settings_may_stand_in_a_file_somewhere_else(tafelrunde, tmp_path):
    file = tmp_path / "etc" / "tafelrunde.env"
    file.parent.mkdir()
    file.write_text("".join(f"{name}={value}\n" for name, value in tafelrunde.settings.items()))
    (tmp_path / ".env").write_text("TAFELRUNDE_USER=nobody\n")
    tafelrunde.settings = {"LANG": "en_GB.UTF-8", "TAFELRUNDE_ENV_FILE": str(file)}

    assert tafelrunde("migrate").stderr == "The database is up to date.\n"


@pytest.mark.parametrize("command", ["check", "run", "migrate"])
def test_a_broken_line_in_the_file_is_named_once_and_exits_78(tafelrunde, tmp_path, command):
    (tmp_path / ".env").write_text("# Einstellungen\n\nTAFELRUNDE_INVITES example.org\n")

    result = subprocess.run(
        [sys.executable, "-m", "bot", command],
        env=tafelrunde.settings | {"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (result.returncode, result.stderr) == (
        78,
        ".env, line 3: that is no setting. Example: TAFELRUNDE_USER=@tafelrunde:example.org\n",
    )


def test_check_changes_nothing(tafelrunde):
    result = tafelrunde("check")

    assert not tafelrunde.data.exists()
    assert f"The data is in {tafelrunde.data}." in result.stderr


def test_migrate_makes_a_private_database(tafelrunde):
    result = tafelrunde("migrate")

    assert (result.exit_code, result.stderr) == (0, "The database is up to date.\n")
    assert stat.S_IMODE(tafelrunde.database.stat().st_mode) == 0o600
    assert stat.S_IMODE(tafelrunde.data.stat().st_mode) == 0o700


def test_migrate_twice_is_the_same_as_once(tafelrunde):
    tafelrunde("migrate")

    assert tafelrunde("migrate").exit_code == 0


@pytest.mark.parametrize("command", ["migrate", "run"])
def test_a_second_process_exits_75_with_one_sentence(tafelrunde, command):
    tafelrunde("migrate")

    async def try_it():
        async with lock.held(tafelrunde.url):
            return await asyncio.to_thread(tafelrunde, command, TAFELRUNDE_HEALTH="off")

    result = asyncio.run(try_it())

    assert result.exit_code == 75
    assert result.stderr.splitlines()[-1:] == [
        "Another process is already working with this database. Only one may run."
    ]


@pytest.mark.parametrize("command", ["migrate", "run"])
def test_a_newer_schema_is_refused_and_left_alone(tafelrunde, command):
    tafelrunde("migrate")
    tafelrunde.sql("UPDATE alembic_version SET version_num = '9999'")

    result = tafelrunde(command, TAFELRUNDE_HEALTH="off")

    assert result.exit_code == 78
    assert result.stderr.splitlines()[-1] == (
        "The database was written by a newer version. Install that version, or bring back a backup."
    )
    assert tafelrunde.sql("SELECT version_num FROM alembic_version") == [("9999",)]


def test_check_names_a_newer_schema(tafelrunde):
    tafelrunde("migrate")
    tafelrunde.sql("UPDATE alembic_version SET version_num = '9999'")

    assert "!! The database was written by a newer version." in tafelrunde("check").stderr


@pytest.mark.parametrize("command", ["migrate", "check", "export"])
def test_a_database_server_that_is_away_is_one_sentence(tafelrunde, command):
    options = {
        "export": ["--room", "!r:example.org"],
        "import": ["a.json", "--room", "!r:example.org"],
        "backup": ["copy"],
    }.get(command, [])

    result = tafelrunde(
        command, *options, TAFELRUNDE_DATABASE=f"postgresql://u:{SECRET}@127.0.0.1:9/tafelrunde"
    )

    assert result.exit_code == 1
    assert "The database server refuses the connection." in result.stderr
    assert "Error" not in result.stderr
    assert "Traceback" not in result.output


def test_a_database_that_the_server_does_not_have_is_one_sentence(tafelrunde, postgres_url):
    name = make_url(postgres_url).database
    result = tafelrunde("check", TAFELRUNDE_DATABASE=postgres_url.replace(name, "nowhere"))

    assert "!! The database server has no database of this name.\n" in result.stderr


def test_a_file_that_is_no_database_is_one_sentence(tafelrunde):
    tafelrunde.data.mkdir()
    tafelrunde.database.write_bytes(b"this is not a database, but it is long enough to be looked at" * 20)

    result = tafelrunde("migrate")

    assert result.exit_code == 1
    assert result.stderr == (
        "The database does not answer as it should (DatabaseError). tafelrunde check tells more.\n"
    )


def test_export_without_a_database_makes_none(tafelrunde):
    result = tafelrunde("export", "--room", "!r:example.org")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "There is no database yet. It is made at the first start.\n"
    assert not tafelrunde.database.exists()


def test_export_of_an_unknown_room_says_so(tafelrunde):
    tafelrunde("migrate")

    result = tafelrunde("export", "--room", "!r:example.org", "--format", "json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == ("There is no group yet. The bot founds one when it is invited into a room.\n")


def test_export_of_an_unknown_group_names_those_that_there_are(tafelrunde):
    tafelrunde("migrate")
    for group in ("Nordosten", "Ämter"):
        tafelrunde.add_group(group)

    assert tafelrunde("export", "--room", "Norden").stderr == (
        "There is no group with the room or name Norden. There are: Nordosten, Ämter. "
        "Example: --room Nordosten\n"
    )


def test_export_of_a_name_that_two_groups_have_says_so(tafelrunde):
    tafelrunde("migrate")
    for _ in range(2):
        tafelrunde.add_group("Norden")

    assert tafelrunde("export", "--room", "Norden").stderr == (
        "Several groups have the name Norden. Give the ID of the room. Example: --room '!abc:example.org'\n"
    )


def test_export_writes_json_to_standard_output_while_the_bot_runs(tafelrunde):
    tafelrunde("migrate")
    tafelrunde.add_group("Größe & Wärme")

    async def try_it():
        async with lock.held(tafelrunde.url):
            return await asyncio.to_thread(
                tafelrunde, "export", "--room", "Größe & Wärme", "--format", "json"
            )

    result = asyncio.run(try_it())

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["group"]["name"] == "Größe & Wärme"
    assert "Größe & Wärme" in result.stdout


def test_export_knows_only_json(tafelrunde):
    assert tafelrunde("export", "--room", "!r:example.org", "--format", "xml").exit_code == 2


BARRIER = {
    "id": "B3", "kind": "barrier", "text": "Nur auf Papier", "topics": [], "links": [], "notes": [],
    "support": 4, "state": "open", "created": "2027-02-22T08:05:00Z", "changed": "2027-02-22T08:05:00Z",
}  # fmt: skip
BOARD = {
    "format": "tafelrunde-export",
    "version": 1,
    "group": {
        "name": "Alt",
        "goal": "Arbeit",
        "step": 2,
        "state": "active",
        "created": "2027-02-22T08:05:00Z",
    },
    "settings": {"language": "de"},
    "items": [BARRIER],
}


@pytest.mark.parametrize(
    ("options", "imported", "said"),
    [
        ([], 1, "Imported. Open entries: 1."),
        (["--template"], 0, "Imported: goal, settings and sectors."),
    ],
    ids=["copy", "template"],
)
def test_import_brings_an_export_into_a_new_group(tafelrunde, tmp_path, options, imported, said):
    tafelrunde("migrate")
    tafelrunde.add_group("Neu")
    file = tmp_path / "alt.json"
    file.write_text(json.dumps(BOARD))

    result = tafelrunde("import", str(file), "--room", "Neu", *options)

    assert (result.exit_code, result.stderr) == (0, f"{said}\n")
    exported = json.loads(tafelrunde("export", "--room", "Neu").stdout)
    assert [item["id"] for item in exported["items"]] == ["B3"] * imported
    assert (exported["group"]["name"], exported["group"]["goal"]) == ("Neu", "Arbeit")


@pytest.mark.parametrize(
    ("content", "group", "sentence"),
    [
        (None, "Neu", "Die Datei {file} lässt sich nicht lesen: diesen Pfad gibt es nicht."),
        ("", "Neu", "{no_export} (er ist kein JSON)."),
        ("{}", "Neu", "{no_export} (format fehlt)."),
        (json.dumps(BOARD | {"version": 2}), "Neu", "{no_export} (er stammt von einer neueren Version)."),
        (json.dumps(BOARD | {"karma": 3}), "Neu", "{no_export} (karma ist nicht bekannt)."),
        (json.dumps(BOARD | {"items": 3}), "Neu", "{no_export} (items stimmt nicht)."),
        (json.dumps(BOARD | {"items": [BARRIER, BARRIER]}), "Neu", "{no_export} (items.id stimmt nicht)."),
        (
            json.dumps(BOARD),
            "Fremd",
            "Es gibt keine Gruppe mit dem Raum oder Namen Fremd. Es gibt: Neu. Beispiel: --room Neu",
        ),
    ],
    ids=["no file", "no JSON", "no export", "newer", "unknown field", "wrong", "twice", "no group"],
)
def test_import_that_cannot_be_says_why(tafelrunde, tmp_path, content, group, sentence):
    tafelrunde("migrate")
    tafelrunde.add_group("Neu")
    file = tmp_path / "alt.json"
    if content is not None:
        file.write_text(content)

    result = tafelrunde("import", str(file), "--room", group, LANG="de_DE.UTF-8")

    no_export = f"{file} ist kein Export, den diese Version lesen kann"
    said = sentence.format(file=file, no_export=no_export)
    assert (result.exit_code, result.stderr) == (1, f"{said}\n")


def test_import_of_a_folder_says_so(tafelrunde, tmp_path):
    tafelrunde("migrate")

    result = tafelrunde("import", str(tmp_path), "--room", "Neu")

    assert (result.exit_code, result.stderr) == (
        1,
        f"The file {tmp_path} cannot be read: that is a folder.\n",
    )


def test_import_again_into_the_same_group_changes_nothing(tafelrunde, tmp_path):
    tafelrunde("migrate")
    tafelrunde.add_group("Neu")
    file = tmp_path / "alt.json"
    file.write_text(json.dumps(BOARD))
    tafelrunde("import", str(file), "--room", "Neu")
    before = tafelrunde("export", "--room", "Neu").stdout

    result = tafelrunde("import", str(file), "--room", "Neu")

    assert result.exit_code == 1
    assert result.stderr == (
        "This group has entries already. Invite the bot into a new room and import there.\n"
    )
    assert tafelrunde("export", "--room", "Neu").stdout == before


def test_import_while_the_bot_runs_says_so(tafelrunde, tmp_path):
    tafelrunde("migrate")
    file = tmp_path / "alt.json"
    file.write_text(json.dumps(BOARD))

    async def try_it():
        async with lock.held(tafelrunde.url):
            return await asyncio.to_thread(tafelrunde, "import", str(file), "--room", "Neu")

    result = asyncio.run(try_it())

    assert result.exit_code == 75
    assert result.stderr == "Another process is already working with this database. Only one may run.\n"


def test_relogin_before_the_first_login_says_so(tafelrunde):
    result = tafelrunde("relogin")

    assert result.exit_code == 1
    assert result.stderr == "Nobody has logged in yet. tafelrunde run does it at the first start.\n"


def test_relogin_with_a_damaged_session_says_which_file(tafelrunde):
    tafelrunde.data.mkdir()
    (tafelrunde.data / "session.json").write_text("{")

    result = tafelrunde("relogin")

    assert result.exit_code == 78
    assert result.stderr == (
        f"The file {tafelrunde.data}/session.json is damaged. Bring it back from the backup.\n"
    )


def test_relogin_with_a_homeserver_that_is_away_keeps_the_session(tafelrunde):
    tafelrunde.data.mkdir()
    ours = Session(UserId("@tafelrunde:example.org"), "DEVICE", "token")
    session.save(tafelrunde.data, ours)

    result = tafelrunde("relogin")

    assert result.exit_code == 1
    assert (
        result.stderr
        == f"The homeserver {NOBODY_THERE} refuses the connection. Does it run, is the port right?\n"
    )
    assert session.find(tafelrunde.data) == ours


def test_relogin_without_a_terminal_asks_for_nothing_and_exits_78(tafelrunde):
    tafelrunde.data.mkdir()
    session.save(tafelrunde.data, Session(UserId("@tafelrunde:example.org"), "DEVICE", "token"))

    result = subprocess.run(
        [sys.executable, "-m", "bot", "relogin"],
        env=tafelrunde.settings | {"TAFELRUNDE_PASSWORD": ""},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )

    assert (result.returncode, result.stdout) == (78, "")
    assert result.stderr == (
        "Asking for the password needs a terminal. Without one, set TAFELRUNDE_PASSWORD_FILE.\n"
    )


@pytest.mark.parametrize("language", ["de_DE.UTF-8", "en_GB.UTF-8"])
def test_python_m_bot_and_tafelrunde_are_the_same(language, tmp_path):
    script = Path(sys.executable).with_name("tafelrunde")
    environment = {"LANG": language, "COLUMNS": "100"}

    answers = [
        subprocess.run([*command, "--help"], env=environment, cwd=tmp_path, capture_output=True, check=True)
        for command in ([script], [sys.executable, "-m", "bot"])
    ]

    assert answers[0].stdout == answers[1].stdout


# --- demo ----------------------------------------------------------------------------------------


def test_demo_deletes_nothing_that_is_not_its_own(tafelrunde, tmp_path):
    files = [tmp_path / "mine" / folder / "akte.pdf" for folder in ("files", "bot", "homeserver")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text("wichtig")

    result = tafelrunde("demo", "--once", "--data", str(tmp_path / "mine"))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"The demo empties its folder, and {tmp_path}/mine holds other things. Name a new folder. "
        "Example: tafelrunde demo --data .demo\n"
    )
    assert [file for file in files if not file.exists()] == []


def test_demo_takes_the_folder_of_an_earlier_one_again(tmp_path):
    for _ in range(2):
        with main._emptied(tmp_path):
            main._passwords(load(), tmp_path)
            assert not (tmp_path / "files").exists()
            (tmp_path / "files").mkdir()
            (tmp_path / "files" / "brief.pdf").write_text("alt")


def test_demo_deletes_nothing_where_a_file_of_the_same_name_is_not_a_demo_s(tafelrunde, tmp_path):
    (tmp_path / "accounts.json").write_text('"tafelrunde"')
    (tmp_path / "bot").mkdir()

    result = tafelrunde("demo", "--once", "--data", str(tmp_path))

    assert (result.exit_code, result.stdout) == (1, "")
    assert (tmp_path / "bot").exists()


def test_demo_in_a_folder_that_cannot_be_made_says_why(tafelrunde):
    result = tafelrunde("demo", "--once", "--data", "/proc/x")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "The demo cannot use the folder /proc/x: there is no such path.\n"


# --- backup --------------------------------------------------------------------------------------


def ready_to_copy(tafelrunde):
    tafelrunde("migrate")
    session.pickle_key(tafelrunde.data)
    (tafelrunde.data / "cross-signing.json").write_text("{}")
    session.save(tafelrunde.data, Session(UserId("@tafelrunde:example.org"), "DEVICE", SECRET))
    kinds = ("account", "olm session", "room key", "device")
    for kind in kinds:
        tafelrunde.sql("INSERT INTO crypto VALUES (?, 'k', ?)", (kind, f"sealed {kind}".encode()))
    tafelrunde.sql("INSERT INTO to_device VALUES (1, 0, x'00')")


def test_backup_holds_what_a_new_device_needs_and_nothing_of_the_old_one(tafelrunde):
    ready_to_copy(tafelrunde)
    copy = tafelrunde.data.with_name("copy")

    result = tafelrunde("backup", str(copy))

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"The backup is in {copy}. It holds what people wrote, and keys: keep it encrypted.\n"
    )
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in copy.iterdir()}
    assert files == {"cross-signing.json": 0o600, "pickle.key": 0o600, "tafelrunde.db": 0o600}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    with contextlib.closing(sqlite3.connect(copy / "tafelrunde.db")) as database:
        assert database.execute("SELECT kind FROM crypto ORDER BY kind").fetchall() == [
            ("device",),
            ("room key",),
        ]
        assert database.execute("SELECT * FROM to_device").fetchall() == []
    content = (copy / "tafelrunde.db").read_bytes()
    assert b"sealed room key" in content
    assert b"sealed account" not in content


def test_backup_into_a_folder_that_is_not_there_is_probably_a_typo(tafelrunde, tmp_path):
    ready_to_copy(tafelrunde)

    result = tafelrunde("backup", str(tmp_path / "nonexist" / "x"))

    assert (result.exit_code, result.stderr) == (
        1,
        f"The folder {tmp_path}/nonexist does not exist. Make it first, or name another one. "
        "Example: tafelrunde backup /var/backups/tafelrunde-2027-02-22\n",
    )
    assert not (tmp_path / "nonexist").exists()


def test_backup_that_fails_says_why(tafelrunde):
    ready_to_copy(tafelrunde)

    result = tafelrunde("backup", "/proc/x")

    assert (result.exit_code, result.stderr) == (1, "The backup failed: there is no such path.\n")


def test_backup_overwrites_nothing(tafelrunde):
    ready_to_copy(tafelrunde)
    copy = tafelrunde.data.with_name("copy")
    copy.mkdir()

    result = tafelrunde("backup", str(copy))

    assert (result.exit_code, result.stderr) == (1, f"{copy} is there already. Name a new folder.\n")


def test_backup_without_the_pickle_key_is_refused(tafelrunde):
    ready_to_copy(tafelrunde)
    (tafelrunde.data / "pickle.key").unlink()

    result = tafelrunde("backup", "copy")

    assert (result.exit_code, result.stderr) == (78, "The file pickle.key is missing in the data folder.\n")


def test_backup_of_a_damaged_file_is_refused_and_leaves_nothing(tafelrunde):
    ready_to_copy(tafelrunde)
    content = bytearray(tafelrunde.database.read_bytes())
    content[4096 * 3 : 4096 * 20] = bytes(4096 * 17)
    tafelrunde.database.write_bytes(content)
    copy = tafelrunde.data.with_name("copy")

    result = tafelrunde("backup", str(copy))

    assert result.exit_code == 78
    assert result.stderr.startswith("The database file is damaged.")
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith("copy")] == []


def test_backup_into_the_root_folder_is_refused(tafelrunde):
    ready_to_copy(tafelrunde)

    result = tafelrunde("backup", "/")

    assert (result.exit_code, result.stderr) == (1, "/ is there already. Name a new folder.\n")


def test_backup_of_postgresql_is_explained(tafelrunde):
    url = "postgresql://tafelrunde@127.0.0.1:9/runde"

    result = tafelrunde("backup", "copy", TAFELRUNDE_DATABASE=url)

    assert result.exit_code == 1
    assert "pg_dump --format=custom --file=tafelrunde.dump runde" in result.stderr
