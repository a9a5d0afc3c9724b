"""A processor of documents whose steps wait until a test lets them go on, for any number of jobs at once."""

import json
import socket
from contextlib import suppress
from pathlib import Path

from forebay.application.processing.processor import Processor
from forebay.domain.intake.run import RunType
from tests.e2e.faults.gated_processor import GO, PORT_VARIABLE, GatedStep
from tests.e2e.workers import PATIENCE_SECONDS

KIND = "gated_documents"
_ROOT = Path(__file__).parents[2]
_METADATA = "Metadata-Version: 2.1\nName: gated-documents\nVersion: 1.0\n"
_ENTRY_POINTS = f"[forebay.processors]\n{KIND} = tests.e2e.gated_documents:processor\n"

processor = Processor(
    kind=KIND,
    run_types=frozenset({RunType.DOCUMENT}),
    steps=(GatedStep("first"), GatedStep("second")),
)


class Visit:
    """Somebody is inside a step."""

    def __init__(self, connection: socket.socket, attempt: int) -> None:
        self.attempt = attempt
        self._connection = connection

    def answer(self, word: str = GO) -> None:
        self._connection.sendall(word.encode() + b"\n")
        self._connection.close()

    def wait_until_left(self) -> None:
        """Returns when the step was given up without an answer. TimeoutError."""
        assert self._connection.recv(1) == b""
        self._connection.close()

    def close(self) -> None:
        """The step goes on."""
        self._connection.close()


class Gate:
    """Where steps of all processes come to that get its `settings`."""

    def __init__(self, folder: Path) -> None:
        info = folder / "gated_documents-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(_METADATA)
        (info / "entry_points.txt").write_text(_ENTRY_POINTS)
        self._entrance = socket.create_server(("127.0.0.1", 0))
        self._waiting: dict[tuple[str, str], Visit] = {}
        self._seen: list[Visit] = []
        self.settings = {"PYTHONPATH": f"{folder}:{_ROOT}", PORT_VARIABLE: str(self._entrance.getsockname()[1])}

    def arrival(self, job_id: str, step: str) -> Visit:
        """Returns when the job is inside the step. TimeoutError."""
        self._entrance.settimeout(PATIENCE_SECONDS)
        while (job_id, step) not in self._waiting:
            self._let_in()
        return self._waiting.pop((job_id, step))

    def let_all_go(self) -> None:
        """Nobody waits any more, whatever a test has left behind."""
        self._entrance.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self._let_in()
        for visit in self._seen:
            visit.close()
        self._seen.clear()
        self._waiting.clear()

    def close(self) -> None:
        self.let_all_go()
        self._entrance.close()

    def _let_in(self) -> None:
        connection, _ = self._entrance.accept()
        connection.settimeout(PATIENCE_SECONDS)
        with connection.makefile() as said:
            asked = json.loads(said.readline())
        visit = Visit(connection, asked["attempt"])
        self._seen.append(visit)
        self._waiting[asked["job"], asked["step"]] = visit
