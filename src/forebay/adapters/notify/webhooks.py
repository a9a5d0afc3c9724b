"""Webhooks in the Standard Webhooks form (https://www.standardwebhooks.com, specification 1.0.0)."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook

from forebay.adapters.notify.silence import quietly, silence
from forebay.application.ports.notifier import Notification, Notifier
from forebay.domain.errors import UnavailableError
from forebay.domain.pipelines.errors import (
    InvalidAlertRuleError,
    NotificationRefusedError,
    NotificationUnavailableError,
)

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_LONGEST_ANSWER = 64 * 1024  # is read, so that the connection can be used again; nobody looks at it
_CONNECTIONS = 64


class WebhookNotifier:
    """One POST, at most `seconds` long, with the message's id, the time, and the signature over both and the body.

    Redirects are not followed: they would take what is said elsewhere. Who gets a message twice knows it by its id.
    """

    may_repeat = True

    def __init__(self, client: httpx.AsyncClient, *, seconds: float) -> None:
        self._client = client
        self._seconds = seconds

    async def send(self, notification: Notification) -> None:
        secret = notification.rule.signing_secret
        if secret is None:
            raise NotificationRefusedError("the rule has no signing secret; change the rule")
        body = msgspec.json.encode(_payload(notification))
        message_id, now = f"msg_{notification.id.hex}", datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
        }
        with quietly():
            _judge(await self._status(notification.rule.destination, headers, body))

    async def _status(self, url: str, headers: dict[str, str], body: bytes) -> int:
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, headers=headers, content=body) as answer,
            ):
                status = answer.status_code
                await _read_some(answer)
        except TimeoutError:
            raise _unavailable(f"it did not answer within {self._seconds:g} s") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError):
            raise NotificationRefusedError("the destination is no URL that can be called; change the rule") from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise _unavailable(_reason(error)) from None
        return status


async def _read_some(answer: httpx.Response) -> None:
    taken = 0
    try:
        async for chunk in answer.aiter_raw():
            taken += len(chunk)
            if taken > _LONGEST_ANSWER:
                return
    except (httpx.HTTPError, httpx.StreamError):
        return  # it has answered; what follows does not matter


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status >= 500 or status in _WORTH_ANOTHER_TRY:
        raise _unavailable(f"it answered with status {status}")
    if 300 <= status < 400:
        raise NotificationRefusedError(f"it redirects (status {status}); give the final URL in the rule")
    if status == 410:
        raise NotificationRefusedError("it is gone (status 410); change or disable the rule")
    raise NotificationRefusedError(f"it answered with status {status}; check the rule and its receiver")


def _unavailable(reason: str) -> UnavailableError:
    return NotificationUnavailableError(f"the webhook did not get through: {reason}")


def _reason(error: BaseException) -> str:
    """In our words: those of libraries may say the URL."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLError):
            return "no TLS connection could be made"
        if isinstance(inner, ConnectionRefusedError):
            return "the connection was refused"
        inner = inner.__cause__ or inner.__context__
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "it cannot be connected to"
    return "the connection was lost"


def _payload(notification: Notification) -> dict[str, object]:
    """`type`, `timestamp` and `data`, as the specification recommends. Nothing of the rule but what it is."""
    alert, rule = notification.alert, notification.rule
    return {
        "type": f"alert.{notification.transition}",
        "timestamp": _instant(notification.at),
        "data": {
            "alert": {
                "id": str(alert.id),
                "rule_id": str(rule.id),
                "rule_type": str(alert.rule_type),
                "summary": alert.summary,
                "run_id": None if alert.run_id is None else str(alert.run_id),
                "occurrences": alert.occurrences,
                "opened_at": _instant(alert.opened_at),
                "closed_at": None if alert.closed_at is None else _instant(alert.closed_at),
                "close_reason": None if alert.close_reason is None else str(alert.close_reason),
            },
            "pipeline": {
                "id": str(alert.pipeline_id),
                "name": notification.pipeline_name,
                "environment": notification.environment,
                "client": notification.client_name,
            },
        },
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def check_url(destination: str) -> None:
    """InvalidAlertRuleError for what is no http:// or https:// URL; it does not say it."""
    try:
        port = urlsplit(destination).port
        url = httpx.URL(destination)
        good = url.scheme in {"http", "https"} and bool(url.host) and port != 0 and not url.fragment
    except (httpx.InvalidURL, ValueError):
        good = False
    if not good or not destination.isascii() or " " in destination:
        raise InvalidAlertRuleError(
            "expected the http:// or https:// URL of a receiver, in ASCII and without `#`", field="destination"
        )


@asynccontextmanager
async def open_webhooks(*, seconds: float = 15.0, agent: str = "forebay") -> AsyncIterator[WebhookNotifier]:
    """`seconds`: for a message, from the first attempt to connect to the end of the answer."""
    silence()
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
        follow_redirects=False,
        headers={"User-Agent": agent, "Accept-Encoding": "identity"},
        limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=8, keepalive_expiry=10.0),
    ) as client:
        yield WebhookNotifier(client, seconds=seconds)


def _fits(notifier: WebhookNotifier) -> Notifier:
    return notifier
