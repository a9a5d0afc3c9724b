"""Documents: search as one types, what was found, a correction in one click, the PDF beside its text."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.routes import standing
from tests.browser.screenshots import keep
from tests.browser.seeds import Row
from tests.browser.site import NARROW, Site, Visit
from tests.browser.watch import Watch
from tests.http.papers import detail, pdf, read

LINES = ["Invoice number 43 of the Zanzibar Watchworks", "The amount due is payable by Lammas"]


def own_document(site: Site) -> Row:
    title = f"Ledger {uuid4().hex[:8]}"
    return read(site.api, f"{title}.pdf", pdf(LINES, title=title))


def drawn(page: Page) -> None:
    """Waits until a page of the PDF is drawn."""
    expect(page.get_by_role("region", name="Preview").locator("canvas").first).to_be_visible()


def test_it_searches_as_one_types_and_marks_what_it_found(visit: Visit) -> None:
    page = visit.open("/documents", "Documents")
    results = page.get_by_role("list", name="Documents")
    page.get_by_label("Search documents").press_sequentially("clockwor*", delay=20)
    expect(results.get_by_role("listitem")).to_have_count(1)
    expect(results.locator("mark").first).to_have_text(re.compile("Clockworks"))
    expect(page).to_have_url(re.compile("q=clockwor"))
    keep(page, "documents-found")
    assert not violations(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "documents-found-narrow")
    assert not violations(page)
    page.get_by_role("link", name=re.compile("Clockworks ledger")).click()
    standing(page, "Clockworks ledger")
    page.go_back()
    expect(page.get_by_label("Search documents")).to_have_value("clockwor*")
    expect(results.get_by_role("listitem")).to_have_count(1)
    page.reload()
    expect(results.get_by_role("listitem")).to_have_count(1)


def test_nothing_found_and_nonsense_say_what_can_be_typed(visit: Visit, watch: Watch) -> None:
    watch.expect_status(422)
    page = visit.open("/documents", "Documents")
    search = page.get_by_label("Search documents")
    search.fill(uuid4().hex)
    expect(page.get_by_text("Nothing was found")).to_be_visible()
    search.fill("-heron")
    expect(page.get_by_text("This cannot be searched for")).to_be_visible()
    search.press("Escape")
    expect(page.get_by_role("list", name="Documents").get_by_role("listitem")).not_to_have_count(0)


def test_a_category_is_corrected_in_one_click_and_undone(visit: Visit, site: Site) -> None:
    document = own_document(site)
    page = visit.open(f"/documents/{document['id']}", document["title"])
    chosen = page.get_by_role("button", name="None of these")
    expect(chosen).to_have_attribute("aria-pressed", "false")
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(re.compile("^Corrected by you"))).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()  # before that it is only said to have been done
    corrected = detail(site.api, document["id"])
    assert (corrected["category"], corrected["classified_by"]) == (None, "person")
    undo.click()
    expect(chosen).to_have_attribute("aria-pressed", "false")
    expect(undo).to_have_count(0)
    assert detail(site.api, document["id"])["category"] == document["category"]
    keep(page, "document-corrected")


def test_a_pdf_is_drawn_beside_its_text_in_which_words_are_found(visit: Visit, site: Site) -> None:
    page = visit.open(f"/documents/{site.seeded.invoice['id']}", "Clockworks ledger")
    drawn(page)
    text = page.get_by_role("region", name="Text").first
    expect(text).to_contain_text("Zanzibar Clockworks")
    page.get_by_label("Find in the text").fill("michaelmas")
    expect(text.locator("mark[aria-current]")).to_have_text(re.compile("michaelmas", re.IGNORECASE))
    keep(page, "document-found")
    assert not violations(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    drawn(page)
    keep(page, "document-found-narrow")
    assert not violations(page)


def test_a_document_is_deleted_after_a_question(visit: Visit, site: Site) -> None:
    document = own_document(site)
    page = visit.open(f"/documents/{document['id']}", document["title"])
    page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("alertdialog", name="Delete this document?")
    question.get_by_role("button", name="Delete the document").click()
    standing(page, "Documents")
    assert site.api.client.get(f"/v1/documents/{document['id']}").status_code == 404
