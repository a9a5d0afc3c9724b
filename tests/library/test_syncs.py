"""Runs pulled from partners' APIs, by the library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forebay import Forebay, InvalidInputError, JobStatus, StepStatus, SyncForebay
from tests.pipelines_partner.api import PartnerApi, run_of, running_api
from tests.pipelines_partner.sources import sources_settings

pytestmark = pytest.mark.adapter("sqlite", "filesystem")


@pytest.fixture
def partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PartnerApi]:
    with running_api() as api:
        for name, value in sources_settings(tmp_path, api).items():
            monkeypatch.setenv(name, value)
        yield api


async def test_a_sync_is_worked_on_right_here(partner: PartnerApi, tmp_path: Path) -> None:
    partner.records = {"good": [run_of(number) for number in range(12)]}
    async with Forebay.open(data_dir=tmp_path / "data") as forebay:
        client = await forebay.create_client("Acme")
        good = await forebay.create_pipeline(client.id, "Good", platform="vendor_api", external_id="good")
        await forebay.create_pipeline(client.id, "Gone", platform="vendor_api", external_id="gone")
        (job,) = await forebay.sync()
        assert job.status is JobStatus.FAILED
        assert [step.status for step in job.steps] == [StepStatus.SUCCEEDED, StepStatus.FAILED]
        assert len([run async for run in forebay.pipeline_runs(good.id)]) == 12
        (job,) = await forebay.sync(source="acme", pipeline_id=good.id)
        assert job.status is JobStatus.SUCCEEDED
        (source,) = await forebay.sync_state()
        assert (source.source, source.is_configured, source.client) == ("acme", True, None)
        assert [(one.name, one.cursor) for one in source.pipelines] == [("Good", "10"), ("Gone", None)]
        assert "does not know this pipeline" in (source.pipelines[1].error or "")


def test_the_blocking_twin_starts_and_joins(partner: PartnerApi, tmp_path: Path) -> None:
    with SyncForebay.open(data_dir=tmp_path / "data") as forebay:
        (first,) = forebay.start_sync(source="acme")
        (second,) = forebay.start_sync()
        assert (first.is_new, second.is_new, first.job.id) == (True, False, second.job.id)
        assert [job.status for job in forebay.sync()] == [JobStatus.SUCCEEDED]
        assert [one.source for one in forebay.sync_state(source="acme")] == ["acme"]
        with pytest.raises(InvalidInputError, match="there is no source 'zeta'; there are: acme"):
            forebay.start_sync(source="zeta")
