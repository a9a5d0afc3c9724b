"""Alerts are taken on and muted; rules are made, changed and disabled."""

import re
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.screenshots import keep
from tests.browser.seeds import NOWHERE, Row
from tests.browser.site import NARROW, Site, Visit
from tests.http.pipelines_office import get, new_client, new_pipeline, report


def failing_pipeline(site: Site) -> Row:
    """Fails by the rule for everything, and so has an alert of its own."""
    pipeline = new_pipeline(
        site.api, new_client(site.api, name=f"Fisheries {uuid4().hex[:8]}"), name=f"Weir {uuid4().hex[:8]}"
    )
    report(site.api, pipeline, "1", "failed", error_message="the gate is stuck")
    return pipeline


def row_of(page: Page, table: str, name: str) -> Locator:
    return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=name)


def act(row: Locator, name: str) -> None:
    """Presses the button of a row that is seen: a narrow page has another one than a wide page."""
    row.get_by_role("button", name=re.compile(f"^{name}")).and_(row.locator(":visible")).first.click()


def test_an_alert_is_acknowledged_and_muted(visit: Visit, site: Site) -> None:
    pipeline = failing_pipeline(site)
    page = visit.open(f"/alerts?pipeline={pipeline['id']}", "Alerts")
    row = row_of(page, "Open alerts", pipeline["name"])
    act(row, "Acknowledge")
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    dialog.get_by_label("Your name").fill("Ada")
    keep(page, "alert-acknowledge")
    assert not violations(page)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("by Ada")
    act(row, "Mute")
    page.get_by_role("dialog", name="Mute the alert").get_by_role("button", name="Mute").click()
    expect(row).to_contain_text("muted until")
    (alert,) = get(site.api, "/v1/alerts", pipeline_id=pipeline["id"])["items"]
    assert alert["acknowledged_by"] == "Ada"
    assert alert["muted_until"] is not None
    act(row, "Unmute")
    expect(row).not_to_contain_text("muted until")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "alerts-narrow")
    assert not violations(page)


def test_an_alert_that_closes_leaves_the_open_list_by_itself(visit: Visit, site: Site) -> None:
    pipeline = failing_pipeline(site)
    page = visit.open(f"/alerts?pipeline={pipeline['id']}", "Alerts")
    expect(row_of(page, "Open alerts", pipeline["name"])).to_be_visible()
    report(site.api, pipeline, "2", "success")
    expect(page.get_by_role("table", name="Open alerts")).to_have_count(0, timeout=40_000)


def test_a_rule_is_made_changed_disabled_and_enabled(visit: Visit, site: Site) -> None:
    client = new_client(site.api, name=f"Ruled {uuid4().hex[:8]}")
    page = visit.open("/alerts?tab=rules", "Alerts")
    page.get_by_role("button", name="New rule").first.click()
    dialog = page.get_by_role("dialog", name="New rule")
    dialog.get_by_label("A client", exact=True).check()
    dialog.get_by_role("combobox", name="Client").fill(client["name"])
    page.get_by_role("option", name=client["name"]).click()
    dialog.get_by_label("When").select_option("failures_in_window")
    dialog.get_by_label("Failures").fill("none")
    dialog.get_by_label("Destination").fill(NOWHERE)
    dialog.get_by_role("button", name="Create the rule").click()
    expect(dialog.get_by_label("Failures")).to_have_attribute("aria-invalid", "true")
    keep(page, "rule-new")
    assert not violations(page)
    dialog.get_by_label("Failures").fill("3")
    dialog.get_by_role("button", name="Create the rule").click()
    secret = page.get_by_role("dialog", name="The webhook's signing secret")
    expect(secret).to_contain_text("whsec_")
    secret.get_by_role("button", name="I have copied it").click()
    row = row_of(page, "Rules", client["name"])
    expect(row).to_contain_text("3 runs or more fail")
    act(row, "Edit")
    edit = page.get_by_role("dialog", name="Edit the rule")
    edit.get_by_label("Failures").fill("5")
    edit.get_by_role("button", name="Save").click()
    expect(edit).to_be_hidden()
    expect(row).to_contain_text("5 runs or more fail")
    act(row, "Disable")
    page.get_by_role("alertdialog", name="Disable the rule?").get_by_role("button", name="Disable the rule").click()
    expect(row).to_contain_text("Disabled")
    act(row, "Enable")
    expect(row).to_contain_text("Enabled")
    (rule,) = [
        rule for rule in get(site.api, "/v1/alert-rules", limit=1000)["items"] if rule["client_id"] == client["id"]
    ]
    assert (rule["threshold"], rule["is_enabled"]) == (5, True)
    assert NOWHERE not in page.content()
