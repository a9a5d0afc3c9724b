"""Clients, pipelines, reports and health on the command line."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from forebay.domain.intake.errors import InvalidFieldError
from forebay.entrypoints.cli.pipeline_arguments import parse_duration
from forebay.entrypoints.cli.pipeline_tables import length
from tests.cli.program import Program, command
from tests.cli.test_processes import on_a_terminal


@pytest.fixture
def client(forebay: Program) -> str:
    """The server is shared, so each test has a client of its own."""
    name = f"Zoo {uuid4()}"
    forebay("clients", "create", name)
    return name


def ago(**time: int) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="seconds")


def test_a_pipeline_is_named_by_id_or_by_client_and_name(forebay: Program, client: str) -> None:
    made = forebay("pipelines", "create", client, "Load", "--platform", "dbt", "--external-id", "l", "--json").json
    for named in (made["id"], made["id"].upper(), f"{client}/Load", f" {client.upper()} / LOAD "):
        assert forebay("pipelines", "show", named, "--json").json["pipeline"] == made
    (error,) = forebay("pipelines", "show", "Load", "--json", code=2).errors
    assert error["field"] == "PIPELINE"
    assert "CLIENT/PIPELINE" in error["detail"]


def test_names_with_slashes_are_found_unless_they_may_be_two(forebay: Program, client: str) -> None:
    forebay("clients", "create", f"{client}/a")
    one = forebay("pipelines", "create", f"{client}/a", "b", "--json").json
    assert forebay("pipelines", "show", f"{client}/a/b", "--json").json["pipeline"] == one
    two = forebay("pipelines", "create", client, "a/b", "--json").json
    (error,) = forebay("pipelines", "show", f"{client}/a/b", "--json", code=2).errors
    assert "may be 2 pipelines; give the id" in error["detail"]
    assert forebay("pipelines", "show", two["id"], "--json").json["pipeline"] == two


def test_what_is_not_given_stays_and_zero_takes_away(forebay: Program, client: str) -> None:
    times = ("--expect-every", "1d", "--start-grace", "15m", "--finish-grace", "1h30m")
    made = forebay("pipelines", "create", client, "Load", "--type", "quality", *times, "--json").json
    assert [made[f"{name}_seconds"] for name in ("expect_every", "start_grace", "finish_grace")] == [86400, 900, 5400]
    changed = forebay("pipelines", "change", f"{client}/load", "--expect-every", "0", "--json").json
    assert (changed["expect_every_seconds"], changed["finish_grace_seconds"]) == (None, 5400)
    assert (changed["pipeline_type"], changed["revision"]) == ("quality", 2)
    (error,) = forebay("pipelines", "change", made["id"], "--name", "x", "--if-revision", "1", "--json", code=4).errors
    assert error["code"] == "revision_mismatch"
    assert forebay("pipelines", "change", made["id"], "--name", "x", "--if-revision", "2", "--json").json["name"] == "x"
    off = forebay("pipelines", "disable", f"{client}/x", "--json").json
    assert (off["is_active"], off["revision"]) == (False, 4)
    assert f"enabled pipeline {client}/x" in forebay("pipelines", "enable", made["id"]).out


def test_a_report_becomes_a_run(forebay: Program, client: str) -> None:
    forebay("pipelines", "create", client, "Load")
    name = f"{client}/Load"
    forebay.file("payload.json", b'{"tries": [1, 2.5], "who": "\xc3\xb6"}')
    given = ("--status", "failed", "--started", "2026-01-05T02:00Z", "--finished", "2026-01-05T02:12:30Z")
    what = ("--error", "out of\nmemory \x1b[31m", "--reason", "killed", "--rows", "7", "--payload", "@payload.json")
    told = forebay("pipelines", "report", name, *given, *what, "--json").json
    assert told["verdict"] == "created"
    run = told["run"]
    assert run["external_run_id"].startswith("manual-")
    assert (run["elapsed_seconds"], run["rows_processed"], run["status_reason"]) == (750.0, 7, "killed")
    assert run["payload"] == {"tries": [1, 2.5], "who": "ö"}
    assert forebay("pipelines", "latest", name, "--json").json == run
    assert forebay("pipelines", "run", name, run["id"], "--json").json == run
    assert forebay("pipelines", "runs", name, "--json").json["items"] == [run]
    shown = forebay("pipelines", "latest", name).out
    assert "\x1b" not in shown
    assert "memory \\x1b[31m" in shown
    assert "12m 30s" in shown
    again = ("--external-run-id", run["external_run_id"], "--status", "running")
    assert forebay("pipelines", "report", name, *again).out.startswith("stale: ")


def test_a_file_of_any_length_is_imported_in_batches(forebay: Program, client: str) -> None:
    address = {"client": client, "platform": "cron", "external_id": "job"}
    records = [{**address, "external_run_id": f"{number}", "status": "success"} for number in range(10_005)]
    records[3] = {"external_run_id": "3"}
    records[10_003] = {**address, "external_run_id": "x", "status": "wrong"}
    forebay.file("runs.json", json.dumps(records, indent=0).encode())
    done = forebay("pipelines", "import", "runs.json", "--create-missing", "--json", code=10)
    assert done.json == {
        "file": "runs.json",
        "records": 10_005,
        "summary": {"created": 10_003, "updated": 0, "unchanged": 0, "stale": 0, "rejected": 2},
    }
    assert [(error["argument"], error["field"], error["exit_code"]) for error in done.errors] == [
        ("runs.json:23", "client", 2),
        ("runs.json:70019", "status", 2),
    ]
    assert done.json["summary"]["created"] == 10_003
    again = forebay("pipelines", "import", "runs.json", code=10)
    assert again.out == "runs.json: 10005 read, 10003 unchanged, 2 rejected\n"
    assert again.err.startswith("forebay: runs.json:23: client: missing;")


def test_records_come_through_standard_input(forebay: Program, client: str) -> None:
    forebay("pipelines", "create", client, "Load", "--platform", "airflow", "--external-id", "load")
    record = {"client": client, "platform": "airflow", "external_id": "load", "external_run_id": "1"}
    lines = [json.dumps({**record, "status": status, "started_at": "2026-01-05"}) for status in ("running", "success")]
    done = forebay.process("pipelines", "import", "-", stdin="\n".join(lines).encode())
    assert (done.out, done.err) == ("-: 2 read, 1 created, 1 updated\n", "")


def test_what_came_before_the_break_of_a_file_has_landed(forebay: Program, client: str) -> None:
    made = forebay("pipelines", "create", client, "Load", "--json").json
    record = json.dumps({"pipeline_id": made["id"], "external_run_id": "1", "status": "skipped"})
    forebay.file("broken.json", f"[{record},\n oh".encode())
    done = forebay("pipelines", "import", "broken.json", "--json", code=2)
    assert done.json["summary"]["created"] == 1
    (error,) = done.errors
    assert (error["code"], error["argument"]) == ("invalid_input", "broken.json")
    assert "line 2" in error["detail"]
    assert forebay("pipelines", "latest", made["id"], "--json").json["status"] == "skipped"


@pytest.fixture
def troubled(forebay: Program, client: str) -> str:
    """A client with a pipeline in each state that a report can bring about."""
    for name, *more in (
        ("healthy",),
        ("failing",),
        ("unknown",),
        ("stuck", "--finish-grace", "1s"),
        ("late", "--expect-every", "2s"),
    ):
        forebay("pipelines", "create", client, f"{name} one", *more)
    for name, status in (("healthy", "success"), ("failing", "failed"), ("stuck", "running")):
        forebay("pipelines", "report", f"{client}/{name} one", "--status", status, "--started", ago(hours=1))
    return client


def test_health_has_the_worst_first_and_counts_below(forebay: Program, troubled: str) -> None:
    done = forebay("pipelines", "health", "--client", troubled, "--health", "stuck,failing,unknown,healthy", "--json")
    states = [(item["health"], item["pipeline"]["name"]) for item in done.json["items"]]
    assert states[0] == ("stuck", "stuck one")
    ranks = ["stuck", "failing", "unknown", "healthy"]
    assert [health for health, _ in states] == sorted((health for health, _ in states), key=ranks.index)
    assert done.json["counts"]["failing"] == 1
    lines = forebay("pipelines", "health", "--client", troubled, "--health", "failing,healthy").out.splitlines()
    assert [line.split()[0] for line in lines if line] == ["HEALTH", "failing", "healthy", "1"]
    assert lines[-1] == "1 failing, 1 healthy, 2 in all"
    assert lines[1].endswith(f"{troubled}/failing one")


def test_health_ends_with_11_when_that_is_asked_for(forebay: Program, troubled: str) -> None:
    of = ("pipelines", "health", "--client", troubled)
    forebay(*of)
    forebay(*of, "--exit-code", code=11)
    forebay(*of, "--exit-code", "--health", "healthy,unknown")
    forebay(*of, "--exit-code", "--health", "failing", "--json", code=11)


def test_health_is_coloured_on_a_terminal_only_and_not_against_no_color(here: Program) -> None:
    here("clients", "create", "Zoo")
    here("pipelines", "create", "Zoo", "failing")
    here("pipelines", "report", "Zoo/failing", "--status", "failed")
    assert "\x1b" not in here("pipelines", "health").out

    def seen(**more: str) -> str:
        def start(*arguments: str, **streams: Any) -> "subprocess.Popen[bytes]":
            environment = here.environment(TERM="xterm-256color", **more)
            return subprocess.Popen(command(*arguments), cwd=here.folder, env=environment, **streams)

        code, text = on_a_terminal(start, "pipelines", "health")
        assert code == 0
        return text

    coloured = seen()
    assert "\x1b[31mfailing\x1b[0m" in coloured
    assert coloured.splitlines()[1].rstrip().endswith("Zoo/failing")  # a name has no colour
    assert "\x1b[31m" not in seen(NO_COLOR="1")


def test_figures_are_of_the_window_and_the_client(forebay: Program, client: str) -> None:
    forebay("pipelines", "create", client, "Load", "--platform", "dbt")
    for day, status in enumerate(("success", "failed", "success"), 5):
        at = f"2026-01-0{day}T02:00Z"
        forebay(
            *("pipelines", "report", f"{client}/Load", "--status", status),
            *("--started", at, "--finished", at, "--duration", "90"),
        )
    window = ("--client", client, "--since", "2026-01-05T00:00Z", "--until", "2026-01-08T00:00Z")
    assert [line.split() for line in forebay("pipelines", "failures", *window).out.splitlines()] == [
        ["UTC", "FAILED", "RUNS", "RATE"],
        ["2026-01-05", "0", "1", "0.0%"],
        ["2026-01-06", "1", "1", "100.0%"],
        ["2026-01-07", "0", "1", "0.0%"],
    ]
    (flaky,) = forebay("pipelines", "flakiest", *window, "--json").json["items"]
    assert (flaky["pipeline_name"], flaky["client_name"], flaky["flips"]) == ("Load", client, 2)
    assert ["1m", "5m", "3"] in [line.split() for line in forebay("pipelines", "durations", *window).out.splitlines()]
    platforms = forebay("pipelines", "platforms", *window[2:], "--json").json["items"]
    assert "dbt" in {item["platform"] for item in platforms}
    summary = forebay("clients", "summary", client, *window[2:]).out
    for words in ("3 (2 success, 1 failed)", "66.7%", "1m 30s", f"{client}/Load"):
        assert words in summary


def test_a_long_list_says_how_to_go_on(forebay: Program, client: str) -> None:
    for number in range(3):
        forebay("pipelines", "create", client, f"p{number}")
    first = forebay("pipelines", "list", "--client", client, "--limit", "2", "--order", "asc", "--json").json
    rest = forebay(
        "pipelines", "list", "--client", client, "--order", "asc", "--cursor", first["next_cursor"], "--json"
    ).json
    assert [item["name"] for item in (*first["items"], *rest["items"])] == ["p0", "p1", "p2"]
    assert rest["next_cursor"] is None
    assert "there is more: --cursor" in forebay("pipelines", "list", "--client", client, "--limit", "2").err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("1d", 86400), ("1d2h3m4s", 93784)],
)
def test_a_length_of_time_as_people_write_it(text: str, seconds: int) -> None:
    assert parse_duration(text, field="expect_every") == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5h", "1m1h", "1w", "१", "1 h"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidFieldError, match="expected 90s, 15m"):
        parse_duration(text, field="expect_every")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((None, ""), (0, "0s"), (0.25, "0.25s"), (59.94, "59.9s"), (59.99, "60s"), (60, "1m"), (750, "12m 30s")),
        *((3661, "1h 1m"), (86400, "1d"), (90000, "1d 1h"), (86460, "1d 1m")),
    ],
)
def test_a_length_of_time_for_people(seconds: float | None, text: str) -> None:
    assert length(seconds) == text


def test_a_payload_that_cannot_be_read_says_which(here: Program, tmp_path: Path) -> None:
    here("clients", "create", "Zoo")
    here("pipelines", "create", "Zoo", "Load")
    (tmp_path / "bin").write_bytes(b"\xff")
    for payload, code in (("@nowhere", "unreadable_file"), ("@bin", "invalid_report"), ("{", "invalid_report")):
        (error,) = here(
            "pipelines", "report", "Zoo/Load", "--status", "failed", "--payload", payload, "--json", code=2
        ).errors
        assert (error["code"], error["field"]) == (code, "--payload")
