"""What a server tells of requests, and what becomes of it when nobody takes its traces."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.collector import AT_ONCE, Collector, collecting
from tests.e2e.gated_documents import Gate
from tests.http.api import Api, archive
from tests.http.event_streams import streamed
from tests.server_process import ServerProcess, running_server
from tests.services.processes import free_ports

pytestmark = [pytest.mark.timeout(300), pytest.mark.adapter("sqlite", "filesystem")]
MIB = 1024**2
COMPLAINT = "traces are not delivered"
_WATCHING = """
import sys

class Watch:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {"opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter"}:
            sys.stderr.write(f"{name} is loaded\\n")
        if name.startswith("forebay.adapters.tracing"):
            sys.stderr.write(f"{name} is loaded\\n")

sys.meta_path.insert(0, Watch)
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[Api]:
    with running_server(folder, settings) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        yield Api(client=client, server=server)


def context() -> tuple[str, dict[str, str]]:
    """A trace's id, and the header of somebody who began it."""
    trace = secrets.token_hex(16)
    return trace, {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}


def complaints(server: ServerProcess) -> list[str]:
    """Lines of the log that are about traces."""
    lines = [line for line in server.log.splitlines() if line.startswith("{")]
    return [line for line in lines if "trace" in json.loads(line)["event"]]


def test_requests_are_told_by_route_without_what_is_secret_and_probes_not_at_all(
    collector: Collector, tmp_path: Path
) -> None:
    with serving(tmp_path, collector.settings) as api:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert api.client.get(path).status_code == 200
        trace, headers = context()
        assert api.client.get("/v1/links/hunter2?token=hunter3", headers=headers).status_code == 404
        collector.wait_for_span("GET /v1/links/{token}", trace=trace)
        assert api.client.get("/no/such/page?token=hunter3", headers={**headers, "Accept": "*/*"}).status_code == 404
        collector.wait_for(lambda: len(collector.of(trace)) > 1, "a page that is not there was not told of")
        assert not any(path in repr(collector.spans) for path in ("healthz", "readyz", "metrics", "hunter"))


def test_a_large_upload_is_traced_as_a_small_one(collector: Collector, tmp_path: Path) -> None:
    """Its body passes by the parser, straight into memory."""
    with serving(tmp_path, collector.settings) as api:
        trace, headers = context()
        content = b"%PDF-1.7\n" + secrets.token_bytes(8 * MIB)
        assert api.upload(content, name="a.pdf", headers=headers, type="document").status_code == 201
        request = collector.wait_for_span("POST /v1/uploads", trace=trace)
        written = collector.wait_for_span("blob write", trace=trace)
        assert (written.parent, written.attributes["forebay.blob.size"]) == (request.id, len(content))


def test_a_stream_of_events_is_told_of_when_it_begins_and_what_it_looks_up_is_not(
    collector: Collector, tmp_path: Path
) -> None:
    with (
        closing(Gate(tmp_path / "installed")) as gate,
        serving(tmp_path, {**collector.settings, **gate.settings}) as api,
    ):
        run = api.upload(b"%PDF-1.7\n", name="a.pdf", type="document").json()
        (job,) = api.client.get("/v1/jobs", params={"run_id": run["id"]}).json()["items"]
        visit = gate.arrival(job["id"], "first")
        trace, headers = context()
        headers["Accept"] = "text/event-stream"
        with api.client.stream("GET", f"/v1/jobs/{job['id']}/events", headers=headers) as stream:
            lines = stream.iter_lines()
            next(lines)
            begun = collector.wait_for_span("GET /v1/jobs/{job_id}/events", trace=trace)
            told = len(collector.of(trace))
            visit.answer()
            gate.arrival(job["id"], "second").answer()
            for _ in lines:
                pass
        last, headers = context()
        api.client.get("/v1/runs", headers=headers)
        collector.wait_for_span("GET /v1/runs", trace=last)
        assert len(collector.of(trace)) == told
        assert begun.attributes["http.response.status_code"] == 200


