# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Synapse that only this machine reaches, for the demonstration and for the tests."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import importlib.util
import json
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import yaml

HOST = "127.0.0.1"
#: Seconds until a started Synapse must answer, and until a stopped one must be gone.
START_WITHIN = 60.0
STOP_WITHIN = 15.0
#: Rates so high that nobody meets them.
UNLIMITED = {"per_second": 10_000, "burst_count": 10_000}
#: Where a running Synapse says which one it is.
MARK = "org.tafelrunde.demo"


class SynapseError(Exception):
    """Synapse did not start, or refused what it was asked."""


@dataclass(frozen=True)
class Account:
    """Who may log in."""

    user_id: str
    password: str


class Synapse:
    """One homeserver process with its data in ``folder``; what is there already is used again.

    ``default_limits`` keeps Synapse's own rate limits, else they are raised out of the way.
    """

    def __init__(
        self,
        folder: Path,
        *,
        server_name: str = "test",
        default_limits: bool = False,
        port: int | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.server_name = server_name
        self.port = port or free_port()
        self._default_limits = default_limits
        self._process: asyncio.subprocess.Process | None = None
        self._secret = ""
        self._mark = secrets.token_hex(8)

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Start it and wait until it answers."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; its data stays."""
        await self.stop()

    async def start(self) -> None:
        """Start the process and wait until it answers.

        Raises:
            SynapseError: it is not installed, it ended, or it did not answer in time.
        """
        if importlib.util.find_spec("synapse") is None:
            raise SynapseError("The homeserver is not installed. It comes with: pip install tafelrunde[demo]")
        config = self._write_config()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "synapse.app.homeserver",
            "--config-path",
            str(config),
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            # A session of its own: Ctrl-C in a terminal reaches us, and we stop it in order.
            start_new_session=True,
        )
        deadline = time.monotonic() + START_WITHIN
        async with aiohttp.ClientSession() as http:
            while not await self._answers(http):
                if self._process.returncode is not None or time.monotonic() > deadline:
                    await self.stop()
                    raise SynapseError(f"Synapse did not start. Its log: {self.log}")
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Ask the process to end; end it if it does not."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def log(self) -> Path:
        """The file with Synapse's warnings."""
        return self.folder / "homeserver.log"

    async def register(self, name: str, password: str, *, admin: bool = False) -> Account:
        """Register ``@name``; somebody who is there already is left as she is.

        The admin API wants a nonce and a signature with the registration secret:
        https://element-hq.github.io/synapse/latest/admin_api/register_api.html

        Raises:
            SynapseError: Synapse refused.
        """
        path = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as http:
            async with http.get(path) as answer:
                nonce = (await answer.json())["nonce"]
            signed = "\0".join([nonce, name, password, "admin" if admin else "notadmin"])
            mac = hmac.new(self._secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
            body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
            async with http.post(path, json=body) as answer:
                result = await answer.json()
        if answer.status != 200 and result.get("errcode") != "M_USER_IN_USE":
            raise SynapseError(f"registering {name}: {result}")
        return Account(f"@{name}:{self.server_name}", password)

    async def _answers(self, http: aiohttp.ClientSession) -> bool:
        """Does this Synapse answer, and not another one that was quicker to take the port?"""
        try:
            async with http.get(f"{self.url}/.well-known/matrix/client") as answer:
                found = await answer.json(content_type=None) if answer.status == 200 else {}
                return bool(found.get(MARK) == self._mark)
        except (aiohttp.ClientError, ValueError):
            return False

    def _write_config(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._secret = _kept(self.folder / "registration_secret")
        key = self.folder / "signing.key"
        if not key.exists():
            seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            key.touch(mode=0o600)
            key.write_text(f"ed25519 a_local {seed}\n", encoding="ascii")
        logs = self.folder / "log.yaml"
        logs.write_text(json.dumps(_logging(self.log)), encoding="utf-8")
        config = self.folder / "homeserver.yaml"
        config.write_text(yaml.safe_dump(self._config(key, logs)), encoding="utf-8")
        return config

    def _config(self, key: Path, logs: Path) -> dict[str, Any]:
        config: dict[str, Any] = {
            "server_name": self.server_name,
            "public_baseurl": self.url,
            "serve_server_wellknown": False,
            "extra_well_known_client_content": {MARK: self._mark},
            "pid_file": str(self.folder / "homeserver.pid"),
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": [HOST],
                    "type": "http",
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "log_config": str(logs),
            "media_store_path": str(self.folder / "media"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": _kept(self.folder / "macaroon_secret"),
            "form_secret": _kept(self.folder / "form_secret"),
            "signing_key_path": str(key),
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            # Nobody outside can be reached, and nobody shall be.
            "federation_domain_whitelist": [],
            "enable_registration": False,
            # The passwords here protect nothing, so they need not cost time.
            "bcrypt_rounds": 4,
        }
        return config if self._default_limits else config | _raised_limits()


def _raised_limits() -> dict[str, Any]:
    plain = ["message", "registration", "admin_redaction", "joins_per_room", "room_creation", "key_requests"]
    return {f"rc_{name}": UNLIMITED for name in plain} | {
        "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), UNLIMITED),
        "rc_joins": dict.fromkeys(("local", "remote"), UNLIMITED),
        "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), UNLIMITED),
    }


def _logging(file: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(file), "formatter": "plain"}},
        "root": {"level": "WARNING", "handlers": ["file"]},
    }


def _kept(file: Path) -> str:
    """A secret that is made once and then stays the same."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return file.read_text(encoding="ascii")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
