"""Destinations are secrets, and libraries log the URLs that they speak to."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOGGERS = (
    "apprise",
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.util.retry",
    "requests.sessions",
)
_lines: ContextVar[list[str] | None] = ContextVar("forebay_notify_lines", default=None)


class _Collecting(logging.Filter):
    """Takes what is logged while we send out of the log, and lets everything else pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        lines = _lines.get()
        if lines is not None:
            lines.append(f"{record.levelname} {record.getMessage()}")
            return False
        return record.levelno >= logging.getLogger().getEffectiveLevel()  # apprise is to tell us what it tells nobody


_collecting = _Collecting()


def silence() -> None:
    """From now on nothing that is logged within quietly() gets out. Idempotent."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_collecting)
    logging.getLogger("apprise").setLevel(logging.DEBUG)


@contextmanager
def quietly() -> Iterator[list[str]]:
    """What the libraries have to say, level first. It may hold secrets: look, and tell nobody."""
    lines: list[str] = []
    token = _lines.set(lines)
    try:
        yield lines
    finally:
        _lines.reset(token)
