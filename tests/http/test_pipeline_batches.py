"""POST /v1/pipeline-runs:batch."""

import gzip
import json
import socket
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, get, new_client, new_pipeline, report

PATH = "/v1/pipeline-runs:batch"
MOST = 32 * 1024 * 1024


def send(api: Api, content: bytes, *, kind: str = "application/json", coding: str | None = None, **query: Any) -> Any:
    headers = {"Content-Type": kind} | ({"Content-Encoding": coding} if coding else {})
    response = api.client.post(PATH, content=content, headers=headers, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def batch(api: Api, records: object, **query: Any) -> Any:
    return send(api, json.dumps(records).encode(), **query)


def verdicts(answer: dict[str, Any]) -> list[str]:
    assert [item["index"] for item in answer["verdicts"]] == list(range(len(answer["verdicts"])))
    found = [item["verdict"] for item in answer["verdicts"]]
    assert answer["summary"] == {
        name: found.count(name) for name in ("created", "updated", "unchanged", "stale", "rejected")
    }
    return found


def of(pipeline: dict[str, Any], external_run_id: str = "r", status: str = "success", **more: Any) -> dict[str, Any]:
    return {"pipeline_id": pipeline["id"], "external_run_id": external_run_id, "status": status, **more}


def test_each_record_has_a_verdict_and_good_ones_land_though_others_fail(api: Api) -> None:
    client = new_client(api)
    pipeline = new_pipeline(api, client, platform="dbt", external_id="load")
    report(api, pipeline, "known", "success", started_at="2026-11-20T00:00:00Z")
    address = {"client": client["name"].upper(), "platform": "dbt", "external_id": "load"}
    records = [
        of(pipeline, "new", payload={"b": 1, "a": 2}),
        {**address, "external_run_id": "named", "status": "failed", "error_message": "boom"},
        of(pipeline, "known", started_at="2026-11-20T00:00:00Z"),
        of(pipeline, "known", "failed", reported_at="2026-11-21T00:00:00Z"),
        of(pipeline, "known", "running"),
        of(pipeline, "bad", duration_seconds=-1),
        of({"id": NOBODY}),
        {**address, "external_id": "LOAD", "external_run_id": "x", "status": "failed"},
    ]
    answer = batch(api, records)
    assert verdicts(answer) == [
        "created",
        "created",
        "unchanged",
        "updated",
        "stale",
        "rejected",
        "rejected",
        "rejected",
    ]
    landed = answer["verdicts"][:5]
    assert {item["pipeline_id"] for item in landed} == {pipeline["id"]}
    assert [set(item) for item in landed] == [{"index", "verdict", "pipeline_id", "run_id"}] * 5
    runs = {run["id"]: run for run in all_pages(api, f"/v1/pipelines/{pipeline['id']}/runs")}
    assert set(runs) == {item["run_id"] for item in landed}
    assert runs[landed[0]["run_id"]]["payload"] == {"a": 2, "b": 1}
    assert runs[landed[3]["run_id"]]["status"] == "failed"
    refused = answer["verdicts"][5:]
    assert [(item["code"], item["field"]) for item in refused] == [
        ("invalid_report", "duration_seconds"),
        ("pipeline_not_found", "pipeline_id"),
        ("pipeline_not_found", "external_id"),
    ]
    assert all(item["pipeline_id"] is item["run_id"] is None and item["reason"] for item in refused)
    again = batch(api, records)
    assert verdicts(again) == ["unchanged", "unchanged", "stale", "unchanged", "stale", *["rejected"] * 3]


def test_pipelines_that_are_missing_are_created_when_asked_for(api: Api) -> None:
    name, known = f"Newcomer {uuid4().hex}", new_client(api)
    records = [
        {"client": client, "platform": "airflow", "external_id": dag, "external_run_id": run, "status": "success"}
        for client, dag, run in (
            (name, "a", "1"),
            (f" {name.upper()} ", "a", "2"),
            (name, "b", "1"),
            (known["name"], "a", "1"),
        )
    ]
    assert verdicts(batch(api, records)) == ["rejected"] * 4
    answer = batch(api, records, create_missing="true")
    assert verdicts(answer) == ["created"] * 4
    [client] = get(api, "/v1/clients", text=name)["items"]
    made = all_pages(api, f"/v1/clients/{client['id']}/pipelines", order="asc")
    assert sorted((item["name"], item["platform"], item["external_id"]) for item in made) == [
        ("a", "airflow", "a"),
        ("b", "airflow", "b"),
    ]
    assert len({item["pipeline_id"] for item in answer["verdicts"]}) == 3
    assert verdicts(batch(api, records)) == ["unchanged"] * 4


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (7, None),
        (None, None),
        ("text", None),
        ([], None),
        ({}, "status"),
        ({"status": "success"}, "external_run_id"),
        ({"external_run_id": "r", "status": "success"}, "client"),
        ({"external_run_id": "r", "status": "success", "client": "x"}, "platform"),
        ({"external_run_id": "r", "status": "success", "client": "x", "platform": "dbt"}, "external_id"),
        ({"external_run_id": "r", "status": "success", "platform": "dbt", "external_id": "x"}, "client"),
        ({"client": "x"}, "pipeline_id"),
        ({"external_id": "x"}, "pipeline_id"),
        ({"pipeline_id": "42"}, "pipeline_id"),
        ({"pipeline_id": 42}, "pipeline_id"),
        ({"external_run_id": ""}, "external_run_id"),
        ({"external_run_id": "a\0b"}, "external_run_id"),
        ({"external_run_id": "\ud800"}, None),
        ({"status": "done"}, "status"),
        ({"started_at": 1763600000}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+01:00"}, "started_at"),
        ({"started_at": "2026-11-20T10:00:00Z", "finished_at": "2026-11-20T09:00:00Z"}, "finished_at"),
        ({"duration_seconds": 1e10}, "duration_seconds"),
        ({"rows_processed": 2**63}, "rows_processed"),
        ({"rows_processed": "5"}, "rows_processed"),
        ({"error_message": "a\0b"}, "error_message"),
        ({"status_reason": "r" * 2001}, "status_reason"),
        ({"payload": [1]}, "payload"),
        ({"payload": {"x": "y" * (1 << 18)}}, "payload"),
        ({"rows": 5}, "rows"),
    ],
)
def test_a_record_that_is_not_right_is_rejected_alone(api: Api, record: Any, field: str | None) -> None:
    pipeline = new_pipeline(api)
    if isinstance(record, dict) and record and not {"external_run_id", "status"} <= set(record) | {"x"}:
        record = record if set(record) == {"status"} else {**of(pipeline, "bad"), **record}
    for content, kind in (
        (json.dumps([of(pipeline, "before"), record, of(pipeline, "after")]).encode(), "application/json"),
        (
            b"\n".join(json.dumps(item).encode() for item in (of(pipeline, "2"), record, of(pipeline, "3"))),
            "application/x-ndjson",
        ),
    ):
        answer = send(api, content, kind=kind)
        assert verdicts(answer) == ["created", "rejected", "created"]
        refused = answer["verdicts"][1]
        assert refused["field"] == field, refused
        assert refused["reason"]
        assert refused["code"] in {"invalid_report", "invalid_input", "invalid_field"}


