# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Read the settings from environment, a file and secret files; ``config.settings`` judges them.

The file is ``.env`` in the working folder, or the one that ``TAFELRUNDE_ENV_FILE`` names.
"""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.addresses import WrongValueError, shown
from config.texts import DEFAULT_LANGUAGE, Text, text

PREFIX: Final = "TAFELRUNDE_"
#: Names another file than ``.env``; only the environment itself can.
ENV_FILE: Final = f"{PREFIX}ENV_FILE"
#: Settings that can also be given as the path of a file: TAFELRUNDE_PASSWORD_FILE and so on.
SECRETS: Final = ("password", "token", "database")

# What it warns of, without the name of the file, is told by ``read``.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)


def env_file() -> Path:
    """Return the file the settings stand in, whether it is there or not."""
    return Path(os.environ.get(ENV_FILE) or ".env")


def read() -> tuple[dict[str, Any], list[Text]]:
    """Return what is given, by field name, and what is wrong with the files."""
    problems: list[Text] = []
    file, named = env_file(), os.environ.get(ENV_FILE)
    try:
        if named:
            file.open("rb").close()  # a file that is not there would be passed over
        problems += _broken_lines(file)
        given = _Environment(_env_file=file)
    except (OSError, UnicodeDecodeError):
        name, path = ENV_FILE if named else ".env", shown(str(file))
        problems.append(text("{name}: the file {path} cannot be read.", name=name, path=path))
        given = _Environment(_env_file=None)
    found = {name: value for name, value in given if value is not None}
    for name in SECRETS:
        path = found.pop(f"{name}_file", None)
        if path is None:
            continue
        try:
            found[name] = _secret(name, Path(path), given=name in found)
        except WrongValueError as wrong:
            problems.append(wrong.text)
            found.pop(name, None)
    return found, problems


def _broken_lines(file: Path) -> list[Text]:
    """Return one sentence for each line of the file that is no setting; without a file there is none."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8") as lines:
        return [
            text(
                "{path}, line {n}: that is no setting. Example: {example}",
                path=shown(str(file)),
                n=found.original.line + _empty_lines(found.original.string),
                example=f"{variable('user')}=@tafelrunde:example.org",
            )
            for found in parse_stream(lines)
            if found.error
        ]


def _empty_lines(words: str) -> int:
    """Return how many lines at the beginning are empty: the parser counts them in."""
    return words[: len(words) - len(words.lstrip())].count("\n")


def variable(field: str) -> str:
    """Return the name of the environment variable of ``field``."""
    return PREFIX + field.upper()


def unknown_variables() -> list[Text]:
    """Return one sentence for each ``TAFELRUNDE_…`` variable that means nothing (a typo, mostly)."""
    known = [ENV_FILE, *(variable(name) for name in _Environment.model_fields)]
    given = {*os.environ, *_names(env_file())}
    sentences = []
    for name in sorted(name for name in given if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), _Environment.model_fields, n=1)
        sentences.append(
            text("There is no setting {name}. Did you mean {near}?", name=name, near=variable(near[0]))
            if near
            else text("There is no setting {name}.", name=name)
        )
    return sentences


def _names(file: Path) -> set[str]:
    try:
        return {*dotenv_values(file)} if file.is_file() else set()
    except (OSError, UnicodeDecodeError):
        return set()  # told by ``read``


def operator_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language for the operator's terminal: that of the locale, German if it names none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environ.get(name, "").partition(".")[0].partition("_")[0].lower()
        if locale in {"c", "posix"}:
            break
        if locale:
            return "de" if locale == "de" else "en"
    return DEFAULT_LANGUAGE


def _secret(name: str, path: Path, *, given: bool) -> str:
    """Return the content of the secret file at ``path``, without the newline at its end."""
    file = f"{variable(name)}_FILE"
    if given:
        raise WrongValueError(
            text("{one} and {other} are both set; keep one of them.", one=variable(name), other=file)
        )
    try:
        content = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise WrongValueError(
            text("{name}: the file {path} cannot be read.", name=file, path=shown(str(path)))
        ) from None
    if not content:
        raise WrongValueError(text("{name}: the file {path} is empty.", name=file, path=shown(str(path))))
    return content


class _Environment(BaseSettings):
    """The values as they stand in the environment or in the file, not yet judged."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    homeserver: str | None = None
    user: str | None = None
    data: str | None = None
    password: SecretStr | None = None
    password_file: str | None = None
    token: SecretStr | None = None
    token_file: str | None = None
    database: SecretStr | None = None
    database_file: str | None = None
    invites: str | None = None
    health: str | None = None
    log_level: str | None = None
    responsible: str | None = None
    privacy_contact: str | None = None
