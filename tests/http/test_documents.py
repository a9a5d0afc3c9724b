"""From an upload to text, a category and an answer to a search; what a person says of it; and its end."""

from typing import Any

import httpx
import pytest

from tests.http.api import Api, assert_problem, sha256
from tests.http.archives import job_of, processed, tar
from tests.http.event_streams import streamed
from tests.http.papers import detail, documents, mail, pdf, read, send, stored, word

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"
PAGES = ["Invoice number 42 of the Zanzibar Clockworks", "The amount due is payable by Michaelmas"]


@pytest.fixture(scope="module")
def invoice(working: Api) -> dict[str, Any]:
    return read(working, "clockworks.pdf", pdf(PAGES, title="Clockworks ledger"), owner="lifecycle")


def page_of(api: Api, **query: str | int) -> dict[str, Any]:
    response = api.client.get("/v1/documents", params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def change(api: Api, document: dict[str, Any], **body: Any) -> httpx.Response:
    return api.client.patch(f"/v1/documents/{document['id']}", json=body)


def marked(text: str, matches: list[list[int]]) -> list[str]:
    return [text[start:stop] for start, stop in matches]


def test_a_pdf_is_read_and_classified_and_its_events_say_so(working: Api, invoice: dict[str, Any]) -> None:
    assert (invoice["status"], invoice["error"], invoice["title"]) == ("ready", None, "Clockworks ledger")
    assert (invoice["media_type"], invoice["page_count"], invoice["needs_ocr"]) == ("application/pdf", 2, False)
    assert invoice["extractor"]["name"]
    assert invoice["extractor"]["version"]
    assert len(invoice["text"]["page_offsets"]) == 2
    assert (invoice["category"], invoice["classified_by"]) == ("invoice", "rules")
    assert 0 < invoice["confidence"] <= 1
    assert invoice["reasons"][0]["kind"] == "rule"
    assert invoice["classifier"]["name"]
    assert working.run(invoice["run_id"])["status"] == "complete"
    events = streamed(working.client, f"/v1/jobs/{job_of(working, invoice['run_id'])['id']}/events")
    assert [event.name for event in events].count("step_succeeded") == 4
    job = working.client.get(f"/v1/jobs/{job_of(working, invoice['run_id'])['id']}").json()
    assert [step["name"] for step in job["steps"]] == ["catalogue", "find_documents", "extract", "classify"]


def test_words_phrases_prefixes_and_exclusions_find_it(working: Api, invoice: dict[str, Any]) -> None:
    for query in ("zanzibar", "ZANZIB*", '"zanzibar clockworks" michaelmas', "ledger", "zánzibar -submarine"):
        found = page_of(working, q=query)
        assert [item["id"] for item in found["items"]] == [invoice["id"]], query
        assert found["next_cursor"] is None
    for query in ("zanzibar -invoice", '"clockworks zanzibar"', "zanzib", "submarine zanzibar"):
        assert page_of(working, q=query)["items"] == [], query


def test_what_was_found_is_marked_in_title_and_text(working: Api, invoice: dict[str, Any]) -> None:
    (hit,) = page_of(working, q="clockworks")["items"]
    assert marked(hit["title"], hit["title_matches"]) == ["Clockworks"]
    assert marked(hit["snippet"]["text"], hit["snippet"]["matches"]) == ["Clockworks"]
    assert hit["score"] > 0
    assert {name: hit[name] for name in ("id", "status", "category", "run_id")} == {
        name: invoice[name] for name in ("id", "status", "category", "run_id")
    }
    (listed,) = page_of(working, run_id=invoice["run_id"])["items"]
    assert not {"score", "title_matches", "snippet"} & set(listed)


def test_a_search_comes_in_pages_and_within_filters(working: Api) -> None:
    names = [f"heron-{number}" for number in range(5)]
    for number, name in enumerate(names):
        read(working, f"{name}.txt", b"grey heron " * (number + 1), owner="birds")
    seen: list[str] = []
    cursor = ""
    while True:
        page = page_of(working, q="heron grey", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["title"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    assert sorted(seen) == names
    assert len(page_of(working, q="heron", owner="birds", media_type="text/plain")["items"]) == 5
    assert page_of(working, q="heron", owner="fish")["items"] == []
    assert page_of(working, q="heron", status="failed")["items"] == []


def test_filters_hold_together(working: Api, invoice: dict[str, Any]) -> None:
    fits = {"owner": "lifecycle", "media_type": "application/pdf", "status": "ready", "run_id": invoice["run_id"]}
    dated = {"created_after": invoice["created_at"], "category": "INVOICE"}
    assert [item["id"] for item in documents(working, **fits, **dated)] == [invoice["id"]]
    for name, value in {
        "owner": "nobody",
        "media_type": "text/html",
        "status": "failed",
        "run_id": NOBODY,
        "created_before": invoice["created_at"],
        "category": "contract",
        "language": "xx",
    }.items():
        assert documents(working, **{**fits, **dated, name: value}) == [], name
    assert documents(working, **fits, uncategorised="true") == []


def test_documents_come_in_pages_in_both_orders(working: Api) -> None:
    response = send(working, *[(f"page-{number}.txt", b"%d" % number) for number in range(5)], owner="pages")
    ids = [item["document"]["id"] for item in response.json()["items"]]
    for order, expected in (("asc", ids), ("desc", ids[::-1])):
        seen: list[str] = []
        cursor = ""
        while True:
            page = page_of(working, owner="pages", order=order, limit=2, **({"cursor": cursor} if cursor else {}))
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = page["next_cursor"]
        assert seen == expected


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"q": ""}, "invalid_query", "q"),
        ({"q": "-only"}, "invalid_query", "q"),
        ({"q": "\0"}, "invalid_query", "q"),
        ({"q": "x" * 1001}, "invalid_parameter", "q"),
        ({"q": "a " * 100}, "invalid_query", "q"),
        ({"q": "a", "order": "asc"}, "invalid_field", "order"),
        ({"q": "a", "cursor": "nonsense"}, "invalid_cursor", "cursor"),
        ({"order": "up"}, "invalid_parameter", "order"),
        ({"cursor": "nonsense"}, "invalid_cursor", "cursor"),
        ({"limit": "0"}, "invalid_parameter", "limit"),
        ({"category": "no such"}, "category_not_found", "category"),
        ({"category": "a\0b"}, "category_not_found", "category"),
        ({"category": "invoice", "uncategorised": "true"}, "invalid_field", "uncategorised"),
        ({"uncategorised": "perhaps"}, "invalid_parameter", "uncategorised"),
        ({"media_type": "a\0b"}, "invalid_field", "media_type"),
        ({"language": "english"}, "invalid_field", "language"),
        ({"language": "d\0"}, "invalid_field", "language"),
        ({"owner": "../a"}, "invalid_field", "owner"),
        ({"status": "done"}, "invalid_parameter", "status"),
        ({"run_id": "42"}, "invalid_field", "run_id"),
        ({"created_after": "yesterday"}, "invalid_parameter", "created_after"),
        ({"created_after": "0001-01-01T00:00:00+23:59"}, "invalid_field", "created_after"),
    ],
)
def test_a_query_that_is_not_right_names_its_parameter(api: Api, query: dict[str, str], code: str, field: str) -> None:
    response = api.client.get("/v1/documents", params=query)
    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, code, field=field)