@pytest.mark.parametrize(
    "wrong",
    [b'"\\ud800"', b"NaN", b'{"error_message": "\\udc80 \xff"}', b"-Infinity", b"[1e999, " + b"9" * 5000 + b"]"],
)
def test_what_is_json_in_form_only_is_rejected_alone(api: Api, wrong: bytes) -> None:
    pipeline = new_pipeline(api)
    good = [json.dumps(of(pipeline, name, error_message='["\\ü,]')).encode() for name in "ab"]
    for content in (b"[%s,%s,%s]", b" [ %s , %s\n,\t%s ]\r\n"):
        answer = send(api, content % (good[0], wrong, good[1]))
        assert verdicts(answer)[1] == "rejected"
        assert answer["summary"]["rejected"] == 1
        for broken in (
            content.rstrip()[:-1],
            content.replace(b"]", b",]"),
            content + b"]",
            content.replace(b"]", b"}"),
        ):
            response = api.client.post(
                PATH, content=broken % (good[0], wrong, good[1]), headers={"Content-Type": "application/json"}
            )
            assert_problem(response, 400, "invalid_request")


def test_a_record_that_is_far_too_large_is_rejected_alone(api: Api) -> None:
    pipeline = new_pipeline(api)
    huge = of(pipeline, "huge", payload={"x": [{}] * 2_500_000})
    content = json.dumps([huge, of(pipeline)]).encode()
    answer = send(api, content)
    assert verdicts(answer) == ["rejected", "created"]
    assert "bytes" in answer["verdicts"][0]["reason"]


