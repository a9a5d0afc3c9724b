"""The program as a person starts it: standard input, terminals, signals and pipes."""

import errno
import json
import os
import pty
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program, archive, command, large_archive
from tests.cli.test_files import leftovers, upload

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(forebay: Program, request: pytest.FixtureRequest) -> Start:
    """Starts the program and ends it with the test, whatever happens."""

    def started(*arguments: str, redirect: str = "", **more: Any) -> "subprocess.Popen[bytes]":
        shell = ["sh", "-c", f'exec "$@" {redirect}', "sh"] if redirect else []
        process = subprocess.Popen(
            [*shell, *command(*arguments)],
            cwd=forebay.folder,
            env=forebay.environment(),
            start_new_session=True,
            **more,
        )

        def end() -> None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

        request.addfinalizer(end)
        return process

    return started


def on_a_terminal(start: Start, *arguments: str) -> tuple[int, str]:
    """Exit code and everything that a person would have seen."""
    ours, theirs = pty.openpty()
    process = start(*arguments, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = bytearray()
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError as error:  # how Linux says that the other side of a terminal is closed
            if error.errno != errno.EIO:
                raise
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    return process.wait(60), seen.decode()


@pytest.mark.parametrize("content", [archive("small"), large_archive(2_500_000)], ids=["small", "large"])
def test_standard_input_is_a_file_that_needs_a_name(forebay: Program, content: bytes) -> None:
    done = forebay.process("upload", "-", "-t", "archive", "--name", "in.tgz", "--json", stdin=content)
    (file,) = done.json["files"]
    assert (file["path"], file["size_bytes"]) == ("in.tgz", len(content))
    done = forebay.process("files", "get", file["id"], "-o", "copy")
    assert (forebay.folder / "copy").read_bytes() == content


def test_standard_input_can_be_a_file(forebay: Program, start: Start) -> None:
    path = forebay.file("big.tgz", b"skipped" + large_archive(1_500_000))
    with path.open("rb") as file:
        os.lseek(file.fileno(), 7, os.SEEK_SET)
        process = start(
            "upload", "-", "-t", "archive", "--name", "in.tgz", "--json", stdin=file, stdout=subprocess.PIPE
        )
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)["files"][0]["size_bytes"] == path.stat().st_size - 7


def test_a_named_pipe_is_a_file(forebay: Program, start: Start) -> None:
    os.mkfifo(forebay.folder / "pipe.tgz")
    process = start("upload", "pipe.tgz", "-t", "archive", "--json", stdout=subprocess.PIPE)
    content = large_archive(500_000)
    (forebay.folder / "pipe.tgz").write_bytes(content)  # waits until the program has opened the other end
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)["files"][0]["size_bytes"] == len(content)


def test_a_device_that_never_ends_meets_the_limit(forebay: Program) -> None:
    done = forebay.process("upload", "/dev/zero", "-t", "archive", "--json", code=2)
    assert done.errors[0]["code"] in {"wrong_content", "upload_too_large"}


def test_standard_input_without_a_name_or_closed_is_refused(forebay: Program, start: Start) -> None:
    done = forebay.process("upload", "-", "-t", "archive", code=2)
    assert done.err == "forebay: --name: standard input has no file name; give one with --name\n"
    done = forebay.process("upload", "-", "a", "-t", "archive", code=2)
    assert done.err == "forebay: FILE: standard input (-) cannot be combined with other files\n"
    done = forebay.process("upload", "-", "-t", "archive", "--name", "x", "--json", code=2)
    assert done.errors[0]["code"] == "empty_file"
    process = start("upload", "-", "-t", "archive", "--name", "x", stderr=subprocess.PIPE, redirect="<&-")
    _, err = process.communicate(timeout=60)
    assert err == b"forebay: -: standard input is closed\n"


def test_a_terminal_shows_a_bar_and_a_pipe_does_not(forebay: Program, start: Start) -> None:
    forebay.file("big.tgz", large_archive(3_000_000))
    code, seen = on_a_terminal(start, "upload", "big.tgz", "-t", "archive")
    assert code == 0
    assert "big.tgz" in seen
    assert "MB" in seen or "MiB" in seen
    assert "\x1b[" in seen
    assert "stored as run" in seen
    code, seen = on_a_terminal(start, "upload", "big.tgz", "-t", "archive", "--no-progress")
    assert "\x1b[" not in seen
    assert forebay.process("upload", "big.tgz", "-t", "archive").err == ""


