# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON logs, one line per decision, without message bodies, names, secrets or user IDs in clear.

Our modules write ``structlog.get_logger(__name__).info("item_added", event_id=…, room_id=…)``. Whatever they
pass goes through ``Guard``; what libraries log is reduced to where it came from, because their messages
quote what they failed on. Room and event IDs stay readable: without them no fault can be traced.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

#: Loggers below these follow TAFELRUNDE_LOG_LEVEL; every other one is a library and starts at WARNING.
OURS: Final = ("bot", "commands", "config", "method", "storage")
#: Keys whose value never belongs in a log, whatever it is. Compared without case, ``-`` and ``_``.
NEVER: Final = frozenset(
    """
    accesstoken answer arg argument arguments args auth authorization body ciphertext content cookie
    database databaseurl devicekeys displayname formattedbody goal headers html key keys line message
    name names note notes parameters params password payload pickle picklekey plaintext privatekey raw
    recoverykey reply request response secret seed sendername sessionkey statement text title token
    topic topics url value words
    """.split()  # noqa: SIM905 -- a table of words reads better than sixty strings
)
#: Keys that carry a sentence of ours. Any other text with a space in it is somebody's writing.
SENTENCES: Final = frozenset({"event", "error", "causes", "frames", "reason"})
REMOVED: Final = "[removed]"
LONGEST: Final = 200
FRAMES: Final = 12

#: A user ID, also percent-encoded as in URLs.
_USER_ID: Final = re.compile(r"(?:@|%40)[^\s:@\"'<>]{1,255}?(?::|%3A)[^\s\"'<>(),;/?&\\]+", re.IGNORECASE)


class Guard:
    """The last processor before a line is written: it knows what may pass, and removes the rest."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Return ``event`` with harmless values only."""
        return {str(key): self._allowed(str(key), value) for key, value in event.items()}

    def pseudonym(self, user_id: str) -> str:
        """Return what stands for ``user_id`` in this installation's logs: always the same, not reversible."""
        digest = hmac.new(self._key, user_id.lower().encode("utf-8", "replace"), hashlib.sha256)
        return f"user-{digest.hexdigest()[:12]}"

    def _allowed(self, key: str, value: object) -> object:
        if key.replace("_", "").replace("-", "").lower() in NEVER:
            return REMOVED
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._line(value) if key in SENTENCES or not re.search(r"\s", value) else REMOVED
        if isinstance(value, list | tuple | set | frozenset):
            return [self._allowed(key, part) for part in list(value)[:FRAMES]]
        if isinstance(value, BaseException):
            return _named(value)
        return f"[{type(value).__name__}]"  # event content, rows, settings: only that it was one

    def _line(self, value: str) -> str:
        clean = _USER_ID.sub(lambda found: self.pseudonym(_decoded(found[0])), str(value))
        return clean if len(clean) <= LONGEST else clean[:LONGEST] + "…"


def configure(level: str, *, key: bytes, stream: TextIO | None = None) -> None:
    """Send all logs of the process to ``stream`` (standard error) as JSON.

    ``key`` makes the pseudonyms; with another key the same person has another one.
    """
    root = logging.getLogger()
    root.handlers[:] = [handler(key, stream)]
    root.setLevel(logging.WARNING)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and not name.startswith(OURS):
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(max(logger.level, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a failing log line must not print its arguments
    use_logging()


def handler(key: bytes, stream: TextIO | None = None) -> logging.Handler:
    """Return what writes log records as JSON lines from which ``Guard`` has removed what must not stand there."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, _foreign],
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            Guard(key),
            structlog.processors.JSONRenderer(serializer=_json),
        ],
    )
    made = logging.StreamHandler(stream or sys.stderr)
    made.setFormatter(formatter)
    return made


def use_logging() -> None:
    """Let structlog hand its events to the standard library's loggers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def catch_uncaught() -> None:
    """Let an exception nobody caught end as a log line too, instead of a traceback with its message."""

    def log(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
            structlog.get_logger("bot").critical("uncaught", exc_info=(kind, error, trace))

    sys.excepthook = log
    sys.unraisablehook = lambda found: log(found.exc_type, found.exc_value, found.exc_traceback)
    threading.excepthook = lambda found: log(found.exc_type, found.exc_value, found.exc_traceback)


def _foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep of a library's record only where it was logged; its message may quote anything."""
    record: logging.LogRecord = event["_record"]
    kept: MutableMapping[str, Any] = {
        key: value for key, value in event.items() if key in {"_record", "_from_structlog", "logger"}
    }
    kept["event"] = "library_message"
    kept["where"] = f"{record.module}:{record.lineno}"
    kept["exc_info"] = record.exc_info
    return kept


def _exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by the kind of error and where it happened; its message may quote anything."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = _named(error)
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["frames"] = [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        causes = _causes(error)
        if causes:
            event["causes"] = causes
    return event


def _named(error: BaseException) -> str:
    """Return the class of ``error``, with the status and errcode of a refusal by the homeserver."""
    details = [
        str(getattr(error, name)) for name in ("status", "errcode", "errno") if getattr(error, name, None)
    ]
    return " ".join([type(error).__name__, *details])


def _causes(error: BaseException) -> list[str]:
    parts = [_named(part) for part in error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while cause is not None and len(parts) < FRAMES:
        parts.append(_named(cause))
        cause = cause.__cause__ or cause.__context__
    return parts


def _module(filename: str) -> str:
    """Return the last two parts of a source path: enough to find the place, nothing about the machine."""
    return "/".join(filename.rsplit("/", 2)[-2:])


def _decoded(user_id: str) -> str:
    return re.sub("%3A", ":", user_id.replace("%40", "@"), flags=re.IGNORECASE)


def _json(event: Mapping[str, Any], **_options: Any) -> str:
    # ASCII only: line breaks, bidi controls and terminal codes arrive escaped.
    first = ("timestamp", "level", "logger", "event")
    ordered = {name: event[name] for name in first if name in event} | dict(event)
    return json.dumps(ordered, ensure_ascii=True)
