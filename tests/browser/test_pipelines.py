"""Pipelines: the wall of clients, a client, a pipeline with its history, and a run that is reported by hand."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.routes import standing
from tests.browser.screenshots import keep
from tests.browser.site import Site, Visit
from tests.http.pipelines_office import new_client, new_pipeline, report


def test_the_wall_shows_how_clients_are_and_leads_to_them(visit: Visit, site: Site) -> None:
    page = visit.open("/pipelines", "Pipelines")
    tile = page.get_by_role("article", name="Acme Waterworks")
    expect(tile).to_contain_text("Failing")
    page.get_by_label("Client, pipeline or external id").fill("birdlife")
    expect(tile).to_have_count(0)
    expect(page.get_by_role("article", name="Birdlife Trust")).to_contain_text("Stuck")
    page.get_by_label("Client, pipeline or external id").fill("")
    page.get_by_label("Health").select_option(label="Failing")
    expect(tile).to_be_visible()
    expect(page.get_by_role("article", name="Birdlife Trust")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Health")).to_have_value("failing")
    tile.get_by_role("link", name="Acme Waterworks").click()
    standing(page, "Acme Waterworks")
    pipelines = page.get_by_role("table", name="Pipelines of the client")
    expect(pipelines).to_contain_text("Gauge readings")
    pipelines.get_by_role("link", name="Invoices to ledger").first.click()
    standing(page, "Invoices to ledger")
    page.go_back()
    standing(page, "Acme Waterworks")
    page.go_back()
    expect(page.get_by_label("Health")).to_have_value("failing")


def test_a_pipeline_has_its_history_and_each_run_what_was_reported(visit: Visit, site: Site) -> None:
    page = visit.open(f"/pipelines/{site.seeded.failing['id']}", "Invoices to ledger")
    history = page.get_by_role("table", name="Runs")
    page.get_by_label("Status").select_option(label="Failed")
    expect(page).to_have_url(re.compile("status=failed"))
    expect(history).not_to_contain_text("Success")
    run = history.get_by_role("link").first
    run.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Run")
    expect(dialog).to_contain_text("column amount_due does not exist")
    keep(page, "pipeline-run")
    assert not violations(page)
    page.reload()
    expect(dialog).to_contain_text("column amount_due does not exist")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).not_to_have_url(re.compile("run="))


def test_a_failure_that_is_reported_turns_up_on_the_open_page(visit: Visit, site: Site) -> None:
    client = new_client(site.api, name=f"Rivers {uuid4().hex[:8]}")
    pipeline = new_pipeline(site.api, client, name="Watched")
    report(site.api, pipeline, "1", "success")
    page = visit.open(f"/pipelines/{pipeline['id']}", "Watched")
    expect(page.get_by_role("main")).to_contain_text("Healthy")
    report(site.api, pipeline, "2", "failed", error_message="the weir is dry")
    expect(page.get_by_role("main")).to_contain_text("Failing", timeout=40_000)
    expect(page.get_by_role("table", name="Runs")).to_contain_text("the weir is dry")


def test_a_client_and_a_pipeline_are_made_and_a_run_is_reported_by_hand(visit: Visit, site: Site) -> None:
    name = f"By hand {uuid4().hex[:8]}"
    page = visit.open("/pipelines", "Pipelines")
    page.get_by_role("button", name="New client").click()
    dialog = page.get_by_role("dialog", name="New client")
    dialog.get_by_label("Name").fill(name)
    assert not violations(page)
    page.keyboard.press("Enter")
    standing(page, name)
    page.get_by_role("button", name="New pipeline").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Fish counts")
    keep(page, "pipeline-new")
    assert not violations(page)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Fish counts").first.click()
    standing(page, "Fish counts")
    page.get_by_role("button", name="Report a run").click()
    dialog = page.get_by_role("dialog", name="Report a run")
    dialog.get_by_label("External run id").fill("first")
    dialog.get_by_label("Status").select_option(label="Success")
    dialog.get_by_label("Payload").fill("{not json")
    dialog.get_by_role("button", name="Report").last.click()
    expect(dialog.get_by_label("Payload")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Payload").fill('{"fish": 3}')
    dialog.get_by_role("button", name="Report").last.click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name="first")).to_be_visible()