def test_a_word_document_and_a_page_are_read(working: Api) -> None:
    found = read(working, "memo.docx", word("Concerning the walrus", "It has eaten the carpenter."))
    assert (found["status"], found["error"]) == ("ready", None)
    assert "walrus" in working.client.get(f"/v1/documents/{found['id']}/text").text
    page = (
        b"<html><head><title>Oyster &amp; Sons</title></head><body><script>alert('pearl')</script><p>Oysters</p></body>"
    )
    found = read(working, "shop.html", page)
    assert (found["title"], found["media_type"]) == ("Oyster & Sons", "text/html")
    text = working.client.get(f"/v1/documents/{found['id']}/text").text
    assert "Oysters" in text
    assert "pearl" not in text


def test_what_is_attached_to_a_message_is_a_document_of_its_own(working: Api) -> None:
    attached = pdf(["A pelican in a picture"])
    message = read(working, "post.eml", mail("About pelicans", "See below.", ("bird.pdf", attached)), owner="post")
    (child,) = message["attachments"]
    assert (message["title"], child["status"], child["path"]) == ("About pelicans", "ready", "post.eml!/bird.pdf")
    found = detail(working, child["id"])
    assert (found["parent_id"], found["run_id"], found["owner"]) == (message["id"], message["run_id"], "post")
    assert found["sha256"] == sha256(attached)
    response = working.client.get(f"/v1/documents/{child['id']}/content")
    assert response.content == attached
    assert response.headers["content-disposition"] == 'attachment; filename="bird.pdf"'
    assert [item["id"] for item in page_of(working, q="pelican picture")["items"]] == [child["id"]]
    assert working.client.delete(f"/v1/documents/{child['id']}").status_code == 204
    assert detail(working, message["id"])["attachments"] == []
    assert working.run(message["run_id"])["status"] == "complete"


