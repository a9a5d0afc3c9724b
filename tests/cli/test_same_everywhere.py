"""The same command lines, here and against a server: the same output, errors and exit codes."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import LIMIT, NO_WORKER
from tests.cli.program import MAX_UPLOAD, Done, Program, archive, large_archive
from tests.server_process import running_server

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_POSITION = re.compile(r'(--after |"position":|"next_cursor":")\d+')
_CURSOR = re.compile(r'(--cursor |"next_cursor":")([A-Za-z0-9_-]+)')
_TYPED = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"

# {run}, {file} and {job} stand for the ids of the run stored last. Nobody works on jobs.
SCRIPT = """
runs list
upload small.tgz -t archive --label first --owner me
upload large.tgz -t archive --json
upload missing.tgz empty.tgz text.tgz huge.tgz folder small.tgz -t archive
upload missing.tgz empty.tgz text.tgz huge.tgz folder small.tgz -t archive --json
upload small.tgz -t document
upload small.tgz -t no_such_type --json
upload small.tgz -t archive --parent {run} --notes child --json
upload small.tgz -t archive --parent {typed}
upload small.tgz -t archive --owner me/too
upload small.tgz -t archive --sha256 {wrong}
upload small.tgz -t archive --sha256 {wrong} --json
upload large.tgz -t archive --sha256 {wrong} --json
upload small.tgz -t archive --idempotency-key once
upload small.tgz -t archive --idempotency-key once
upload small.tgz -t archive --idempotency-key once --json
upload large.tgz -t archive --idempotency-key once
runs list
runs list --json
runs list --status failed
runs list --limit 2
runs list --limit 2 --json
runs list --limit 0
runs list --cursor wrong
runs list --label FIRST --json
runs show {run}
runs show {run} --json
runs show {typed}
runs show {typed} --json
runs show wrong --json
files list {run}
files list {run} --json
files list {run} --role member
files list {typed}
files list {run} --cursor !
files get {file} -o copy
files get {file} -o copy
files get {file} -o copy --force --json
files get {typed} -o other
runs files {run}
runs files {run} --prefix lar --json
runs files {run} --tree
runs files {run} --tree --json
runs files {run} --tree --role upload
runs files {typed} --tree
runs files {run} --cursor m.!
files get {typed} -o other --json
jobs list --run {run}
jobs list --run {run} --json
jobs list --status failed
jobs list --status wrong
jobs list --run {typed}
jobs list --limit 2
jobs show {job}
jobs show {job} --json
jobs show {typed} --json
jobs start {run}
jobs start {run} --kind wrong --json
jobs start {run} --kind file_catalogue --json
jobs start {typed}
runs parse {run}
runs parse {run} --json
jobs cancel {job} {typed}
jobs cancel {job} --json
jobs events {job}
jobs events {job} --json
jobs events {job} --limit 1
jobs events {job} --limit 1 --json
jobs events {job} -f --json
jobs events {typed} -f --json
jobs events --run {run}
jobs events --after -1
jobs retry {job}
jobs retry {job} --json
jobs cancel {job}
jobs start {run} --idempotency-key again --json
jobs start {run} --idempotency-key again --kind file_catalogue --json
jobs artifacts {job}
jobs artifacts {job} --json
jobs artifacts {typed}
models
models --json
models --cursor !
runs delete {run} {typed}
jobs show {job}
runs show {run}
files get {file}
version
"""


@pytest.fixture
def outcomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Done, Done]]:
    """Each command line with what it gave here and there."""
    here, there = tmp_path / "here", tmp_path / "there"
    server_folder = tmp_path / "server"
    for folder in (here, there, server_folder):
        folder.mkdir()
    local = played(Program(here, {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **LIMIT}), monkeypatch)
    with running_server(server_folder, {**LIMIT, **NO_WORKER}) as server:
        remote = played(Program(there, {"FOREBAY_SERVER": server.url}), monkeypatch)
    return [(line, one, two) for (line, one), (_, two) in zip(local, remote, strict=True)]


def played(program: Program, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Done]]:
    monkeypatch.chdir(program.folder)
    program.file("small.tgz", archive("small"))
    program.file("large.tgz", large_archive(2_000_000))
    program.file("huge.tgz", large_archive(MAX_UPLOAD))
    program.file("empty.tgz", b"")
    program.file("text.tgz", b"text")
    (program.folder / "folder").mkdir()
    names = {"typed": _TYPED, "wrong": "0" * 64, "run": "", "file": "", "job": ""}
    ended = []
    for line in SCRIPT.split("\n"):
        if line:
            done = program.any_code(*line.format_map(names).split())
            if line.startswith("upload large.tgz -t archive --json"):
                names |= {"run": done.json["id"], "file": done.json["files"][0]["id"]}
                (job,) = program("jobs", "list", "--run", names["run"], "--json").json["items"]
                names["job"] = job["id"]
            ended.append((line, done))
    return ended


def test_there_is_no_difference(outcomes: list[tuple[str, Done, Done]]) -> None:
    for line, local, remote in outcomes:
        assert (line, *plain(local)) == (line, *plain(remote))


def plain(done: Done) -> tuple[int, str, str]:
    return done.code, _plain(done.out), _plain(done.err)


def _plain(text: str) -> str:
    text = text.replace(_TYPED, "<typed>")
    text = _POSITION.sub(r"\1<position>", text)
    return _CURSOR.sub(r"\1<cursor>", _TIME.sub("<time>", _ID.sub("<id>", text)))
