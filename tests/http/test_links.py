"""Links to bytes: of the store where it can, else our own, which nobody finds in a log."""

import base64
from typing import Any

import httpx
import pytest

from tests.http.api import Api, assert_problem, sha256
from tests.http.archives import processed, tar
from tests.http.papers import documents, pdf, stored

CONTENT = pdf(["Behind a link"])
PAGE = b"<html><script>alert(1)</script></html>"


def link_of(api: Api, document: dict[str, Any]) -> str:
    """Where a redirect leads, as a whole URL."""
    response = api.client.get(f"/v1/documents/{document['id']}/content", params={"redirect": "true"})
    assert response.status_code == 307, response.text
    assert response.content == b""
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    return str(httpx.URL(api.server.url).join(response.headers["location"]))


def is_ours(api: Api, link: str) -> bool:
    return link.startswith(f"{api.server.url}/v1/links/")


@pytest.fixture(scope="module")
def member(working: Api) -> dict[str, Any]:
    """A document within an archive, to which every store's link is our own."""
    run = working.upload(tar({"deep/größe.pdf": CONTENT}), type="archive", documents="true").json()
    processed(working, run["id"])
    (found,) = documents(working, run_id=run["id"])
    return found


@pytest.fixture(scope="module")
def link(working: Api, member: dict[str, Any]) -> str:
    found = link_of(working, member)
    assert is_ours(working, found)
    return found


def test_a_link_leads_to_the_bytes_as_an_attachment(api: Api) -> None:
    link = link_of(api, stored(api, "linked.pdf", CONTENT))
    assert is_ours(api, link) == ("FOREBAY_BLOB_URL" not in api.server.settings)
    response = httpx.get(link)
    assert (response.status_code, response.content) == (200, CONTENT)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert "linked.pdf" in response.headers["content-disposition"]
    part = httpx.get(link, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")


def test_a_page_behind_a_link_is_an_attachment_too(api: Api) -> None:
    response = httpx.get(link_of(api, stored(api, "page.html", PAGE)))
    assert response.content == PAGE
    assert response.headers["content-disposition"].startswith("attachment; ")


def test_a_client_that_follows_gets_the_bytes(api: Api) -> None:
    document = stored(api, "followed.pdf", CONTENT)
    path = f"{api.server.url}/v1/documents/{document['id']}/content"
    assert httpx.get(path, params={"redirect": "true"}, follow_redirects=True).content == CONTENT
    assert httpx.head(path, params={"redirect": "true"}).status_code == 307
    assert httpx.get(path, params={"redirect": "false"}).content == CONTENT
    assert_problem(httpx.get(path, params={"redirect": "perhaps"}), 400, "invalid_parameter", field="redirect")


def test_our_own_has_what_a_download_has(working: Api, link: str) -> None:
    response = httpx.get(link)
    assert (response.status_code, response.content) == (200, CONTENT)
    assert response.headers["content-type"] == "application/pdf"
    assert (
        response.headers["content-disposition"]
        == "attachment; filename=\"gr__e.pdf\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.pdf"
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["etag"] == f'"{sha256(CONTENT)}"'
    assert response.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(sha256(CONTENT))).decode()}:"
    assert response.headers["cache-control"].startswith("private")
    part = httpx.get(link, headers={"Range": "bytes=-6"})
    assert (part.status_code, part.content) == (206, CONTENT[-6:])
    assert httpx.get(link, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    head = httpx.head(link)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(CONTENT)))


def test_one_that_was_not_given_leads_nowhere(working: Api, link: str) -> None:
    token = link.rsplit("/", 1)[1]
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    tampered = token[:middle] + other + token[middle + 1 :]
    for wrong in (tampered, token[:-1], token + "A", token.upper(), "x", "%00", "%C3%BC", "a" * 5000, token + "%0A"):
        for method in ("GET", "HEAD"):
            response = httpx.request(method, f"{working.server.url}/v1/links/{wrong}")
            assert response.status_code == 404, wrong
            if method == "GET":
                problem = assert_problem(response, 404, "link_invalid")
                assert wrong not in problem["instance"]


def test_neither_log_nor_metrics_nor_problems_have_the_token(working: Api, member: dict[str, Any]) -> None:
    token = link_of(working, member).rsplit("/", 1)[1]
    assert len(token) > 20
    for path in (f"/v1/links/{token}", f"/v1/links/{token}/", f"/v1/links/{token}/more", f"//v1/links/{token}"):
        for method in ("GET", "HEAD", "POST"):
            response = working.client.request(method, f"{working.server.url}{path}")
            assert token not in response.text
    assert token not in working.client.get("/metrics").text
    lines = [line for line in working.server.log.splitlines() if "/links/" in line]
    assert lines
    assert token not in working.server.log


def test_a_link_to_what_was_deleted_leads_nowhere(working: Api) -> None:
    run = working.upload(tar({"gone.pdf": CONTENT}), type="archive", documents="true").json()
    processed(working, run["id"])
    (document,) = documents(working, run_id=run["id"])
    link = link_of(working, document)
    assert httpx.get(link).status_code == 200
    assert working.client.delete(f"/v1/runs/{run['id']}").status_code == 204
    assert_problem(httpx.get(link), 404, "file_not_found")
    assert_problem(working.client.get(f"/v1/documents/{document['id']}"), 404, "document_not_found")


def test_a_link_to_a_member_ends_when_its_run_is_read_again(working: Api) -> None:
    """Members get new ids then; the document keeps its own, and gives another link."""
    run = working.upload(tar({"again.pdf": CONTENT}), type="archive", documents="true").json()
    processed(working, run["id"])
    (document,) = documents(working, run_id=run["id"])
    link = link_of(working, document)
    assert httpx.get(link).content == CONTENT
    assert working.client.post(f"/v1/runs/{run['id']}/parse").status_code == 202
    processed(working, run["id"])
    assert_problem(httpx.get(link), 404, "file_not_found")
    (same,) = documents(working, run_id=run["id"])
    assert same["id"] == document["id"]
    assert httpx.get(link_of(working, same)).content == CONTENT
