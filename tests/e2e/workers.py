"""Workers in processes of their own, and a processor whose steps end when a test says so."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
PATIENCE_SECONDS = 90.0
CELERY = (sys.executable, "-m", "celery", "-A", "forebay.entrypoints.worker.celery_app")
FOREBAY_WORKER = (sys.executable, "-m", "forebay", "worker")
_ANSWERS = re.compile(r"answers.*(http://\S+)")
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")

_PROCESSOR = '''
"""A processor with two steps, each of which waits until the test says `go`."""

import asyncio
import os
from pathlib import Path

from forebay.application.processing.processor import Processor, StepContext, StepOutcome
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.run import RunType

FOLDER = Path(__file__).parent


class Waiting:
    model = None

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, context: StepContext) -> StepOutcome:
        begun = FOLDER / f"begun-{self.name}"
        begun.with_suffix(".new").write_text(str(os.getpid()))
        begun.with_suffix(".new").replace(begun)
        while not (FOLDER / f"go-{self.name}").exists():
            if (FOLDER / f"fail-{self.name}").exists():
                (FOLDER / f"fail-{self.name}").unlink()
                raise UnavailableError("the test wants this attempt to fail")
            await asyncio.sleep(0.02)
        return StepOutcome(metadata={"process": os.getpid()})


waits = Processor(
    kind="waits", run_types=frozenset(RunType), steps=(Waiting("first"), Waiting("second")), automatic=False
)
'''


class WaitingProcessor:
    """Installed for every process that gets `settings`, and told when its steps may end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "waiting_processor.py").write_text(_PROCESSOR)
        metadata = folder / "waiting_processor-1.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: waiting-processor\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text("[forebay.processors]\nwaits = waiting_processor:waits\n")
        self.settings = {"PYTHONPATH": str(folder)}

    def wait_until_begun(self, step: str) -> int:
        """The process that works on the step; the next call waits for another beginning."""
        begun = self._folder / f"begun-{step}"
        eventually(begun.exists, f"the step {step} never began")
        process = int(begun.read_text())
        begun.unlink()
        return process

    def go(self, *steps: str) -> None:
        for step in steps:
            (self._folder / f"go-{step}").touch()

    def fail_once(self, step: str) -> None:
        (self._folder / f"fail-{step}").touch()


class WorkerProcess:
    """A worker of any kind; `log` holds all that it wrote."""

    def __init__(self, folder: Path, command: Sequence[str], settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._command = command
        self._settings = {"FOREBAY_WORKER_PORT": "0", "FOREBAY_LOG_FORMAT": "json", **settings}
        self._log = folder / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Does not wait until it answers."""
        environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._log.write_text("")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(self._folder), **self._settings},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        """Returns when it says where it answers."""
        self.launch()
        process = self._process
        assert process is not None

        def answers() -> str | None:
            found = _ANSWERS.search(self.log)
            if found is None and process.poll() is not None:
                raise AssertionError(f"the worker ended with {process.returncode}:\n{self.log}")
            return found[1] if found else None

        self.url = eventually(answers, "the worker did not come up", self)

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            return httpx.get(f"{self.url}/readyz", timeout=30).status_code == 200

        eventually(ready, "the worker did not become ready", self)

    def wait_for_log(self, words: str) -> None:
        eventually(lambda: words in self.log, f"the worker never said {words!r}", self)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """The exit code."""
        assert self._process is not None
        try:
            return self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the worker did not end:\n{self.log}") from None

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def running_worker(folder: Path, command: Sequence[str], settings: Mapping[str, str]) -> Iterator[WorkerProcess]:
    """Killed at the end if it still runs."""
    folder.mkdir(exist_ok=True)
    worker = WorkerProcess(folder, command, settings)
    worker.start()
    try:
        yield worker
    finally:
        worker.kill()


class Client:
    """Speaks to a server as a person would who uploads and waits."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)

    def upload(self, content: bytes, *, name: str = "app.tgz", type: str = "app_bundle") -> str:  # noqa: A002 - its name
        """The run's id."""
        response = self.http.post("/v1/uploads", data={"type": type}, files={"file": (name, content)})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def begin(self, run_id: str, kind: str) -> str:
        """The job's id."""
        response = self.http.post("/v1/jobs", json={"run_id": run_id, "kind": kind})
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    def job_of(self, run_id: str) -> dict[str, Any]:
        (job,) = self._json("/v1/jobs", run_id=run_id)["items"]
        return dict(job)

    def job(self, job_id: str) -> dict[str, Any]:
        return self._json(f"/v1/jobs/{job_id}")

    def events(self, job_id: str) -> list[dict[str, Any]]:
        return list(self._json(f"/v1/jobs/{job_id}/events", limit="1000")["items"])

    def codes(self, job_id: str) -> list[str]:
        return [event["code"] for event in self.events(job_id)]

    def wait_for(self, job_id: str, status: str, worker: WorkerProcess | None = None) -> dict[str, Any]:
        """The job, once it is `status`; if it never is, the error shows what `worker` wrote."""

        def there() -> dict[str, Any] | None:
            job = self.job(job_id)
            assert job["status"] in {status, "queued", "running"}, job
            return job if job["status"] == status else None

        return eventually(there, f"job {job_id} did not become {status}", worker)

    def _json(self, path: str, **query: str) -> dict[str, Any]:
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())


def eventually(look: Callable[[], T | None], otherwise: str, worker: WorkerProcess | None = None) -> T:
    """What `look` gives, once it is something. Other processes give no event to await, so they are asked."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{otherwise}\n{worker.log if worker else ''}")
        time.sleep(0.05)
    return found
