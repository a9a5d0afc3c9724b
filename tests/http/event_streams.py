"""Reads Server-Sent Events as the HTML standard says, one at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

EVENT_STREAM = "text/event-stream"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Sent:
    """One event as it was sent."""

    id: str
    name: str
    data: dict[str, Any]


def parse(lines: Iterator[str]) -> Iterator[Sent]:
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Sent(id=fields["id"], name=fields["event"], data=json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}


@contextmanager
def stream(
    client: httpx.Client, path: str, *, last_event_id: str | None = None, **query: str | int
) -> Iterator[Iterator[Sent]]:
    """Events as they come; none when there is nothing behind the end of a job (204)."""
    headers = {"Accept": EVENT_STREAM} | ({"Last-Event-ID": last_event_id} if last_event_id is not None else {})
    with client.stream("GET", path, headers=headers, params=query, timeout=120) as response:
        assert response.status_code in {200, 204}, response.read()
        if response.status_code == 204:
            yield iter(())
            return
        assert response.headers["content-type"] == EVENT_STREAM
        yield parse(response.iter_lines())


def streamed(client: httpx.Client, path: str, *, last_event_id: str | None = None, **query: str | int) -> list[Sent]:
    """All events of a stream that ends."""
    with stream(client, path, last_event_id=last_event_id, **query) as events:
        return list(events)
