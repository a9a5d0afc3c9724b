"""A job without a run shows its subject: on the command line, over HTTP, in streams of events and in the library."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from forebay import Forebay
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.processing.enqueue import job_event
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import Job, JobError, JobStatus
from forebay.testing.intake_examples import MORNING
from forebay.testing.job_examples import LATER, JobRecords, a_job_about, a_step
from tests.cli.program import Program
from tests.server_process import running_server

SUBJECT = "https://partner.example"
ERROR = JobError(code="steps_failed", message="1 of 2 steps failed: orders: nobody answers")
REASON = JobError(code="unavailable", message="nobody answers")

pytestmark = pytest.mark.adapter("sqlite", "filesystem")


async def fill(url: str) -> Job:
    """One job that failed, with a step that says why and one that is done."""
    database = open_database(url)
    try:
        jobs = JobRecords(SqlUnitOfWorkFactory(database))
        now = datetime.now(UTC)  # or job and event are pruned
        job = a_job_about(SUBJECT, kind="partner_sync", status=JobStatus.FAILED, error=ERROR, finished_at=now)
        await jobs.add(job)
        failed = a_step(job, 1, name="orders").running(at=MORNING).failed(REASON, at=LATER)
        await jobs.steps(failed, a_step(job, 2, name="bills").running(at=MORNING).succeeded({"reports": 7}, at=LATER))
        await jobs.record(job_event(job, EventCode.JOB_FAILED, ERROR.message, at=now))
    finally:
        await database.dispose()
    return job


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def job(data: Path) -> Job:
    url = f"sqlite:///{data / 'forebay.db'}"
    upgrade(url)
    return asyncio.run(fill(url))


def test_people_and_programs_see_it_everywhere(tmp_path: Path, data: Path, job: Job) -> None:
    local = Program(tmp_path, {"FOREBAY_DATA_DIR": str(data)})
    with running_server(tmp_path, {"FOREBAY_WORKER_CONCURRENCY": "0", "FOREBAY_DATA_DIR": str(data)}) as server:
        remote = Program(tmp_path, {"FOREBAY_SERVER": server.url})
        for program in (local, remote):
            assert program("jobs", "list").out.splitlines()[1].split()[-1] == SUBJECT
            shown = program("jobs", "show", str(job.id)).out
            for words in (SUBJECT, "nobody answers (unavailable)", "reports 7"):
                assert words in shown
            body = program("jobs", "show", str(job.id), "--json").json
            assert (body["run_id"], body["subject"]) == (None, SUBJECT)
            assert body["steps"][0]["error"] == {"code": "unavailable", "detail": "nobody answers"}
            (event,) = program("jobs", "events", str(job.id), "--json").json["items"]
            assert (event["run_id"], event["payload"]["subject"]) == (None, SUBJECT)
        _over_http(server.url, job)
        again = remote("jobs", "retry", str(job.id)).out
        assert again == f"job {job.id} (partner_sync on {SUBJECT}) is queued\n"


def _over_http(url: str, job: Job) -> None:
    (listed,) = httpx.get(f"{url}/v1/jobs").json()["items"]
    assert (listed["id"], listed["run_id"], listed["subject"]) == (str(job.id), None, SUBJECT)
    one: dict[str, Any] = httpx.get(f"{url}/v1/jobs/{job.id}").json()
    assert [step["error"] for step in one["steps"]] == [{"code": "unavailable", "detail": "nobody answers"}, None]
    stream = httpx.get(f"{url}/v1/jobs/{job.id}/events", headers={"Accept": "text/event-stream"}).text
    assert '"run_id":null' in stream
    assert f'"subject":"{SUBJECT}"' in stream


def test_the_library_gives_it(data: Path, job: Job) -> None:
    async def look() -> None:
        async with Forebay.open(data_dir=data) as forebay:
            found = await forebay.get_job(job.id)
            assert (found.run_id, found.subject) == (None, SUBJECT)
            assert found.steps[0].error == REASON

    asyncio.run(look())
