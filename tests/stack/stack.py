"""The stack as its tests see it: brought up once, taken down with its volumes at the end."""

import json
import os
import secrets
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.processes import free_ports
from tests.stack.compose import ROOT, Compose, ComposeError, image_variables, run
from tests.stack.events import watched
from tests.stack.visitor import Ledger

PORTS = ("FOREBAY_PORT", "S3_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT", "METABASE_PORT")
# Shorter than the defaults, so that nobody waits for minutes for what an outage has put off.
SETTINGS = {
    "FOREBAY_LEASE_SECONDS": "5",
    "FOREBAY_RETRY_DELAYS": "1,2,4",
    "FOREBAY_MAX_ATTEMPTS": "50",
    "FOREBAY_RECOVERY_INTERVAL_SECONDS": "5",
}
_READY = """
import urllib.request, urllib.error
try:
    answer = urllib.request.urlopen("http://127.0.0.1:8001/readyz", timeout=30)
except urllib.error.HTTPError as error:
    answer = error
print(answer.read().decode())
"""
_BUILD_SECONDS, _UP_SECONDS = 900, 300


@dataclass
class Stack:
    """`beginnings`: when each container was started, and when it was healthy or done, in seconds since `up` began."""

    compose: Compose
    ports: dict[str, int]
    settings: dict[str, str]
    ledger: Ledger = field(default_factory=Ledger)
    beginnings: dict[str, tuple[float, float]] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.url_of("FOREBAY_PORT")

    def url_of(self, port: str) -> str:
        """Of one of PORTS."""
        return f"http://127.0.0.1:{self.ports[port]}"

    def docker(self, *arguments: str) -> str:
        return run(["docker", *arguments], limit=60)

    def failing_of_worker(self) -> set[str]:
        """The parts that the first worker's /readyz names; all of it when there is no answer."""
        try:
            answer = json.loads(self.compose.execute("worker", "python", "-c", _READY))
        except ComposeError:
            return {"no answer"}
        return {name for name, part in answer["parts"].items() if part["status"] != "ok"}

    def lines(self) -> Iterator[str]:
        """For the summary."""
        for what, seconds in self.times.items():
            yield f"{what:<22} {seconds:6.1f} s"
        for service, (start, end) in sorted(self.beginnings.items(), key=lambda one: one[1]):
            yield f"{service:<12} started at {start:6.1f} s, healthy or done {end - start:6.1f} s later"


@contextmanager
def running_stack(folder: Path) -> Iterator[Stack]:
    """Builds the image, and starts what the compose file starts by itself. ComposeError. The image stays."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    settings = _settings(folder, ports)
    (folder / "forebay.env").write_text(_lines(SETTINGS))
    env_file = folder / "compose.env"
    env_file.touch(mode=0o600)
    env_file.write_text(_lines(settings))
    images = image_variables(os.environ) | {"FOREBAY_IMAGE": "forebay:stack-test"}
    compose = Compose(f"forebay-test-{secrets.token_hex(3)}", env_file, images)
    stack = Stack(compose, ports, settings)
    try:
        try:
            with _timed(stack, "image built in"):
                compose("build", "migrate", limit=_BUILD_SECONDS)
            with watched(compose.project) as stack.beginnings, _timed(stack, "all healthy after"):
                compose.up(limit=_UP_SECONDS)
        except ComposeError as error:
            raise ComposeError(f"{error}\n{compose.report()}") from None
        yield stack
    finally:
        with _undisturbed(), _timed(stack, "taken down in"):
            compose.remove()


def _settings(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """What `make up` makes, with ports that are free and settings of our own."""
    made = run([str(ROOT / "scripts" / "make-compose-env")], limit=60).splitlines()
    return {
        **dict(line.split("=", 1) for line in made if "=" in line and not line.startswith("#")),
        **{name: str(port) for name, port in ports.items()},
        "S3_PUBLIC_URL": f"http://127.0.0.1:{ports['S3_PORT']}",
        "FOREBAY_ENV_FILE": str(folder / "forebay.env"),
    }


def _lines(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.items())


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever asks a second time to end has to wait until nothing is left behind."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _timed(stack: Stack, what: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        stack.times[what] = time.monotonic() - start
