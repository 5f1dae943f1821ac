# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What CONTRIBUTING promises about the code, as far as a machine can check it."""

import ast
import re
import subprocess
import sys
import tokenize
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HEADER = "# SPDX-FileCopyrightText: 2026 Tafelrunde contributors\n# SPDX-License-Identifier: EUPL-1.2\n"
PROGRAM = ("bot", "commands", "config", "method", "storage")
#: Where the program asks what time it is; everywhere else the time is an argument.
#: (A Retry-After date of a homeserver counts from the wall clock too; its reader stands below the clock.)
CLOCKS = {"bot/clock.py", "bot/matrix/answers.py"}
DRAWERS = {"common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
#: "About 300" and "about 40" with some room; a file that reaches it wants to be two.
LONGEST_FILE = 360
LONGEST_FUNCTION = 48
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
SQL = {"delete", "insert", "select", "text", "update"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


@cache
def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


@cache
def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name):
    return ast.parse(source(name))


PYTHON = [name for name in tracked() if name.endswith(".py")]
CODE = [name for name in PYTHON if name.startswith(tuple(f"{package}/" for package in PROGRAM))]
#: The demonstration is people and a homeserver, not the bot.
BOT = [name for name in CODE if not name.startswith("bot/demo/")]


def test_there_is_something_to_check():
    assert len(BOT) > 20


def findings(names, look):
    """Return what ``look`` finds in each file, as "file: finding"."""
    return [f"{name}: {finding}" for name in names for finding in look(name)]


def test_every_module_says_whose_it_is_and_what_it_is_for():
    def look(name):
        if not source(name).startswith(HEADER):
            yield "no licence header"
        first = (ast.get_docstring(tree(name)) or "").partition("\n")[0]
        if not first:
            yield "no sentence saying what it is for"

    assert findings(PYTHON, look) == []


def test_public_functions_and_classes_have_a_docstring():
    def look(name):
        scopes = [tree(name), *(node for node in tree(name).body if isinstance(node, ast.ClassDef))]
        for scope in scopes:
            if getattr(scope, "name", "").startswith("_"):
                continue
            for node in scope.body:
                if (
                    isinstance(node, DEFINITIONS)
                    and not node.name.startswith("_")
                    and not ast.get_docstring(node)
                ):
                    yield node.name

    assert findings([name for name in CODE if "/versions/" not in name], look) == []


def test_no_file_is_a_drawer():
    assert findings(CODE, lambda name: DRAWERS & set(Path(name).with_suffix("").parts)) == []


def test_files_and_functions_fit_on_a_page():
    def look(name):
        if (lines := len(source(name).splitlines())) > LONGEST_FILE:
            yield f"{lines} lines"
        for node in ast.walk(tree(name)):
            if isinstance(node, FUNCTIONS) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                yield f"{node.name} is too long"

    assert findings([name for name in BOT if "/versions/" not in name], look) == []


def test_the_time_is_asked_in_one_place():
    asking = re.compile(r"(\w+\.)*(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)")

    def look(name):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and asking.fullmatch(ast.unparse(node.func)):
                yield f"{ast.unparse(node.func)} in line {node.lineno}"

    assert findings([name for name in BOT if name not in CLOCKS], look) == []


def test_sql_occurs_in_storage_only():
    def look(name):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                yield from SQL & {alias.name for alias in node.names}

    assert findings([name for name in BOT if not name.startswith("storage/")], look) == []


def test_nobody_waits_in_a_way_that_can_lose_a_cancellation():
    """``asyncio.wait_for`` of Python 3.11 does, when what it waits for comes in the same moment."""

    def look(name):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "asyncio.wait_for":
                yield f"wait_for in line {node.lineno}: asyncio.timeout does the same"

    assert findings(BOT, look) == []


def test_log_events_are_fixed_words():
    def look(name):
        for node in ast.walk(tree(name)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if ast.unparse(node.func.value) != "logger" or node.func.attr not in LEVELS:
                continue
            event = node.args[0] if node.args else None
            if not (isinstance(event, ast.Constant) and re.fullmatch(r"[a-z][a-z_]*", str(event.value))):
                yield ast.unparse(node)

    assert findings(BOT, look) == []


def test_every_suppression_has_a_code_and_a_reason():
    bare = re.compile(
        r"#\s*noqa(?!: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* -- \S)"
        r"|#\s*type:\s*ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]\s+#\s*\S)"
        r"|#\s*pragma:\s*no cover(?! -- \S)"
    )

    def look(name):
        with (ROOT / name).open("rb") as file:
            comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
        return [f"line {comment.start[0]}" for comment in comments if bare.search(comment.string)]

    assert findings(PYTHON, look) == []


def test_tests_do_not_mock():
    def look(name):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if "mock" in alias.name)
            elif isinstance(node, ast.ImportFrom) and "mock" in (node.module or ""):
                yield node.module

    assert findings([name for name in PYTHON if name.startswith("tests/")], look) == []


def test_imports_point_one_way():
    script = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([script, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_no_file_names_a_machine_or_a_registry():
    """A fresh clone must work everywhere, with whatever package index and mirror the reader has."""
    # Written so that this file does not find itself.
    names = [
        "pypi.o_rg/",
        "python_hosted",
        "registry.np_mjs",
        "/ro_ot/",
        "/wo_rk/",
        "/ho_me/",
        "--inde_x-url",
    ]
    places = re.compile("|".join(re.escape(name.replace("_", "")) for name in names))
    found = []
    for name in tracked():
        try:
            lines = source(name).splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{number}" for number, line in enumerate(lines, 1) if places.search(line)]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash(name):
    entries = re.split(r"\n(?=[a-zA-Z0-9])", source(name).strip())

    assert [
        entry.split("\n")[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
    ] == []


def test_the_locked_requirements_are_those_of_the_package():
    project = tomllib.loads(source("pyproject.toml"))["project"]
    listed = [line for line in source("requirements.in").splitlines() if line and not line.startswith("#")]

    def names(lines):
        return sorted(re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines)

    assert names(listed) == names(project["dependencies"])


def test_all_documents_name_one_version():
    version = tomllib.loads(source("pyproject.toml"))["project"]["version"]

    changelog = re.search(r"^## (\d+\.\d+\.\d+)", source("CHANGELOG.md"), re.MULTILINE)
    assert changelog is not None
    assert changelog[1] == version
    assert yaml.safe_load(source("publiccode.yml"))["softwareVersion"] == version
    assert f"tafelrunde:{version}" in source("compose.yaml")


def test_the_settings_table_and_the_example_name_every_setting():
    from config.environment import SECRETS, variable  # noqa: PLC0415 -- only this test needs the program
    from config.settings import Settings  # noqa: PLC0415 -- as above

    names = {variable(field) for field in Settings.model_fields} | {
        f"{variable(name)}_FILE" for name in SECRETS
    }

    for name in ("README.md", "example.env"):
        assert set(re.findall(r"TAFELRUNDE_[A-Z_]*[A-Z]", source(name))) >= names, name


def test_the_container_is_given_every_setting():
    from config.environment import SECRETS, variable  # noqa: PLC0415 -- only this test needs the program
    from config.settings import Settings  # noqa: PLC0415 -- as above

    names = {variable(field) for field in Settings.model_fields} | {
        f"{variable(name)}_FILE" for name in SECRETS
    }
    files_only = {"TAFELRUNDE_PASSWORD", "TAFELRUNDE_TOKEN"}

    assert {*re.findall(r"(TAFELRUNDE_[A-Z_]*[A-Z]):", source("compose.yaml"))} == names - files_only


def test_both_readmes_have_the_same_sections():
    def shape(name):
        return [line.split()[0] for line in source(name).splitlines() if re.match(r"#+ |\||```", line)]

    assert shape("README.md") == shape("README.en.md")


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_readme_names_commands_that_exist(name):
    from commands.topics import router  # noqa: PLC0415 -- only these tests need the program
    from method.words import fold  # noqa: PLC0415 -- as above

    known = router.folded()
    examples = re.findall(r"`!([^`]+)`", source(name).partition("| `TAFELRUNDE_")[0])

    assert [example for example in examples if fold(example.split()[0]).rstrip(":") not in known] == []
    assert {known[fold(example.split()[0]).rstrip(":")].name for example in examples} >= {
        command.name for command in router.commands
    }


def test_the_continuous_integration_runs_what_a_developer_runs():
    assert source(".ci/run").rstrip().endswith("exec make test")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
