"""A server never outlives its tests: not when they end, and not when they are killed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.processes import LOOPBACK, ServerProcess, free_ports, private_folder
from tests.services.ready import wait_until_ready
from tests.services.sources import PortTakenError, UnavailableError

ROOT = Path(__file__).parents[2]
LISTEN = """
import socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
threading.Event().wait()
"""
ABANDON = """
import sys
from pathlib import Path
from tests.services.processes import ServerProcess
ServerProcess(sys.argv[2:], folder=Path(sys.argv[1]), env={}, account=None).start()
print("started", flush=True)
sys.stdin.read()
"""


def listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def folder() -> Iterator[Path]:
    with private_folder(None) as folder:
        yield folder


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def server(folder: Path, port: int) -> Iterator[ServerProcess]:
    server = ServerProcess([sys.executable, "-c", LISTEN, str(port)], folder=folder, env={}, account=None)
    yield server
    server.stop()


def test_a_server_ends_when_it_is_stopped_and_may_be_stopped_twice(server: ServerProcess, port: int) -> None:
    server.start()
    wait_until_ready(server, lambda: listens(port), what="the server")
    server.stop()
    assert not listens(port)
    server.stop()


def test_a_killed_server_starts_again(server: ServerProcess, port: int) -> None:
    for _ in range(2):
        server.start()
        wait_until_ready(server, lambda: listens(port), what="the server")
        server.kill()
        assert not listens(port)


def test_a_taken_port_is_told_apart_from_other_failures(server: ServerProcess, port: int) -> None:
    with socket.create_server((LOOPBACK, port)):
        server.start()
        with pytest.raises(PortTakenError, match="the server exited while it started"):
            wait_until_ready(server, lambda: False, what="the server")


def test_a_server_that_never_answers_is_given_up(server: ServerProcess) -> None:
    server.start()
    with pytest.raises(UnavailableError, match="did not answer within 0 s"):
        wait_until_ready(server, lambda: False, what="the server", seconds=0)


def test_a_server_and_its_folder_go_when_the_test_run_is_killed(folder: Path, port: int) -> None:
    command: list[str | Path] = [sys.executable, "-c", ABANDON, folder, sys.executable, "-c", LISTEN, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"started\n"
        run.kill()
    until = time.monotonic() + 60
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.01)  # the reaper is not our child, so there is nothing to wait for
    assert not folder.exists()
    assert not listens(port)


def test_ports_are_free_with_their_companions() -> None:
    ports = free_ports(5, beside=10_000)
    assert len(set(ports)) == 5
    for port in ports:
        for number in (port, port + 10_000):
            with socket.create_server((LOOPBACK, number)):
                pass
