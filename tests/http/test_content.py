"""GET /v1/files/{id}/content."""

import base64

import pytest

from tests.http.api import Api, archive, assert_problem, sha256

CONTENT = archive(500_000, seed="content")


@pytest.fixture(scope="module")
def path(api: Api) -> str:
    run = api.upload(CONTENT, name="größe 1;.tar.gz").json()
    return f"/v1/files/{run['files'][0]['id']}/content"


def test_the_whole_file_has_its_digest_size_and_name(api: Api, path: str) -> None:
    response = api.client.get(path)
    assert response.status_code == 200
    assert response.content == CONTENT
    assert response.headers["etag"] == f'"{sha256(CONTENT)}"'
    assert response.headers["content-length"] == str(len(CONTENT))
    assert response.headers["content-type"] == "application/gzip"
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["x-content-type-options"] == "nosniff"
    expected = base64.b64encode(bytes.fromhex(sha256(CONTENT))).decode()
    assert response.headers["repr-digest"] == f"sha-256=:{expected}:"
    assert response.headers["content-disposition"] == (
        "attachment; filename=\"gr__e 1_.tar.gz\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201%3B.tar.gz"
    )


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299999", 100, 299_999),
        ("bytes=400000-", 400_000, len(CONTENT) - 1),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT) - 1),
        ("bytes=-99999999", 0, len(CONTENT) - 1),
        ("bytes=10-99999999999999999999999999", 10, len(CONTENT) - 1),
    ],
)
def test_a_range_is_answered_with_exactly_its_bytes(api: Api, path: str, header: str, first: int, last: int) -> None:
    response = api.client.get(path, headers={"Range": header})
    assert response.status_code == 206
    assert response.headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert response.content == CONTENT[first : last + 1]


@pytest.mark.parametrize("header", ["bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-", "nonsense"])
def test_a_range_that_means_nothing_is_ignored(api: Api, path: str, header: str) -> None:
    response = api.client.get(path, headers={"Range": header})
    assert response.status_code == 200
    assert response.content == CONTENT


@pytest.mark.parametrize("header", [f"bytes={len(CONTENT)}-", "bytes=-0"])
def test_a_range_behind_the_end_is_416_with_the_size(api: Api, path: str, header: str) -> None:
    response = api.client.get(path, headers={"Range": header})
    assert_problem(response, 416, "range_not_satisfiable", field="Range")
    assert response.headers["content-range"] == f"bytes */{len(CONTENT)}"


def test_a_client_that_has_it_gets_304(api: Api, path: str) -> None:
    etag = f'"{sha256(CONTENT)}"'
    for value in (etag, f'W/{etag}, "x"', "*"):
        response = api.client.get(path, headers={"If-None-Match": value})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
    assert api.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_if_range_falls_back_to_the_whole_when_the_file_is_another(api: Api, path: str) -> None:
    etag = f'"{sha256(CONTENT)}"'
    assert api.client.get(path, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert api.client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200


def test_head_tells_all_but_the_bytes(api: Api, path: str) -> None:
    response = api.client.head(path)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(CONTENT))


def test_a_reader_that_leaves_early_does_not_hurt(api: Api, path: str) -> None:
    for _ in range(20):
        with api.client.stream("GET", path) as response:
            next(response.iter_bytes(100))
    assert api.client.get(path).content == CONTENT
