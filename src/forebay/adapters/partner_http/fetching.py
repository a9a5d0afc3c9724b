"""One answer of a partner's API, asked for again when that may help."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import tenacity

from forebay.adapters.partner_http.retry_after import seconds_asked_for
from forebay.adapters.partner_http.source_config import MAX_ANSWER
from forebay.application.ports.clock import Clock
from forebay.domain.pipelines.errors import SourceRefusedError, SourceUnavailableError

AGAIN = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Waits double from `first_wait` on, with jitter, up to `longest_wait`; one that the API asks for counts instead,

    up to `longest_asked`.
    """

    clock: Clock
    retries: int = 3
    first_wait: float = 0.5
    longest_wait: float = 10.0
    longest_asked: float = 60.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body`: empty unless the status is 200."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


class _AgainError(Exception):
    """This attempt failed in a way that may pass."""

    def __init__(self, reason: str, *, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def open_http(*, version: str) -> httpx.AsyncClient:
    """Follows nobody, keeps no cookies, and takes answers as they are: what is packed could unpack to anything."""
    return httpx.AsyncClient(
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"forebay/{version}"},
    )


class PartnerClient:
    """Speaks to the API of one source. Errors name the source, never what was sent."""

    def __init__(self, http: httpx.AsyncClient, *, source: str, timeout_seconds: float, patience: Patience) -> None:
        self._http = http
        self._name = f"the source {source!r}"
        self._seconds = timeout_seconds
        self._patience = patience
        first, longest = patience.first_wait, patience.longest_wait
        self._backoff = tenacity.wait_exponential(multiplier=first, max=longest) + tenacity.wait_random(0, first)

    async def get(self, url: httpx.URL, *, token: str | None) -> Answer:
        """SourceUnavailableError when all attempts failed; SourceRefusedError for an answer that is too long or goes

        elsewhere.
        """
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        patience = self._patience
        attempts = tenacity.AsyncRetrying(
            sleep=patience.sleep,
            stop=tenacity.stop_after_attempt(patience.retries + 1),
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(_AgainError),
            reraise=True,
        )
        try:
            return await attempts(self._attempt, url, headers)
        except _AgainError as error:
            tries = attempts.statistics["attempt_number"]
            raise SourceUnavailableError(f"{self._name} {error} (attempts: {tries})") from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome is not None else None
        if isinstance(failure, _AgainError) and failure.wait is not None:
            return min(failure.wait, self._patience.longest_asked)
        return self._backoff(state)

    async def _attempt(self, url: httpx.URL, headers: dict[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url, headers)
        except (TimeoutError, httpx.TimeoutException):
            raise _AgainError(f"gave no whole answer within {self._seconds:g} s") from None
        except httpx.TransportError as error:  # its words may quote headers
            raise _AgainError(f"cannot be reached, or cut the connection ({type(error).__name__})") from None

    async def _follow(self, url: httpx.URL, headers: dict[str, str]) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            timeout = httpx.Timeout(self._seconds)
            async with self._http.stream("GET", url, headers=headers, timeout=timeout) as response:
                if response.status_code not in _REDIRECTS:
                    return await self._read(response)
                url = self._place_of(response)
        raise SourceRefusedError(f"{self._name} redirects in a circle; correct its url")

    def _place_of(self, response: httpx.Response) -> httpx.URL:
        """Where it redirects to: to itself only, since the token goes along."""
        try:
            place = response.url.join(response.headers.get("location", ""))
        except httpx.InvalidURL:
            place = httpx.URL()
        here = response.url
        if (place.scheme, place.host, place.port) != (here.scheme, here.host, here.port) or place.userinfo:
            raise SourceRefusedError(
                f"{self._name} redirects to another server ({place.scheme}://{place.host}); if that is right, make it "
                "the url of the source"
            )
        return place

    async def _read(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if status in AGAIN:
            asked = seconds_asked_for(response.headers.get("retry-after"), now=self._now())
            waiting = f" and asks to wait {asked:.0f} s" if asked else ""
            raise _AgainError(f"answers {status}{waiting}", wait=asked)
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()[:100]
        if status != httpx.codes.OK:
            return Answer(status=status, media_type=media_type, body=b"")
        if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise SourceRefusedError(f"{self._name} packs its answers, though it was asked not to")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_ANSWER:
                raise SourceRefusedError(
                    f"{self._name} gave an answer of more than {MAX_ANSWER} bytes; make page_size smaller"
                )
        return Answer(status=status, media_type=media_type, body=bytes(body))

    def _now(self) -> datetime:
        return self._patience.clock.now()
