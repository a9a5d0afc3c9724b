"""OpenTelemetry's SDK, set up by its standard variables."""

import pytest

from forebay.adapters.tracing.sdk import Delivery


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"])
async def test_headers_that_cannot_be_read_are_said_without_what_they_are(
    variable: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They are where a collector's password is."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv(variable, "Authorization: Bearer hush")
    await Delivery(service="a-service", version="1").close(1)
    assert "hush" not in caplog.text
    assert "OTEL_EXPORTER_OTLP_HEADERS: expected name=value" in caplog.text
