"""Every test that asks for `forebay` runs twice: here, and against a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import MAX_UPLOAD, Program
from tests.server_process import ServerProcess, running_server

LIMIT = {"FOREBAY_MAX_UPLOAD_BYTES": str(MAX_UPLOAD)}
NO_WORKER = {"FOREBAY_WORKER_CONCURRENCY": "0"}  # so that runs stay as they were stored, here and there


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that the tests of a module share."""
    with running_server(tmp_path_factory.mktemp("server"), {**LIMIT, **NO_WORKER}) as process:
        yield process


SIDES = [pytest.param(side, marks=pytest.mark.adapter("sqlite", "filesystem")) for side in ("local", "remote")]


@pytest.fixture(params=SIDES)
def forebay(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    if request.param == "local":
        return Program(tmp_path, {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **LIMIT})
    shared: ServerProcess = request.getfixturevalue("server")
    return Program(tmp_path, {"FOREBAY_SERVER": shared.url})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """For what has no other side."""
    monkeypatch.chdir(tmp_path)
    return Program(tmp_path, {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **LIMIT})


@pytest.fixture(scope="module")
def working_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One with a worker inside."""
    with running_server(tmp_path_factory.mktemp("working"), LIMIT) as process:
        yield process


@pytest.fixture(params=SIDES)
def processing(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Where jobs are worked on: by the server, or here by whoever waits for them."""
    monkeypatch.chdir(tmp_path)
    if request.param == "local":
        return Program(tmp_path, {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **LIMIT})
    shared: ServerProcess = request.getfixturevalue("working_server")
    return Program(tmp_path, {"FOREBAY_SERVER": shared.url})
