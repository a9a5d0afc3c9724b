"""Pictures of pages, for people to look at: in .screenshots/, or where FOREBAY_SCREENSHOTS says."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, FloatRect, Page

from tests.browser.built import ROOT

VARIABLE = "FOREBAY_SCREENSHOTS"


def folder() -> Path:
    return Path(os.environ.get(VARIABLE) or ROOT / ".screenshots")


def keep(page: Page, name: str) -> Path:
    """The whole page, whatever of it is seen without scrolling; long ones are cut at 4000 pixels."""
    path = _path(name)
    size = page.viewport_size or {"width": 1280, "height": 900}
    height = min(page.evaluate("document.documentElement.scrollHeight"), 4000)
    clip: FloatRect = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")
    return path


def keep_failed(page: Page, name: str) -> None:
    """What is seen of a page, if it can still be drawn: one that hangs must not hold up the tests as well."""
    with suppress(Error):
        page.screenshot(path=_path(name), timeout=5_000)


def _path(name: str) -> Path:
    path = folder() / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name).strip('-')}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