def test_documents_within_an_archive_are_found_when_somebody_asks(working: Api) -> None:
    members: dict[str, bytes | str] = {"in/quagga.pdf": pdf(["The last quagga"]), "in/data.bin": bytes(range(256)) * 9}
    plain = working.upload(tar(members), type="archive").json()
    assert plain["documents"] is False
    run = working.upload(tar(members), type="archive", documents="true", owner="zoo").json()
    assert run["documents"] is True
    assert processed(working, run["id"])["status"] == "complete"
    processed(working, plain["id"])
    assert documents(working, run_id=plain["id"]) == []
    (found,) = documents(working, run_id=run["id"])
    assert (found["path"], found["title"], found["status"], found["owner"]) == (
        "in/quagga.pdf",
        "quagga",
        "ready",
        "zoo",
    )
    assert [item["id"] for item in page_of(working, q="quagga")["items"]] == [found["id"]]
    content = working.client.get(f"/v1/documents/{found['id']}/content")
    assert content.content == members["in/quagga.pdf"]
    assert working.client.get(f"/v1/documents/{found['id']}/text").text.strip() == "The last quagga"
    assert working.client.delete(f"/v1/documents/{found['id']}").status_code == 204
    assert documents(working, run_id=run["id"]) == []
    assert working.run(run["id"])["status"] == "complete"


def test_a_document_that_cannot_be_read_says_why(working: Api) -> None:
    document = stored(working, "torn.pdf", pdf(["Torn"])[:150])
    run = processed(working, document["run_id"])
    found = detail(working, document["id"])
    assert (run["status"], found["status"]) == ("failed", "failed")
    assert found["error"] == run["error"]
    assert found["error"]["code"] == "document_broken"
    problem = assert_problem(working.client.get(f"/v1/documents/{document['id']}/text"), 409, "document_not_ready")
    assert found["error"]["detail"] in problem["detail"]
    assert_problem(working.client.get(f"/v1/documents/{document['id']}/preview"), 422, "document_broken")


def test_a_person_says_what_it_is_called_and_what_it_is(working: Api) -> None:
    document = read(working, "puffin.txt", b"A puffin upon a rock")
    assert working.client.post("/v1/categories", json={"name": "Seabirds"}).status_code == 201
    changed = change(working, document, category="seaBIRDS", title=" The\n Puffin ").json()
    assert (changed["category"], changed["classified_by"], changed["confidence"]) == ("Seabirds", "person", 1.0)
    assert [reason["kind"] for reason in changed["reasons"]] == ["correction"]
    assert changed["title"] == "The Puffin"
    assert [item["title"] for item in page_of(working, q="rock puffin")["items"]] == ["The Puffin"]
    assert [item["id"] for item in documents(working, category="Seabirds")] == [document["id"]]
    retitled = change(working, document, title="Puffin, again").json()
    assert (retitled["title"], retitled["category"]) == ("Puffin, again", "Seabirds")
    nothing = change(working, document, category=None).json()
    assert (nothing["category"], nothing["classified_by"], nothing["title"]) == (None, "person", "Puffin, again")
    assert document["id"] in [item["id"] for item in documents(working, uncategorised="true")]
    assert documents(working, category="Seabirds") == []


