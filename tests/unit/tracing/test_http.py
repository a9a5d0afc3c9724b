"""Requests as spans, through the middleware that sees no more than it should."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from opentelemetry.trace import SpanKind, get_current_span

from forebay.adapters.tracing.http import TracedApp
from tests.unit.tracing.recorded import Recorded, attributes_of, parent_of

Inner = Callable[[Any, Any, Any], Awaitable[None]]


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


def traced(recorded: Recorded, app: Inner) -> TracedApp:
    return TracedApp(app, recorded.provider, shown_path=lambda path: path.replace("secret", "…"))


def scope_of(path: str = "/v1/links/secret", **more: Any) -> dict[str, Any]:
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"q=secret"}
    return {**scope, "headers": [], "scheme": "http", "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2), **more}


async def answering(scope: Any, receive: Any, send: Any) -> None:
    assert (scope["path"], scope["query_string"]) == ("/v1/links/secret", b"q=secret")
    scope["path_template"] = "/v1/links/{token}"
    scope.setdefault("state", {})["request_id"] = "the-request"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x"})


async def nothing_comes() -> dict[str, Any]:
    return {"type": "http.disconnect"}


class Sent:
    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def __call__(self, message: Any) -> None:
        self.messages.append(message)


async def test_a_request_is_named_by_its_route_and_tells_no_secret(recorded: Recorded) -> None:
    scope, sent = scope_of(), Sent()
    await traced(recorded, answering)(scope, nothing_comes, sent)
    (span,) = recorded.spans.values()
    assert (span.name, span.kind, parent_of(span)) == ("GET /v1/links/{token}", SpanKind.SERVER, None)
    told = attributes_of(span)
    assert told["http.route"] == "/v1/links/{token}"
    assert told["forebay.request.id"] == "the-request"
    assert "secret" not in span.to_json()
    assert [message["type"] for message in sent.messages] == ["http.response.start", "http.response.body"]
    assert scope["path_template"], "who stands around it finds what was put into the scope"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_are_not_traced(recorded: Recorded, path: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert not get_current_span().get_span_context().is_valid

    await traced(recorded, app)(scope_of(path), nothing_comes, Sent())
    await traced(recorded, app)({"type": "lifespan"}, nothing_comes, Sent())
    assert recorded.spans == {}


async def test_a_stream_of_events_is_traced_until_it_begins(recorded: Recorded) -> None:
    recording: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["path_template"] = "/v1/jobs/{job_id}/events"
        scope["state"] = {"is_followed": True}
        recording.append(get_current_span().is_recording())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        recording.append(get_current_span().is_recording())
        assert list(recorded.spans) == ["GET /v1/jobs/{job_id}/events"]
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    sent = Sent()
    await traced(recorded, app)(scope_of(), nothing_comes, sent)
    assert recording == [True, False]
    assert len(sent.messages) == 3
    assert len(recorded.spans) == 1


async def test_an_error_is_told_by_its_type_and_goes_on(recorded: Recorded) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("of a secret")

    with pytest.raises(RuntimeError):
        await traced(recorded, app)(scope_of(), nothing_comes, Sent())
    (span,) = recorded.spans.values()
    assert (span.name, attributes_of(span)["error.type"]) == ("GET", "RuntimeError")
    assert "of a secret" not in span.to_json()


async def test_a_request_is_no_part_of_the_one_before_it(recorded: Recorded) -> None:
    """uvicorn begins one that was pipelined in the middle of the last send() of the other."""
    app = traced(recorded, answering)
    with recorded.tracer.start_as_current_span("the one before"):
        await app(scope_of(), nothing_comes, Sent())
        assert get_current_span().is_recording()
    assert parent_of(recorded.spans["GET /v1/links/{token}"]) is None


async def test_a_method_of_somebodys_own_is_no_name(recorded: Recorded) -> None:
    await traced(recorded, answering)(scope_of(method="SECRET"), nothing_comes, Sent())
    assert list(recorded.spans) == ["HTTP /v1/links/{token}"]
