"""What happens when a Celery worker and the processes of its pool come and go."""

import atexit
import sys
from typing import Any, NoReturn

from celery import Celery, bootsteps, signals
from celery.worker import state

from forebay.domain.errors import ForebayError, UnavailableError
from forebay.entrypoints.worker.folder import WorkerFolder, joined
from forebay.entrypoints.worker.job_process import JobProcess
from forebay.entrypoints.worker.loop_thread import LoopThread
from forebay.entrypoints.worker.pools import check_pool
from forebay.entrypoints.worker.services import WorkerServices

_LOOK_SECONDS = 0.2
_CLOSING_SECONDS = 15.0


class WorkerLife:
    """Hears Celery's signals; one in each program that is a worker.

    With the prefork pool the main process only answers for the others, which work on jobs; with `solo` it does both.
    """

    name = "worker"

    def __init__(self, services: WorkerServices, process: JobProcess) -> None:
        self._services = services
        self._process = process
        self._folder: WorkerFolder | None = None
        self._health: LoopThread[str] | None = None
        self._state = "is not connected to the broker yet"
        self._ready = False

    def connect(self, app: Celery) -> None:
        """Celery holds what it calls weakly; we are kept by the application."""
        signals.setup_logging.connect(self._on_logging, weak=False)
        signals.worker_init.connect(self._on_init, weak=False)
        signals.worker_process_init.connect(self._on_process_init, weak=False)
        signals.worker_process_shutdown.connect(self._on_process_shutdown, weak=False)
        signals.worker_ready.connect(self._on_ready, weak=False)
        signals.worker_shutting_down.connect(self._on_shutting_down, weak=False)
        signals.worker_shutdown.connect(self._on_shutdown, weak=False)
        life = self

        class Health(bootsteps.StartStopStep):
            """Once the pool is there, before the broker is asked for. Answers while jobs come to an end, too."""

            requires = ("celery.worker.components:Pool",)

            def start(self, parent: Any) -> None:
                life.answer()

            def stop(self, parent: Any) -> None:
                """See _on_shutdown."""

        app.steps["worker"].add(Health)

    async def check(self) -> str:
        """The worker's place in /readyz."""
        if not self._ready:
            raise UnavailableError(f"the worker {self._state}")
        return f"{self._services.name_worker()}: {self._state}"

    def answer(self) -> None:
        """Opens the health server. What is wrong with the settings or the database ends the worker here."""
        folder = self._folder
        assert folder is not None  # worker_init comes first
        self._health = LoopThread(lambda: self._services.open_health(folder.path, self), name="forebay-health")
        self._health.start()
        while True:
            try:
                url = self._health.wait(_LOOK_SECONDS)
                break
            except TimeoutError:
                state.maybe_shutdown()
            except ForebayError as error:
                _end(error)
        sys.stdout.write(f"Forebay {self._services.version} worker answers on {url} (/healthz, /readyz, /metrics)\n")
        sys.stdout.flush()

    def _on_logging(self, **_: object) -> None:
        self._services.configure_logs()

    def _on_init(self, sender: Any = None, **_: object) -> None:
        try:
            check_pool(sender.pool_cls)
        except ForebayError as error:
            _end(error)
        self._folder = WorkerFolder.make()
        atexit.register(self._remove_folder)

    def _on_process_init(self, **_: object) -> None:
        """In a process of the pool, or with `solo` in the main process."""
        if self._folder is None or not self._folder.is_ours:
            if self._folder is not None:
                self._folder.let_go()
            path = self._folder.path if self._folder is not None else joined()
            if path is not None:
                self._process.join(path)
        self._process.open()

    def _on_process_shutdown(self, **_: object) -> None:
        self._process.close()

    def _on_ready(self, **_: object) -> None:
        self._ready, self._state = True, "takes jobs from the broker"

    def _on_shutting_down(self, **_: object) -> None:
        """In a signal handler."""
        self._ready, self._state = False, "is stopping"
        self._process.stop()
        if self._folder is not None:
            self._folder.let_go()

    def _on_shutdown(self, **_: object) -> None:
        """All is done: the pool is gone."""
        self._process.close()
        if self._health is not None:
            self._health.close(_CLOSING_SECONDS)
        self._remove_folder()

    def _remove_folder(self) -> None:
        if self._folder is not None and self._folder.is_ours:
            self._folder.remove()


def _end(error: ForebayError) -> NoReturn:
    """Without the traceback that Celery would put around it."""
    sys.stderr.write(f"forebay: {error.message}\n")
    raise SystemExit(1) from None
