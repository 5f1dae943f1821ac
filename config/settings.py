# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the operator decides: environment, ``.env`` and secret files become one checked, frozen value.

Everything a group decides is set in the chat, not here. ``Settings.load()`` reads the environment;
``Settings(homeserver=…, …)`` builds the same value without looking at it (tests, demo).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, ValidationInfo, field_validator

from config import addresses, environment
from config.addresses import WrongValueError
from config.environment import variable
from config.texts import Text, text

EXAMPLES: Final[Mapping[str, str]] = {
    "homeserver": "https://matrix.example.org",
    "user": "@tafelrunde:example.org",
    "password": "…",
    "token": "…",
    "data": "/var/lib/tafelrunde",
    "database": "postgresql://tafelrunde@localhost/tafelrunde",
    "invites": "example.org,@anna:partner.example",
    "health": "127.0.0.1:8780",
    "log_level": "info",
    "responsible": "Bezirksamt Beispiel, Amt für Soziales",
    "privacy_contact": "datenschutz@example.org",
}

LogLevel = Literal["debug", "info", "warning", "error"]
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


class SettingsError(Exception):
    """One or more settings are wrong; each problem is one sentence that names the variable."""

    def __init__(self, problems: tuple[Text, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))

    def sentences(self, language: str) -> list[str]:
        """Return the problems in ``language``, in the order of the settings table."""
        return [problem.render(language) for problem in self.problems]


@dataclass(frozen=True, slots=True)
class Invites:
    """Who may invite the bot: everybody of a server, or single persons."""

    servers: frozenset[str]
    users: frozenset[str]

    def allows(self, user_id: str) -> bool:
        """Say whether an invitation by ``user_id`` is followed."""
        return user_id in self.users or user_id.partition(":")[2].lower() in self.servers


