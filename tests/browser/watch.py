"""What no page may do, whatever it is tested for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Violations of the Content-Security-Policy are console errors in Chromium, but not in every place where they happen.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content-Security-Policy: ${event.effectiveDirective} forbids ${event.blockedURI}`);
});
"""


@dataclass
class Watch:
    """Hears all of a browser's context: errors in scripts and on the console, other hosts, answers from 500 on.

    A test says what it provokes with `expect`; an expectation that nothing met is a failure, too.
    """

    url: str
    found: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Something that matches the regular expression will happen, once or more often."""
        self.expected.append(re.compile(pattern))

    def expect_status(self, status: int) -> None:
        """An answer with this status; Chromium writes those from 400 on to the console."""
        self.expect(rf"\b{status}\b")

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def verify(self) -> None:
        """Raises AssertionError with all that was not expected."""
        wrong = [line for line in self.found if not any(pattern.search(line) for pattern in self.expected)]
        wrong += [
            f"expected, and did not happen: {pattern.pattern}"
            for pattern in self.expected
            if not any(pattern.search(line) for line in self.found)
        ]
        assert not wrong, "\n".join(["the page did what no page may do:", *wrong])

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.found.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.url:
            self.found.append(f"another host: {request.method} {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"answer: {response.status} {response.request.method} {response.url}")
