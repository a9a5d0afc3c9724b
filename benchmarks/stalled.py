"""Clients that begin an upload and then send a byte a second, and note when the server has had enough of them."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.client import lead, multipart_frame

DECLARED = 1024**3  # what each says it will send
SEND_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class Victim:
    """One stalled connection; times in seconds since it began to stall."""

    connection: socket.socket
    answer: bytes = b""
    answered_after: float | None = None
    closed_after: float | None = None

    @property
    def status(self) -> str:
        words = self.answer.split(b" ", 2)
        return words[1].decode() if len(words) > 1 else "none"


class StalledClients:
    """`count` uploads that send `eager` bytes at full speed and from then on a byte a second, until they are cut off.

    With `eager` large they have been lent whatever the server lends to fast clients before they stall.
    """

    def __init__(self, *, port: int, count: int, eager: int, path: str, type_: str) -> None:
        self._stop = threading.Event()
        self._selector = selectors.DefaultSelector()
        self.victims: list[Victim] = []
        before, _ = multipart_frame(path, DECLARED, type_)
        rest = bytes(max(eager - 512, 0))
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            connection.sendall(before + lead(DECLARED) + rest)
            connection.setblocking(False)
            victim = Victim(connection=connection)
            self.victims.append(victim)
            self._selector.register(connection, selectors.EVENT_READ, victim)
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._dribble, daemon=True)

    def __enter__(self) -> StalledClients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for victim in self.victims:
            victim.connection.close()
        self._selector.close()

    def wait_until_cut_off(self, seconds: float) -> None:
        """Returns when nobody is left, or after `seconds` since the stall began."""
        self._thread.join(max(0.0, self._began + seconds - time.monotonic()))

    def open(self) -> list[Victim]:
        return [victim for victim in self.victims if victim.closed_after is None and victim.answered_after is None]

    def _dribble(self) -> None:
        while self.open() and not self._stop.is_set():
            until = time.monotonic() + SEND_SECONDS
            while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
                for key, _ in self._selector.select(min(left, 0.2)):
                    self._hear(key.data)
            for victim in self.open():
                with suppress(OSError):  # closed by the server: the next select says so
                    victim.connection.send(b"x")

    def _hear(self, victim: Victim) -> None:
        after = time.monotonic() - self._began
        try:
            data = victim.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        victim.answer += data
        if data and victim.answered_after is None:
            victim.answered_after = after
        if not data:
            victim.closed_after = after
            self._selector.unregister(victim.connection)
