"""One run: what is inside, what was done, why it failed, doing it again, deleting it."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.routes import standing
from tests.browser.screenshots import keep
from tests.browser.seeds import Row, bundle, uploaded
from tests.browser.site import NARROW, Site, Visit
from tests.http.archives import processed, tar


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def own_run(site: Site) -> Row:
    label = f"Own {uuid4().hex[:8]}"
    return processed(site.api, uploaded(site.api, bundle(), label=label)["id"])


def test_files_stand_in_a_tree_and_their_text_beside_it_with_numbers_of_lines(visit: Visit, site: Site) -> None:
    page = visit.open(f"/runs/{site.seeded.bundle['id']}", "Acme app, nightly")
    tab(page, "Files")
    tree = page.get_by_role("tree", name="Files")
    tree.get_by_role("treeitem", name="acme").first.click()
    tree.get_by_role("treeitem", name="default").first.click()
    tree.get_by_role("treeitem", name="app.conf").first.click()
    text = page.get_by_role("region", name="Text of acme/default/app.conf")
    expect(text).to_contain_text("[stanza 1]")
    page.get_by_role("button", name="Link to line 4", exact=True).click()
    expect(page).to_have_url(re.compile("line=4"))
    keep(page, "run-files")
    assert not violations(page)
    page.reload()
    standing(page, "Acme app, nightly")
    expect(text).to_contain_text("[stanza 1]")
    expect(tree.get_by_role("treeitem", name="inputs.conf")).to_be_visible()
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "run-files-narrow")
    assert not violations(page)


def test_the_tree_is_for_the_keyboard_too(visit: Visit, site: Site) -> None:
    page = visit.open(f"/runs/{site.seeded.bundle['id']}?tab=files")
    tree = page.get_by_role("tree", name="Files")
    expect(tree.locator("[role=treeitem][aria-expanded]").first).to_be_visible()  # a folder, not the row Loading…
    tree.focus()
    opened = tree.locator("[role=treeitem][aria-expanded=true]")
    if opened.count() == 0:
        page.keyboard.press("ArrowRight")
    expect(opened.first).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(opened).to_have_count(0)


def test_files_are_found_by_a_part_of_their_path(visit: Visit, site: Site) -> None:
    page = visit.open(f"/runs/{site.seeded.bundle['id']}?tab=files")
    page.get_by_label("Search files by path").fill("table-11")
    found = page.get_by_role("listbox", name="Files found")
    expect(found.get_by_role("option")).to_have_count(10)
    expect(page.get_by_text(re.compile("^10 files found"))).to_be_visible()
    found.get_by_role("option", name=re.compile("table-117")).click()
    expect(page.get_by_role("region", name=re.compile("table-117"))).to_contain_text("117,n")
    expect(page).to_have_url(re.compile("find=table-11"))


def test_jobs_have_steps_and_the_log_tells_what_happened(visit: Visit, site: Site) -> None:
    page = visit.open(f"/runs/{site.seeded.bundle['id']}")
    tab(page, "Jobs")
    steps = page.get_by_role("list", name="Steps").first
    expect(steps.get_by_role("listitem").first).to_contain_text("Succeeded")
    keep(page, "run-jobs")
    assert not violations(page)
    tab(page, "Log")
    expect(page.get_by_role("log", name="Events of the run")).to_contain_text("job_succeeded")
    keep(page, "run-log")
    assert not violations(page)
    tab(page, "Artifacts")
    expect(page.get_by_role("table", name="Artifacts").get_by_role("link").first).to_be_visible()
    assert not violations(page)


def test_a_failed_run_says_why_with_its_code(visit: Visit, site: Site) -> None:
    page = visit.open("/runs?status=failed", "Runs")
    page.get_by_role("link", name="Cut short").click()
    standing(page, "Cut short")
    why = page.get_by_role("region", name="Why it failed")
    expect(why).to_contain_text("archive_truncated")
    expect(why).to_contain_text(site.seeded.broken["error"]["detail"])
    why.get_by_role("link", name="Show the log").click()
    expect(page.get_by_role("log", name="Events of the run")).to_contain_text("job_failed")


def test_a_run_is_done_again_while_one_watches(visit: Visit, site: Site) -> None:
    run = own_run(site)
    page = visit.open(f"/runs/{run['id']}?tab=jobs", run["label"])
    expect(page.get_by_role("list", name="Steps").first).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    page.get_by_role("tab", name="Log").click()
    log = page.get_by_role("log", name="Events of the run")
    expect(log.get_by_text("job_succeeded", exact=True)).to_have_count(2)
    expect(page.get_by_role("button", name="Run again")).to_be_enabled()


def test_a_run_is_deleted_after_a_question_that_the_keyboard_can_answer(visit: Visit, site: Site) -> None:
    run = own_run(site)
    page = visit.open(f"/runs/{run['id']}", run["label"])
    delete = page.get_by_role("button", name="Delete")
    delete.focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("alertdialog", name="Delete this run?")
    expect(question).to_contain_text(run["label"])
    keep(page, "run-delete")
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(delete).to_be_focused()
    page.keyboard.press("Enter")
    question.get_by_role("button", name="Delete the run").click()
    standing(page, "Runs")
    expect(page.get_by_role("link", name=run["label"])).to_have_count(0)
    assert site.api.client.get(f"/v1/runs/{run['id']}").status_code == 404


def test_times_are_the_readers_with_utc_on_hover(visit: Visit, site: Site) -> None:
    page = visit.page(zone="Asia/Kolkata")
    page.goto(f"/runs/{site.seeded.bundle['id']}")
    standing(page)
    times = page.locator("main time")
    expect(times.first).to_have_attribute("title", re.compile(r"UTC|Z$"))
    expect(times.first).to_have_attribute("datetime", re.compile(r"Z$"))


def test_what_somebody_sent_cannot_run_in_the_page(visit: Visit, site: Site) -> None:
    evil = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    archive = tar({"app/evil.html": evil.encode(), "app/<b>bold</b>.txt": b"x"})
    run = processed(site.api, uploaded(site.api, archive, type="archive", label=evil)["id"])
    page = visit.open(f"/runs/{run['id']}?tab=files&file=app/evil.html")
    expect(page.get_by_role("region", name="Text of app/evil.html")).to_contain_text("onerror")
    assert "owned" not in page.title().replace(evil, "")
