"""Waiting for jobs, and what comes of them: a server works on them, or the program itself where no worker is."""

import hashlib
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.archives import CONF, bundle, cut_bundle
from tests.cli.program import Program, command
from tests.cli.test_processes import on_a_terminal
from tests.cli.test_runs import NOBODY

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def run(processing: Program) -> dict[str, Any]:
    processing.file("app.tgz", bundle())
    run: dict[str, Any] = processing("upload", "app.tgz", "-t", "app_bundle", "--wait", "--json").json
    return run


@pytest.fixture
def job(processing: Program, run: dict[str, Any]) -> dict[str, Any]:
    (job,) = processing("jobs", "list", "--run", run["id"], "--json").json["items"]
    found: dict[str, Any] = job
    return found


def test_an_upload_that_waits_ends_with_the_processed_run(processing: Program, run: dict[str, Any]) -> None:
    assert (run["status"], run["error"]) == ("complete", None)
    assert processing("runs", "show", run["id"], "--json").json == run
    processing.file("other.tgz", bundle("other"))
    done = processing("upload", "other.tgz", "-t", "app_bundle", "--wait")
    assert done.out.startswith("other.tgz: complete as run ")
    assert done.err == ""


def test_the_exit_code_says_that_processing_failed_and_the_run_says_why(processing: Program) -> None:
    processing.file("good.tgz", bundle("good"))
    processing.file("cut.tar", cut_bundle())
    done = processing("upload", "cut.tar", "missing.tgz", "good.tgz", "-t", "archive", "--wait", "--json", code=9)
    failed, complete = done.documents
    assert (failed["status"], failed["error"]["code"], complete["status"]) == (
        "failed",
        "archive_truncated",
        "complete",
    )
    assert [(error["code"], error["argument"], error["exit_code"]) for error in done.errors] == [
        ("archive_truncated", "cut.tar", 9),
        ("unreadable_file", "missing.tgz", 2),
    ]
    told = processing("upload", "cut.tar", "-t", "archive", "--wait", code=9)
    assert told.err == f"forebay: cut.tar: {failed['error']['detail']}\n"


def test_a_repeated_upload_waits_for_the_first(processing: Program) -> None:
    processing.file("cut.tar", cut_bundle())
    key = ("--idempotency-key", hashlib.sha256(str(processing.folder).encode()).hexdigest())
    first = processing("upload", "cut.tar", "-t", "archive", "--wait", *key, "--json", code=9).json
    again = processing("upload", "cut.tar", "-t", "archive", "--wait", *key, "--json", code=9).json
    assert again == first


def test_processing_can_be_repeated_and_waited_for(processing: Program, run: dict[str, Any]) -> None:
    again = processing("runs", "parse", run["id"], "--wait", "--json").json
    assert (again["run_id"], again["status"]) == (run["id"], "succeeded")
    once_more = processing("jobs", "start", run["id"], "--wait").out
    assert once_more.endswith(" is succeeded\n")
    assert len(processing("jobs", "list", "--run", run["id"], "--json").json["items"]) == 3


def test_a_job_that_fails_while_it_is_waited_for_says_why(processing: Program) -> None:
    processing.file("cut.tar", cut_bundle())
    run = processing("upload", "cut.tar", "-t", "archive", "--wait", "--json", code=9).json
    done = processing("runs", "parse", run["id"], "--wait", "--json", code=9)
    assert done.json["status"] == "failed"
    assert done.errors[0]["code"] == "archive_truncated"


def test_a_job_is_shown_with_what_its_steps_came_to(processing: Program, job: dict[str, Any]) -> None:
    shown = processing("jobs", "show", job["id"], "--json").json
    assert [step["name"] for step in shown["steps"]] == ["catalogue", "manifest"]
    table = processing("jobs", "show", job["id"]).out
    assert "STEP" in table
    assert "members 3" in table
    models = processing("models", "--json").json["items"]
    assert shown["steps"][0]["model_id"] in [model["id"] for model in models]
    assert models[0]["name"] in processing("models").out