def test_what_a_person_said_stays_when_it_is_read_again(working: Api) -> None:
    document = read(working, "auk.txt", b"An auk, invoice number 7, amount due")
    assert document["category"] == "invoice"
    change(working, document, category="report", title="Great auk")
    response = working.client.post("/v1/jobs", json={"run_id": document["run_id"]})
    assert response.status_code == 202
    processed(working, document["run_id"])
    again = detail(working, document["id"])
    assert (again["title"], again["category"], again["classified_by"]) == ("Great auk", "report", "person")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid_input", "title"),
        ({"title": None}, 400, "invalid_parameter", "title"),
        ({"title": ""}, 400, "invalid_parameter", "title"),
        ({"title": " "}, 400, "invalid_input", "title"),
        ({"title": "t" * 501}, 400, "invalid_parameter", "title"),
        ({"title": "a\0b"}, 400, "invalid_input", "title"),
        ({"title": ["a"]}, 400, "invalid_parameter", "title"),
        ({"category": "no such"}, 404, "category_not_found", "category"),
        ({"category": ""}, 404, "category_not_found", "category"),
        ({"category": "a\0b"}, 422, "invalid_field", "category"),
        ({"category": 1}, 400, "invalid_parameter", "category"),
        ({"category": "invoice", "colour": "red"}, 400, "invalid_parameter", "colour"),
        ({"uncategorised": True}, 400, "invalid_parameter", "uncategorised"),
    ],
)
def test_a_correction_that_is_not_right_names_its_field(
    api: Api, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    document = stored(api, "uncorrected.txt", b"text")
    assert_problem(change(api, document, **body), status, code, field=field)
    found = detail(api, document["id"])
    assert (found["title"], found["classified_by"]) == ("uncorrected", None)


def test_a_correction_must_be_json(api: Api) -> None:
    path = f"/v1/documents/{stored(api, 'json.txt', b'text')['id']}"
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = api.client.patch(path, content=b'{"title": "x"}', headers={"Content-Type": content_type})
        assert_problem(response, 415, "unsupported_media_type", field="Content-Type")
    for content in (b"", b"{", b"[]", b'{"title": "\xff"}'):
        response = api.client.patch(path, content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"


def test_a_category_that_is_deleted_leaves_its_documents_uncategorised(api: Api) -> None:
    document = stored(api, "orphan.txt", b"text")
    category = api.client.post("/v1/categories", json={"name": "Fleeting"}).json()
    assert change(api, document, category="fleeting").json()["category"] == "Fleeting"
    assert api.client.delete(f"/v1/categories/{category['id']}").status_code == 204
    assert detail(api, document["id"])["category"] is None
    assert document["id"] in [item["id"] for item in documents(api, uncategorised="true", limit=1000)]


def test_corrections_teach_and_versions_count(working: Api) -> None:
    document = read(working, "lesson.txt", b"Quarterly figures of the aviary")
    assert change(working, document, category="report").status_code == 200
    other = read(working, "other.txt", b"This agreement is made between the parties")
    assert change(working, other, category="contract").status_code == 200
    first = working.client.post("/v1/documents:learn")
    assert first.status_code == 201, first.text
    assert first.json()["correction_count"] >= 2
    second = working.client.post("/v1/documents:learn").json()
    assert second["version"] == first.json()["version"] + 1
    page = working.client.get("/v1/learned-models").json()
    assert page["items"][:2] == [second, first.json()]
    assert page["next_cursor"] is None
    assert second["model_id"] in [model["id"] for model in working.client.get("/v1/models").json()["items"]]


def test_without_corrections_there_is_nothing_to_learn(api: Api) -> None:
    for document in documents(api, limit=1000):
        if document["classified_by"] == "person":
            api.client.delete(f"/v1/documents/{document['id']}")
    assert_problem(api.client.post("/v1/documents:learn"), 409, "nothing_to_learn")


def test_a_document_that_is_deleted_is_gone_with_its_bytes(working: Api) -> None:
    content = pdf(["A dodo, never to be seen again"])
    document = read(working, "dodo.pdf", content)
    link = working.client.get(f"/v1/documents/{document['id']}/content", params={"redirect": "true"})
    assert link.status_code == 307, link.text
    assert httpx.get(httpx.URL(working.server.url).join(link.headers["location"])).content == content
    assert kept(working, content) in {True, None}
    assert working.client.delete(f"/v1/documents/{document['id']}").status_code == 204
    for path in ("", "/text", "/content", "/preview"):
        assert_problem(working.client.get(f"/v1/documents/{document['id']}{path}"), 404, "document_not_found")
    assert_problem(working.client.delete(f"/v1/documents/{document['id']}"), 404, "document_not_found")
    assert_problem(change(working, document, title="x"), 404, "document_not_found")
    assert_problem(working.client.get(f"/v1/runs/{document['run_id']}"), 404, "run_not_found")
    assert page_of(working, q="dodo")["items"] == []
    assert httpx.get(httpx.URL(working.server.url).join(link.headers["location"])).status_code == 404
    assert kept(working, content) in {False, None}
    assert kept(working, b"never to be seen again") in {False, None}


def kept(api: Api, content: bytes) -> bool | None:
    """Whether any file of the store has this in it; None where the store is none of files."""
    folder = api.server.data_dir / "blobs"
    if "FOREBAY_BLOB_URL" in api.server.settings:
        return None
    return any(content in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/text"),
        ("HEAD", "/text"),
        ("GET", "/content"),
        ("GET", "/content?redirect=true"),
        ("GET", "/preview"),
    ],
)
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str, path: str) -> None:
    body = {"json": {"title": "x"}} if method == "PATCH" else {}
    for document_id, status, code in ((NOBODY, 404, "document_not_found"), ("42", 422, "invalid_field")):
        response = api.client.request(method, f"/v1/documents/{document_id}{path}", **body)  # type: ignore[arg-type]  # as httpx takes it
        assert response.status_code == status
        if method != "HEAD":
            assert_problem(response, status, code, field="document_id" if status == 422 else None)
