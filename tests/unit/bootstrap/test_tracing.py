"""When anything is traced."""

import logging
import os
import subprocess
import sys
from importlib import import_module

import pytest
import structlog
from opentelemetry.trace import get_tracer_provider

from forebay.bootstrap import tracing
from forebay.bootstrap.tracing import API, begin_tracing, is_wanted, joined_tracing, log_processors

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "false"}, True),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, False),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "otlp"}, True),
    ],
)
def test_an_endpoint_that_is_not_switched_off_wants_traces(environ: dict[str, str], wanted: bool) -> None:
    assert is_wanted(environ) is wanted


def test_without_an_endpoint_nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    assert begin_tracing(API) is None
    assert log_processors() == []


def test_where_the_extra_is_missing_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr(tracing, "is_installed", lambda extra: False)
    with structlog.testing.capture_logs() as lines:
        assert begin_tracing(API) is None
    (line,) = lines
    assert line["log_level"] == "warning"
    assert "pip install 'forebay[otel]'" in line["event"]
    assert log_processors() == []


def test_a_protocol_that_cannot_be_spoken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with structlog.testing.capture_logs() as lines:
        assert begin_tracing(API) is None
    (line,) = lines
    assert "http/protobuf" in line["event"]


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1", "max_queue_size must be a positive integer"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100", "max_export_batch_size must be less than or equal to max_queue_size"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1", "OTEL_SPAN_LINK_COUNT_LIMIT must be a non-negative integer"),
    ],
)
def test_a_variable_that_the_sdk_does_not_take_is_said_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    for name, said in {**ENDPOINT, variable: value}.items():
        monkeypatch.setenv(name, said)
    before = list(logging.getLogger(EXPORTER).filters)
    with structlog.testing.capture_logs() as lines:
        assert begin_tracing(API) is None
    (line,) = lines
    assert line["log_level"] == "warning"
    assert f"what one of {', '.join(sorted({*ENDPOINT, variable}))} says" in line["event"]
    assert reason in line["event"]
    assert logging.getLogger(EXPORTER).filters == before


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("OTEL_PROPAGATORS", "bogus", "Propagator bogus not found"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "x", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT must be a non-negative integer"),
    ],
)
def test_a_variable_that_is_read_when_the_sdk_is_loaded_stops_nobody_either(
    variable: str, value: str, reason: str
) -> None:
    script = f"from forebay.bootstrap.tracing import begin_tracing; print(begin_tracing({API!r}))"
    inherited = {name: said for name, said in os.environ.items() if not name.startswith("OTEL_")}
    environ = {**inherited, **ENDPOINT, variable: value}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "None"
    assert "nothing is traced" in done.stdout
    assert reason in done.stdout


def test_a_program_that_has_not_loaded_the_sdk_has_no_traces_to_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "opentelemetry.sdk.trace", raising=False)
    assert joined_tracing() is None


async def test_joining_sets_up_nothing_and_closes_nothing() -> None:
    import_module("opentelemetry.sdk.trace")  # as an embedding program has
    before = get_tracer_provider()
    joined = joined_tracing()
    assert joined is not None
    async with joined.closing(1.0):
        assert joined.work.current() is None
    assert get_tracer_provider() is before
