"""One trace from the request to the last step of the job that it wanted, whoever does the job."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests.e2e.collector import Collector, Received, collecting
from tests.e2e.ways_to_work import WAYS, Work, open_way
from tests.http.api import archive

pytestmark = pytest.mark.timeout(300)
JOB = "job archive_catalogue"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module", params=WAYS)
def work(
    request: pytest.FixtureRequest, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Work]]:
    """The way to work, and what works that way."""
    with open_way(request, tmp_path_factory.mktemp("way"), more=collector.settings) as work:
        yield str(request.param), work


def test_a_request_and_the_job_that_it_wanted_are_one_trace(work: tuple[str, Work], collector: Collector) -> None:
    way, running = work
    trace, caller = secrets.token_hex(16), secrets.token_hex(8)
    name = "a name that is nobody's business.tgz"
    headers = {"traceparent": f"00-{trace}-{caller}-01", "tracestate": "of=somebody,else=1"}
    run = running.api.upload(archive(), name=name, headers=headers, type="archive").json()
    assert running.worked_on(run["id"])["status"] == "complete"
    request, job = (collector.wait_for_span(span, trace=trace) for span in ("POST /v1/uploads", JOB))
    spans = collector.of(trace)

    assert (request.parent, request.kind, request.service) == (caller, "SERVER", "forebay-api")
    assert request.attributes["http.response.status_code"] == 201
    assert (job.parent, job.kind) == (request.id, "CONSUMER")
    assert job.service == ("forebay-api" if way.startswith("server") else "forebay-worker")
    expected = {"forebay.run.id": run["id"], "forebay.job.attempt": 1, "forebay.outcome": "succeeded"}
    assert expected.items() <= job.attributes.items()
    steps = {span.name: span for span in spans if span.name.startswith("step ")}
    assert {step.parent for step in steps.values()} == {job.id}
    assert set(steps) == {"step catalogue", "step manifest"}

    assert {"INSERT jobs", "COMMIT"} <= _inside(request, spans)
    assert {"blob put", "blob write"} & _inside(request, spans)
    assert {"UPDATE jobs", "UPDATE steps", "COMMIT"} <= _inside(job, spans)
    assert {"blob read", "INSERT members", "COMMIT"} <= _inside(steps["step catalogue"], spans)
    assert "blob write" in _inside(steps["step manifest"], spans)
    assert {span.parent for span in spans} <= {span.id for span in spans} | {caller}
    assert _values(spans, "db.system.name") == {"sqlite" if way.endswith("sqlite") else "postgresql"}
    assert _values(spans, "forebay.blob.backend") == {"file" if way.endswith("sqlite") else "s3"}
    assert [span.name for span in spans if span.error is not None] == []
    _nothing_secret_is_told(running, spans, name)


def _inside(parent: Received, spans: list[Received]) -> set[str]:
    return {span.name for span in spans if span.parent == parent.id}


def _values(spans: list[Received], attribute: str) -> set[object]:
    return {span.attributes[attribute] for span in spans if attribute in span.attributes}


def _nothing_secret_is_told(work: Work, spans: list[Received], name: str) -> None:
    told = repr(spans)
    password = make_url(work.settings.get("FOREBAY_DATABASE_URL", "sqlite://")).password
    for secret in (password, work.settings.get("AWS_SECRET_ACCESS_KEY"), name, "nobody"):
        assert not secret or str(secret) not in told


def test_log_lines_say_in_which_trace_they_were_written(work: tuple[str, Work], collector: Collector) -> None:
    trace = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    running = work[1]
    run = running.api.upload(archive(), headers=headers, type="archive").json()
    running.worked_on(run["id"])
    span = collector.wait_for_span("POST /v1/uploads", trace=trace)
    (line,) = [line for line in running.api.server.log.splitlines() if f'"span_id":"{span.id}"' in line]
    assert f'"trace_id":"{trace}"' in line


def test_who_does_not_want_to_be_traced_is_not(work: tuple[str, Work], collector: Collector) -> None:
    """The flag goes along with the job."""
    unwanted, wanted = secrets.token_hex(16), secrets.token_hex(16)
    running = work[1]
    for trace, flag in ((unwanted, "00"), (wanted, "01")):
        headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-{flag}"}
        run = running.api.upload(archive(), headers=headers, type="archive").json()
        running.worked_on(run["id"])
    for span in (JOB, "POST /v1/uploads"):
        collector.wait_for_span(span, trace=wanted)
    assert collector.of(unwanted) == []
