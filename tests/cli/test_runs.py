"""forebay runs."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.program import Program, archive

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"


def stored(forebay: Program, name: str = "a.tgz", **fields: str) -> dict[str, Any]:
    forebay.file(name, archive(f"{name} {fields}"))
    options = [part for option, value in fields.items() for part in (f"--{option}", value)]
    run: dict[str, Any] = forebay("upload", name, "-t", "archive", *options, "--json").json
    return run


def owner_of_its_own() -> str:
    return f"o{uuid4().hex}"


def test_runs_are_listed_newest_first_a_page_at_a_time(forebay: Program) -> None:
    owner = owner_of_its_own()
    ids = [stored(forebay, f"{number}.tgz", owner=owner)["id"] for number in range(3)]
    first = forebay("runs", "list", "--owner", owner, "--limit", "2", "--json").json
    rest = forebay("runs", "list", "--owner", owner, "--cursor", first["next_cursor"], "--json").json
    assert [run["id"] for run in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    oldest = forebay("runs", "list", "--owner", owner, "--order", "asc", "--json").json
    assert [run["id"] for run in oldest["items"]] == ids


def test_filters_narrow_the_list(forebay: Program) -> None:
    owner = owner_of_its_own()
    early = stored(forebay, owner=owner, label="Night 100% batch")
    late = stored(forebay, owner=owner, label="Day batch")

    def found(*options: str) -> list[str]:
        return [run["id"] for run in forebay("runs", "list", "--owner", owner, *options, "--json").json["items"]]

    assert found("--label", "night") == [early["id"]]
    assert found("--label", "0%") == [early["id"]]
    assert found("--type", "archive", "--status", "stored") == [late["id"], early["id"]]
    assert found("--type", "document") == []
    assert found("--status", "failed") == []
    assert found("--created-after", late["created_at"]) == [late["id"]]
    assert found("--created-before", late["created_at"]) == [early["id"]]
    local = datetime.fromisoformat(late["created_at"]).astimezone().replace(tzinfo=None)
    assert found("--created-after", local.isoformat()) == [late["id"]]


def test_a_person_sees_a_line_for_each_run_and_how_to_go_on(forebay: Program) -> None:
    owner = owner_of_its_own()
    stored(forebay, "a.tgz", owner=owner)
    run = stored(forebay, "b.tgz", owner=owner, label="[bold]not markup[/bold]")
    done = forebay("runs", "list", "--owner", owner, "--limit", "1")
    header, line = done.out.splitlines()
    assert header.split() == ["RUN", "TYPE", "STATUS", "SIZE", "CREATED", "FILE", "LABEL"]
    when = datetime.fromisoformat(run["created_at"]).astimezone().isoformat(sep=" ", timespec="seconds")
    size = f"{run['files'][0]['size_bytes']} B"
    words = [run["id"], "archive", "stored", *size.split(), *when.split(), "b.tgz", "[bold]not", "markup[/bold]"]
    assert line.split() == words
    assert done.err.startswith("there is more: --cursor ")


def test_an_empty_list_says_so_beside_the_output(forebay: Program) -> None:
    done = forebay("runs", "list", "--owner", owner_of_its_own())
    assert (done.out, done.err) == ("", "no runs\n")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--limit", "0"], "invalid_input", "limit is 0; expected 1 to 1000"),
        (["--limit", "1001"], "invalid_input", "limit is 1001; expected 1 to 1000"),
        (["--cursor", "nonsense"], "invalid_cursor", "the cursor is not one that this list gave"),
        (["--cursor", "x" * 300], "invalid_cursor", "the cursor is not one that this list gave"),
        (["--type", "tar"], "unknown_type", "type 'tar' is not known"),
        (["--status", "done"], "invalid_field", "'done' is not known; expected one of pending, stored"),
        (["--order", "up"], "invalid_field", "'up' is not known; expected one of desc, asc"),
        (["--owner", "a b"], "invalid_field", "expected 1 to 64 of"),
        (["--created-after", "yesterday"], "invalid_field", "'yesterday' is not a time; expected 2026-01-31"),
        (["--limit", "many"], "usage", "'--limit'"),
    ],
)
def test_a_wrong_option_is_named(forebay: Program, options: list[str], code: str, words: str) -> None:
    done = forebay("runs", "list", *options, "--json", code=2)
    (error,) = done.errors
    assert error["code"] == code
    assert words.lower() in error["detail"].lower()


def test_a_run_is_shown_with_its_files(forebay: Program) -> None:
    run = stored(forebay, label="Nightly", notes="first\nsecond", owner="ops")
    assert forebay("runs", "show", run["id"], "--json").json == run
    shown = forebay("runs", "show", run["id"].upper()).out
    for words in (run["id"], "archive", "stored", "Nightly", "first", "second", "ops", run["files"][0]["sha256"]):
        assert words in shown
    assert "error" not in shown


def test_a_failed_run_says_why(forebay: Program) -> None:
    owner = owner_of_its_own()
    forebay.file("a.tgz", archive())
    forebay("upload", "a.tgz", "-t", "archive", "--owner", owner, "--sha256", "0" * 64, code=6)
    (run,) = forebay("runs", "list", "--owner", owner, "--json").json["items"]
    shown = forebay("runs", "show", run["id"]).out
    assert "the client gave SHA-256 000" in shown
    assert "(digest_mismatch)" in shown


def test_deleted_runs_are_gone_and_the_others_are_still_tried(forebay: Program) -> None:
    one, two = stored(forebay)["id"], stored(forebay)["id"]
    done = forebay("runs", "delete", one, NOBODY, two, "--json", code=3)
    assert done.documents == [{"id": one, "deleted": True}, {"id": two, "deleted": True}]
    assert [(error["code"], error["argument"]) for error in done.errors] == [("run_not_found", NOBODY)]
    assert forebay("runs", "show", one, code=3).err == f"forebay: there is no run {one}\n"
    three = stored(forebay)["id"]
    assert forebay("runs", "delete", three).out == f"deleted run {three}\n"


@pytest.mark.parametrize("command", [["runs", "show"], ["runs", "delete"], ["files", "list"]])
def test_something_that_is_no_id_is_wrong_use(forebay: Program, command: list[str]) -> None:
    done = forebay(*command, "12", code=2)
    assert done.err.startswith("forebay: RUN: '12' is not a UUID; expected the form 0190b5a2")
