"""A server that works on no job itself, and what workers beside it need to know."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.e2e.workers import FOREBAY_WORKER, Client, WaitingProcessor, WorkerProcess, running_worker
from tests.http.conftest import service_settings
from tests.server_process import ServerProcess, running_server

BACKENDS = [
    pytest.param("embedded", marks=pytest.mark.adapter("sqlite", "filesystem")),
    pytest.param("services", marks=pytest.mark.adapter("postgres", "s3")),
]


class Site:
    """Workers of the site see its settings, and each has a folder of its own."""

    def __init__(
        self, folder: Path, server: ServerProcess, settings: Mapping[str, str], processor: WaitingProcessor
    ) -> None:
        self._folder = folder
        self.server = server
        self.client = Client(server.url)
        self.settings = dict(settings)
        self.processor = processor

    def worker(self, *options: str, name: str = "worker", **settings: str) -> AbstractContextManager[WorkerProcess]:
        """A `forebay worker`."""
        return self.running(name, (*FOREBAY_WORKER, *options), **settings)

    def running(self, name: str, command: tuple[str, ...], **settings: str) -> AbstractContextManager[WorkerProcess]:
        return running_worker(self._folder / name, command, {**self.settings, **settings})

    def waiting_job(self) -> str:
        """A job whose steps end when the test says so."""
        return self.client.begin(self.client.upload(b"%PDF-1.7\n", name="a.pdf", type="document"), "waits")


@contextmanager
def open_site(request: pytest.FixtureRequest, folder: Path, more: Mapping[str, str]) -> Iterator[Site]:
    """On the backend that the fixture's parameter names."""
    processor = WaitingProcessor(folder / "processor")
    settings = {
        "FOREBAY_DATA_DIR": str(folder / "data"),
        "FOREBAY_SWEEP_INTERVAL_SECONDS": "0",
        "FOREBAY_LEASE_SECONDS": "2",
        **processor.settings,
        **more,
    }
    if request.param == "services":
        settings |= service_settings(request)
    with running_server(folder, {**settings, "FOREBAY_WORKER_CONCURRENCY": "0"}) as server:
        site = Site(folder, server, settings, processor)
        with site.client.http:
            yield site
