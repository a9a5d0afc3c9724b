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

# {run}, {file} and {job} stand for the ids of the run stored last, {document} for the document. Nobody works on jobs.
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
upload small.tgz -t archive --documents --json
upload small.tgz -t archive --documents --idempotency-key once
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
documents list
documents upload note.txt --label first --owner me --json
documents upload note.txt page.html
documents upload missing.txt small.tgz folder note.txt --json
documents upload note.txt --owner me/too
documents upload - note.txt
documents list
documents list --json
documents list --owner me --json
documents list --limit 2 --order asc
documents list --limit 2 --json
documents list --status uploaded --media-type text/html --uncategorised --json
documents list --run {typed}
documents list --category nothing
documents list --category nothing --json
documents list --category invoice --uncategorised
documents list --language German
documents list --status wrong --json
documents list --order wrong
documents list --cursor wrong
documents list --limit 0
documents search note
documents search note --json
documents search note --category nothing
documents search -- -note
documents search -- -note --json
documents search note --cursor wrong
documents show {document}
documents show {document} --json
documents show {typed}
documents show wrong --json
documents text {document}
documents text {document} --json
documents text {typed}
documents download {document}
documents download {document} -o copy.txt --json
documents download {document} -o copy.txt
documents download {typed}
documents preview {document} --width 1
documents preview {document} -o a.png --width 100
documents preview {document} -o a.png --width 100
documents preview {document} -o a.png --force --json
documents preview {typed} --json
documents correct {document}
documents correct {document} --category invoice --uncategorised
documents correct {document} --category nothing
documents correct {document} --category nothing --json
documents correct {document} --category INVOICE --title Notes
documents correct {document} --uncategorised --json
documents correct {document} --title=
documents correct {typed} --title x
documents list --uncategorised --json
documents classify
documents classify {document} --run {run}
documents classify {document} --json
documents classify {document} {typed}
documents classify --run {typed} --json
categories list
categories list --json
categories show invoice
categories show Invoice --json
categories show nothing
categories show {typed} --json
categories add memo --rule any@title:memo,note --example x --description d --json
categories add MEMO --json
categories add memo2 --rule regex:( --json
categories add memo2 --rule any:
categories add memo2 --rule any
categories add memo2 --rule some:thing --json
categories add memo2 --rule {{"kind":"any","terms":["a"],"confidence":2}} --json
categories add memo2 --rule {{"kind":"any","terms":[1]}} --json
categories add --from-file wrong.json
categories add --from-file wrong.json --json
categories add --from-file missing.json
categories add --from-file memo.json
categories add
categories edit memo --rule phrase:memo, --name memos --json
categories edit memos --name invoice
categories edit memos
categories edit memos --no-rules --no-examples
categories edit memos --from-file memo.json --json
categories edit nothing --name x
categories delete written nothing {typed}
categories delete invoice --json
documents learn
documents delete {document} {typed}
documents show {document}
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
    program.file("note.txt", b"A note about nothing much.\n")
    program.file("page.html", b"<html><title>A page</title><p>Some words.</p></html>")
    program.file("memo.json", b'{"name": "written", "rules": [{"kind": "any", "terms": ["memo"]}], "examples": []}')
    program.file("wrong.json", b'{"name": "wrong", "rule": []}')
    (program.folder / "folder").mkdir()
    names = {"typed": _TYPED, "wrong": "0" * 64, "run": "", "file": "", "job": "", "document": ""}
    ended = []
    for line in SCRIPT.split("\n"):
        if line:
            done = program.any_code(*line.format_map(names).split())
            if line.startswith("upload large.tgz -t archive --json"):
                names |= {"run": done.json["id"], "file": done.json["files"][0]["id"]}
                (job,) = program("jobs", "list", "--run", names["run"], "--json").json["items"]
                names["job"] = job["id"]
            if line.startswith("documents upload note.txt --label"):
                names["document"] = done.json["id"]
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
