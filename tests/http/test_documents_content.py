"""What can be read and seen of a document: text, bytes, a picture; and nothing that runs in a browser."""

import base64
from typing import Any

import pytest

from tests.http.api import Api, assert_problem, sha256
from tests.http.papers import pdf, png_size, read, stored, word

TEXT = "Grüße from the lighthouse.\n" * 400
PAGE = b"<html><head><title>Trap</title></head><body><script>alert(document.cookie)</script>bait</body></html>"


@pytest.fixture(scope="module")
def letter(working: Api) -> dict[str, Any]:
    return read(working, "letter.txt", TEXT.encode())


@pytest.fixture(scope="module")
def booklet(working: Api) -> dict[str, Any]:
    return read(working, "größe.pdf", pdf(["First page", "Second page", "Third page"]))


def test_text_is_plain_and_can_be_had_in_parts(working: Api, letter: dict[str, Any]) -> None:
    path = f"/v1/documents/{letter['id']}/text"
    response = working.client.get(path)
    assert (response.status_code, response.text.rstrip()) == (200, TEXT.rstrip())
    digest = letter["text"]["sha256"]
    assert sha256(response.content) == digest
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-disposition"] == 'inline; filename="letter.txt"'
    assert response.headers["etag"] == f'"{digest}"'
    assert response.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    assert response.headers["content-length"] == str(letter["text"]["size_bytes"])
    part = working.client.get(path, headers={"Range": "bytes=28-54"})
    assert (part.status_code, part.content) == (206, response.content[28:55])
    assert part.headers["content-range"] == f"bytes 28-54/{len(response.content)}"
    behind = working.client.get(path, headers={"Range": "bytes=999999-"})
    assert_problem(behind, 416, "range_not_satisfiable")
    assert working.client.get(path, headers={"If-None-Match": f'"{digest}"'}).status_code == 304
    head = working.client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", f'"{digest}"')


def test_page_offsets_are_ranges_of_the_text(working: Api, booklet: dict[str, Any]) -> None:
    path = f"/v1/documents/{booklet['id']}/text"
    offsets = [*booklet["text"]["page_offsets"], booklet["text"]["size_bytes"]]
    assert len(offsets) == 4
    for number, words in enumerate(("First page", "Second page", "Third page")):
        part = working.client.get(path, headers={"Range": f"bytes={offsets[number]}-{offsets[number + 1] - 1}"})
        assert part.status_code == 206
        assert part.text.strip() == words


def test_there_is_no_text_before_it_was_read(api: Api) -> None:
    document = stored(api, "waiting.pdf", pdf(["Waiting"]))
    for method in ("GET", "HEAD"):
        assert api.client.request(method, f"/v1/documents/{document['id']}/text").status_code == 409
    problem = assert_problem(api.client.get(f"/v1/documents/{document['id']}/text"), 409, "document_not_ready")
    assert "uploaded" in problem["detail"]


def test_bytes_come_as_they_went_in_and_never_as_a_page(api: Api) -> None:
    document = stored(api, "trap.html", PAGE)
    path = f"/v1/documents/{document['id']}/content"
    response = api.client.get(path)
    assert (response.status_code, response.content) == (200, PAGE)
    assert response.headers["content-type"] == "text/html"
    assert response.headers["content-disposition"] == 'attachment; filename="trap.html"'
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["etag"] == f'"{sha256(PAGE)}"'
    part = api.client.get(path, headers={"Range": "bytes=6-11"})
    assert (part.status_code, part.content) == (206, PAGE[6:12])
    assert "sandbox" in part.headers["content-security-policy"]
    assert api.client.get(path, headers={"If-None-Match": f'"{sha256(PAGE)}"'}).status_code == 304
    head = api.client.head(path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(PAGE)))
    same = api.client.get(f"/v1/files/{document['file_id']}/content")
    assert same.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_the_text_of_a_page_is_no_page(working: Api) -> None:
    document = read(working, "markup.txt", PAGE)
    response = working.client.get(f"/v1/documents/{document['id']}/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


@pytest.mark.parametrize("width", [50, 400, 2000])
def test_the_first_page_is_drawn_as_wide_as_asked(working: Api, booklet: dict[str, Any], width: int) -> None:
    response = working.client.get(f"/v1/documents/{booklet['id']}/preview", params={"width": width})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/png"
    assert png_size(response.content) == (width, width // 2)
    assert response.headers["content-length"] == str(len(response.content))


def test_a_picture_is_kept_by_who_has_it(working: Api, booklet: dict[str, Any]) -> None:
    path = f"/v1/documents/{booklet['id']}/preview"
    first = working.client.get(path)
    assert png_size(first.content)[0] == 800
    assert first.headers["cache-control"].startswith("private, max-age=")
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["content-disposition"].startswith("inline; ")
    etag = first.headers["etag"]
    for value in (etag, f'"other", W/{etag}'):
        again = working.client.get(path, headers={"If-None-Match": value})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    other = working.client.get(path, params={"width": 300}, headers={"If-None-Match": etag})
    assert (other.status_code, other.headers["etag"] == etag) == (200, False)
    assert working.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    for method in ("GET", "HEAD"):
        assert working.client.request(method, path, headers={"If-None-Match": "*"}).status_code == 304


def test_a_picture_is_not_drawn_for_its_headers_alone(working: Api, booklet: dict[str, Any]) -> None:
    """How long it is only drawing would tell, so that is left out (RFC 9110, section 9.3.2)."""
    path = f"/v1/documents/{booklet['id']}/preview"
    whole, head = working.client.get(path), working.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert "content-length" not in head.headers
    for name in ("etag", "cache-control", "content-type", "content-disposition", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]
    assert working.client.head(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert working.client.get("/v1/documents").status_code == 200  # the connection is as good as ever


def test_of_what_was_not_read_headers_say_what_drawing_comes_to(api: Api) -> None:
    for name, content, status in (("page.pdf", pdf(["A page"]), 200), ("blank.txt", b" \n ", 404)):
        path = f"/v1/documents/{stored(api, name, content)['id']}/preview"
        whole, head = api.client.get(path), api.client.head(path)
        assert (whole.status_code, head.status_code) == (status, status)
        assert head.headers["content-length"] == str(len(whole.content))


def test_what_has_no_pages_is_drawn_as_text(api: Api) -> None:
    document = stored(api, "memo.docx", word("Dear reader"))
    response = api.client.get(f"/v1/documents/{document['id']}/preview", params={"width": 300})
    assert png_size(response.content)[0] == 300


@pytest.mark.parametrize("width", ["0", "49", "2001", "-1", "wide", "99999999999999999999"])
def test_a_width_that_cannot_be_is_refused(api: Api, width: str) -> None:
    document = stored(api, "width.pdf", pdf(["Wide"]))
    response = api.client.get(f"/v1/documents/{document['id']}/preview", params={"width": width})
    assert_problem(response, 400, "invalid_parameter", field="width")


def test_what_cannot_be_drawn_says_so(api: Api) -> None:
    document = stored(api, "blank.txt", b" \n ")
    response = api.client.get(f"/v1/documents/{document['id']}/preview")
    assert_problem(response, 404, "preview_unavailable")
    starred = api.client.get(f"/v1/documents/{document['id']}/preview", headers={"If-None-Match": "*"})
    assert_problem(starred, 404, "preview_unavailable")
