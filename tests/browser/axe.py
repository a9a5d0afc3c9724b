"""What axe-core finds on a page; https://dequeuniversity.com/rules/axe explains its rules."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.browser.built import WEB, NotBuiltError

GRAVE = ("serious", "critical")
RUN = """() => axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then((found) => found.violations)"""


@cache
def _script() -> str:
    path = WEB / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        raise NotBuiltError("web/node_modules has no axe-core: run make web")
    return path.read_text()


def violations(page: Page) -> list[str]:
    """Every serious or critical violation: rule, what it asks for, and the elements that do not give it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_script())  # by the debugger, which the Content-Security-Policy does not concern
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{violation['impact']} {violation['id']}: {violation['help']} ({violation['helpUrl']})"
        + "".join(f"\n    {' '.join(map(str, node['target']))}  {node['html'][:160]}" for node in violation["nodes"])
        for violation in found
        if violation["impact"] in GRAVE
    ]
