"""Traces by OpenTelemetry: an extra, `forebay[otel]`."""
