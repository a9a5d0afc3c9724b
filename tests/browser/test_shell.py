"""What is around every page: ways to others, by mouse, keyboard and phone; the theme; whether news come in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.routes import standing
from tests.browser.screenshots import keep
from tests.browser.site import NARROW, Visit
from tests.browser.watch import Watch
from tests.http.conftest import PLACES

pytestmark = pytest.mark.parametrize("site", PLACES[:1], indirect=True)  # the same on every backend
PAGES = ["Upload", "Runs", "Documents", "Pipelines", "Alerts", "System", "Overview"]


def theme_of(page: Page) -> str:
    theme: str = page.evaluate("document.documentElement.dataset.theme")
    return theme


def test_every_page_is_a_click_away_and_names_the_tab(visit: Visit) -> None:
    page = visit.open("/")
    for name in PAGES:
        page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name=name).click()
        standing(page, name)
        expect(page).to_have_title(re.compile(rf"^{name} · Forebay$"))
        expect(page.get_by_role("link", name=name).and_(page.locator("[aria-current=page]"))).to_have_count(1)


def test_back_and_forward_lead_through_the_pages(visit: Visit) -> None:
    page = visit.open("/upload", "Upload")
    page.get_by_role("link", name="System").click()
    standing(page, "System")
    page.go_back()
    standing(page, "Upload")
    page.go_forward()
    standing(page, "System")
    page.reload()
    standing(page, "System")


def test_the_keyboard_skips_to_the_page_and_goes_to_others(visit: Visit) -> None:
    page = visit.open("/", "Overview")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.reload()
    standing(page, "Overview")
    link = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name="Documents")
    for _ in range(8):  # the skip link, the name of the program, and what comes before it in the list
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    standing(page, "Documents")


def test_on_a_phone_pages_are_in_a_menu_that_the_keyboard_opens(visit: Visit) -> None:
    page = visit.open("/upload", "Upload", size=NARROW)
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_be_hidden()
    menu = page.get_by_role("button", name="Open the menu")
    menu.focus()
    page.keyboard.press("Enter")
    navigation = page.get_by_role("navigation", name="Pages", exact=True)
    expect(navigation).to_be_visible()
    expect(page.get_by_role("button", name="Close the menu")).to_have_attribute("aria-expanded", "true")
    keep(page, "menu-light-narrow")
    assert not violations(page)
    navigation.get_by_role("link", name="Runs").focus()
    page.keyboard.press("Enter")
    standing(page, "Runs")
    expect(navigation).to_be_hidden()


def test_the_theme_is_that_of_the_system_until_one_is_chosen_which_stays(visit: Visit) -> None:
    page = visit.open("/", dark=True)
    assert theme_of(page) == "dark"
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Theme: system; change to light").click()
    page.get_by_role("button", name="Theme: light; change to dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    assert theme_of(page) == "dark"  # before anything is drawn, so that nothing flashes
    page.get_by_role("button", name="Theme: dark; change to system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_it_says_whether_news_come_in(visit: Visit, watch: Watch) -> None:
    expect(visit.open("/system", "System").get_by_text("Live", exact=True)).to_be_visible()
    watch.expect("ERR_FAILED")
    page = visit.page()
    page.route("**/v1/events*", lambda route: route.abort())
    page.goto("/system")
    expect(page.get_by_text("Looking every 5 s")).to_be_visible()
    page.unroute("**/v1/events*")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
