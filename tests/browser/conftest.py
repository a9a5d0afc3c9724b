"""Servers with data on both kinds of backends, and a browser that is watched. Tests speak to nothing but the pages."""

from collections.abc import Generator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser as StartedBrowser
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.built import NotBuiltError, require_built
from tests.browser.screenshots import keep_failed
from tests.browser.seeds import seed
from tests.browser.site import Site, Visit
from tests.browser.watch import Watch
from tests.http.api import Api
from tests.http.conftest import PLACES, service_settings
from tests.server_process import running_server
from tests.services.browser import Browser
from tests.services.network import NETWORK

SETTINGS = {
    "FOREBAY_SWEEP_INTERVAL_SECONDS": "0",
    "FOREBAY_ALERT_INTERVAL_SECONDS": "1",
    "FOREBAY_LLM_API_KEY": "told-to-nobody-llm",
    "FOREBAY_LINEAGE_TOKEN": "told-to-nobody-lineage",
}
CALL = pytest.StashKey[pytest.CallInfo[None]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, object, object]:
    if call.when == "call":
        item.stash[CALL] = call
    return (yield)


@pytest.fixture(scope="package")
def pages() -> Path:
    """The folder of the built pages. They are never built here: tests are of what people would get."""
    try:
        return require_built()
    except NotBuiltError as error:
        pytest.fail(str(error), pytrace=False)


# For this folder and not for the session: while it is open, Playwright's own event loop counts as running, and the
# tests of other folders could not run one.
@pytest.fixture(scope="package")
def started(chromium: Browser) -> Iterator[StartedBrowser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)  # of patience with a busy machine; who waits for less is not slowed down
        browser = playwright.chromium.launch(executable_path=chromium.program, args=chromium.arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="package", params=PLACES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, chromium: Browser, pages: Path
) -> Iterator[Site]:
    settings = SETTINGS
    if request.param == "services":
        settings = settings | service_settings(request)
    folder = tmp_path_factory.mktemp(f"browser-{request.param}")
    with running_server(folder, settings) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        api = Api(client=client, server=server)
        yield Site(api, seed(api))


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site.url)


@pytest.fixture
def visit(request: pytest.FixtureRequest, started: StartedBrowser, site: Site, watch: Watch) -> Iterator[Visit]:
    """Opens pages. Fails the test afterwards for what no page may do, and keeps pictures of pages that failed."""
    with NETWORK.still():
        opened = Visit(started, site.url, watch)
        yield opened
        call = request.node.stash.get(CALL, None)
        failed = call is None or call.excinfo is not None
        if failed:
            for number, page in enumerate(page for context in opened.contexts for page in context.pages):
                keep_failed(page, f"failed-{request.node.name}-{number}")
        opened.close()
    if not failed or watch.found:
        watch.verify()


@pytest.fixture
def page(visit: Visit) -> Page:
    """An empty page, wide and light."""
    return visit.page()
