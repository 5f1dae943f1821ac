# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why homeserver and database cannot be reached: one plain sentence each, from real sockets."""

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.resolver import ThreadedResolver
from asyncpg import exceptions as postgresql
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot import reasons
from bot.matrix.errors import Unreachable
from bot.matrix.homeserver import Homeserver


async def said(url, timeout=5.0):
    homeserver = Homeserver(url)
    try:
        with pytest.raises(Unreachable) as raised:
            await homeserver.request("GET", "/_matrix/client/versions", timeout=timeout)
    finally:
        await homeserver.close()
    return reasons.of_homeserver(url, raised.value).render("de")


@asynccontextmanager
async def listening(answer, tls=None):
    """A server on this machine that reads something and then does ``answer``; yields its port."""

    async def handle(reader, writer):
        try:
            await reader.read(1000)
            await answer(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def hang_up(_reader, _writer):
    """Close the connection without a word."""


async def wait(reader, _writer):
    """Answer nothing until the other side gives up."""
    await reader.read()


async def page(_reader, writer):
    """Answer with a page for people."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")
    await writer.drain()


async def test_nobody_listens():
    url = "http://127.0.0.1:9"

    assert await said(url) == f"Der Homeserver {url} nimmt keine Verbindung an. Läuft er, stimmt der Port?"


async def test_nobody_knows_the_name(monkeypatch):
    async def unknown(*_arguments, **_options):
        raise OSError(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(ThreadedResolver, "resolve", unknown)
    url = "https://matrix.example.invalid"

    assert await said(url) == (
        f"Den Namen des Homeservers {url} kennt niemand. Bitte Schreibweise und Namensauflösung prüfen."
    )


def foreign_certificate(folder):
    """A certificate of somebody whom nobody knows."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "pem").write_bytes(private + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "pem")
    return tls


async def test_the_certificate_is_not_accepted(tmp_path):
    async with listening(page, foreign_certificate(tmp_path)) as port:
        url = f"https://127.0.0.1:{port}"
        assert await said(url) == f"Das Zertifikat des Homeservers {url} wird nicht anerkannt."


@pytest.mark.parametrize(
    ("scheme", "answer", "sentence"),
    [
        ("http", wait, "Der Homeserver {url} antwortet nicht rechtzeitig."),
        ("http", hang_up, "Der Homeserver {url} bricht die Verbindung ab."),
        ("http", page, "Unter {url} antwortet etwas, das kein Homeserver ist."),
        ("https", page, "Mit dem Homeserver {url} kommt keine sichere Verbindung zustande."),
    ],
    ids=["too late", "hangs up", "a page", "no TLS"],
)
async def test_somebody_listens(scheme, answer, sentence):
    async with listening(answer) as port:
        url = f"{scheme}://127.0.0.1:{port}"
        assert await said(url, timeout=0.5) == sentence.format(url=url)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TimeoutError(), "The database server does not answer in time."),
        (socket.gaierror(), "The name of the database server is not known."),
        (ssl.SSLCertVerificationError(), "The certificate of the database server is not accepted."),
        (
            ConnectionRefusedError(),
            "The database server refuses the connection. Does it run, is the port right?",
        ),
        (postgresql.InvalidPasswordError(), "The database server does not accept name or password."),
        (postgresql.InvalidCatalogNameError(), "The database server has no database of this name."),
        (postgresql.DiskFullError(), None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_database_server(error, sentence):
    found = reasons.of_database(error)

    assert (found and found.render("en")) == sentence
