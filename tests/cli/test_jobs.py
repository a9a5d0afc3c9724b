"""forebay jobs, with nobody who works on them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cli.program import Program
from tests.cli.test_runs import NOBODY, stored


def waiting(forebay: Program) -> dict[str, Any]:
    """The job of a run that was just stored."""
    run_id = stored(forebay)["id"]
    (job,) = forebay("jobs", "list", "--run", run_id, "--json").json["items"]
    found: dict[str, Any] = job
    return found


def test_jobs_are_listed_newest_first_a_page_at_a_time(forebay: Program) -> None:
    jobs = [waiting(forebay) for _ in range(3)]
    since = ("--created-after", jobs[0]["created_at"])
    first = forebay("jobs", "list", *since, "--limit", "2", "--json").json
    rest = forebay("jobs", "list", *since, "--limit", "2", "--cursor", first["next_cursor"], "--json").json
    assert first["items"] + rest["items"] == jobs[::-1]
    oldest = forebay("jobs", "list", *since, "--order", "asc", "--json").json
    assert oldest["items"] == jobs
    forebay("jobs", "cancel", jobs[1]["id"])

    def found(*options: str) -> list[str]:
        return [job["id"] for job in forebay("jobs", "list", *since, *options, "--json").json["items"]]

    assert found("--status", "cancelled") == [jobs[1]["id"]]
    assert found("--kind", "archive_catalogue", "--status", "queued") == [jobs[2]["id"], jobs[0]["id"]]
    assert found("--run", jobs[0]["run_id"], "--created-before", jobs[0]["created_at"]) == []


def test_a_person_sees_a_line_for_each_job_and_all_of_one(forebay: Program) -> None:
    job = waiting(forebay)
    header, line = forebay("jobs", "list", "--run", job["run_id"]).out.splitlines()
    assert header.split() == ["JOB", "KIND", "STATUS", "ATTEMPTS", "CREATED", "ABOUT"]
    assert line.split()[:4] == [job["id"], "archive_catalogue", "queued", "0/5"]
    assert line.split()[-1] == job["run_id"]
    shown = forebay("jobs", "show", job["id"].upper()).out
    for words in (job["id"], job["run_id"], "archive_catalogue", "queued", "0 of 5", "not before"):
        assert words in shown
    assert forebay("jobs", "list", "--run", NOBODY).err == "no jobs\n"


def test_a_job_is_shown_with_its_steps(forebay: Program) -> None:
    job = waiting(forebay)
    shown = forebay("jobs", "show", job["id"], "--json").json
    assert shown.pop("steps") == []
    assert set(shown.pop("summary").values()) == {0}
    assert shown == job


def test_jobs_are_cancelled_and_tried_again_and_the_others_are_still_tried(forebay: Program) -> None:
    one, two = waiting(forebay)["id"], waiting(forebay)["id"]
    done = forebay("jobs", "cancel", one, NOBODY, two, "--json", code=3)
    assert [(job["id"], job["status"]) for job in done.documents] == [(one, "cancelled"), (two, "cancelled")]
    assert [(error["code"], error["argument"]) for error in done.errors] == [("job_not_found", NOBODY)]
    again = forebay("jobs", "retry", one).out
    assert again.startswith(f"job {one} (archive_catalogue on run ")
    assert again.endswith(" is queued\n")
    done = forebay("jobs", "retry", one, code=4)
    assert f"forebay: {one}: job {one} is queued and cannot be retried" in done.err


def test_a_job_is_started_once_and_by_its_key(forebay: Program) -> None:
    job = waiting(forebay)
    run_id, key = job["run_id"], uuid4().hex
    done = forebay("jobs", "start", run_id, "--json", code=4)
    assert done.errors[0]["code"] == "job_active"
    assert forebay("runs", "parse", run_id, "--json").json == job
    forebay("jobs", "cancel", job["id"])
    first = forebay("jobs", "start", run_id, "--kind", "archive_catalogue", "--idempotency-key", key, "--json").json
    assert first["id"] != job["id"]
    assert forebay("jobs", "start", run_id, "--idempotency-key", key, "--json").json == first
    other = waiting(forebay)["run_id"]
    done = forebay("jobs", "start", other, "--idempotency-key", key, "--json", code=4)
    assert done.errors[0]["code"] == "job_key_reused"


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["jobs", "show", NOBODY], 3, "job_not_found"),
        (["jobs", "show", "12"], 2, "invalid_field"),
        (["jobs", "events", NOBODY], 3, "job_not_found"),
        (["jobs", "events", NOBODY, "-f"], 3, "job_not_found"),
        (["jobs", "events", NOBODY, "--run", NOBODY], 2, "invalid_input"),
        (["jobs", "events", "--after", "-1"], 2, "invalid_field"),
        (["jobs", "artifacts", NOBODY], 3, "job_not_found"),
        (["jobs", "artifacts", NOBODY, "--cursor", "!"], 2, "invalid_cursor"),
        (["jobs", "start", NOBODY], 3, "run_not_found"),
        (["jobs", "list", "--status", "unheard"], 2, "invalid_field"),
        (["jobs", "list", "--run", "12"], 2, "invalid_field"),
        (["jobs", "list", "--limit", "0"], 2, "invalid_input"),
        (["models", "--limit", "1001"], 2, "invalid_input"),
        (["models", "--cursor", "!"], 2, "invalid_cursor"),
        (["runs", "parse", NOBODY], 3, "run_not_found"),
        (["runs", "files", NOBODY], 3, "run_not_found"),
        (["runs", "files", NOBODY, "--tree"], 3, "run_not_found"),
        (["runs", "files", NOBODY, "--tree", "--role", "upload"], 2, "invalid_input"),
    ],
)
def test_what_cannot_be_is_told(forebay: Program, arguments: list[str], code: int, error: str) -> None:
    done = forebay(*arguments, "--json", code=code)
    assert [found["code"] for found in done.errors] == [error]


LATIN = "caf\udce9"  # how an argument that is not UTF-8 arrives


@pytest.mark.parametrize("text", [LATIN, "a\0b"])
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["jobs", "list", "--kind"], "invalid_field"),
        (["jobs", "start", NOBODY, "--kind"], "invalid_field"),
        (["jobs", "start", NOBODY, "--idempotency-key"], "invalid_field"),
        (["jobs", "list", "--status"], "invalid_field"),
        (["jobs", "list", "--run"], "invalid_field"),
        (["jobs", "list", "--created-after"], "invalid_field"),
        (["jobs", "list", "--cursor"], "invalid_cursor"),
        (["jobs", "artifacts", NOBODY, "--cursor"], "invalid_cursor"),
        (["models", "--cursor"], "invalid_cursor"),
        (["runs", "list", "--label"], "invalid_field"),
        (["runs", "list", "--cursor"], "invalid_cursor"),
        (["runs", "files", NOBODY, "--prefix"], "invalid_field"),
        (["runs", "files", NOBODY, "--tree", "--prefix"], "invalid_field"),
        (["runs", "files", NOBODY, "--cursor"], "invalid_cursor"),
        (["runs", "show"], "invalid_field"),
    ],
)
def test_arguments_that_are_no_text_are_refused(forebay: Program, arguments: list[str], error: str, text: str) -> None:
    done = forebay(*arguments, text, "--json", code=2)
    assert [found["code"] for found in done.errors] == [error]


@pytest.mark.parametrize(
    "arguments",
    [
        ["jobs", "list", "--kind", "k" * 101],
        ["jobs", "start", NOBODY, "--kind", "k" * 101],
        ["runs", "files", NOBODY, "--prefix", "p" * 4097],
        ["runs", "files", NOBODY, "--tree", "--prefix", "p" * 4096],
    ],
)
def test_limits_are_the_same_here_and_there(forebay: Program, arguments: list[str]) -> None:
    (error,) = forebay(*arguments, "--json", code=2).errors
    assert (error["code"], error["field"]) == ("invalid_field", arguments[-2].removeprefix("--"))
    assert "at most" in error["detail"]


def test_what_is_as_long_as_allowed_is_asked_for(forebay: Program) -> None:
    assert forebay("jobs", "list", "--kind", "k" * 100, "--json").json["items"] == []
    forebay("runs", "files", NOBODY, "--prefix", "p" * 4096, code=3)
    forebay("runs", "files", NOBODY, "--tree", "--prefix", "p" * 4095, code=3)


def test_a_processor_that_there_is_not_is_told_with_those_there_are(forebay: Program) -> None:
    run_id = waiting(forebay)["run_id"]
    done = forebay("jobs", "start", run_id, "--kind", "unheard_of", "--json", code=2)
    assert done.errors[0]["code"] == "unknown_job_kind"
    assert "archive_catalogue" in done.errors[0]["detail"]
    forebay("jobs", "start", run_id, "--kind", "file_catalogue", code=2)


def test_events_come_in_pages(forebay: Program) -> None:
    job = waiting(forebay)
    for change in ("cancel", "retry", "cancel"):
        forebay("jobs", change, job["id"])
    page = forebay("jobs", "events", job["id"], "--json").json
    codes = [event["code"] for event in page["items"]]
    assert codes == ["job_queued", "job_cancelled", "job_retried", "job_cancelled"]
    assert page["next_cursor"] is None
    first = forebay("jobs", "events", job["id"], "--limit", "3", "--json").json
    assert first["items"] == page["items"][:3]
    rest = forebay("jobs", "events", job["id"], "--after", first["next_cursor"], "--json").json
    assert rest["items"] == page["items"][3:]
    done = forebay("jobs", "events", job["id"], "--limit", "3")
    assert [line.split()[2] for line in done.out.splitlines()] == codes[:3]
    assert done.err == f"there is more: --after {first['next_cursor']}\n"
    of_run = forebay("jobs", "events", "--run", job["run_id"], "--json").json["items"]
    assert [event["code"] for event in of_run if event["job_id"] is None][:2] == ["run_stored", "run_failed"]
    everything = forebay("jobs", "events", "--after", str(of_run[0]["position"] - 1), "--json").json["items"]
    assert [event for event in everything if event["run_id"] == job["run_id"]] == of_run


def test_following_a_job_that_has_ended_ends(forebay: Program) -> None:
    job = waiting(forebay)
    forebay("jobs", "cancel", job["id"])
    page = forebay("jobs", "events", job["id"], "--json").json["items"]
    assert forebay("jobs", "events", job["id"], "-f", "--json").documents == page
    behind = str(page[0]["position"])
    assert forebay("jobs", "events", job["id"], "-f", "--after", behind, "--json").documents == page[1:]
    last = str(page[-1]["position"])
    assert forebay("jobs", "events", job["id"], "-f", "--after", last, "--json").documents == []
