"""Command lines about clients and pipelines, here and against a server: the same output, errors and exit codes."""

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import LIMIT, NO_WORKER
from tests.cli.program import Done, Program
from tests.cli.test_same_everywhere import plain
from tests.server_process import running_server

_TYPED = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"

# {client}, {pipeline} and {run} stand for ids.
SCRIPT = r"""
clients list
clients create Acme --json
clients create ACME
clients create ' ' --json
clients create Zoo --disabled
clients list
clients list --json
clients list --text ac --json
clients list --disabled
clients list --limit 1
clients list --limit 0
clients list --cursor wrong
clients list --order up
clients show acme
clients show {client} --json
clients show {typed}
clients show nobody --json
clients change acme
clients change acme --name ''
clients change acme --name Zoo --json
clients change acme --name 'Acme Ltd' --if-revision 7
clients change acme --name 'Acme Ltd' --if-revision 1 --json
clients change 'acme ltd' --name Acme
clients enable Zoo nobody {typed}
clients disable Zoo --json
clients summary acme
clients summary nobody
pipelines list
pipelines create Acme 'Nightly/load' --platform airflow --external-id nightly --expect-every 1d --json
pipelines create Acme 'nightly/LOAD' --json
pipelines create Acme other --platform airflow --external-id nightly
pipelines create Acme other --platform mainframe
pipelines create Acme other --expect-every soon
pipelines create Acme other --finish-grace 9999d
pipelines create Acme ''
pipelines create nobody other
pipelines create {typed} other --json
pipelines create {client} Export --type export --environment dev --finish-grace 2h30m --start-grace 90
pipelines create Zoo Feeding --platform cron --external-id feed
pipelines list
pipelines list --json
pipelines list --client zoo --json
pipelines list --client nobody
pipelines list --client {typed} --json
pipelines list --platform airflow --environment prod --type ingestion --active --text NIGHT --json
pipelines list --platform mainframe
pipelines list --limit 1
pipelines show acme/nightly/load
pipelines show {pipeline} --json
pipelines show acme
pipelines show acme/nothing
pipelines show {typed} --json
pipelines change acme/export
pipelines change acme/export --name exports --if-revision 9 --json
pipelines change acme/export --name exports --if-revision 1 --json
pipelines change acme/exports --finish-grace 0 --start-grace 0 --external-id exp
pipelines change acme/exports --external-id '' --json
pipelines change acme/exports --name nightly/load
pipelines change {typed} --name x
pipelines disable acme/exports nothing --json
pipelines enable acme/exports
pipelines latest acme/nightly/load
pipelines latest {typed} --json
pipelines report acme/nightly/load --status running --external-run-id 1 --started 2026-01-05T02:00Z --json
pipelines report acme/nightly/load --status running --external-run-id 1 --started 2026-01-05T02:00Z
pipelines report {pipeline} --status failed --external-run-id 1 --finished 2026-01-05T02:10Z --error 'out of memory'
pipelines report {pipeline} --status running --external-run-id 1 --json
pipelines report {pipeline} --status success --external-run-id 2 --finished 2026-01-06T02:10Z --duration 30 --rows 5
pipelines report {pipeline} --status success --external-run-id 3 --payload '{{"b": [1, "x"], "a": null}}' --json
pipelines report {pipeline} --status done --external-run-id 4
pipelines report {pipeline} --status success --external-run-id ''
pipelines report {pipeline} --status success --external-run-id 4 --payload '[1]'
pipelines report {pipeline} --status success --external-run-id 4 --payload wrong
pipelines report {pipeline} --status success --external-run-id 4 --payload @missing.json
pipelines report {pipeline} --status success --external-run-id 4 --started soon --json
pipelines report {pipeline} --status success --external-run-id 4 --rows=-1
pipelines report {pipeline} --status success --external-run-id 4 --started 2026-01-05 --finished 2026-01-04
pipelines report {typed} --status success --external-run-id 4 --json
pipelines report {pipeline}
pipelines import good.json
pipelines import good.json --json
pipelines import mixed.ndjson
pipelines import mixed.ndjson --json
pipelines import mixed.ndjson --create-missing
pipelines import broken.json
pipelines import broken.json --json
pipelines import empty.json
pipelines import missing.json --json
pipelines runs acme/nightly/load
pipelines runs {pipeline} --json
pipelines runs {pipeline} --status failed --since 2026-01-05 --until 2026-01-06 --json
pipelines runs {pipeline} --limit 1 --order asc
pipelines runs {pipeline} --status done
pipelines runs {pipeline} --since 2026-01-05 --until 2026-01-05
pipelines runs {typed}
pipelines runs {pipeline} --cursor wrong
pipelines run {pipeline} {run}
pipelines run {pipeline} {run} --json
pipelines run {pipeline} {typed}
pipelines latest {pipeline}
pipelines latest {pipeline} --json
pipelines show {pipeline}
pipelines health
pipelines health --json
pipelines health --exit-code
pipelines health --health unknown,late --health missing --json
pipelines health --health sick
pipelines health --client acme --platform airflow --text night --json
pipelines health --client nobody
clients summary acme --since 2026-01-01 --until 2026-02-01 --json
clients summary acme --since 2026-01-01 --until 2026-02-01
clients summary {client} --since 2026-02-01 --until 2026-01-01
pipelines failures --since 2026-01-01 --until 2026-02-01
pipelines failures --since 2026-01-01 --until 2026-02-01 --bucket hour --client acme --json
pipelines failures --bucket year
pipelines failures --since 2010-01-01 --until 2026-01-01 --bucket hour
pipelines failures --client acme --pipeline {pipeline}
pipelines failures --pipeline {typed}
pipelines flakiest --since 2026-01-01 --until 2026-02-01
pipelines flakiest --since 2026-01-01 --until 2026-02-01 --client acme --json
pipelines flakiest --limit 0
pipelines platforms --since 2026-01-01 --until 2026-02-01
pipelines platforms --since 2026-01-01 --until 2026-02-01 --json
pipelines platforms --since 2020-01-01 --until 2020-01-02
pipelines durations --since 2026-01-01 --until 2026-02-01
pipelines durations --pipeline acme/nightly/load --since 2026-01-01 --until 2026-02-01 --json
"""

