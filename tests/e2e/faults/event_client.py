"""A client of /v1/events that resumes after Last-Event-ID, as a browser's EventSource does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx

from forebay.application.cancellation import until_done


class EventClient:
    """The positions that came, in the order in which they came, and how often the stream broke off."""

    def __init__(self, url: str) -> None:
        self.positions: list[int] = []
        self.interruptions = 0
        self.news = asyncio.Event()
        self._url = url

    async def until(self, ready: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not ready():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(
                f"the stream of events did not bring {what} in {seconds:.0f} s; {len(self.positions)} events came, "
                f"the last at {self.positions[-1:]}, and it broke off {self.interruptions} times"
            ) from None

    async def follow(self) -> None:
        async with httpx.AsyncClient(base_url=self._url, timeout=httpx.Timeout(30, read=None)) as client:
            while True:
                with suppress(httpx.TransportError, httpx.HTTPStatusError):
                    await self._read(client)
                self.interruptions += 1
                self.news.set()
                await asyncio.sleep(0.1)  # as EventSource does; nobody tells when the server is well again

    async def _read(self, client: httpx.AsyncClient) -> None:
        last = self.positions[-1] if self.positions else 0
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
        async with client.stream("GET", "/v1/events", headers=headers) as response:
            response.raise_for_status()
            fields: set[str] = set()
            position = last
            async for line in response.aiter_lines():
                name, _, value = line.partition(":")
                fields.add(name)
                if name == "id":
                    position = int(value)
                if line:
                    continue
                if "data" in fields:  # an id by itself says only where a stream begins
                    self.positions.append(position)
                    self.news.set()
                fields.clear()


@asynccontextmanager
async def following(url: str) -> AsyncIterator[EventClient]:
    client = EventClient(url)
    task = asyncio.create_task(client.follow())
    try:
        yield client
    finally:
        task.cancel()
        await until_done(task)
