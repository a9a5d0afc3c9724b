"""JSON bodies that do not come whole."""

import re
import socket

from tests.http.api import Api

_CUT = b"POST /v1/clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"


def test_whoever_falls_silent_within_a_json_body_is_cut_off(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(_CUT)
        assert b" 408 " in connection.recv(1000).split(b"\r\n")[0]


def test_whoever_goes_away_within_a_json_body_is_no_defect_of_ours(api: Api) -> None:
    answered = re.compile(r'forebay_http_requests_total\{method="POST",route="/v1/clients",status="(\d+)"\} (\S+)')
    before = dict(answered.findall(api.client.get("/metrics").text))
    with api.connect() as connection:
        connection.sendall(_CUT)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1000):
            pass  # until the server is done with it, too
    after = before
    while after == before:
        after = dict(answered.findall(api.client.get("/metrics").text))
    assert after.get("500") == before.get("500")
    assert after["400"] != before.get("400")
