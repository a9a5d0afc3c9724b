"""The same payload is the same text, whichever way it came in."""

import msgspec
import pytest

from forebay.application.pipelines.report_records import write_payload as of_records
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.payloads import write_payload
from forebay.entrypoints.http.schemas.pipeline_runs import RunReportBody

TEXT = b'{"b": 1e20, "a": [1e16, 0.1, -0.0, "\\u00e9\\u2028", null], "c": {"z": 1, "y": true}}'


def test_http_and_the_command_line_write_it_alike() -> None:
    value = msgspec.json.decode(TEXT)
    body = msgspec.json.decode(
        b'{"external_run_id": "1", "status": "success", "payload": %s}' % TEXT, type=RunReportBody
    )
    written = '{"a":[1e+16,0.1,-0.0,"é\u2028",null],"b":1e+20,"c":{"y":true,"z":1}}'
    assert write_payload(value) == of_records(value) == written
    assert body.report("1").payload == written


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": float("inf")}, {"a": object()}])
def test_what_no_json_can_say_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(InvalidReportError) as refused:
        write_payload(value)
    assert refused.value.field == "payload"


def test_what_is_nested_far_too_deep_is_refused() -> None:
    value: dict[str, object] = {}
    for _ in range(100_000):
        value = {"a": value}
    with pytest.raises(InvalidReportError):
        write_payload(value)
