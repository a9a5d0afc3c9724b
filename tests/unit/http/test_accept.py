"""Which of several forms a client wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.entrypoints.http.accept import preferred

OFFERED = ("application/json", "application/x-ndjson", "text/event-stream")
JSON, NDJSON, SSE = OFFERED


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("*/*", JSON),
        ("text/event-stream", SSE),
        ("TEXT/Event-Stream", SSE),
        ("text/*", SSE),
        ("application/*", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/json;q=0.5, text/event-stream", SSE),
        ("application/json, text/event-stream", JSON),
        ("text/event-stream, application/json", JSON),
        ("application/json;q=0, */*", NDJSON),
        ("application/*;q=0.2, application/x-ndjson;q=0.9, */*;q=0.8", NDJSON),
        ("text/event-stream;charset=utf-8;q=0.7, application/json;q=0.1", SSE),
        ("text/html", None),
        ("*/*;q=0", None),
        ("application/json;q=0", None),
        ("nonsense", None),
        ("", JSON),
        (" , ", JSON),
        ("nonsense, text/event-stream", SSE),
    ],
)
def test_the_heaviest_fits_and_the_most_specific_counts(header: str, form: str | None) -> None:
    assert preferred(header, OFFERED) == form


@given(header=st.text(max_size=80) | st.from_regex(r"[a-z*]{1,9}/[a-z*]{1,9}(;q=[0-9.]{0,4})?(,.*)?", fullmatch=True))
def test_any_header_is_one_of_the_forms_or_none(header: str) -> None:
    assert preferred(header, OFFERED) in {*OFFERED, None}
