"""kombu's Redis transport, whose channels say so when they have lost their connection.

A channel of kombu 5.7 that is used after its connection was given up (to acknowledge a message whose job ended while
the broker was away, or to be closed a second time) raises AttributeError. Celery knows what to do about errors of the
connection only, and ends the worker over this one.
"""

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as stock
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(stock.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict[str, object]:
        if getattr(self.connection, "client", None) is None:
            raise RedisConnectionError("the connection to the broker was lost and given up")
        return dict(super()._connparams(asynchronous=asynchronous))  # type: ignore[misc] # the stubs leave it out


class Transport(stock.Transport):
    Channel = Channel


def use_for_redis() -> None:
    """For every connection that this program makes from now on: Forebay's own workers, not programs that embed it."""
    path = f"{Transport.__module__}:{Transport.__qualname__}"
    TRANSPORT_ALIASES.update(redis=path, rediss=path)
