"""A server of language models on this machine, which answers what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came. Names of headers are in small letters."""

    target: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, object]:
        return msgspec.json.decode(self.raw, type=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`cut`: hang up after so many bytes of the body. `silent`: never answer."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    silent: bool = False


class ModelServer:
    """Gives the replies in their order, and the last one again and again. `answer`, if set, decides instead."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.answer: Callable[[Request], Reply] | None = None
        self.all_gone = asyncio.Event()
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                reply = self._reply(request)
                if reply.silent:
                    await reader.read()  # until the client hangs up
                    return
                if not await _write(writer, reply):
                    return
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._open -= 1
            if not self._open:
                self.all_gone.set()

    def _reply(self, request: Request) -> Reply:
        if self.answer is not None:
            return self.answer(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@asynccontextmanager
async def model_server() -> AsyncIterator[ModelServer]:
    models = ModelServer()
    server = await asyncio.start_server(models.serve, "127.0.0.1", 0)
    try:
        models.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield models
    finally:
        server.close()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(target=first.split(" ")[1], headers=headers, raw=raw)


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    """False: the connection is to be closed."""
    headers = {"Content-Type": reply.media_type, "Content-Length": str(len(reply.body)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} Reply\r\n{lines}\r\n".encode() + reply.body[: reply.cut])
    await writer.drain()
    return reply.cut is None
