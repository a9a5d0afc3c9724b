"""Uploads that come one after the other whatever happens to the stack, and what each was answered."""

from dataclasses import dataclass
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

import httpx

from tests.http.archives import tar
from tests.stack.visitor import Ledger

_PATIENCE = 90.0
_PAUSE = 0.2
_FINE = frozenset({201, 503})


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: there was none, and `text` is what the client library said."""

    run_id: str
    status: int
    text: str


class Trickle:
    """A thread that uploads small archives, each other than the rest, from __enter__ to __exit__."""

    def __init__(self, url: str, ledger: Ledger, *, name: str) -> None:
        self._ledger = ledger
        self._name = name
        self._http = httpx.Client(base_url=url, timeout=60)
        self._answers: list[Answer] = []
        self._changed = Condition()
        self._stopping = Event()
        self._thread = Thread(target=self._flow, name=f"trickle-{name}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._http.close()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def wait_for(self, count: int, status: int | None = None) -> None:
        """Until so many more have been answered, with this status where one is given."""
        with self._changed:
            so_far = len(self._answers)

            def enough() -> bool:
                new = self._answers[so_far:]
                return sum(status in {None, answer.status} for answer in new) >= count

            assert self._changed.wait_for(enough, _PATIENCE), (status, self._answers[so_far:])

    def acknowledged(self) -> list[str]:
        """The runs of those that were."""
        with self._changed:
            return [answer.run_id for answer in self._answers if answer.status == 201]

    def oddities(self) -> list[Answer]:
        """What was answered neither with an acknowledgement nor with a problem that says to come again."""
        with self._changed:
            return [answer for answer in self._answers if answer.status not in _FINE]

    def _flow(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            answer = self._send(tar({f"{self._name}/{number}.txt": f"{self._name} {number}".encode()}))
            with self._changed:
                self._answers.append(answer)
                self._changed.notify_all()
            self._stopping.wait(_PAUSE)

    def _send(self, content: bytes) -> Answer:
        try:
            response = self._http.post(
                "/v1/uploads", data={"type": "app_bundle"}, files={"file": (f"{self._name}.tgz", content)}
            )
        except httpx.TransportError as error:
            return Answer("", 0, repr(error))
        if response.status_code != 201:
            return Answer("", response.status_code, response.text)
        run_id = str(response.json()["id"])
        self._ledger.note(run_id, content)
        return Answer(run_id, 201, "")
