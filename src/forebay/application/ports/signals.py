"""Knowing that something may have changed, without asking all the time."""

from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Protocol


class Topic(StrEnum):
    """`jobs`: a job may have become claimable, was asked to stop, or is gone. `events`: there may be new events.

    `alerts`: pipelines are to be looked at, or messages to be sent.
    """

    JOBS = "jobs"
    EVENTS = "events"
    ALERTS = "alerts"


class ChangeListener(Protocol):
    """Hears of changes from the moment it was made."""

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - the time passes in the listener's own way
        """True as soon as something may have changed since the last call; False after `timeout` seconds without.

        A change that came between two calls is not lost. Changes may be reported for nothing. Never raises because
        the database is gone: a listener that cannot listen reports a change every second, so that callers look.
        """
        ...


class ChangeSignals(Protocol):
    """Listens for what any process commits to the same database. Safe for any number of listeners."""

    def listen(self, topic: Topic) -> AbstractAsyncContextManager[ChangeListener]: ...
