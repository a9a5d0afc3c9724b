"""Webhooks arrive signed, and whatever the receiver does is understood for what it is."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from standardwebhooks.webhooks import Webhook

from forebay.adapters.notify.webhooks import WebhookNotifier, check_url, open_webhooks
from forebay.domain.pipelines.alert import Transition
from forebay.domain.pipelines.errors import (
    InvalidAlertRuleError,
    NotificationRefusedError,
    NotificationUnavailableError,
)
from tests.integration.notify.examples import SECRET, a_notification
from tests.integration.notify.receiver import Answer, Received, cut, endless, garbage, receiving, status


@pytest.fixture
async def webhooks() -> AsyncIterator[WebhookNotifier]:
    async with open_webhooks(seconds=10.0) as notifier:
        yield notifier


async def test_it_is_signed_as_standard_webhooks_says(webhooks: WebhookNotifier) -> None:
    async with receiving() as receiver:
        notification = a_notification(receiver.url)
        await webhooks.send(notification)
        [got] = receiver.got
    assert (got.method, got.path) == ("POST", "/secret-path?token=secret-token")
    assert got.headers["content-type"] == "application/json"
    assert Webhook(SECRET).verify(got.body, got.headers)["type"] == "alert.opened"
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    ours = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert got.headers["webhook-signature"] == f"v1,{ours}"
    body = json.loads(got.body)
    assert set(body) == {"type", "timestamp", "data"}
    assert body["timestamp"] == "2026-03-01T12:00:00Z"
    assert body["data"]["alert"]["summary"] == "run 7 failed: no such table"
    assert body["data"]["alert"]["id"] == str(notification.alert.id)
    assert body["data"]["pipeline"]["client"] == "Acme & Söhne"
    assert b"secret" not in got.body  # neither the destination nor the key


async def test_the_same_message_has_the_same_id_each_time_and_another_another(webhooks: WebhookNotifier) -> None:
    async with receiving() as receiver:
        first = a_notification(receiver.url)
        for notification in (first, first, a_notification(receiver.url, transition=Transition.CLOSED)):
            await webhooks.send(notification)
        ids = [got.headers["webhook-id"] for got in receiver.got]
    assert ids[0] == ids[1] == f"msg_{first.id.hex}" != ids[2]
    assert json.loads(receiver.got[2].body)["data"]["alert"]["close_reason"] == "recovered"


@pytest.mark.parametrize("code", [200, 201, 204])
async def test_any_success_will_do(webhooks: WebhookNotifier, code: int) -> None:
    async with receiving(status(code)) as receiver:
        await webhooks.send(a_notification(receiver.url))


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408, 425, 429])
async def test_what_may_pass_is_worth_another_try(webhooks: WebhookNotifier, code: int) -> None:
    async with receiving(status(code)) as receiver:
        with pytest.raises(NotificationUnavailableError, match=f"status {code}"):
            await webhooks.send(a_notification(receiver.url))


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 422])
async def test_what_does_not_pass_is_a_refusal(webhooks: WebhookNotifier, code: int) -> None:
    async with receiving(status(code)) as receiver:
        with pytest.raises(NotificationRefusedError, match=f"status {code}"):
            await webhooks.send(a_notification(receiver.url))


async def test_redirects_are_not_followed(webhooks: WebhookNotifier) -> None:
    async with receiving() as other, receiving(status(307, f"Location: {other.url}")) as receiver:
        with pytest.raises(NotificationRefusedError, match="redirects"):
            await webhooks.send(a_notification(receiver.url))
        assert other.got == []


@pytest.mark.parametrize("answer", [cut, garbage], ids=["cut", "garbage"])
async def test_a_broken_connection_is_worth_another_try(webhooks: WebhookNotifier, answer: Answer) -> None:
    async with receiving(answer) as receiver:
        with pytest.raises(NotificationUnavailableError, match="the connection was lost"):
            await webhooks.send(a_notification(receiver.url))


async def test_nobody_there_is_worth_another_try(webhooks: WebhookNotifier) -> None:
    async with receiving() as receiver:
        url = receiver.url
    with pytest.raises(NotificationUnavailableError, match="refused"):
        await webhooks.send(a_notification(url))


async def test_one_who_does_not_answer_is_waited_for_so_long_only() -> None:
    async with open_webhooks(seconds=0.2) as webhooks, receiving() as receiver:
        receiver.answer = receiver.silent
        with pytest.raises(NotificationUnavailableError, match="did not answer within"):
            await webhooks.send(a_notification(receiver.url))


async def test_drops_of_an_answer_do_not_prolong_it() -> None:
    async def dripping(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with open_webhooks(seconds=0.3) as webhooks, receiving(dripping) as receiver:
        with pytest.raises(NotificationUnavailableError):
            await webhooks.send(a_notification(receiver.url))


async def test_an_endless_answer_is_not_read_to_its_end(webhooks: WebhookNotifier) -> None:
    async with receiving(endless) as receiver:
        await webhooks.send(a_notification(receiver.url))


@pytest.mark.parametrize("answer", [status(503), status(403), cut], ids=["unavailable", "refused", "cut"])
async def test_neither_errors_nor_logs_say_where_it_goes(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_webhooks() as webhooks, receiving(answer) as receiver:
        with pytest.raises((NotificationRefusedError, NotificationUnavailableError)) as caught:
            await webhooks.send(a_notification(receiver.url))
    shown = repr(caught.value) + caught.value.message + caplog.text
    assert "secret" not in shown
    assert str(receiver.port) not in caught.value.message
    assert caught.value.__cause__ is None


async def test_a_destination_that_was_never_one_is_refused(webhooks: WebhookNotifier) -> None:
    notification = a_notification("ftp://files.example/")
    with pytest.raises(NotificationRefusedError):
        await webhooks.send(notification)
    with pytest.raises(NotificationRefusedError):
        await webhooks.send(replace(notification, rule=replace(notification.rule, destination="http://[::1")))


@pytest.mark.parametrize("url", ["https://example.com/hook", "http://127.0.0.1:8080/?a=b", "https://u:p@e.example/"])
def test_urls_that_will_do(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "ftp://example.com/", "https://", "http://:80/", "https://e.example/#x", "http://e.example:x/",
     "http://e.example:0/", "https://ex ample.com/", "slack://a/b/c", "https://müller.example/secret", "file:///etc"],
)  # fmt: skip
def test_urls_that_will_not_do_and_are_not_repeated(url: str) -> None:
    with pytest.raises(InvalidAlertRuleError) as caught:
        check_url(url)
    assert caught.value.field == "destination"
    assert "secret" not in caught.value.message
