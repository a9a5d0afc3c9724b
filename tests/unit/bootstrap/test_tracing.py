"""When anything is traced."""

import sys
from importlib import import_module

import pytest
import structlog
from opentelemetry.trace import get_tracer_provider

from forebay.bootstrap import tracing
from forebay.bootstrap.tracing import API, begin_tracing, is_wanted, joined_tracing, log_processors

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
    ],
)
def test_a_variable_that_the_sdk_does_not_take_is_said_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv(variable, value)
    with structlog.testing.capture_logs() as lines:
        assert begin_tracing(API) is None
    (line,) = lines
    assert line["log_level"] == "warning"
    assert variable in line["event"]
    assert reason in line["event"]


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
