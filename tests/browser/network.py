"""A network as slow as a test needs it, so that what takes a moment can be met half-way."""

from playwright.sync_api import Page


class Uplink:
    """What a page may send a second. Chromium keeps to it as long as this stands."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def slow(self, bytes_a_second: int) -> None:
        self._session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
        )

    def free(self) -> None:
        self.slow(-1)
