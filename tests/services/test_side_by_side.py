"""Tests that run side by side have one summary, and nobody's server is taken apart under their feet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.side_by_side import unit_of

ROOT = Path(__file__).parents[2]
TESTS = """
from contextlib import nullcontext
import pytest
from tests.services.plugin import SESSION

class Found:
    def report(self):
        return "found somewhere"

@pytest.fixture(scope="session")
def found(pytestconfig):
    with pytestconfig.stash[SESSION].provide("corpus", nullcontext(Found())) as corpus:
        yield corpus

@pytest.mark.parametrize("adapter", ["memory", "sqlite"])
@pytest.mark.parametrize("number", range(3))
def test_it(found, adapter, number):
    assert number < 2 or adapter == "sqlite"
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_there_is_one_summary_over_all_processes(tmp_path: Path, processes: str) -> None:
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    plugins = ["-p", "tests.services.plugin", "-p", "tests.side_by_side", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", processes, *plugins, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines.count("corpus    found somewhere") == 1, done.stdout
    assert "memory              4        2        0" in lines
    assert "sqlite              6        0        0" in lines


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/unit/test_x.py::TestY::test_z[1-a]", "tests/unit/test_x.py[]"),
        ("tests/http/test_x.py::test_y[embedded]", "tests/http/test_x.py[embedded]"),
        ("tests/http/test_x.py::test_y[services-a]", "tests/http/test_x.py[services]"),
        ("tests/http/test_x.py::test_services", "tests/http/test_x.py[]"),
        ("tests/browser/test_x.py::test_y[dark-embedded]", "tests/browser[embedded]"),
    ],
)
def test_a_unit_is_a_file_apart_by_the_server_that_its_tests_share(nodeid: str, unit: str) -> None:
    assert unit_of(nodeid) == unit
