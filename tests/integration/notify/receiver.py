"""A receiver of webhooks on 127.0.0.1 that does as it is told, on a bare socket: libraries are too well-behaved."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[["Received", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Received:
    """A request, whole."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


async def ok(received: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def status(code: int, *headers: str) -> Answer:
    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} So", "Content-Length: 2", *headers]
        writer.write(("\r\n".join(lines) + "\r\n\r\nno").encode())

    return answer


async def cut(received: Received, writer: asyncio.StreamWriter) -> None:
    """The connection ends without a word."""
    writer.transport.abort()


async def garbage(received: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
    writer.close()


async def endless(received: Received, writer: asyncio.StreamWriter) -> None:
    """200, and a body that does not end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 65536)
        await writer.drain()


@dataclass
class Receiver:
    """`answer`: what it does with each request. `got`: the requests so far."""

    port: int = 0
    answer: Answer = ok
    got: list[Received] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/secret-path?token=secret-token"

    async def silent(self, received: Received, writer: asyncio.StreamWriter) -> None:
        """Nothing, until it is released."""
        await self.released.wait()
        writer.close()

    async def until(self, count: int) -> list[Received]:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return self.got

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (received := await _request(reader)) is not None:
                async with self.arrived:
                    self.got.append(received)
                    self.arrived.notify_all()
                await self.answer(received, writer)
                await writer.drain()
        except ConnectionError:
            pass  # the other side has had enough
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method=method, path=path, headers=headers, body=body)


@asynccontextmanager
async def receiving(answer: Answer = ok) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer=answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.close()
