"""Request heads that are too long, too slow or no heads at all, on raw connections."""

import json
import socket

import pytest

from tests.http.api import Api

LIMIT = 64 * 1024
GET = b"GET /healthz HTTP/1.1\r\nHost: forebay\r\n"
END = b"Connection: close\r\n\r\n"


def padded(size: int) -> bytes:
    """A whole head of this many bytes."""
    start = GET + b"X-Padding: "
    return start + b"x" * (size - len(start) - len(b"\r\n" + END)) + b"\r\n" + END


def exchange(api: Api, *packets: bytes) -> bytes:
    """Everything that the server sends back until it closes the connection."""
    with api.connect() as connection:
        for packet in packets:
            connection.sendall(packet)
        return rest_of(connection)


def rest_of(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def one_answer(connection: socket.socket) -> bytes:
    """The next answer, which must not be chunked."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1)
    length = int(received.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return received + connection.recv(length, socket.MSG_WAITALL)


def assert_refused(answer: bytes, status: int, code: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()), answer
    lines = head.decode().split("\r\n")
    problem = json.loads(body)
    assert "content-type: application/problem+json" in lines
    assert "connection: close" in lines
    assert f"x-request-id: {problem['request_id']}" in lines
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:forebay:problem:{code}"
    assert problem["title"] != "Error"


def test_a_head_of_exactly_the_limit_is_answered(api: Api) -> None:
    assert exchange(api, padded(LIMIT)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(padded(LIMIT + 1), id="whole"),
        pytest.param(GET + b"X-Padding: " + b"x" * LIMIT, id="header-without-end"),
        pytest.param(GET + b"X: y\r\n" * (LIMIT // 6), id="headers-without-end"),
        pytest.param(b"GET /" + b"x" * LIMIT, id="path-without-end"),
        pytest.param(b"\r\n" * LIMIT, id="empty-lines"),
        pytest.param(padded(1000 * 1000), id="far-too-large"),
    ],
)
def test_a_head_over_the_limit_is_refused(api: Api, head: bytes) -> None:
    assert_refused(exchange(api, head), 431, "head_too_large")


def test_the_limit_holds_for_every_request_of_a_connection(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(GET + b"\r\n")
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(padded(LIMIT + 1))
        assert_refused(rest_of(connection), 431, "head_too_large")


def test_many_heads_in_one_packet_are_not_taken_for_a_large_one(api: Api) -> None:
    count = 2 * LIMIT // len(GET)
    answer = exchange(api, (GET + b"\r\n") * count + GET + END)
    assert answer.count(b"HTTP/1.1 200 ") == count + 1


def test_a_body_is_no_head(api: Api) -> None:
    body = b"x" * (4 * LIMIT)
    head = f"POST /healthz HTTP/1.1\r\nHost: forebay\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    answer = exchange(api, head + body + GET + END)
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"HTTP/1.1 200 " in answer


def test_trailers_over_the_limit_end_the_connection(api: Api) -> None:
    head = b"POST /healthz HTTP/1.1\r\nHost: forebay\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    with api.connect() as connection:
        connection.sendall(head)
        assert one_answer(connection).startswith(b"HTTP/1.1 405 ")
        connection.sendall(b"X: y\r\n" * LIMIT)
        assert_refused(rest_of(connection), 431, "head_too_large")


def test_what_is_no_http_is_refused_with_a_problem_too(api: Api) -> None:
    assert_refused(exchange(api, b"\x16\x03\x01 hello\r\n\r\n"), 400, "invalid_request")


@pytest.mark.parametrize("beginning", [b"G", GET, b"\r\n" + GET], ids=["one-byte", "no-end", "empty-line-first"])
def test_a_head_that_does_not_end_in_time_is_cut_off(api: Api, beginning: bytes) -> None:
    assert exchange(api, beginning) == b""


def test_a_second_head_that_does_not_end_in_time_is_cut_off(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(GET + b"\r\n" + GET)
        answer = rest_of(connection)
    assert answer.count(b"HTTP/1.1 200 ") == 1