_FEEDING = {"client": "zoo", "platform": "cron", "external_id": "feed"}
_NEW = {"client": "New\u001b[31m", "platform": "dbt", "external_id": "model"}


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
    days = [
        {**_FEEDING, "external_run_id": f"{day}", "status": "success", "finished_at": f"2026-01-{day:02}"}
        for day in (1, 2)
    ]
    program.file("good.json", json.dumps(days).encode())
    mixed = [
        {**_FEEDING, "external_run_id": "1", "status": "failed", "finished_at": "2026-01-01T01:00:00+02:00"},
        {**_FEEDING, "external_run_id": "3", "status": "canceled", "reported_at": "2026-01-03", "duration_seconds": 7},
        {**_FEEDING, "external_run_id": "4"},
        {**_FEEDING, "external_run_id": "5", "status": "success", "rows_processed": "many"},
        {**_NEW, "external_run_id": "1", "status": "success"},
        {**_NEW, "client": "New", "external_run_id": "1", "status": "success", "payload": {"ö": 1e3}},
        {"pipeline_id": _TYPED, "external_run_id": "1", "status": "success"},
        ["no", "record"],
    ]
    program.file("mixed.ndjson", "\n".join(["", *map(json.dumps, mixed), "{", ""]).encode())
    program.file("broken.json", json.dumps(days).encode()[:-1] + b",\n{")
    program.file("empty.json", b" \n")
    names = {"typed": _TYPED, "client": "", "pipeline": "", "run": ""}
    ended = []
    for line in SCRIPT.split("\n"):
        if line:
            done = program.any_code(*shlex.split(line.format_map(names)))
            for beginning, name in (("clients create Acme ", "client"), ("pipelines create Acme 'Nig", "pipeline")):
                if line.startswith(beginning):
                    names[name] = done.json["id"]
            if line.startswith("pipelines report acme") and not names["run"]:
                names["run"] = done.json["run"]["id"]
            ended.append((line, done))
    return ended


def test_there_is_no_difference_and_no_defect(outcomes: list[tuple[str, Done, Done]]) -> None:
    for line, local, remote in outcomes:
        assert (line, *plain(local)) == (line, *plain(remote))
    assert [line for line, local, _ in outcomes if local.code not in {0, 2, 3, 4, 10, 11}] == []
