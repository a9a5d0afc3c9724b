"""Every page there is, by an address that loads it, and when it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.seeds import Seeded

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"


@dataclass(frozen=True, slots=True)
class Route:
    """`heading`: what the page's first heading says."""

    name: str
    address: Callable[[Seeded], str]
    heading: str


ROUTES = (
    Route("overview", lambda _: "/", ""),
    Route("upload", lambda _: "/upload", "Upload"),
    Route("runs", lambda _: "/runs", "Runs"),
    Route("run", lambda seeded: f"/runs/{seeded.bundle['id']}", ""),
    Route("run-failed", lambda seeded: f"/runs/{seeded.broken['id']}", ""),
    Route("documents", lambda _: "/documents", "Documents"),
    Route("document", lambda seeded: f"/documents/{seeded.invoice['id']}", ""),
    Route("pipelines", lambda _: "/pipelines", "Pipelines"),
    Route("client", lambda seeded: f"/clients/{seeded.client['id']}", ""),
    Route("pipeline", lambda seeded: f"/pipelines/{seeded.failing['id']}", ""),
    Route("alerts", lambda _: "/alerts", "Alerts"),
    Route("system", lambda _: "/system", "System"),
)


def standing(page: Page, heading: str = "") -> None:
    """Waits until the page is there with its name, and nothing on it is still being loaded."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading or r"\S"))
    expect(page.locator("main .animate-pulse")).to_have_count(0)