def test_a_job_that_fails_tells_by_which_code(collector: Collector, tmp_path: Path) -> None:
    with serving(tmp_path, collector.settings) as api:
        trace, headers = context()
        run = api.upload(archive()[:-20], name="hunter2.tgz", headers=headers, type="archive").json()
        (job,) = api.client.get("/v1/jobs", params={"run_id": run["id"]}).json()["items"]
        streamed(api.client, f"/v1/jobs/{job['id']}/events")
        attempt = collector.wait_for_span("job archive_catalogue", trace=trace)
        (step,) = [span for span in collector.of(trace) if span.name == "step catalogue"]
        code = api.client.get(f"/v1/jobs/{job['id']}").json()["error"]["code"]
        assert [attempt.error, step.error] == ["", ""], "failed, and no message"
        assert [attempt.attributes["error.type"], step.attributes["error.type"]] == [code, code]
        assert "hunter2" not in repr(collector.of(trace))


def test_a_collector_that_refuses_is_complained_of_once_until_it_takes_some(
    collector: Collector, tmp_path: Path
) -> None:
    with serving(tmp_path, collector.settings) as api:
        for time in (1, 2):
            collector.status = 400
            before = collector.asked
            for more in range(1, 4):
                assert api.upload(archive()).status_code == 201
                collector.wait_for_messages(before + more)
            assert len(complaints(api.server)) == time, api.server.log
            collector.status = 200
            trace, headers = context()
            assert api.client.get("/v1/runs", headers=headers).status_code == 200
            collector.wait_for_span("GET /v1/runs", trace=trace)
        assert api.server.stop() == 0
        assert all(COMPLAINT in line and '"level":"warning"' in line for line in complaints(api.server))


def test_without_a_collector_all_goes_on_and_the_server_stops_in_order(tmp_path: Path) -> None:
    nowhere = f"http://user:hunter2@127.0.0.1:{free_ports(1)[0]}"
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": nowhere, **AT_ONCE, "FOREBAY_SHUTDOWN_GRACE_SECONDS": "1"}
    with serving(tmp_path, settings) as api:
        run = api.upload(archive(), type="archive").json()
        (job,) = api.client.get("/v1/jobs", params={"run_id": run["id"]}).json()["items"]
        streamed(api.client, f"/v1/jobs/{job['id']}/events")
        assert api.run(run["id"])["status"] == "complete"
        assert api.server.stop() == 0
        (line,) = complaints(api.server)
        assert COMPLAINT in line
        assert "hunter2" not in api.server.log


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
    ],
    ids=["no endpoint", "the SDK is off", "no exporter"],
)
def test_where_nobody_wants_traces_nothing_for_them_is_loaded(settings: dict[str, str], tmp_path: Path) -> None:
    """Libraries may load OpenTelemetry's API, which does nothing by itself; the rest takes time and memory."""
    (tmp_path / "watched").mkdir()
    (tmp_path / "watched" / "sitecustomize.py").write_text(_WATCHING)
    with serving(tmp_path, {**settings, "PYTHONPATH": str(tmp_path / "watched")}) as api:
        run = api.upload(archive(), type="archive").json()
        (job,) = api.client.get("/v1/jobs", params={"run_id": run["id"]}).json()["items"]
        streamed(api.client, f"/v1/jobs/{job['id']}/events")
        assert api.run(run["id"])["status"] == "complete"
        assert complaints(api.server) == []
        assert "is loaded" not in api.server.log


def test_where_it_is_not_installed_the_server_says_what_to_install(tmp_path: Path) -> None:
    _poison(tmp_path / "poison")
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "PYTHONPATH": str(tmp_path / "poison")}
    with serving(tmp_path, settings) as api:
        assert api.upload(archive()).status_code == 201
        (line,) = complaints(api.server)
        assert "pip install 'forebay[otel]'" in line


def _poison(folder: Path) -> None:
    """An `opentelemetry` that cannot be imported stands before the real one."""
    (folder / "opentelemetry").mkdir(parents=True)
    (folder / "opentelemetry" / "__init__.py").write_text("raise ModuleNotFoundError('poison')\n")