def test_a_terminal_shows_tables_and_indented_json(forebay: Program, start: Start) -> None:
    forebay.file("a.tgz", archive())
    forebay("upload", "a.tgz", "-t", "archive", "--label", "plain")
    code, seen = on_a_terminal(start, "runs", "list", "--limit", "1")
    assert code == 0
    assert "RUN" in seen
    code, seen = on_a_terminal(start, "runs", "list", "--limit", "1", "--json")
    assert seen.startswith('{\r\n  "items": [')


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_stopping_an_upload_gives_it_up_in_order(
    forebay: Program, start: Start, number: signal.Signals, code: int
) -> None:
    owner = f"o{os.urandom(8).hex()}"
    process = start(
        *("upload", "-", "-t", "archive", "--name", "slow.tgz", "--owner", owner),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(large_archive(2_000_000))  # more than pipes and sockets hold: some of it has been taken
    process.stdin.flush()
    wait_for_run(forebay, owner)
    process.send_signal(number)
    assert process.wait(60) == code
    assert process.stderr is not None
    assert process.stderr.read() == b""
    run = wait_for_run(forebay, owner, but_not="pending")
    assert run["status"] == "failed"
    assert run["error"]["code"] in {"upload_cancelled", "upload_interrupted"}


def wait_for_run(forebay: Program, owner: str, *, but_not: str = "") -> dict[str, Any]:
    """Asks until the run is there; the test's own time limit is the bound."""
    while True:
        for run in forebay("runs", "list", "--owner", owner, "--json").json["items"]:
            if run["status"] != but_not:
                found: dict[str, Any] = run
                return found


def test_a_stopped_download_leaves_nothing(forebay: Program, start: Start) -> None:
    content = large_archive(4_000_000 - 2000)
    file_id = upload(forebay, "a.tgz", content)
    before = set(forebay.folder.iterdir())
    process = start("files", "get", file_id, "-o", "-", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(10) == content[:10]
    process.send_signal(signal.SIGINT)
    process.stdout.close()
    assert process.wait(60) in {130, 141}
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert leftovers(forebay.folder) == []
    assert set(forebay.folder.iterdir()) == before


@pytest.mark.parametrize("arguments", [["--help"], ["runs", "list", "--json"], ["openapi"], ["config"]])
def test_a_reader_that_goes_away_is_no_drama(forebay: Program, start: Start, arguments: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    process = start(*arguments, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")


@needs_full
def test_an_output_that_is_full_is_an_error_and_no_defect(forebay: Program, start: Start) -> None:
    file_id = upload(forebay, "a.tgz", archive())
    for arguments in (["runs", "list"], ["runs", "list", "--json"], ["files", "get", file_id, "-o", "-"]):
        with Path("/dev/full").open("wb") as full:
            process = start(*arguments, stdout=full, stderr=subprocess.PIPE)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert b"standard output cannot be written: No space left on device" in err
        assert b"Traceback" not in err


def test_closed_streams_lead_nowhere(forebay: Program, start: Start) -> None:
    """Otherwise the database would get the number of standard error, and whatever is written there."""
    forebay.file("a.tgz", archive())
    owner = f"o{os.urandom(8).hex()}"
    process = start("upload", "a.tgz", "missing", "-t", "archive", "--owner", owner, redirect="<&- >&- 2>&-")
    assert process.wait(60) == 2
    (run,) = forebay("runs", "list", "--owner", owner, "--json").json["items"]
    assert run["status"] == "stored"


def test_bytes_go_to_standard_output_and_nothing_else(forebay: Program, start: Start) -> None:
    content = large_archive(1_000_000)
    file_id = upload(forebay, "a.tgz", content)
    process = start("files", "get", file_id, "-o", "-", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out == content


def test_a_character_that_the_terminal_lacks_is_escaped(forebay: Program) -> None:
    forebay.file("☃.conf", b"[a]\n")
    done = forebay.process("upload", "☃.conf", "-t", "single_conf", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.out.startswith("\\u2603.conf: stored as run ")


def test_settings_can_come_from_a_file(here: Program) -> None:
    here.file(".env", b"FOREBAY_PORT=8123\n")
    assert here.process("config", "--json").json["FOREBAY_PORT"] == 8123


def test_nothing_is_written_where_the_program_is_started(here: Program, tmp_path: Path) -> None:
    here.process("runs", "list")
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
