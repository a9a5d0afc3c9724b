"""Uploads: one file, several, a large one with cancel and retry, refused ones, and leaving half-way."""

import hashlib
import re
import tarfile
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.network import Uplink
from tests.browser.routes import standing
from tests.browser.screenshots import keep
from tests.browser.seeds import bundle
from tests.browser.site import NARROW, Site, Visit
from tests.browser.watch import Watch
from tests.http.archives import processed

GIB = 1024**3
MIB = 1024**2


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.open("/upload", "Upload")


def choose(page: Page, *files: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(files)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Files").get_by_role("listitem").filter(has_text=name)


def sparse_tar(folder: Path, size: int, name: str) -> Path:
    """A real tar of `size` bytes that takes none on the disk: one member, all zeros."""
    path = folder / name
    member = tarfile.TarInfo(f"{folder.name}/zeros.bin")
    member.size = size - 3 * tarfile.BLOCKSIZE  # its header, and two blocks of zeros at the end
    path.write_bytes(member.tobuf())
    with path.open("r+b") as file:
        file.truncate(size)
    return path


def test_a_file_is_guessed_sent_compared_and_leads_to_its_run(site: Site, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "nightly.tar.gz"
    file.write_bytes(bundle())
    choose(page, file)
    expect(page.get_by_label("Type of nightly.tar.gz")).to_have_value("app_bundle")
    page.get_by_role("button", name="Label and notes of nightly.tar.gz").click()
    row(page, file.name).get_by_label("Label", exact=True).fill("From the browser")
    row(page, file.name).get_by_label("Notes", exact=True).fill("Two words")
    page.get_by_role("button", name=re.compile("^Upload 1 file")).click()
    expect(row(page, file.name)).to_contain_text("Matches the file here.")
    keep(page, "upload-stored")
    page.get_by_role("link", name="Open the run of nightly.tar.gz").click()
    standing(page, "From the browser")
    run = site.api.run(page.url.rsplit("/", 1)[1])
    assert (run["label"], run["notes"], run["type"]) == ("From the browser", "Two words", "app_bundle")
    assert run["files"][0]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_several_files_go_at_once_and_one_that_is_refused_says_why(
    visit: Visit, watch: Watch, page: Page, tmp_path: Path
) -> None:
    watch.expect_status(422)
    files = [tmp_path / name for name in ("a.conf", "b.conf", "c.txt", "wrong.tar.gz")]
    for number, file in enumerate(files):
        file.write_bytes(bundle() if file.suffix == ".gz" else f"[default]\nhost = {number}\n".encode())
    files[2].write_text("Dear Sir,\n\nthe heron has come back.\n")
    choose(page, *files)
    page.get_by_label("Type of wrong.tar.gz").select_option("document")
    expect(row(page, "wrong.tar.gz")).to_contain_text("The server will refuse it")
    expect(page.get_by_label("Type of c.txt")).to_have_value("document")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "upload-chosen-narrow")
    assert not violations(page)
    page.get_by_role("button", name=re.compile("^Upload 4 files")).click()
    for file in files[:3]:
        expect(row(page, file.name)).to_contain_text("Stored")
    expect(row(page, "wrong.tar.gz")).to_contain_text("wrong_content")
    keep(page, "upload-refused-narrow")
    assert not violations(page)


def test_files_may_be_dropped(page: Page) -> None:
    transfer = page.evaluate_handle("""() => {
        const dropped = new DataTransfer();
        dropped.items.add(new File(["[default]\\nhost = dropped\\n"], "dropped.conf"));
        return dropped;
    }""")
    page.get_by_role("main").dispatch_event("dragenter", {"dataTransfer": transfer})
    expect(page.get_by_text("Let go to add them")).to_be_visible()
    page.get_by_role("main").dispatch_event("drop", {"dataTransfer": transfer})
    page.get_by_role("button", name=re.compile("^Upload 1 file")).click()
    expect(row(page, "dropped.conf")).to_contain_text("Stored")


def test_a_gibibyte_is_cancelled_and_sent_again(site: Site, page: Page, tmp_path: Path) -> None:
    file = sparse_tar(tmp_path, GIB, "large.tar")
    uplink = Uplink(page)
    uplink.slow(32 * MIB)
    choose(page, file)
    label = f"Large {uuid4().hex[:8]}"
    page.get_by_label("Label", exact=True).fill(label)
    page.get_by_role("button", name=re.compile("^Upload 1 file")).click()
    progress = page.get_by_role("progressbar", name="Upload of large.tar")
    expect(progress).to_have_attribute("aria-valuenow", re.compile("^[1-9]"))
    expect(row(page, file.name)).to_contain_text(re.compile(r"/s · .* left"))
    keep(page, "upload-under-way")
    page.get_by_role("button", name="Cancel large.tar").click()
    expect(row(page, file.name)).to_contain_text("Cancelled")
    runs = page.context.new_page()
    runs.goto(f"/runs?label={label}")
    expect(runs.get_by_role("row").filter(has_text=label)).to_contain_text("upload_interrupted")
    runs.close()
    uplink.free()
    page.get_by_role("button", name="Retry large.tar").click()
    expect(row(page, file.name)).to_contain_text("Matches the file here.", timeout=120_000)
    page.get_by_role("link", name="Open the run of large.tar").click()
    standing(page)
    run = processed(site.api, page.url.rsplit("/", 1)[1])
    with file.open("rb") as opened:
        assert run["files"][0]["sha256"] == hashlib.file_digest(opened, "sha256").hexdigest()
    assert (run["files"][0]["size_bytes"], run["status"]) == (GIB, "complete")
    assert site.api.client.delete(f"/v1/runs/{run['id']}").status_code == 204


def test_uploads_go_on_while_other_pages_are_looked_at(page: Page, tmp_path: Path) -> None:
    file = sparse_tar(tmp_path, 64 * MIB, "onward.tar")
    uplink = Uplink(page)
    uplink.slow(MIB)
    choose(page, file)
    page.get_by_role("button", name=re.compile("^Upload 1 file")).click()
    expect(row(page, file.name)).to_contain_text("Uploading")
    page.get_by_role("link", name="System").click()
    standing(page, "System")
    note = page.get_by_role("link", name=re.compile("^Uploading 1 of 1"))
    expect(note).to_be_visible()
    uplink.free()
    expect(page.get_by_text("1 file uploaded")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Upload", exact=True).click()
    expect(row(page, file.name)).to_contain_text("Stored")


def test_leaving_while_something_is_sent_warns_and_leaves_a_run_that_says_so(page: Page, tmp_path: Path) -> None:
    file = sparse_tar(tmp_path, 64 * MIB, "broken-off.tar")
    Uplink(page).slow(MIB)
    choose(page, file)
    label = f"Broken off {uuid4().hex[:8]}"
    page.get_by_label("Label", exact=True).fill(label)
    page.get_by_role("button", name=re.compile("^Upload 1 file")).click()
    progress = page.get_by_role("progressbar", name="Upload of broken-off.tar")
    expect(progress).to_have_attribute("aria-valuenow", re.compile("^[1-9]"))
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(row(page, file.name)).to_contain_text("Uploading")
    with page.expect_event("dialog") as asked, page.expect_navigation():
        page.evaluate("setTimeout(() => location.reload())")
        asked.value.accept()
    standing(page, "Upload")
    expect(page.get_by_role("list", name="Files")).to_have_count(0)
    page.goto("/runs")
    row_of_run = page.get_by_role("row").filter(has=page.get_by_role("link", name=label))
    expect(row_of_run).to_contain_text("upload_interrupted")
