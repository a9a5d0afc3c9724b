"""Every page loads by its address, is free of what keeps people out, and is kept as a picture."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.routes import NOBODY, ROUTES, Route, standing
from tests.browser.screenshots import keep
from tests.browser.site import NARROW, WIDE, Site, Visit
from tests.browser.watch import Watch
from tests.http.conftest import PLACES

EMBEDDED = pytest.mark.parametrize("site", PLACES[:1], indirect=True)  # pages do not look different on another one
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


@EMBEDDED
@THEMES
@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in ROUTES])
def test_a_page_is_usable_by_everybody(visit: Visit, site: Site, route: Route, theme: str) -> None:
    page = visit.open(route.address(site.seeded), route.heading, dark=theme == "dark")
    found = []
    for name, (width, height) in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size({"width": width, "height": height})
        standing(page, route.heading)
        keep(page, f"{route.name}-{theme}-{name}")
        found += [f"{name}, {theme}: {violation}" for violation in violations(page)]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{name}, {theme}: the page is {overflow} pixels wider than the screen")
    assert not found, "\n".join([f"{route.address(site.seeded)}:", *found])


@EMBEDDED
@THEMES
def test_an_address_that_leads_nowhere_says_so(visit: Visit, watch: Watch, theme: str) -> None:
    watch.expect_status(404)
    page = visit.page(dark=theme == "dark")
    page.goto("/no/such/page")
    standing(page, "There is no such page")
    keep(page, f"not-found-{theme}-wide")
    assert not violations(page)
    page.get_by_role("link", name="To the overview").click()
    standing(page)
    assert page.url == f"{visit.url}/"


@EMBEDDED
@pytest.mark.parametrize("kind", ["runs", "documents", "clients", "pipelines"])
def test_what_is_gone_is_said_to_be_gone(visit: Visit, watch: Watch, kind: str) -> None:
    watch.expect_status(404)
    page = visit.page()
    page.goto(f"/{kind}/{NOBODY}")
    expect(page.get_by_role("main")).to_contain_text(re.compile(f"There is no such {kind[:-1]}"))
    keep(page, f"gone-{kind}")
    assert not violations(page)
