"""An optional ability of the server: the kernel writes a request's body straight into memory of ours.

A server that has it puts a DirectBody into `scope["extensions"]`; without one, `receive()` brings the same bytes.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from forebay.application.ports.sources import Room

EXTENSION = "forebay.direct_body"


class Filled(NamedTuple):
    """How many bytes came, and whether the body goes on."""

    size: int
    more: bool


class DirectBody(Protocol):
    """The rest of one request's body. Its first message must have been taken from `receive()`."""

    async def fill(self, room: Room, arrived: Callable[[int], None]) -> Filled:
        """Asks for room when bytes are there to go into it, and `arrived` is told of them as they come.

        Returns when the room is full, a short while after it was lent, or at the end of the body. ConnectionResetError
        when the client has gone away. Cancelled, it lets go of the room and of what came.
        """
        ...

    def release(self) -> None:
        """Makes `receive()` bring the rest again, which it does not after fill(). Idempotent."""
        ...


def direct_body(scope: Mapping[str, Any]) -> DirectBody | None:
    body: DirectBody | None = (scope.get("extensions") or {}).get(EXTENSION)
    return body
