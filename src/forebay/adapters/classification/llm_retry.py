"""Asking again when it may help, for a limited time."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from forebay.adapters.classification.llm_model import AttemptFailedError, failure_of_connection
from forebay.domain.documents.errors import ClassifierRefusedError, ClassifierUnavailableError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds for one attempt and for all of them with the waiting between, which doubles from the first delay on."""

    attempt_seconds: float = 30.0
    total_seconds: float = 90.0
    attempts: int = 4
    first_delay: float = 0.5
    longest_delay: float = 8.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


async def persist(attempt: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """What the first attempt that succeeds gives. A wait that the server asks for is kept, if the time allows it.

    ClassifierUnavailableError when time or attempts have run out, ClassifierRefusedError when no more can help. The
    SDKs repeat requests too, but bound neither the time nor, some of them, the wait that a server may ask for.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total_seconds
    number = 0
    while True:
        number += 1
        failure = await _failure(attempt, min(patience.attempt_seconds, deadline - loop.time()))
        if not isinstance(failure, AttemptFailedError):
            return failure
        if not failure.passing:
            raise ClassifierRefusedError(failure.message)
        delay = _delay(number, failure.retry_after, patience)
        if not failure.again or number >= patience.attempts or loop.time() + delay >= deadline:
            asked = f"; it asks us to wait {failure.retry_after:.0f} s" if failure.retry_after else ""
            raise ClassifierUnavailableError(f"{failure.message}{asked} (attempts: {number})")
        await patience.sleep(delay)


async def _failure(attempt: Callable[[], Awaitable[T]], seconds: float) -> T | AttemptFailedError:
    try:
        async with asyncio.timeout(seconds):
            return await attempt()
    except TimeoutError:
        return failure_of_connection(f"gave no answer within {seconds:.3g} s")
    except AttemptFailedError as failure:
        return failure


def _delay(number: int, asked: float | None, patience: Patience) -> float:
    if asked is not None:
        return asked
    longest = min(patience.first_delay * 2.0 ** (number - 1), patience.longest_delay)
    return longest * (1 - 0.5 * random.random())  # noqa: S311 - jitter, not a secret


def seconds_asked_for(retry_after: str | None, *, now: datetime | None = None) -> float | None:
    """The value of a Retry-After header (RFC 9110, 10.2.3): seconds, or a date. None when it is neither."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (until.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if seconds == seconds else None  # noqa: PLR0124 - not a number
