"""forebay health, sweep, migrate, openapi, config, version."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forebay.domain.errors import SchemaOutdatedError
from forebay.entrypoints.cli.app import build_app
from forebay.entrypoints.cli.services import ServeOptions, WorkerOptions
from forebay.version import __version__
from tests.cli.program import Program, archive, quiet_services
from tests.server_process import ServerProcess


def test_health_names_each_part(forebay: Program) -> None:
    health = forebay("health", "--json").json
    assert health["status"] == "ok"
    assert health["version"] == __version__
    assert set(health["parts"]) >= {"db", "storage"}
    assert all(part["status"] == "ok" for part in health["parts"].values())
    lines = forebay("health").out.splitlines()
    assert lines[0].split() == ["PART", "STATUS", "DETAIL"]
    assert {line.split()[0] for line in lines[1:]} == set(health["parts"])


def test_system_shows_what_this_is_with_settings_and_where_they_come_from(forebay: Program) -> None:
    system = forebay("system", "--json").json
    assert system["version"] == __version__
    assert system["activity"]["queued"] == 0
    origins = {one["name"]: one["origin"] for one in system["settings"]}
    assert origins["FOREBAY_MAX_UPLOAD_BYTES"] == "environment"
    assert origins["FOREBAY_LOG_LEVEL"] == "default"
    shown = forebay("system").out
    assert f"version     {__version__}\n" in shown
    assert "0 queued, 0 running, 0 could be taken now\n" in shown
    assert "FOREBAY_MAX_UPLOAD_BYTES " in shown


def test_system_shows_no_secret_and_who_works(here: Program) -> None:
    urls = {"FOREBAY_LLM_URL": "https://me:hunter2@llm.example/v1", "FOREBAY_LLM_API_KEY": "hunter2"}
    program = Program(here.folder, {**here.settings, **urls, "FOREBAY_LINEAGE_TOKEN": "hunter2"})
    assert "https://me:***@llm.example/v1" in program("system").out
    assert "hunter2" not in program("system").out + program("system", "--json").out


def test_an_orphan_is_explained_by_a_dry_run_and_removed_by_a_sweep(here: Program) -> None:
    here.file("a.tgz", archive())
    kept = here("upload", "a.tgz", "-t", "archive", "--json").json
    (stored,) = (path for path in (here.folder / "data" / "blobs").rglob("*.tgz") if path.is_file())
    orphan = stored.with_name("11111111-1111-4111-8111-111111111111.tgz")
    orphan.write_bytes(b"nobody's")
    age(orphan)
    age(stored)

    explained = here("sweep", "--dry-run").out
    assert "orphan object" in explained
    assert "no row points at it" in explained
    assert "nothing was changed" in explained
    assert orphan.exists()
    report = here("sweep", "--json").json
    assert (report["dry_run"], report["orphan_objects"], report["freed_bytes"]) == (False, 1, 8)
    assert [finding["kind"] for finding in report["findings"]] == ["orphan_object"]
    assert not orphan.exists()
    assert here("sweep").out == "dealt with 0 stale runs, 0 orphan objects, 0 incomplete objects; 0 B freed\n"
    here("files", "get", kept["files"][0]["id"], "-o", "copy")


def age(path: Path) -> None:
    os.utime(path, (1, 1))


@pytest.mark.parametrize("arguments", [["sweep"], ["migrate"]])
def test_what_works_on_the_database_directly_refuses_a_server(
    server: ServerProcess, here: Program, arguments: list[str]
) -> None:
    for way in (Program(here.folder, {"FOREBAY_SERVER": server.url}), None):
        program, given = (way, arguments) if way else (here, ["--server", server.url, *arguments])
        done = program(*given, "--json", code=2)
        assert done.errors[0]["code"] == "local_only"
        assert "--server" in done.errors[0]["detail"]


def test_an_empty_server_option_means_here(server: ServerProcess, here: Program) -> None:
    program = Program(here.folder, {**here.settings, "FOREBAY_SERVER": server.url})
    program("--server", "", "sweep")


def test_migrate_says_which_revision_was_reached(here: Program) -> None:
    revision = here("migrate", "--json").json["revision"]
    assert here("migrate").out == f"the database is at revision {revision}\n"


def test_openapi_prints_the_document(here: Program) -> None:
    document = here("openapi").json
    assert document["openapi"].startswith("3.1")
    assert "/v1/uploads" in document["paths"]
    assert here("openapi", "--json").json == document


def test_config_prints_what_is_in_force_without_secrets(here: Program) -> None:
    url = "postgresql://me:hunter2@db.example/forebay"
    program = Program(here.folder, {**here.settings, "FOREBAY_DATABASE_URL": url})
    table = program("config").out
    settings = program("config", "--json").json
    assert settings["FOREBAY_DATABASE_URL"] == "postgresql://me:***@db.example/forebay"
    assert settings["FOREBAY_PORT"] == 8000
    assert "hunter2" not in table + json.dumps(settings)
    assert "postgresql://me:***@db.example/forebay" in table


def test_a_wrong_setting_is_named(here: Program) -> None:
    program = Program(here.folder, {**here.settings, "FOREBAY_PORT": "http"})
    done = program("config", code=8)
    assert done.err.startswith("forebay: FOREBAY_PORT is 'http': expected")


def test_version(here: Program) -> None:
    assert here("version").out == f"forebay {__version__}\n" == here("--version").out
    assert here("version", "--json").json == {"version": __version__}


def test_serve_hands_on_what_was_given_and_ends_with_the_servers_code() -> None:
    seen: list[ServeOptions] = []

    def serve(options: ServeOptions) -> int:
        seen.append(options)
        return 7

    app = build_app(replace(quiet_services(), serve=serve))
    assert CliRunner().invoke(app, ["serve", "--host", "::1", "--port", "0"]).exit_code == 7
    assert CliRunner().invoke(app, ["serve"]).exit_code == 7
    assert CliRunner().invoke(app, ["serve", "--no-worker"]).exit_code == 7
    assert seen == [ServeOptions(host="::1", port=0), ServeOptions(), ServeOptions(worker=False)]
    assert CliRunner().invoke(app, ["--server", "http://x", "serve"]).exit_code == 2
    assert CliRunner().invoke(app, ["serve", "--port", "70000"]).exit_code == 2


def test_worker_hands_on_what_was_given_and_ends_with_its_code(here: Program) -> None:
    seen: list[WorkerOptions] = []

    def work(options: WorkerOptions) -> int:
        seen.append(options)
        return 7

    app = build_app(replace(quiet_services(), worker=work))
    env = {"FOREBAY_SERVER": ""}
    assert CliRunner().invoke(app, ["worker", "--concurrency", "3", "--name", "w1"], env=env).exit_code == 7
    assert CliRunner().invoke(app, ["worker"], env=env).exit_code == 7
    assert seen == [WorkerOptions(concurrency=3, name="w1"), WorkerOptions()]
    assert CliRunner().invoke(app, ["--server", "http://x", "worker"]).exit_code == 2
    assert CliRunner().invoke(app, ["worker", "--concurrency", "0"], env=env).exit_code == 2
    assert "leave out --server" in Program(here.folder, {"FOREBAY_SERVER": "http://x"})("worker", code=2).err


def test_an_error_of_forebay_has_no_traceback_and_a_defect_has_one() -> None:
    def outdated() -> str:
        raise SchemaOutdatedError

    def defect() -> str:
        raise RuntimeError("oops")

    done = CliRunner().invoke(build_app(replace(quiet_services(), openapi=outdated)), ["openapi"])
    assert done.exit_code == 8
    assert done.stderr.startswith("forebay: The database schema is not at the version")
    done = CliRunner().invoke(build_app(replace(quiet_services(), openapi=defect)), ["openapi"])
    assert done.exit_code == 1
    assert "Traceback" in done.stderr
    assert done.stderr.endswith("forebay: a defect in Forebay, please report it: RuntimeError: oops\n")
    done = CliRunner().invoke(build_app(replace(quiet_services(), openapi=defect)), ["openapi", "--json"])
    assert json.loads(done.stderr)["code"] == "internal_error"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["--nonsense"], "No such option: --nonsense"),
        (["runs"], "Missing command; see `forebay runs --help`"),
        (["runs", "show"], "see `forebay runs show --help`"),
        (["upload", "a.tgz"], "Missing option '--type'"),
        (["upload", "-t", "archive"], "Missing argument"),
    ],
)
def test_wrong_use_is_one_sentence_with_where_to_read_on(here: Program, arguments: list[str], words: str) -> None:
    done = here(*arguments, code=2)
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert words in done.err
    (error,) = here(*arguments, "--json", code=2).errors
    assert (error["code"], error["exit_code"]) == ("usage", 2)
