"""Documents on every way to work: whoever reads them, and wherever they are kept, the API shows the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from forebay.testing.archive_examples import tar_of
from tests.e2e.faults.proofs import count_indexed, count_rows
from tests.e2e.faults.setting import as_settings
from tests.e2e.ways_to_work import WAYS, Work, open_way
from tests.http.api import assert_problem, sha256
from tests.http.papers import detail, documents, mail, pdf, word

pytestmark = pytest.mark.timeout(300)
TICKET = pdf(["Ticket 42: this person may ride one zebra.", "It is valid at the walnut gate."], title="Ticket 42")
RECIPE = b"# Bread\n\nFlour, water, salt and a hazelnut.\n"
REPORT = word("A report about the harvest.", "The almond did well.")
IN_ARCHIVE = {
    "papers/ticket.pdf": TICKET,
    "papers/report.docx": REPORT,
    "papers/mail.eml": mail("Bread", "Here is the pecan recipe.", ("bread.txt", RECIPE)),
    "papers/logo.bin": bytes(range(256)),
}
TABLES = ("documents", "corrections", "blobs", "files", "members", "ingestion_runs")


@pytest.fixture(scope="module", params=WAYS)
def work(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    with open_way(request, tmp_path_factory.mktemp("way"), gated=False) as work:
        yield work


def test_documents_are_read_classified_found_and_deleted_without_a_trace(work: Work) -> None:
    category = work.post("/v1/categories", {"name": "Rides", "description": "Who may ride what.", "rules": [
        {"kind": "phrase", "terms": ["ride one zebra"]}]}, status=201)  # fmt: skip
    runs = [
        work.upload(TICKET, type="document", name="ticket.pdf"),
        work.upload(IN_ARCHIVE["papers/mail.eml"], type="document", name="mail.eml"),
        work.upload(tar_of(IN_ARCHIVE, mode="w:gz"), name="papers.tgz", documents="true"),
    ]
    assert [work.worked_on(run_id)["status"] for run_id in runs] == ["complete"] * 3
    assert [work.job_of(run_id)["kind"] for run_id in runs] == ["document", "document", "archive_documents"]
    shown = {document["path"]: document for document in documents(work.api, limit=100)}
    assert sorted(shown) == [
        *("mail.eml", "mail.eml!/bread.txt", "papers/mail.eml", "papers/mail.eml!/bread.txt"),
        *("papers/report.docx", "papers/ticket.pdf", "ticket.pdf"),
    ]
    assert {(document["status"], document["error"]) for document in shown.values()} == {("ready", None)}
    for path in ("ticket.pdf", "papers/ticket.pdf"):
        _is_the_ticket(work, shown[path], category["name"])
    for path in ("mail.eml", "papers/mail.eml"):
        (attached,) = detail(work.api, shown[path]["id"])["attachments"]
        assert (attached["path"], attached["status"]) == (f"{path}!/bread.txt", "ready")
        content = work.api.client.get(f"/v1/documents/{attached['id']}/content")
        assert (content.status_code, sha256(content.content)) == (200, sha256(RECIPE))
    for query, paths in [
        ("walnut", ["papers/ticket.pdf", "ticket.pdf"]),
        ("hazelnut", ["mail.eml!/bread.txt", "papers/mail.eml!/bread.txt"]),
        ("almond", ["papers/report.docx"]),
        ("pecan -almond", ["mail.eml", "papers/mail.eml"]),
    ]:
        assert sorted(item["path"] for item in documents(work.api, q=query)) == paths
    assert {item["path"] for item in documents(work.api, category="rides")} == {"ticket.pdf", "papers/ticket.pdf"}
    for run_id in runs:
        assert work.api.client.delete(f"/v1/runs/{run_id}").status_code == 204
    for document in shown.values():
        assert_problem(work.api.client.get(f"/v1/documents/{document['id']}"), 404, "document_not_found")
    assert documents(work.api, q="walnut OR hazelnut") == documents(work.api) == []
    work.wait_until_nothing_is_left_behind()
    settings = as_settings(work.settings, work.api.server.folder)
    assert {table: count_rows(settings, table) for table in TABLES} == dict.fromkeys(TABLES, 0)
    assert count_indexed(settings) == 0


def _is_the_ticket(work: Work, document: dict[str, Any], category: str) -> None:
    """Its text, page by page, and what was made of it."""
    text = work.api.client.get(f"/v1/documents/{document['id']}/text").content
    offsets = detail(work.api, document["id"])["text"]["page_offsets"]
    first, second = text[: offsets[1]], text[offsets[1] :]
    assert (offsets[0], b"ride one zebra" in first, b"walnut" in second) == (0, True, True)
    assert (document["title"], document["page_count"], document["language"]) == ("Ticket 42", 2, "en")
    assert (document["category"], document["classified_by"]) == (category, "rules")
