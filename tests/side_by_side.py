"""How the tests are shared out when they run side by side: `pytest -n auto`, which is pytest-xdist."""

from __future__ import annotations

import os
import re
import signal

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]  # ships no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # ships no types
from xdist.workermanage import NodeManager  # type: ignore[import-untyped]  # ships no types

PLACES = ("embedded", "services")  # parameters of servers that live longer than a file
WHOLE_FOLDERS = ("tests/browser",)  # what they have open costs more than a file is worth


class Units(LoadScopeScheduling):  # type: ignore[misc]  # untyped, as above
    """A process takes the next unit when it is through with one, in the order of a serial run."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """Tests of one unit run in one process, one after another: a file's, apart by the place that they run on."""
    path, _, test = nodeid.partition("::")
    folder = next((folder for folder in WHOLE_FOLDERS if path.startswith(f"{folder}/")), path)
    words = re.split(r"[^a-z]+", test.partition("[")[2])
    place = next((place for place in PLACES if place in words), "")
    return f"{folder}[{place}]"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Units:
    config.option.loadscopereorder = (
        False  # long files first would take the small ones from the end, where they even out
    )
    return Units(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests also wait, for servers and for processes that they started."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    NodeManager.EXIT_TIMEOUT = 20  # a process that was interrupted gives itself 15 s to remove its servers


def pytest_keyboard_interrupt() -> None:
    """After Ctrl-C each process is interrupted once more by pytest-xdist, in the middle of removing its servers."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        signal.signal(signal.SIGINT, lambda *_: None)
