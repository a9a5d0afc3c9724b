"""Sends what is in the outbox, in a thread of its own: a broker that is away keeps nobody waiting."""

import logging
import threading
import time
from contextlib import suppress
from uuid import UUID

from celery import Celery
from kombu import Connection, Producer

from forebay.adapters.celery.outbox import Outbox

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 5.0
_GIVE_UP_SECONDS = 5.0  # when it is closed: longer than connecting may take


class Sender:
    """Keeps one connection, and tries again until the broker takes what it is given, or close() is called.

    `trouble`: what is wrong with the broker, "" when nothing is.
    """

    def __init__(self, app: Celery, outbox: Outbox, *, task: str) -> None:
        self._app = app
        self._outbox = outbox
        self._task = task
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._log = logging.getLogger("forebay.queue")
        self.trouble = ""

    def start(self) -> None:
        """The first call starts the thread."""
        with self._starting:
            if self._thread is None:
                # A daemon: a broker that does not answer must not keep a program from ending.
                self._thread = threading.Thread(target=self._run, name="forebay-queue", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Blocks until everything is sent or the broker has turned out to be away; what is left then is dropped."""
        self._outbox.close()
        if self._thread is not None:
            self._thread.join(_GIVE_UP_SECONDS)

    def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while (entry := self._outbox.take()) is not None:
            try:
                self._send(*entry)
            except Exception as error:  # noqa: BLE001 - drivers raise what they like, and the thread must live on
                self._forget_connection()
                self._outbox.put_back(*entry)
                self._say_down(error)
                if self._outbox.is_closed:
                    break
                self._outbox.pause(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _FIRST_PAUSE_SECONDS
                self._say_up()
        self._forget_connection()

    def _send(self, job_id: UUID, due: float) -> None:
        if self._producer is None:
            self._connection = self._app.connection_for_write()
            self._connection.ensure_connection(max_retries=0)
            self._producer = self._app.amqp.Producer(self._connection.channel())
        delay = due - time.monotonic()
        self._app.send_task(
            self._task,
            args=(str(job_id),),
            countdown=delay if delay > 0 else None,
            producer=self._producer,
            ignore_result=True,
            retry=False,
        )

    def _forget_connection(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with suppress(Exception):  # it is broken; whatever closing it says
                connection.release()

    def _say_down(self, error: Exception) -> None:
        if not self.trouble:
            self._log.warning("the broker does not take announcements, jobs wait in the database: %s", error)
        self.trouble = f"{type(error).__name__}: {error}"

    def _say_up(self) -> None:
        if self.trouble:
            self._log.warning("the broker takes announcements again")
        self.trouble = ""
