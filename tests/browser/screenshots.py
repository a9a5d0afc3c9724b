"""Pictures of pages, for people to look at: in .screenshots/, or where FOREBAY_SCREENSHOTS says."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import FloatRect, Page

from tests.browser.built import ROOT

VARIABLE = "FOREBAY_SCREENSHOTS"


def folder() -> Path:
    return Path(os.environ.get(VARIABLE) or ROOT / ".screenshots")


def keep(page: Page, name: str) -> Path:
    """The whole page, whatever of it is seen without scrolling; long ones are cut at 4000 pixels."""
    path = folder() / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name).strip('-')}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size or {"width": 1280, "height": 900}
    height = min(page.evaluate("document.documentElement.scrollHeight"), 4000)
    clip: FloatRect = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")
    return path