@pytest.mark.parametrize("create_missing", ["false", "true"])
def test_a_name_that_no_client_or_pipeline_can_have_is_rejected_alone(api: Api, create_missing: str) -> None:
    pipeline, name = new_pipeline(api), f"Client {uuid4().hex}"
    address = {"client": name, "platform": "dbt", "external_id": "x", "external_run_id": "r", "status": "success"}
    wrong = [
        {**address, "client": "a\0b"},
        {**address, "client": " "},
        {**address, "client": "n" * 100_000},
        {**address, "external_id": "a\0b"},
        {**address, "external_id": ""},
        {**address, "external_id": "e" * 501},
    ]
    answer = batch(api, [*wrong, of(pipeline)], create_missing=create_missing)
    assert verdicts(answer) == [*["rejected"] * 6, "created"]
    if create_missing == "true":
        assert [item.get("field") for item in answer["verdicts"]] == [*["client"] * 3, *["external_id"] * 3, None]
    code = "invalid_input" if create_missing == "true" else "pipeline_not_found"
    assert {item["code"] for item in answer["verdicts"][:6]} == {code}
    assert get(api, "/v1/clients", text=name)["items"] == []


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl; charset=utf-8", "application/ndjson"])
def test_lines_are_records_and_broken_ones_are_rejected_alone(api: Api, kind: str) -> None:
    pipeline = new_pipeline(api)
    lines = [
        json.dumps(of(pipeline, "1")).encode(),
        b"",
        b"  \r",
        b'{"external_run_id": "2", "status": "succ',
        json.dumps(of(pipeline, "3")).encode() + b"\r",
        b'{"external_run_id": "\xff", "status": "success"}',
        b"{} {}",
        b"[" * 100_000,
        b"\x00",
    ]
    answer = send(api, b"\n".join(lines) + b"\n", kind=kind)
    assert verdicts(answer) == ["created", "rejected", "created", *["rejected"] * 4]
    assert {item["code"] for item in answer["verdicts"] if item["verdict"] == "rejected"} == {"invalid_report"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"[]", "application/json"), (b" [ ] \n", "application/json"), (b"", "application/x-ndjson")],
)
def test_nothing_is_a_batch_too(api: Api, content: bytes, kind: str) -> None:
    assert verdicts(send(api, content, kind=kind)) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b'"x"', b"[", b"[1,", b"[1 2]", b"[1] 2", b"nonsense", b"\xff", b"[" * 1_000_000, b'["\xff'],
)
def test_a_body_that_is_no_json_array_is_refused_whole(api: Api, content: bytes) -> None:
    response = api.client.post(PATH, content=content, headers={"Content-Type": "application/json"})
    assert_problem(response, 400, "invalid_request")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_a_body_may_be_packed(api: Api, coding: str) -> None:
    pipeline = new_pipeline(api)
    content = json.dumps([of(pipeline, f"r{index}") for index in range(100)]).encode()
    members = gzip.compress(content[:500]) + gzip.compress(b"") + gzip.compress(content[500:])
    assert verdicts(send(api, gzip.compress(content), coding=coding)) == ["created"] * 100
    assert verdicts(send(api, members, coding=coding)) == ["unchanged"] * 100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        gzip.compress(b"[]")[:-1],
        gzip.compress(b"[]")[:5],
        gzip.compress(b"[]") + b"x",
        gzip.compress(b"[]")[:-8] + bytes(8),
        gzip.compress(b" ") * 10_001,
    ],
    ids=["nothing", "plain", "a-byte-short", "a-few-bytes", "a-byte-more", "wrong-checksum", "too-many-members"],
)
def test_a_body_that_is_not_whole_gzip_is_refused(api: Api, content: bytes) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert_problem(api.client.post(PATH, content=content, headers=headers), 400, "invalid_request")


