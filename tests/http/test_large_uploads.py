"""Files of several megabytes, which take the fast way where there is one."""

import json

import pytest

from tests.http.api import BOUNDARY, Api, archive, assert_problem, form_body, sha256

DELIMITER = b"\r\n--" + BOUNDARY.encode()
TYPE = ('name="type"', b"archive")


def tar(*pieces: bytes) -> bytes:
    """Starts like a gz and holds these pieces over and over."""
    return b"\x1f\x8b\x08" + b"".join(pieces) * (5_000_000 // sum(map(len, pieces)))


CONTENTS = [
    pytest.param(archive(5_000_000, seed="large"), id="archive"),
    pytest.param(tar(b"\r"), id="only-cr"),
    pytest.param(tar(DELIMITER[:-1]), id="nearly-delimiters"),
    pytest.param(tar(b"x" * 997, DELIMITER[:-1], b"\r\n"), id="scattered"),
]


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("end", [b"", b"\r", DELIMITER[:-1]], ids=["plain", "cr", "nearly"])
def test_it_comes_back_as_it_was_sent(api: Api, content: bytes, end: bytes) -> None:
    content += end
    file = ('name="file"; filename="x.tgz"', content)
    for parts in ([TYPE, file], [file, TYPE], [TYPE, file, ('name="sha256"', sha256(content).encode())]):
        response = api.form(parts)
        assert response.status_code == 201, response.text
        (stored,) = response.json()["files"]
        assert stored["sha256"] == sha256(content)
    assert api.client.get(f"/v1/files/{stored['id']}/content").content == content


def test_what_is_wrong_behind_the_file_is_refused(api: Api) -> None:
    file = ('name="file"; filename="x.tgz"', archive(3_000_000, seed="large"))
    response = api.form([TYPE, file, ('name="sha256"', b"0" * 64)])
    assert_problem(response, 422, "digest_mismatch", field="sha256")
    assert_problem(api.form([TYPE, file, file]), 422, "duplicate_field", field="file")
    assert_problem(api.form([TYPE, file, ('name="colour"', b"red")]), 422, "unknown_field", field="colour")
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    cut_off = api.client.post("/v1/uploads", content=form_body([TYPE, file])[:-20], headers=headers)
    assert_problem(cut_off, 400, "malformed_multipart")
    assert not api.runs(status="pending")


def test_a_file_just_over_the_limit_is_refused(api: Api) -> None:
    file = ('name="file"; filename="x.tgz"', b"\x1f\x8b\x08" + bytes(8 * 1024 * 1024))
    assert_problem(api.form([TYPE, file]), 413, "upload_too_large", field="file")


def test_the_connection_goes_on_behind_a_large_file(api: Api) -> None:
    body = form_body([TYPE, ('name="file"; filename="x.tgz"', archive(5_000_000, seed="again"))])
    head = (
        "POST /v1/uploads HTTP/1.1\r\nHost: forebay\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n"
    ).encode()
    with api.connect() as connection:
        connection.sendall((head + b"\r\n" + body) * 2 + head + b"Connection: close\r\n\r\n" + body)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    answers = received.split(b"HTTP/1.1 201 Created\r\n")[1:]
    runs = [json.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answers]
    assert len({run["id"] for run in runs}) == 3
    assert len({run["files"][0]["sha256"] for run in runs}) == 1