def test_members_are_listed_flat_and_as_a_tree(processing: Program, run: dict[str, Any]) -> None:
    def paths(*options: str) -> list[str]:
        page = processing("runs", "files", run["id"], *options, "--json").json
        return [item["path"] for item in page["items"]]

    assert paths() == ["app.tgz", "app/default/app.conf", "app/link", "app/readme.txt"]
    assert (
        processing("files", "list", run["id"], "--json").json == processing("runs", "files", run["id"], "--json").json
    )
    assert paths("--role", "upload") == ["app.tgz"]
    assert paths("--prefix", "app/default/") == ["app/default/app.conf"]
    first = processing("runs", "files", run["id"], "--limit", "3", "--json").json
    assert paths("--cursor", first["next_cursor"]) == ["app/readme.txt"]
    table = processing("runs", "files", run["id"]).out
    assert "app/link -> readme.txt" in table
    assert "(symlink)" in table

    top = processing("runs", "files", run["id"], "--tree", "--json").json
    assert top == {"items": [], "folders": ["app/"], "next_cursor": None}
    app = processing("runs", "files", run["id"], "--tree", "--prefix", "app", "--json").json
    assert app["folders"] == ["app/default/"]
    assert [item["path"] for item in app["items"]] == ["app/link", "app/readme.txt"]
    one = processing("runs", "files", run["id"], "--tree", "--prefix", "app/", "--limit", "1", "--json").json
    rest = ("runs", "files", run["id"], "--tree", "--prefix", "app/", "--cursor", one["next_cursor"])
    assert processing(*rest, "--json").json["items"] == app["items"]
    lines = processing("runs", "files", run["id"], "--tree", "--prefix", "app/").out.splitlines()
    assert lines[0].split() == ["FILE", "SIZE", "MODIFIED", "PATH"]
    assert [line.split()[-1] for line in lines[1:]] == ["app/default/", "readme.txt", "app/readme.txt"]
    assert processing("runs", "files", run["id"], "--tree", "--prefix", "nowhere").err == "nothing\n"


def test_members_and_artifacts_are_fetched_like_files(
    processing: Program, run: dict[str, Any], job: dict[str, Any]
) -> None:
    items = processing("runs", "files", run["id"], "--role", "member", "--json").json["items"]
    conf, link = items[0], items[1]
    done = processing("files", "get", conf["id"], "--json")
    assert (processing.folder / "app.conf").read_bytes() == CONF
    assert done.json["sha256"] == hashlib.sha256(CONF).hexdigest()
    done = processing("files", "get", link["id"], "-o", "x", "--json", code=4)
    assert done.errors[0]["code"] == "member_without_content"
    page = processing("jobs", "artifacts", job["id"], "--json").json
    (manifest,) = page["items"]
    assert manifest["content_url"] == f"/v1/artifacts/{manifest['id']}/content"
    assert "SHA256SUMS" in processing("jobs", "artifacts", job["id"]).out
    processing("files", "get", manifest["id"])
    assert f"{conf['sha256']}  app/default/app.conf\n" in (processing.folder / "SHA256SUMS").read_text()
    assert processing("files", "get", NOBODY, "-o", "y", code=3).err == f"forebay: there is no file {NOBODY}\n"
    assert not (processing.folder / "x").exists()


def test_events_are_followed_to_the_end_of_the_job(processing: Program, job: dict[str, Any]) -> None:
    page = processing("jobs", "events", job["id"], "--json").json["items"]
    assert processing("jobs", "events", job["id"], "--follow", "--json").documents == page
    lines = processing("jobs", "events", job["id"], "-f").out.splitlines()
    assert [line.split()[2] for line in lines] == [event["code"] for event in page]


def test_everything_is_followed_until_somebody_stops_it(
    processing: Program, run: dict[str, Any], tmp_path: Path
) -> None:
    (stored,) = [e for e in events_of(processing, run["id"]) if e["code"] == "run_stored"]
    after = str(stored["position"] - 1)
    process = subprocess.Popen(
        command("jobs", "events", "--run", run["id"], "-f", "--after", after, "--json"),
        cwd=tmp_path,
        env=processing.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in events_of(processing, run["id"])]
        assert b"run_complete" in b"".join(seen)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out, err) == (130, b"", b"")


def events_of(forebay: Program, run_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = forebay("jobs", "events", "--run", run_id, "--json").json["items"]
    return items


def test_a_terminal_shows_how_far_it_is(processing: Program, request: pytest.FixtureRequest) -> None:
    processing.file("app.tgz", bundle("terminal"))

    def start(*arguments: str, **more: Any) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command(*arguments), cwd=processing.folder, env=processing.environment(), start_new_session=True, **more
        )
        request.addfinalizer(process.kill)
        return process

    code, seen = on_a_terminal(start, "upload", "app.tgz", "-t", "app_bundle", "--wait")
    assert code == 0
    assert "app.tgz: " in seen
    assert "complete as run" in seen
    code, seen = on_a_terminal(start, "upload", "app.tgz", "-t", "app_bundle", "--wait", "--no-progress")
    assert code == 0
    assert "\x1b[?25l" not in seen


def test_a_job_that_another_worker_took_is_waited_for(here: Program) -> None:
    """Two that wait for the same job: one of them works on it, and both see it end."""
    here.file("app.tgz", bundle("two"))
    run = here("upload", "app.tgz", "-t", "app_bundle", "--json").json
    waiting = [
        subprocess.Popen(
            command("runs", "parse", run["id"], "--wait", "--json"),
            cwd=here.folder,
            env=here.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ended = [process.communicate(timeout=120) for process in waiting]
    assert [process.returncode for process in waiting] == [0, 0], ended
    jobs = here("jobs", "list", "--run", run["id"], "--json").json["items"]
    assert {job["status"] for job in jobs} == {"succeeded"}
    assert {job["attempts"] for job in jobs} == {1}