def test_a_small_body_that_unpacks_to_too_much_is_refused(api: Api) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    for size, expected in ((MOST, 200), (MOST + 1, 413)):
        response = api.client.post(PATH, content=gzip.compress(b"[]".ljust(size)), headers=headers)
        assert response.status_code == expected, response.text
    assert_problem(response, 413, "request_too_large")


def test_a_body_that_is_too_large_is_refused_before_or_while_it_comes(api: Api) -> None:
    def pieces() -> Iterable[bytes]:
        for _ in range(33):
            yield b" " * (1 << 20)

    headers = {"Content-Type": "application/json"}
    whole = api.client.post(PATH, content=b"[]".ljust(MOST + 1), headers=headers)
    assert_problem(whole, 413, "request_too_large")
    assert whole.headers["connection"] == "close"
    assert_problem(api.client.post(PATH, content=pieces(), headers=headers), 413, "request_too_large")
    assert api.client.post(PATH, content=b"[]".ljust(MOST), headers=headers).status_code == 200


def test_too_many_records_are_refused_without_looking_at_them(api: Api) -> None:
    for content, kind in (
        (json.dumps([7] * 10_001).encode(), "application/json"),
        (b"[" + b"0," * 10_000_000 + b"0]", "application/json"),
        (b"7\n" * 10_001, "application/x-ndjson"),
        (b"\n" * 10_000_000, "application/x-ndjson"),
    ):
        response = api.client.post(PATH, content=content, headers={"Content-Type": kind})
        body = assert_problem(response, 400, "invalid_request")
        assert "10000" in body["detail"]


def test_ten_thousand_records_are_a_batch(api: Api) -> None:
    pipeline = new_pipeline(api)
    records = [of(pipeline, f"r{index}", started_at="2026-11-20T00:00:00Z") for index in range(10_000)]
    content = b"\n".join(json.dumps(record).encode() for record in records)
    answer = send(api, gzip.compress(content), kind="application/x-ndjson", coding="gzip")
    assert verdicts(answer) == ["created"] * 10_000
    assert verdicts(batch(api, records)) == ["unchanged"] * 10_000


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({}, "Content-Type"),
        ({"Content-Type": "text/plain"}, "Content-Type"),
        ({"Content-Type": "application/json; charset=latin-1"}, "Content-Type"),
        ({"Content-Type": "application/json", "Content-Encoding": "br"}, "Content-Encoding"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"}, "Content-Encoding"),
    ],
)
def test_what_it_is_must_be_known(api: Api, headers: dict[str, str], field: str) -> None:
    response = api.client.post(PATH, content=b"[]", headers=headers)
    assert_problem(response, 415, "unsupported_media_type", field=field)


def test_whoever_falls_silent_is_cut_off(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(
            b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n["
        )
        assert b" 408 " in _first_line(connection)


def test_other_methods_are_not_there(api: Api) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response: httpx.Response = api.client.request(method, PATH)
        assert_problem(response, 405, "method_not_allowed")


def _first_line(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n" not in answer:
        piece = connection.recv(1000)
        assert piece, answer
        answer += piece
    return answer.split(b"\r\n")[0]
