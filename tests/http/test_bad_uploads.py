"""What is not right is refused with a reason, and leaves nothing behind."""

import json
import socket
from collections.abc import Callable

import pytest

from tests.http.api import BOUNDARY, Api, archive, assert_problem, form_body

TYPE = ('name="type"', b"app_bundle")
FILE = ('name="file"; filename="x.tar.gz"', archive(seed="bad"))
_IN_PROGRESS = "forebay_http_requests_in_progress "
LARGE = ('name="file"; filename="x.tar.gz"', archive(300_000, seed="bad-large"))


@pytest.mark.parametrize(
    ("parts", "status", "code", "field"),
    [
        pytest.param([('name="type"', b"zip_bomb"), FILE], 422, "unknown_type", "type", id="unknown-type"),
        pytest.param([FILE], 422, "missing_field", "type", id="no-type"),
        pytest.param([LARGE], 422, "missing_field", "type", id="no-type-large"),
        pytest.param([TYPE], 422, "missing_field", "file", id="no-file"),
        pytest.param([], 422, "missing_field", "file", id="no-parts"),
        pytest.param([TYPE, ('name="file"', b"text")], 422, "missing_field", "file", id="file-without-name"),
        pytest.param(
            [TYPE, ('name="file"; filename=""', b"")], 422, "missing_field", "file", id="browser-without-file"
        ),
        pytest.param([TYPE, FILE, FILE], 422, "duplicate_field", "file", id="two-files"),
        pytest.param([TYPE, TYPE, FILE], 422, "duplicate_field", "type", id="two-types"),
        pytest.param([TYPE, LARGE, LARGE], 422, "duplicate_field", "file", id="two-large-files"),
        pytest.param([TYPE, FILE, ('name="colour"', b"red")], 422, "unknown_field", "colour", id="unknown-field"),
        pytest.param([TYPE, ('name="file"; filename="x.tar"', b"")], 422, "empty_file", "file", id="empty"),
        pytest.param([TYPE, ('name="file"; filename="x.tar"', b"hello")], 422, "wrong_content", "file", id="magic"),
        pytest.param(
            [TYPE, ('name="file"; filename="x.tar"', b"hello" * 50_000)], 422, "wrong_content", "file", id="magic-large"
        ),
        pytest.param(
            [('name="file"; filename="x.tar"', b"hello" * 50_000), TYPE], 422, "wrong_content", "file", id="magic-late"
        ),
        pytest.param(
            [('name="type"', b"single_conf"), ('name="file"; filename="a.conf"', b"\0\1\2")],
            422,
            "wrong_content",
            "file",
            id="binary-conf",
        ),
        pytest.param([TYPE, ('name="file"; filename="../x.tar"', b"x")], 422, "invalid_file_name", "file", id="dots"),
        pytest.param(
            [TYPE, ('name="file"; filename="C:\\dir\\x.gz"', b"x")], 422, "invalid_file_name", "file", id="drive"
        ),
        pytest.param(
            [TYPE, ('name="file"; filename="/etc/passwd"', b"x")], 422, "invalid_file_name", "file", id="absolute"
        ),
        pytest.param(
            [TYPE, ('name="file"; filename="a\tb.tar"', b"x")], 422, "invalid_file_name", "file", id="control"
        ),
        pytest.param(
            [TYPE, (f'name="file"; filename="{"n" * 5000}.tar"', b"x")], 422, "invalid_file_name", "file", id="5000"
        ),
        pytest.param([TYPE, FILE, ('name="label"', b"x" * 201)], 422, "invalid_field", "label", id="long-label"),
        pytest.param([TYPE, FILE, ('name="label"', b"a\0b")], 422, "invalid_field", "label", id="nul-label"),
        pytest.param([TYPE, FILE, ('name="label"', b"\xff\xfe")], 422, "invalid_field", "label", id="latin-label"),
        pytest.param([TYPE, FILE, ('name="notes"', b"x" * 50_000)], 422, "invalid_field", "notes", id="long-notes"),
        pytest.param([TYPE, FILE, ('name="owner"', b"../../x")], 422, "invalid_field", "owner", id="owner"),
        pytest.param([TYPE, FILE, ('name="sha256"', b"abc")], 422, "invalid_field", "sha256", id="short-digest"),
        pytest.param([TYPE, FILE, ('name="sha256"', b"0" * 64)], 422, "digest_mismatch", "sha256", id="wrong-digest"),
        pytest.param([TYPE, LARGE, ('name="sha256"', b"0" * 64)], 422, "digest_mismatch", "sha256", id="wrong-large"),
        pytest.param(
            [TYPE, FILE, ('name="parent_run_id"', b"not-a-uuid")],
            422,
            "invalid_field",
            "parent_run_id",
            id="bad-parent",
        ),
        pytest.param(
            [TYPE, FILE, ('name="parent_run_id"', b"0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f")],
            422,
            "parent_run_not_found",
            "parent_run_id",
            id="no-parent",
        ),
        pytest.param(
            [('name="parent_run_id"', b"0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"), TYPE, LARGE],
            422,
            "parent_run_not_found",
            "parent_run_id",
            id="no-parent-large",
        ),
        pytest.param(
            [('name="label"; filename="x"', b"x"), TYPE, FILE], 422, "invalid_field", "label", id="field-as-file"
        ),
    ],
)
def test_a_form_that_is_not_right_is_refused(
    api: Api, parts: list[tuple[str, bytes]], status: int, code: str, field: str
) -> None:
    response = api.form(parts)
    assert_problem(response, status, code, field=field)
    assert not api.runs(status="pending")


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        pytest.param({"Content-Type": "application/json"}, b"{}", 415, "unsupported_media_type", id="json"),
        pytest.param({}, b"x", 415, "unsupported_media_type", id="none"),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Encoding": "gzip"},
            b"x",
            415,
            "unsupported_media_type",
            id="compressed",
        ),
        pytest.param({"Content-Type": "multipart/form-data"}, b"x", 400, "malformed_multipart", id="no-boundary"),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            b"garbage",
            400,
            "malformed_multipart",
            id="garbage",
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, b"", 400, "malformed_multipart", id="nothing"
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            form_body([TYPE, FILE])[:-20],
            400,
            "malformed_multipart",
            id="cut-off",
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            form_body([TYPE, LARGE])[:-20],
            400,
            "malformed_multipart",
            id="cut-off-large",
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            b"--"
            + BOUNDARY.encode()
            + b"\r\nContent-Disposition: attachment\r\n\r\nx\r\n--"
            + BOUNDARY.encode()
            + b"--",
            400,
            "malformed_multipart",
            id="not-form-data",
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Repr-Digest": "sha-256=nonsense"},
            form_body([TYPE, FILE]),
            422,
            "invalid_field",
            id="digest-header",
        ),
        pytest.param(
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": "k" * 300},
            form_body([TYPE, FILE]),
            422,
            "invalid_field",
            id="long-key",
        ),
    ],
)
def test_a_body_that_is_not_a_form_is_refused(
    api: Api, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    response = api.client.post("/v1/uploads", content=body, headers=headers)
    assert_problem(response, status, code)
    assert not api.runs(status="pending")


def test_a_key_that_stood_for_other_content_is_refused(api: Api) -> None:
    for number, size in enumerate((100, 300_000)):
        headers = {"Idempotency-Key": f"reused-{number}"}
        first = api.upload(archive(size, seed="one"), headers=headers)
        assert first.status_code == 201
        problem = assert_problem(
            api.upload(archive(size, seed="two"), headers=headers),
            409,
            "idempotency_key_reused",
            field="Idempotency-Key",
        )
        assert first.json()["id"] in problem["detail"]
        assert_problem(api.upload(archive(size, seed="one"), headers=headers, label="x"), 409, "idempotency_key_reused")


def test_a_mismatched_digest_leaves_a_failed_run_that_says_why_and_no_file(api: Api) -> None:
    for size in (100, 300_000):
        before = {run["id"] for run in api.runs(status="failed")}
        assert api.upload(archive(size, seed=f"mismatch-{size}"), sha256="1" * 64).status_code == 422
        (run,) = [run for run in api.runs(status="failed") if run["id"] not in before]
        assert run["error"]["code"] == "digest_mismatch"
        assert "1" * 64 in run["error"]["detail"]
        assert run["files"] == []


def test_a_declared_size_over_the_limit_is_refused_before_the_body_comes(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(_head(content_length=50 * 1024 * 1024))
        status, headers, body = _answer(connection)
    assert status == 413
    assert headers["connection"] == "close"
    assert json.loads(body)["code"] == "upload_too_large"
    assert "8388608" in json.loads(body)["detail"]


def test_a_client_that_sends_on_still_gets_to_read_the_413(api: Api) -> None:
    content = b"\x1f\x8b\x08" + bytes(40 * 1024 * 1024)
    response = api.upload(content, name="big.tar.gz")
    assert_problem(response, 413, "upload_too_large", field="file")


def test_an_undeclared_size_over_the_limit_is_found_on_the_way_and_fails_the_run(api: Api) -> None:
    before = {run["id"] for run in api.runs(status="failed")}
    body = form_body([TYPE, ('name="file"; filename="x.tgz"', b"\x1f\x8b\x08" + bytes(9 * 1024 * 1024))])
    with api.connect() as connection:
        connection.sendall(_head(chunked=True))
        connection.sendall(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        status, _, answer = _answer(connection)
    assert status == 413
    assert json.loads(answer)["code"] == "upload_too_large"
    (run,) = [run for run in api.runs(status="failed") if run["id"] not in before]
    assert run["error"]["code"] == "upload_too_large"


@pytest.mark.parametrize("size", [30_000, 3_000_000])
def test_a_client_that_disconnects_half_way_leaves_a_failed_run(api: Api, size: int) -> None:
    """A connection that is gone before the server read its first byte leaves nothing, so this may take a few tries."""
    label = f"gone after half of {size}."
    body = form_body([TYPE, ('name="label"', label.encode()), ('name="file"; filename="x.tgz"', archive(size))])
    for _ in range(50):
        with api.connect() as connection:
            connection.sendall(_head(content_length=len(body)) + body[: len(body) // 2])
            _wait_until_an_upload_is_under_way(api)
        _wait_until_none_is(api)
        if runs := api.runs(label=label):
            break
    else:
        raise AssertionError("fifty disconnects left no run at all")
    assert (runs[0]["status"], runs[0]["error"]["code"]) == ("failed", "upload_interrupted")
    assert runs[0]["files"] == []


def test_a_client_that_stalls_is_cut_off_with_a_reason(api: Api) -> None:
    body = form_body([TYPE, ('name="label"', b"stalled"), ('name="file"; filename="x.tgz"', archive(3_000_000))])
    with api.connect() as connection:
        connection.sendall(_head(content_length=len(body)) + body[:100_000])
        status, _, answer = _answer(connection)
    assert status == 408
    assert json.loads(answer)["code"] == "upload_stalled"
    (run,) = api.runs(label="stalled")
    assert (run["status"], run["error"]["code"]) == ("failed", "upload_stalled")


def _head(*, content_length: int | None = None, chunked: bool = False) -> bytes:
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {content_length}"
    return (
        f"POST /v1/uploads HTTP/1.1\r\nHost: forebay\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{framing}\r\n\r\n"
    ).encode()


def _answer(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """One answer, read to the end of the connection."""
    raw = b""
    while chunk := connection.recv(65536):
        raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body


def _wait_until_an_upload_is_under_way(api: Api) -> None:
    _ask_until(lambda: _requests_in_progress(api) >= 2)  # it, and the question itself


def _wait_until_none_is(api: Api) -> None:
    _ask_until(lambda: _requests_in_progress(api) == 1)


def _requests_in_progress(api: Api) -> float:
    text = api.client.get("/metrics").text
    return float(next(line for line in text.splitlines() if line.startswith(_IN_PROGRESS)).rsplit(" ", 1)[1])


def _ask_until(holds: Callable[[], bool]) -> None:
    """Each question is a request, so the server moves on between them."""
    for _ in range(2000):
        if holds():
            return
    raise AssertionError("it never came to that")
