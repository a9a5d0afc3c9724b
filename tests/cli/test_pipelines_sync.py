"""forebay pipelines sync, sync-state."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from forebay import SyncForebay
from tests.cli.conftest import LIMIT
from tests.cli.program import Program
from tests.pipelines_partner.api import TOKEN, PartnerApi, Reply, run_of, running_api
from tests.pipelines_partner.sources import sources_settings
from tests.server_process import running_server


@pytest.fixture
def partner() -> Iterator[PartnerApi]:
    with running_api() as api:
        api.records["nightly"] = [run_of(number) for number in range(15)]
        yield api


@pytest.fixture(params=["local", "remote"])
def acme(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partner: PartnerApi
) -> Iterator[Program]:
    """A Forebay with a source and one pipeline of it."""
    monkeypatch.chdir(tmp_path)
    settings = {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **LIMIT, **sources_settings(tmp_path, partner)}
    with SyncForebay.open(data_dir=tmp_path / "data") as forebay:
        client = forebay.create_client("Acme")
        forebay.create_pipeline(client.id, "Nightly load", platform="vendor_api", external_id="nightly")
    if request.param == "local":
        yield Program(tmp_path, settings)
        return
    with running_server(tmp_path, settings) as server:
        yield Program(tmp_path, {"FOREBAY_SERVER": server.url})
        assert TOKEN not in server.log
        assert TOKEN not in httpx.get(f"{server.url}/v1/ingestion-sync").text


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_sync_is_waited_for_and_its_state_shown(acme: Program) -> None:
    done = acme("pipelines", "sync", "--wait")
    assert "(sync of acme) is succeeded" in done.out
    shown = acme("pipelines", "sync-state").out
    assert "acme" in shown
    assert "Nightly load" in shown
    (source,) = acme("pipelines", "sync-state", "--source", "acme", "--json").json["items"]
    (state,) = source["pipelines"]
    assert (state["cursor"], state["error"]) == ("10", None)


@pytest.mark.adapter("sqlite", "filesystem")
def test_as_json_it_is_what_the_api_says(acme: Program) -> None:
    (started,) = acme("pipelines", "sync", "--source", "acme", "--wait", "--json").json["items"]
    assert started["source"] == "acme"
    job: dict[str, Any] = started["job"]
    assert (job["kind"], job["subject"], job["status"]) == ("pipeline_sync", "acme", "succeeded")
    (step,) = job["steps"]
    assert step["metadata"]["verdicts"]["created"] == 15


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_sync_that_fails_says_so_with_its_exit_code(acme: Program, partner: PartnerApi) -> None:
    partner.answers = lambda asked: Reply(status=403)
    done = acme("pipelines", "sync", "--wait", code=9)
    assert "is failed" in done.out
    assert "acme: " in done.err
    assert "answers 403: it does not let the token see this pipeline" in done.err
    assert TOKEN not in done.out + done.err
    assert "answers 403" in acme("pipelines", "sync-state").out.replace("\n", " ")


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_pipeline_that_is_none_is_named(acme: Program) -> None:
    assert "--pipeline" in acme("pipelines", "sync", "--pipeline", "x", code=2).err
    acme("pipelines", "sync", "--pipeline", "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f", code=3)


@pytest.mark.adapter("sqlite", "filesystem")
def test_without_sources_the_setting_is_named(here: Program) -> None:
    assert "FOREBAY_SOURCES_FILE" in here("pipelines", "sync", code=2).err
    assert "FOREBAY_SOURCES_FILE" in here("pipelines", "sync-state").out


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_broken_file_of_sources_is_told_in_a_sentence(here: Program, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "acme"\nurl = "x"\n')
    program = replace(here, settings={**here.settings, "FOREBAY_SOURCES_FILE": "sources.toml"})
    done = program("pipelines", "sync", code=8)
    assert "FOREBAY_SOURCES_FILE (sources.toml): source 'acme': url: expected https://host/path" in done.err
