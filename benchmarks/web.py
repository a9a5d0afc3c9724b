"""Section `web`: how long a reader waits for the first page, for another one, and how much comes over the wire."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.processes import running
from benchmarks.quiet import wait_until_calm
from benchmarks.report import Table, milliseconds, say
from benchmarks.workspace import Workspace, free_port
from tests.browser.built import first_page_sizes, require_built
from tests.services import browser

RUNS = 60
MOST_BYTES = 200_000
PATIENCE_MS = 60_000
PAINTED = f"""() => new Promise((resolve, reject) => {{
  setTimeout(() => reject(new Error("nothing was painted")), {PATIENCE_MS});
  new PerformanceObserver((seen) => {{
    for (const {{ startTime }} of seen.getEntriesByName("first-contentful-paint")) resolve(startTime);
  }}).observe({{ type: "paint", buffered: true }});
}})"""
RECEIVED = """performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""
# From the click until what was asked for stands there and was painted, measured where it happens: without the way of a
# command to the browser and back.
GO_TO_RUNS = f"""() => new Promise((resolve, reject) => {{
  setTimeout(() => reject(new Error("the list of runs never stood there")), {PATIENCE_MS});
  const start = performance.now();
  const stands = () => document.querySelector("h1")?.textContent === "Runs" && document.querySelector("tbody a");
  const look = new MutationObserver(() => {{
    if (!stands()) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  }});
  look.observe(document.body, {{ childList: true, subtree: true, characterData: true }});
  [...document.querySelectorAll("nav a")].find((link) => link.textContent.startsWith("Runs")).click();
}})"""


class OverBudgetError(Exception):
    """A page is slower or larger than it may be, even in its best round."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody looks at pages with. `slower`: times a CPU as slow as this machine's; bytes a second, seconds."""

    name: str
    slower: int
    rate: int
    latency: float
    paint_budget: float
    click_budget: float


# In seconds, for the best of several rounds on two cores. They catch what is many times too slow, and no noise.
READERS = (
    Reader("desktop", 1, -1, 0, paint_budget=1.5, click_budget=0.5),
    Reader("phone", 4, 10_000_000 // 8, 0.04, paint_budget=3.0, click_budget=1.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Seconds of every round; bytes of the first page with everything that it fetches, fonts too."""

    reader: Reader
    paints: tuple[float, ...]
    clicks: tuple[float, ...]
    received: int


def measure(workspace: Workspace, repeats: int) -> tuple[list[Seen], dict[str, int]]:
    sizes = first_page_sizes(require_built())
    with workspace.fresh_folder("web") as folder, _chromium() as started:
        port = free_port()
        environment = forebay_environment(port, folder)
        command = [str(BIN / "forebay"), "serve"]
        log = folder / "server.log"
        with running(command, port=port, ready="/healthz", environment=environment, log=log):
            url = f"http://127.0.0.1:{port}"
            _fill(url)
            return [_seen(started, url, reader, repeats) for reader in READERS], sizes


@contextmanager
def _chromium() -> Iterator[Browser]:
    with browser() as found, sync_playwright() as playwright:
        say(f"  browser: {found.report()}")
        started = playwright.chromium.launch(executable_path=found.program, args=found.arguments)
        yield started
        started.close()


def _fill(url: str) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        for number in range(RUNS):
            file = (f"web-{number}.conf", f"[default]\nhost = web-{number}\n".encode())
            client.post("/v1/uploads", data={"type": "single_conf"}, files={"file": file}).raise_for_status()


def _seen(started: Browser, url: str, reader: Reader, repeats: int) -> Seen:
    """Each round in a browser that has never been there; the first warms the server and is not counted."""
    paints, clicks, received = [], [], 0
    for round_ in range(repeats + 1):
        wait_until_calm()
        context = started.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        page = _page(context, reader)
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("load")
        paint, click = page.evaluate(PAINTED) / 1000, page.evaluate(GO_TO_RUNS) / 1000
        received = int(page.evaluate(RECEIVED))
        context.close()
        say(
            f"  {reader.name}: paint {milliseconds(paint)}, click {milliseconds(click)}{'' if round_ else ' (warm-up)'}"
        )
        if round_:
            paints.append(paint)
            clicks.append(click)
    return Seen(reader=reader, paints=tuple(paints), clicks=tuple(clicks), received=received)


def _page(context: BrowserContext, reader: Reader) -> Page:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": reader.latency * 1000}
    rates = {"downloadThroughput": reader.rate, "uploadThroughput": reader.rate}
    session.send("Network.emulateNetworkConditions", conditions | rates)
    session.send("Emulation.setCPUThrottlingRate", {"rate": reader.slower})
    return page


def tables(found: list[Seen], sizes: dict[str, int]) -> list[Table]:
    """Raises OverBudgetError with the figures when a budget does not hold."""
    rows = []
    for seen in found:
        for what, times, budget in (
            ("first contentful paint", seen.paints, seen.reader.paint_budget),
            ("from a click to the list of runs", seen.clicks, seen.reader.click_budget),
        ):
            figures = [milliseconds(value) for value in (min(times), statistics.median(times), max(times), budget)]
            rows.append([seen.reader.name, what, *figures])
            if min(times) > budget:
                raise OverBudgetError(f"{seen.reader.name}, {what}: best {figures[0]}, budget {figures[3]}")
    total = sum(sizes.values())
    if total > MOST_BYTES:
        raise OverBudgetError(f"the first page takes {total} bytes gzipped, budget {MOST_BYTES}")
    bytes_rows = [["code and styles of the first page, gzipped", f"{total:,}", f"{MOST_BYTES:,}"]]
    bytes_rows.append(["all that a first visit and a click fetch, fonts and data too", f"{found[0].received:,}", ""])
    notes = [
        f"{reader.name}: a CPU {reader.slower} times slower, "
        + ("no limit to the network" if reader.rate < 0 else f"{reader.rate * 8 // 1_000_000} Mbit/s, 40 ms away")
        for reader in READERS
    ]
    return [
        Table(
            title="Web pages", heading=["reader", "what", "best", "median", "worst", "budget"], rows=rows, notes=notes
        ),
        Table(title="Web pages: bytes", heading=["what", "bytes", "budget"], rows=bytes_rows),
    ]
