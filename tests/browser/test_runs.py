"""The list of runs: filters in the address, pages, and news from others as they happen."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.routes import standing
from tests.browser.seeds import uploaded
from tests.browser.site import NARROW, Site, Visit
from tests.browser.watch import Watch

CONFIGURATION = b"[default]\nhost = somebody-else\n"


def test_filters_stand_in_the_address_and_survive_reload_and_the_way_back(visit: Visit, site: Site) -> None:
    page = visit.open("/runs", "Runs")
    page.get_by_role("searchbox", name="Label").or_(page.get_by_label("Label")).first.fill("Web server 0")
    expect(page).to_have_url(re.compile(r"label=Web"))
    page.get_by_label("Type").select_option("single_conf")
    expect(page).to_have_url(re.compile(r"type=single_conf"))
    table = page.get_by_role("table", name="Runs")
    expect(table.get_by_role("row")).to_have_count(11)
    page.reload()
    standing(page, "Runs")
    expect(page.get_by_label("Type")).to_have_value("single_conf")
    expect(table.get_by_role("row")).to_have_count(11)
    page.get_by_role("link", name="Web server 07").click()
    standing(page, "Web server 07")
    page.go_back()
    standing(page, "Runs")
    expect(page.get_by_label("Type")).to_have_value("single_conf")
    expect(table.get_by_role("row")).to_have_count(11)
    page.get_by_role("button", name="Clear").click()
    expect(page).not_to_have_url(re.compile("type="))
    expect(page.get_by_label("Type")).to_have_value("")


def test_a_list_that_nothing_matches_says_what_to_do(visit: Visit) -> None:
    page = visit.open(f"/runs?label={uuid4().hex}", "Runs")
    expect(page.get_by_text("No run matches")).to_be_visible()
    page.get_by_role("button", name="Drop the filters").click()
    expect(page.get_by_role("link", name="Cut short")).to_be_visible()


def test_pages_follow_each_other_and_lead_back_to_the_first(visit: Visit) -> None:
    page = visit.open("/runs?label=Web%20server&order=asc", "Runs")
    expect(page.get_by_role("link", name="Web server 00")).to_be_visible()
    pages = page.get_by_role("navigation", name="Pages of Runs")
    expect(pages.get_by_role("button", name="First page")).to_be_disabled()
    pages.get_by_role("button", name="Next page").click()
    expect(page.get_by_role("link", name="Web server 59")).to_be_visible()
    expect(page.get_by_role("link", name="Web server 00")).to_have_count(0)
    expect(pages.get_by_role("button", name="Next page")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("link", name="Web server 59")).to_be_visible()
    pages.get_by_role("button", name="First page").click()
    expect(page.get_by_role("link", name="Web server 00")).to_be_visible()


def test_a_run_that_somebody_else_uploads_appears_and_goes_on_by_itself(visit: Visit, site: Site) -> None:
    page = visit.open("/runs", "Runs")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.evaluate("window.stayed = true")
    label = f"From elsewhere {uuid4().hex[:8]}"
    run = uploaded(site.api, CONFIGURATION, type="single_conf", name="else.conf", label=label)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=label))
    expect(row).to_contain_text("Complete")
    assert site.api.client.delete(f"/v1/runs/{run['id']}").status_code == 204
    expect(row).to_have_count(0)
    assert page.evaluate("window.stayed")


@pytest.mark.timeout(120)
def test_without_a_stream_it_looks_again_by_itself(visit: Visit, watch: Watch, site: Site) -> None:
    watch.expect("ERR_FAILED")
    page = visit.page()
    page.route("**/v1/events*", lambda route: route.abort())
    page.goto("/runs")
    standing(page, "Runs")
    expect(page.get_by_text("Looking every 5 s")).to_be_visible()
    label = f"Looked for {uuid4().hex[:8]}"
    uploaded(site.api, CONFIGURATION, type="single_conf", name="polled.conf", label=label)
    expect(page.get_by_role("link", name=label)).to_be_visible()


def test_a_server_that_does_not_answer_is_said_and_asked_again(visit: Visit, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    page = visit.page()
    page.route("**/v1/runs?*", lambda route: route.abort())
    page.goto("/runs")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/v1/runs?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Cut short")).to_be_visible()


def test_a_long_name_leaves_room_for_the_status_on_a_phone(visit: Visit, site: Site) -> None:
    label = f"A name that goes on and on, as names of nightly builds do {uuid4().hex}"
    uploaded(site.api, CONFIGURATION, type="single_conf", name="long.conf", label=label)
    page = visit.open("/runs", "Runs", size=NARROW)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=label))
    expect(row.get_by_text("Complete", exact=True)).to_be_in_viewport(ratio=1)
