"""Small objects, many at a time: one thread takes all that wait, and they share the waiting for the disk."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from forebay.adapters.filesystem.errors import as_storage_error
from forebay.adapters.filesystem.layout import Layout
from forebay.adapters.filesystem.part_file import PartFile
from forebay.adapters.filesystem.publishing import Publisher
from forebay.domain.errors import ForebayError, InternalStateError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey

_MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Put:
    key: ObjectKey
    data: bytes
    future: asyncio.Future[None]


class GroupCommit:
    """Writes objects in batches: whatever came while the last batch was being synced is the next one.

    One alone waits for nobody. An object's failure is its own.
    """

    def __init__(self, layout: Layout, publisher: Publisher) -> None:
        self._layout = layout
        self._publisher = publisher
        self._queue: SimpleQueue[_Put | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="forebay-group-commit", daemon=True)
        self._thread.start()

    async def put(self, key: ObjectKey, data: bytes) -> None:
        """Returns when the object is durable; a task that is cancelled leaves it to the thread, which may keep it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._closed:
                raise StorageUnavailableError("the blob store was closed")
            self._queue.put(_Put(key, data, future))
        await future

    def close(self) -> None:
        """Returns when all that was put is written."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            last = False
            try:
                while len(batch) < _MOST_AT_ONCE and not last:
                    more = self._queue.get_nowait()
                    if more is None:
                        last = True
                    else:
                        batch.append(more)
            except Empty:
                pass
            outcome: Sequence[ForebayError | None]
            try:
                outcome = self._write(batch)
            except Exception:  # noqa: BLE001 - were this thread to die, every later put would wait for ever
                outcome = [InternalStateError() for _ in batch]
            _settle(batch, outcome)
            if last:
                return

    def _write(self, batch: list[_Put]) -> Sequence[ForebayError | None]:
        outcome: list[ForebayError | None] = [None] * len(batch)
        parts: dict[int, PartFile] = {}
        for index, put in enumerate(batch):
            try:
                parts[index] = part = PartFile(self._layout.new_part_path(put.key))
                part.write(put.data)
                if len(batch) > 1:
                    part.write_out()  # the disk begins with all of them, so the syncs below find little left to do
            except OSError as error:
                outcome[index] = as_storage_error(error)
        for index, part in parts.items():
            try:
                if outcome[index] is None:
                    part.sync()
                    part.close()
            except OSError as error:
                outcome[index] = as_storage_error(error)
        whole = [index for index in parts if outcome[index] is None]
        published = self._publisher.publish([(parts[index].path, batch[index].key) for index in whole])
        for index, failure in zip(whole, published, strict=True):
            outcome[index] = failure
        for index, part in parts.items():
            if outcome[index] is not None:
                part.discard()
        return outcome


def _settle(batch: list[_Put], outcome: Sequence[ForebayError | None]) -> None:
    """Wakes every loop once, however many of its puts are done."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], ForebayError | None]]] = {}
    for put, error in zip(batch, outcome, strict=True):
        by_loop.setdefault(put.future.get_loop(), []).append((put.future, error))
    for loop, results in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, results)
        except RuntimeError:  # the loop was closed; nobody waits any more
            continue


def _resolve(results: list[tuple[asyncio.Future[None], ForebayError | None]]) -> None:
    for future, error in results:
        if future.done():  # cancelled
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