@dataclass(frozen=True, slots=True)
class Address:
    """Where the health pages listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach it."""
        return addresses.is_loopback(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Settings(BaseModel):
    """All settings, checked. ``repr`` shows no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    #: Base URL without a slash at the end.
    homeserver: str
    #: Full user ID of the bot.
    user: str
    #: Absolute path of the folder for everything the bot keeps.
    data: Path
    #: Used once; afterwards the stored session counts.
    password: SecretStr | None = None
    token: SecretStr | None = None
    #: SQLAlchemy URL with an async driver; see ``database_url``.
    database: SecretStr = SecretStr("")
    invites: Invites = Invites(frozenset(), frozenset())
    #: None: no health pages.
    health: Address | None = Address("127.0.0.1", 8780)
    log_level: LogLevel = "info"
    #: Named in the welcome text and in `!datenschutz`; without the first the server's name stands there.
    responsible: str = ""
    privacy_contact: str = ""

    def __init__(self, **values: Any) -> None:
        """Check ``values``.

        Raises:
            SettingsError: at least one value is wrong; all problems at once.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(tuple(_sentence(problem) for problem in error.errors())) from None

    @classmethod
    def load(cls) -> Self:
        """Read environment, ``.env`` (or what ``TAFELRUNDE_ENV_FILE`` names) and secret files, in this order.

        Raises:
            SettingsError: something is missing or wrong; all problems at once.
        """
        found, problems = environment.read()
        try:
            settings = cls(**found)
        except SettingsError as error:
            raise SettingsError((*problems, *error.problems)) from None
        if problems:
            raise SettingsError(tuple(problems))
        return settings

    @property
    def server_name(self) -> str:
        """The server part of the bot's user ID."""
        return self.user.partition(":")[2]

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL with its password; never log it."""
        return self.database.get_secret_value()

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None with PostgreSQL."""
        return addresses.sqlite_file(self.database_url)

    def make_folder(self) -> None:
        """Make the data folder (0700) if it is not there yet.

        Raises:
            SettingsError: it cannot be made.
        """
        try:
            self.data.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            raise SettingsError((addresses.no_folder(variable("data"), self.data).text,)) from None

    def require_login(self) -> None:
        """Make sure there is a way to log in: a stored session, a token or a password.

        Raises:
            SettingsError: none of the three is there.
        """
        if self.password is None and self.token is None and not (self.data / "session.json").exists():
            raise SettingsError(
                (
                    text(
                        "{password} or {token} is needed for the first start. Better still: {file} with the "
                        "path of a file that holds the password.",
                        password=variable("password"),
                        token=variable("token"),
                        file=f"{variable('password')}_FILE",
                    ),
                )
            )

    def warnings(self) -> list[Text]:
        """Return what works but deserves a look, one sentence each."""
        found = []
        if addresses.is_private_http(self.homeserver):
            found.append(
                text(
                    "{name} uses http:// inside a private network: others in it could read the access token.",
                    name=variable("homeserver"),
                )
            )
        if self.health is not None and not self.health.is_loopback:
            found.append(
                text(
                    "{name} listens on {value}: other machines can reach the health pages.",
                    name=variable("health"),
                    value=str(self.health),
                )
            )
        if not self.responsible:
            found.append(
                text(
                    "{name} is empty: as responsible the chat names only the server, {server}.",
                    name=variable("responsible"),
                    server=self.server_name,
                )
            )
        return found

    @field_validator("homeserver")
    @classmethod
    def _homeserver(cls, value: str) -> str:
        return addresses.homeserver(variable("homeserver"), value)

    @field_validator("user")
    @classmethod
    def _user(cls, value: str) -> str:
        return addresses.user_id(variable("user"), value)

    @field_validator("data")
    @classmethod
    def _data(cls, value: Path) -> Path:
        return addresses.writable_folder(variable("data"), value)

    @field_validator("password", "token")
    @classmethod
    def _not_empty(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() else None

    @field_validator("token")
    @classmethod
    def _one_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("password") is not None:
            raise WrongValueError(
                text(
                    "{one} and {other} are both set; keep one of them.",
                    one=variable("password"),
                    other=variable("token"),
                )
            )
        return value

    @field_validator("database")
    @classmethod
    def _database(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        given = value.get_secret_value()
        if not given and "data" not in info.data:
            return value  # the folder is the problem, and it is reported already
        default = f"sqlite:///{info.data.get('data')}/tafelrunde.db"
        return SecretStr(addresses.database(variable("database"), given or default, info.data.get("data")))

    @field_validator("invites", mode="before")
    @classmethod
    def _invites(cls, value: object, info: ValidationInfo) -> Invites:
        if isinstance(value, str) and value.strip():
            servers, users = addresses.servers_and_users(variable("invites"), value)
            return Invites(servers, users)
        if isinstance(value, Invites) and (value.servers or value.users):
            return value
        return Invites(frozenset({str(info.data.get("user", ":")).partition(":")[2].lower()}), frozenset())

    @field_validator("health", mode="before")
    @classmethod
    def _health(cls, value: object) -> Address | None:
        if isinstance(value, str):
            found = addresses.host_and_port(variable("health"), value)
            return Address(*found) if found else None
        return value if isinstance(value, Address) else None

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, value: str) -> str:
        level = value.strip().lower()
        if level not in LOG_LEVELS:
            raise WrongValueError(
                text(
                    "{name} is not a log level: {value}. Possible: {levels}.",
                    name=variable("log_level"),
                    value=addresses.shown(value),
                    levels=", ".join(LOG_LEVELS),
                )
            )
        return level


def _sentence(error: Any) -> Text:
    """Return the sentence for one of pydantic's errors; ours bring their own."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, WrongValueError):
        return cause.text
    field = str(error["loc"][0]) if error["loc"] else ""
    example = f"{variable(field)}={EXAMPLES.get(field, '…')}"
    if error["type"] == "missing":
        return text("{name} is missing. Example: {example}", name=variable(field), example=example)
    return text("{name} is wrong. Example: {example}", name=variable(field), example=example)
