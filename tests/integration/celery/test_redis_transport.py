"""Workers use channels of kombu that say so when their connection was given up, instead of raising AttributeError."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Message, Queue
from kombu.transport import TRANSPORT_ALIASES, resolve_transport

from forebay.adapters.celery.redis_transport import Transport, use_for_redis

pytestmark = pytest.mark.adapter("redis")


@pytest.fixture
def connection(redis_url: str) -> Iterator[Connection]:
    with Connection(redis_url, transport=Transport) as connection:
        yield connection


@pytest.fixture
def unacknowledged(connection: Connection) -> Message:
    """A message that a worker has in hand."""
    queue = Queue("forebay-test", channel=connection.default_channel)
    queue.declare()
    connection.Producer().publish({}, routing_key=queue.name)
    message = queue.get()
    assert message is not None
    return message


def give_up(connection: Connection) -> None:
    """As Celery does when the broker has gone and the channel could not be closed."""
    channel: Any = connection.default_channel
    channel._disconnect_pools()
    channel.connection.client = None


def test_a_message_that_is_done_with_too_late_is_no_reason_to_end(
    connection: Connection, unacknowledged: Message, caplog: pytest.LogCaptureFixture
) -> None:
    give_up(connection)
    unacknowledged.ack_log_error(logging.getLogger("forebay.queue"), connection.connection_errors)
    assert "the connection to the broker was lost and given up" in caplog.text


def test_a_channel_with_messages_in_hand_can_be_closed_when_it_is_too_late(
    connection: Connection, unacknowledged: Message
) -> None:
    assert not unacknowledged.acknowledged
    give_up(connection)
    connection.close()


def test_it_is_what_workers_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("redis", "rediss"):
        monkeypatch.setitem(TRANSPORT_ALIASES, scheme, TRANSPORT_ALIASES[scheme])
    use_for_redis()
    found: list[object] = [resolve_transport(scheme) for scheme in ("redis", "rediss")]
    assert found == [Transport, Transport]
