"""A server with data in it, and a browser's way to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.routes import standing
from tests.browser.seeds import Seeded
from tests.browser.watch import Watch
from tests.http.api import Api

WIDE, NARROW = (1280, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Site:
    """One running server, and what was put into it."""

    api: Api
    seeded: Seeded

    @property
    def url(self) -> str:
        return self.api.server.url


@dataclass
class Visit:
    """One reader's browser: what it stores, its width and its theme, watched for what no page may do."""

    browser: Browser
    url: str
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, *, dark: bool = False, size: tuple[int, int] = WIDE, zone: str = "Europe/Berlin") -> Page:
        """An empty page of a reader who has never been there."""
        context = self.browser.new_context(
            base_url=self.url,
            color_scheme="dark" if dark else "light",
            viewport={"width": size[0], "height": size[1]},
            locale="en-GB",
            timezone_id=zone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        self.watch.listen(context)
        return context.new_page()

    def open(self, address: str, heading: str = "", *, dark: bool = False, size: tuple[int, int] = WIDE) -> Page:
        """A page of the server, once it stands."""
        page = self.page(dark=dark, size=size)
        page.goto(address)
        standing(page, heading)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
