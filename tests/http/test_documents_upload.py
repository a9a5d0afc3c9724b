"""POST /v1/documents: many files at once, each by itself."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.http.api import BOUNDARY, Api, assert_problem, form_body, sha256
from tests.http.archives import job_of
from tests.http.papers import detail, documents, pdf, send, stored

PDF = pdf(["one"])
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
BASE64_OF_NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def post(api: Api, parts: list[tuple[str, bytes]], **headers: str) -> Any:
    return api.client.post(
        "/v1/documents",
        content=form_body(parts),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers},
    )


def file(name: str, content: bytes) -> tuple[str, bytes]:
    return f'name="file"; filename="{name}"', content


def test_one_file_becomes_a_document_with_a_run_of_its_own(api: Api) -> None:
    response = send(api, ("größe 1.pdf", PDF), owner="ann", label="first", notes="two\nlines")
    assert response.status_code == 201
    (item,) = response.json()["items"]
    document = item["document"]
    assert set(item) == {"file_name", "document"}
    assert item["file_name"] == "größe 1.pdf"
    assert response.headers["location"] == f"/v1/documents/{document['id']}"
    assert document == {
        **document,
        "path": "größe 1.pdf",
        "title": "größe 1",
        "media_type": "application/pdf",
        "size_bytes": len(PDF),
        "sha256": sha256(PDF),
        "owner": "ann",
        "status": "uploaded",
        "parent_id": None,
        "error": None,
        "needs_ocr": False,
        "page_count": None,
        "language": None,
        "category": None,
        "confidence": None,
        "classified_by": None,
    }
    assert not {"score", "snippet", "title_matches", "text"} & set(document)
    run = api.run(document["run_id"])
    assert (run["type"], run["label"], run["notes"], run["owner"]) == ("document", "first", "two\nlines", "ann")
    assert run["files"][0]["id"] == document["file_id"]
    assert job_of(api, run["id"])["kind"] == "document"
    found = detail(api, document["id"])
    assert {name: found[name] for name in document} == document
    assert (found["text"], found["reasons"], found["attachments"]) == (None, [], [])
    assert (found["extractor"], found["classifier"]) == (None, None)


def test_an_upload_of_type_document_gives_one_as_well(api: Api) -> None:
    run = api.upload(PDF, name="by-the-other-door.pdf", type="document").json()
    (document,) = documents(api, run_id=run["id"])
    assert (document["path"], document["file_id"]) == ("by-the-other-door.pdf", run["files"][0]["id"])
    assert run["documents"] is False


def test_many_files_are_stored_in_their_order(api: Api) -> None:
    files = [(f"many-{number}.txt", b"text %d\n" % number * (1 + 3000 * (number % 10 == 0))) for number in range(60)]
    response = send(api, *files, owner="many")
    assert response.status_code == 201
    assert "location" not in response.headers
    items = response.json()["items"]
    assert [item["file_name"] for item in items] == [name for name, _ in files]
    assert [item["document"]["sha256"] for item in items] == [sha256(content) for _, content in files]
    assert len({item["document"]["run_id"] for item in items}) == 60
    assert {item["document"]["owner"] for item in items} == {"many"}


def test_a_file_that_is_refused_takes_no_other_along(api: Api) -> None:
    files = [
        ("good.txt", b"good"),
        ("picture.png", PNG),
        ("empty.txt", b""),
        ("big.txt", b"big " * (9 * 1024 * 256)),
        ("last.pdf", PDF),
    ]
    response = send(api, *files, owner="mixed")
    assert response.status_code == 201
    items = response.json()["items"]
    assert [item.get("error", {}).get("code") for item in items] == [
        None,
        "wrong_content",
        "empty_file",
        "upload_too_large",
        None,
    ]
    assert all(("document" in item) != ("error" in item) for item in items)
    error = items[1]["error"]
    assert (error["status"], error["title"], error["instance"]) == (422, "Unprocessable content", "/v1/documents")
    assert error["errors"][0]["field"] == "file"
    assert error["request_id"] == response.headers["x-request-id"]
    assert [document["path"] for document in documents(api, owner="mixed", order="asc")] == ["good.txt", "last.pdf"]


def test_when_none_is_stored_the_answer_is_the_first_problem(api: Api) -> None:
    assert "items" not in assert_problem(send(api, ("picture.png", PNG)), 422, "wrong_content", field="file")
    problem = assert_problem(send(api, ("empty.txt", b""), ("picture.png", PNG)), 422, "empty_file", field="file")
    assert [item["error"]["code"] for item in problem["items"]] == ["empty_file", "wrong_content"]


@pytest.mark.parametrize("name", ["../x.txt", "C:\\dir\\x.txt", "", "a\tb.txt"])
def test_a_file_whose_name_is_refused_takes_no_other_along(api: Api, name: str) -> None:
    response = post(api, [file(name, b"a"), file("b.txt", b"b")])
    assert response.status_code == 201
    first, second = response.json()["items"]
    assert (first["file_name"], first["error"]["status"]) == (name, 422)
    assert second["document"]["path"] == "b.txt"


@pytest.mark.parametrize(
    ("parts", "status", "code", "field"),
    [
        pytest.param([], 422, "missing_field", "file", id="nothing"),
        pytest.param([('name="owner"', b"ann")], 422, "missing_field", "file", id="no-file"),
        pytest.param([('name="file"', b"text")], 422, "missing_field", "file", id="without-name"),
        pytest.param([('name="type"', b"document"), file("a", b"a")], 422, "unknown_field", "type", id="type"),
        pytest.param([('name="owner"', b"../a"), file("a", b"a")], 422, "invalid_field", "owner", id="owner"),
        pytest.param([('name="label"', b"a\0b"), file("a", b"a")], 422, "invalid_field", "label", id="label"),
    ],
)
def test_a_form_that_is_not_right_is_refused(
    api: Api, parts: list[tuple[str, bytes]], status: int, code: str, field: str
) -> None:
    assert_problem(post(api, parts), status, code, field=field)


def test_what_is_wrong_behind_a_file_does_not_take_it_along(api: Api) -> None:
    response = post(api, [file("kept.txt", b"kept"), ('name="owner"', b"late"), file("lost.txt", b"lost")])
    assert response.status_code == 201
    first, second = response.json()["items"]
    assert (first["document"]["path"], first["document"]["owner"]) == ("kept.txt", None)
    assert (second["file_name"], second["error"]["code"]) == (None, "invalid_field")
    assert "before the first file" in second["error"]["detail"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        ({"Content-Type": "multipart/form-data"}, 400, "malformed_multipart"),
        ({"Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        ({"Idempotency-Key": "k" * 300}, 422, "invalid_field"),
        ({"Repr-Digest": "nonsense"}, 422, "invalid_field"),
    ],
)
def test_a_head_that_is_not_right_is_refused(api: Api, headers: dict[str, str], status: int, code: str) -> None:
    assert_problem(post(api, [file("a.txt", b"a")], **headers), status, code)


def test_a_key_makes_a_request_safe_to_repeat_and_to_complete(api: Api) -> None:
    headers = {"Idempotency-Key": "documents-1"}
    first = send(api, ("a.txt", b"key a"), ("b.png", PNG), headers=headers)
    assert first.status_code == 201
    assert "idempotency-replayed" not in first.headers
    again = send(api, ("a.txt", b"key a"), ("b.png", PNG), headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["items"][0] == first.json()["items"][0]
    more = send(api, ("a.txt", b"key a"), ("b.txt", b"key b"), headers=headers)
    assert "idempotency-replayed" not in more.headers
    assert [item["document"]["path"] for item in more.json()["items"]] == ["a.txt", "b.txt"]
    assert more.json()["items"][0] == first.json()["items"][0]
    other = send(api, ("a.txt", b"something else"), headers=headers)
    assert_problem(other, 409, "idempotency_key_reused", field="Idempotency-Key")
    assert api.upload(b"key a", name="a.txt", type="document", headers=headers).status_code == 201


def test_a_digest_is_checked_and_is_of_one_file(api: Api) -> None:
    headers = {"Repr-Digest": f"sha-256=:{BASE64_OF_NOTHING}:"}
    assert_problem(send(api, ("a.txt", b"a"), headers=headers), 422, "digest_mismatch", field="sha256")
    before = len(documents(api, owner="digest"))
    refused = send(api, ("a.txt", b"a"), ("b.txt", b"b"), owner="digest", headers=headers)
    assert_problem(refused, 422, "invalid_field", field="Repr-Digest")
    assert len(documents(api, owner="digest")) == before


def test_a_client_that_falls_silent_keeps_what_was_stored_before(api: Api) -> None:
    body = form_body(
        [('name="owner"', b"silent"), file("a.txt", b"whole"), file("b.txt", b"b" * 300_000), file("c.txt", b"c")]
    )
    with api.connect() as connection:
        connection.sendall(_head(len(body)) + body[:150_000])
        head, answer = _answer(connection)
    assert head.startswith("HTTP/1.1 201 ")
    assert "connection: close" in head.lower()
    first, second = json.loads(answer)["items"]
    assert first["document"]["path"] == "a.txt"
    assert (second["file_name"], second["error"]["code"]) == ("b.txt", "upload_stalled")
    assert [document["path"] for document in documents(api, owner="silent")] == ["a.txt"]
    (failed,) = api.runs(owner="silent", status="failed")
    assert failed["error"]["code"] == "upload_stalled"


def test_a_client_that_leaves_keeps_what_was_stored_before(api: Api) -> None:
    body = form_body([('name="owner"', b"leaving"), file("a.txt", b"whole"), file("b.txt", b"b" * 300_000)])
    with api.connect() as connection:
        connection.sendall(_head(len(body)) + body[:150_000])
        ask_until(lambda: [item["path"] for item in documents(api, owner="leaving")] == ["a.txt"])
    ask_until(
        lambda: [run["error"]["code"] for run in api.runs(owner="leaving", status="failed")] == ["upload_interrupted"]
    )
    assert [item["path"] for item in documents(api, owner="leaving")] == ["a.txt"]


def test_a_form_that_breaks_off_keeps_what_was_stored_before(api: Api) -> None:
    body = form_body([file("a.txt", b"whole"), file("b.txt", b"b" * 300_000)])[:-100]
    response = api.client.post(
        "/v1/documents", content=body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    assert response.status_code == 201
    first, second = response.json()["items"]
    assert first["document"]["path"] == "a.txt"
    assert (second["file_name"], second["error"]["code"]) == ("b.txt", "malformed_multipart")


def test_the_same_bytes_twice_are_two_documents(api: Api) -> None:
    one, other = stored(api, "same.pdf", PDF), stored(api, "same.pdf", PDF)
    assert one["id"] != other["id"]
    assert one["sha256"] == other["sha256"]


def ask_until(holds: Callable[[], bool]) -> None:
    """Each question is a request, so the server moves on between them."""
    for _ in range(2000):
        if holds():
            return
    raise AssertionError("it never came to that")


def _head(length: int) -> bytes:
    return (
        f"POST /v1/documents HTTP/1.1\r\nHost: forebay\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _answer(connection: socket.socket) -> tuple[str, bytes]:
    raw = b""
    while chunk := connection.recv(65536):
        raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.decode(), body
