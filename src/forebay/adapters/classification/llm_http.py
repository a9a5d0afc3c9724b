"""The HTTP client under both SDKs: it follows nobody, reads only so much, and tells no more than it must."""

import logging
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx2

from forebay.domain.documents.errors import ClassifierRefusedError
from forebay.domain.errors import SettingError

LONGEST_ANSWER = 1024 * 1024
_UNASKED = ("openai-organization", "openai-project")  # from the environment, for whomever FOREBAY_LLM_URL names
_TELEMETRY = re.compile(r"x-stainless-(?!raw-response)")  # that one the SDKs look up when the answer is there
_KEYS = ("authorization", "x-api-key")


def open_http(*, seconds: float, authorized: bool) -> httpx2.AsyncClient:
    """`authorized` False: for servers without keys, which get no key at all.

    Redirects are not followed: the document would go along, and the key, if its header is not one that everybody knows.
    Proxies are those of the environment.
    """

    async def shorten(request: httpx2.Request) -> None:
        request.headers["Accept-Encoding"] = "identity"
        dropped = [name for name in request.headers if name in _UNASKED or _TELEMETRY.match(name)]
        for name in dropped if authorized else [*dropped, *_KEYS]:
            request.headers.pop(name, None)

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(seconds),
        follow_redirects=False,
        event_hooks={"request": [shorten], "response": [_bound]},
    )


def checked_address(url: str) -> str:
    """SettingError for what is no address of a server; says nothing of it, since it may hold a password."""
    try:
        port = urlsplit(url).port  # knows of brackets and ports what the other passes over
        parts = httpx2.URL(url)
        good = parts.scheme in {"http", "https"} and bool(parts.host) and port != 0
        bare = not (parts.userinfo or parts.query or parts.fragment)
    except (httpx2.InvalidURL, ValueError):
        good = bare = False
    if not good or not bare:
        raise SettingError(
            "FOREBAY_LLM_URL: expected http://host:port/path or https://host/path, without credentials, `?` and `#`",
            field="FOREBAY_LLM_URL",
        )
    return url


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise ClassifierRefusedError("the service of the language model packs its answers, though we asked it not to")
    stream = response.stream
    if isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(stream)


class _Bounded(httpx2.AsyncByteStream):
    """Another stream, up to the length of the longest answer."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for chunk in self._stream:
            taken += len(chunk)
            if taken > LONGEST_ANSWER:
                raise ClassifierRefusedError(
                    f"the language model's answer is longer than {LONGEST_ANSWER} bytes; check FOREBAY_LLM_URL"
                )
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _WithoutContent(logging.Filter):
    """At level debug an SDK logs what it sends, which is the document."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_without_content = _WithoutContent()


def keep_content_out_of_logs(sdk: str) -> None:
    """Whatever levels the program sets. Idempotent."""
    logging.getLogger(f"{sdk}._base_client").addFilter(_without_content)


def refusal_behind(error: BaseException) -> ClassifierRefusedError | None:
    """Ours, if that is what stopped the SDK."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ClassifierRefusedError):
        cause = cause.__cause__ or cause.__context__
    return cause
