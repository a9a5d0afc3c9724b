"""Requests to a Forebay behind a URL, and what their answers mean."""

import os
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote

import httpx
import msgspec

from forebay.domain.intake.blob import Sha256
from forebay.entrypoints.cli.errors import ConnectionLostError, ServerUnreachableError
from forebay.entrypoints.cli.gateway import Content
from forebay.entrypoints.cli.problem_details import error_of, unexpected

T = TypeVar("T")

_ETAG = re.compile(r'"(?P<sha256>[0-9a-f]{64})"')
_EXTENDED_NAME = re.compile(r"filename\*=UTF-8''(?P<name>[^;]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename="(?P<name>[^"]*)"', re.IGNORECASE)


class RemoteClient:
    """Speaks through `client`; does not close it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _get(self, path: str, kind: type[T], parameters: Mapping[str, str | None] | None = None) -> T:
        async with self._connected():
            answer = await self._client.get(path, params=_given(parameters))
        return body_of(answer, kind)

    async def _post(
        self,
        path: str,
        kind: type[T],
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout | None = None,  # noqa: ASYNC109 - httpx counts each of its phases
    ) -> T:
        content, described = _json(body)
        async with self._connected():
            answer = await self._client.post(
                path, content=content, headers={**described, **(headers or {})}, timeout=self._patience(timeout)
            )
        return body_of(answer, kind)

    async def _patch(self, path: str, kind: type[T], *, body: object, headers: Mapping[str, str] | None = None) -> T:
        content, described = _json(body)
        async with self._connected():
            answer = await self._client.patch(path, content=content, headers={**described, **(headers or {})})
        return body_of(answer, kind)

    async def _delete(self, path: str) -> None:
        async with self._connected():
            answer = await self._client.delete(path)
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise error_of(answer)

    async def _named(
        self,
        path: str,
        parameters: Mapping[str, str | None],
        *,
        media_type: str,
        timeout: httpx.Timeout,  # noqa: ASYNC109 - httpx counts each of its phases
    ) -> tuple[str, bytes]:
        """The name and the bytes of what is small, and made for this answer."""
        async with self._connected():
            answer = await self._client.get(path, params=_given(parameters), timeout=timeout)
        if not answer.is_success:
            raise error_of(answer)
        if answer.headers.get("content-type", "").partition(";")[0] != media_type:
            raise unexpected(answer)
        return _name(answer.headers.get("Content-Disposition", "")), answer.content

    def _patience(self, given: httpx.Timeout | None) -> httpx.Timeout:
        return given if given is not None else self._client.timeout

    @asynccontextmanager
    async def _streamed(
        self,
        path: str,
        headers: Mapping[str, str],
        *,
        parameters: Mapping[str, str | None] | None = None,
        timeout: httpx.Timeout | None = None,  # noqa: ASYNC109 - httpx counts each of its phases
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is on its way. Errors are those of the other requests."""
        async with (
            self._connected(),
            self._client.stream(
                "GET",
                path,
                headers={"Accept-Encoding": "identity", **headers},
                params=_given(parameters),
                timeout=self._patience(timeout),
            ) as answer,
        ):
            if answer.status_code not in {httpx.codes.OK, httpx.codes.NO_CONTENT}:
                await answer.aread()
                raise error_of(answer)
            yield answer

    @asynccontextmanager
    async def _content(self, path: str) -> AsyncIterator[Content]:
        async with self._streamed(path, {}) as answer:
            etag = _ETAG.fullmatch(answer.headers.get("ETag", ""))
            length = answer.headers.get("Content-Length", "")
            if etag is None or not length.isdecimal():
                raise unexpected(answer)
            yield Content(
                name=_name(answer.headers.get("Content-Disposition", "")),
                size_bytes=int(length),
                sha256=Sha256(etag["sha256"]),
                chunks=answer.aiter_raw(),
            )

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        """No exception of the HTTP library gets out."""
        where = self._client.base_url.copy_with(userinfo=b"")
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ServerUnreachableError(
                f"cannot connect to {where}: {_reason(error)}; check --server or FOREBAY_SERVER and that it is up"
            ) from None
        except httpx.TimeoutException:
            raise ConnectionLostError(f"{where} did not answer in time") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ConnectionLostError(f"the connection to {where} was lost: {_reason(error)}") from None


def instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value is not None else None


def _given(parameters: Mapping[str, str | None] | None) -> dict[str, str]:
    return {name: value for name, value in (parameters or {}).items() if value is not None}


def _json(body: object) -> tuple[bytes | None, dict[str, str]]:
    if body is None:
        return None, {}
    return msgspec.json.encode(body), {"Content-Type": "application/json"}


def body_of(answer: httpx.Response, kind: type[T]) -> T:
    if not answer.is_success:
        raise error_of(answer)
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise unexpected(answer) from None


def _reason(error: BaseException) -> str:
    """The words of the system's own error, which the libraries above it hide."""
    words = str(error) or "it was closed before the answer was complete"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLError):
            words = str(inner)
        elif isinstance(inner, OSError) and inner.errno is not None:
            words = os.strerror(inner.errno) if inner.errno > 0 else str(inner.strerror)
        below = inner.__cause__ or inner.__context__
        inner = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else below
    return words


def _name(disposition: str) -> str:
    """RFC 6266: the extended form wins. Whoever writes to this name must check it first."""
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        return unquote(extended["name"].strip())
    plain = _PLAIN_NAME.search(disposition)
    return plain["name"] if plain is not None else ""
