"""Which S3 server tests get is a matter of FOREBAY_TEST_S3, and how others than SeaweedFS are started. Starts none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from tests.services.s3 import SERVER_VARIABLE, s3, sources_of
from tests.services.s3_others import GARAGE_PORT, VERSITYGW_PORT, garage_recipe, knows_the_key, versitygw_recipe
from tests.services.s3_server import REGION

WORKFLOW = Path(__file__).parents[2] / ".github/workflows/ci.yml"


def test_a_server_that_there_is_not_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, "minio")
    with pytest.raises(ValueError, match="FOREBAY_TEST_S3 is 'minio'; expected one of seaweedfs, versitygw, garage"):
        s3()


def test_the_workflow_holds_all_of_them_to_the_contract() -> None:
    job = yaml.safe_load(WORKFLOW.read_text())["jobs"]["s3"]
    assert job["env"][SERVER_VARIABLE] == "${{ matrix.server }}"
    assert job["strategy"]["matrix"]["server"] == ["seaweedfs", "versitygw", "garage"]
    for name in job["strategy"]["matrix"]["server"]:
        assert sources_of(name)[0].name == job["env"]["FOREBAY_TEST_SOURCES"] == "container"
    for path in str(job["steps"][-1]["run"]).split('ARGS="')[1].rstrip('"\n').split():
        assert (WORKFLOW.parents[2] / path.partition("::")[0]).exists(), path


def test_versitygw_listens_where_it_is_looked_for_and_knows_the_account() -> None:
    recipe = versitygw_recipe("access", "secret", {})
    assert recipe.command[:2] == ["--port", f":{VERSITYGW_PORT}"]
    assert set(recipe.env.values()) == {"access", "secret"}
    assert recipe.image.startswith("versity/versitygw:")


def test_garage_listens_where_it_is_looked_for_in_the_region_that_tests_sign_for() -> None:
    recipe = garage_recipe("GK1", "secret", {})
    config = tomllib.loads(recipe.files["/etc/garage.toml"].read_text())
    assert config["s3_api"] == {"s3_region": REGION, "api_bind_addr": f"0.0.0.0:{GARAGE_PORT}"}
    assert config["replication_factor"] == 1  # which --single-node demands
    assert {"GK1", "secret"} <= set(recipe.env.values())
    assert len(recipe.env["GARAGE_RPC_SECRET"]) == 64


def test_images_can_be_chosen() -> None:
    assert versitygw_recipe("a", "s", {"VERSITYGW_IMAGE": "mine:1"}).image == "mine:1"
    assert garage_recipe("a", "s", {"GARAGE_IMAGE": "mine:2"}).image == "mine:2"


def test_where_nobody_listens_nobody_knows_the_key() -> None:
    assert not knows_the_key("http://127.0.0.1:1", "access", "secret")
