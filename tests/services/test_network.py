"""A test of the browser and a container do not meet: one needs the addresses of the machine, the other changes them."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.services.network import Network

LOOPBACK = "00000000000000000000000000000001 01 80 10 80 lo"
CONTAINER = "fe80000000000000a8aaaafffe569dea 51 40 20 {flags} vethd4c60c6"


@pytest.fixture
def addresses(tmp_path: Path) -> Path:
    file = tmp_path / "if_inet6"
    file.write_text(f"{LOOPBACK}\n")
    return file


@pytest.fixture
def processes(tmp_path: Path, addresses: Path) -> Iterator[Processes]:
    made = Processes(tmp_path / "lock", addresses)
    yield made
    made.end()


class Processes:
    """Blocks that each stand for another process: what they share is the folder."""

    def __init__(self, folder: Path, addresses: Path) -> None:
        self._folder, self._addresses = folder, addresses
        self._all: list[Process] = []

    def network(self) -> Network:
        return Network(self._folder, self._addresses)

    def still(self) -> Process:
        return self._begin(self.network().still())

    def changing(self) -> Process:
        return self._begin(self.network().changing())

    def await_a_queue(self) -> None:
        """Return once somebody waits for the lock."""
        with (self._folder / "queue").open("w") as queue:
            for _ in range(2000):
                try:
                    fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                fcntl.flock(queue, fcntl.LOCK_UN)
                time.sleep(0.01)
        raise AssertionError("nobody came")

    def end(self) -> None:
        for process in self._all:
            process.end()

    def _begin(self, block: AbstractContextManager[None]) -> Process:
        self._all.append(Process(block))
        return self._all[-1]


class Process:
    def __init__(self, block: AbstractContextManager[None]) -> None:
        self._block = block
        self._inside, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def gets_in(self) -> bool:
        return self._inside.wait(20)

    def stays_out(self) -> bool:
        return not self._inside.wait(0.2)

    def end(self) -> None:
        self._over.set()
        self._thread.join(20)

    def _run(self) -> None:
        with self._block:
            self._inside.set()
            self._over.wait(60)


def test_tests_of_the_browser_run_beside_each_other(processes: Processes) -> None:
    assert processes.still().gets_in()
    assert processes.still().gets_in()


def test_a_container_waits_until_no_browser_is_tested(processes: Processes) -> None:
    tests = [processes.still(), processes.still()]
    assert all(test.gets_in() for test in tests)
    container = processes.changing()
    assert container.stays_out()
    tests[0].end()
    assert container.stays_out()
    tests[1].end()
    assert container.gets_in()


def test_a_test_of_the_browser_waits_for_a_container(processes: Processes) -> None:
    container = processes.changing()
    assert container.gets_in()
    test = processes.still()
    assert test.stays_out()
    container.end()
    assert test.gets_in()


def test_containers_wait_for_each_other(processes: Processes) -> None:
    first = processes.changing()
    assert first.gets_in()
    second = processes.changing()
    assert second.stays_out()
    first.end()
    assert second.gets_in()


def test_a_container_is_not_kept_waiting_by_tests_that_came_after_it(processes: Processes) -> None:
    first = processes.still()
    assert first.gets_in()
    container = processes.changing()
    processes.await_a_queue()
    late = processes.still()
    assert late.stays_out()
    first.end()
    assert container.gets_in()
    assert late.stays_out()
    container.end()
    assert late.gets_in()


def test_a_test_of_the_browser_waits_until_new_addresses_are_announced(processes: Processes, addresses: Path) -> None:
    addresses.write_text(f"{LOOPBACK}\n{CONTAINER.format(flags='c0')}\n")
    test = processes.still()
    assert test.stays_out()
    addresses.write_text(f"{LOOPBACK}\n{CONTAINER.format(flags='80')}\n")
    assert test.gets_in()


def test_an_address_that_somebody_else_has_is_not_waited_for(processes: Processes, addresses: Path) -> None:
    addresses.write_text(f"{CONTAINER.format(flags='c8')}\n")
    assert processes.still().gets_in()


def test_an_address_that_is_never_announced_is_waited_for_once(tmp_path: Path, addresses: Path) -> None:
    addresses.write_text(f"{CONTAINER.format(flags='c0')}\n")
    network = Network(tmp_path / "lock", addresses, patience_seconds=0)
    with network.still():
        pass
    network.patience_seconds = 3600
    with network.still():
        pass


def test_a_system_that_does_not_tell_its_addresses_needs_no_waiting(tmp_path: Path) -> None:
    with Network(tmp_path / "lock", tmp_path / "not-there").still():
        pass


def test_a_process_that_would_wait_for_itself_is_told_so(processes: Processes) -> None:
    network = processes.network()
    with network.still(), pytest.raises(RuntimeError, match="a container may not start or end"), network.changing():
        raise AssertionError
    with network.changing():
        pass


@pytest.mark.parametrize("way", [Network.still, Network.changing])
def test_a_block_that_fails_lets_the_others_in(
    processes: Processes, way: Callable[[Network], AbstractContextManager[None]]
) -> None:
    with pytest.raises(ValueError, match="fails"), way(processes.network()):
        raise ValueError("fails")
    assert processes.changing().gets_in()
