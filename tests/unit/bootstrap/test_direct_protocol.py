"""The kernel writes into the application's memory, and nobody can tell from the bytes. On both event loops."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import litestar
import pytest
import uvicorn
import uvloop
from uvicorn.server import ServerState

from forebay.bootstrap.direct_protocol import DirectProtocol, fitting_protocol
from forebay.bootstrap.head_limits import HeadLimitedProtocol
from forebay.entrypoints.http.direct_body import DirectBody, direct_body

KIB = 1024
BODY = bytes(range(251)) * 12_000  # 3 MB in which every place looks different from its neighbours
NEXT = b"GET /next HTTP/1.1\r\nHost: forebay\r\nConnection: close\r\n\r\n"
Use = Callable[[DirectBody, Any], Awaitable[bytes]]
Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class App:
    """Takes the first message of a large body, lets `use` read the rest, and answers with the number of its bytes."""

    def __init__(self, use: Use) -> None:
        self._use = use
        self.bodies: list[bytes] = []
        self.offered: list[bool] = []
        self.failure: BaseException | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        direct = direct_body(scope)
        self.offered.append(direct is not None)
        try:
            body, more = await first(receive)
            if direct is not None:
                body += await self._use(direct, receive)
                direct.release()
            elif more:
                body += await the_rest(receive)
        except ConnectionResetError as error:
            self.failure = error
            return
        self.bodies.append(body)
        answer = str(len(body)).encode()
        headers = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def first(receive: Any) -> tuple[bytes, bool]:
    message = await receive()
    return message.get("body", b""), message.get("more_body", False)


async def the_rest(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        assert message["type"] == "http.request"
        body, more = body + message["body"], message["more_body"]
    return body


def filling(size: int, *, at_most: int = 1 << 30) -> Use:
    """Fills buffers of this size until the body ends, or so many of them."""

    async def use(direct: DirectBody, receive: Any) -> bytes:
        body, buffer, told = b"", memoryview(bytearray(size)), list[int]()
        for _ in range(at_most):
            filled, more = await direct.fill(lambda: buffer, told.append)
            body += buffer[:filled]
            assert sum(told) == len(body)
            if not more:
                return body
        direct.release()
        return body + await the_rest(receive)

    return use


async def in_turns(direct: DirectBody, receive: Any) -> bytes:
    body, more = b"", True
    buffer = memoryview(bytearray(100 * KIB))
    while more:
        filled, more = await direct.fill(lambda: buffer, lambda _: None)
        body += buffer[:filled]
        if more:
            direct.release()
            direct.release()
            chunk, more = await first(receive)
            body += chunk
    return body


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[int]:
    config = uvicorn.Config(app, http=DirectProtocol, lifespan="off", ws="none", log_config=None, interface="asgi3")
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: DirectProtocol(config, state, {}), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.close()
        await asyncio.gather(*state.tasks)


async def talk(app: Any, client: Client) -> None:
    async with listening(app) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await client(reader, writer)
        writer.close()


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Use, Client], App]:
    def run(use: Use, client: Client) -> App:
        async def main() -> App:
            app = App(use)
            await talk(app, client)
            return app

        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(main())

    return run


def post(body: bytes, *, length: int | None = None) -> bytes:
    framing = f"Content-Length: {len(body) if length is None else length}"
    return f"POST / HTTP/1.1\r\nHost: forebay\r\n{framing}\r\n\r\n".encode() + body


def sending(*pieces: bytes) -> Client:
    """Sends the pieces, then a second request, and reads to the end."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in (*pieces, NEXT):
            writer.write(piece)
            await writer.drain()
        assert (await reader.read()).endswith(b"\r\n\r\n0"), "the answer to the last one"

    return client


USES = [
    pytest.param(filling(64 * KIB), id="small-buffers"),
    pytest.param(filling(1_000_003), id="odd-buffers"),
    pytest.param(filling(len(BODY) * 2), id="one-buffer"),
    pytest.param(filling(100 * KIB, at_most=1), id="fill-then-receive"),
    pytest.param(in_turns, id="in-turns"),
]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("cut", [1000, 1_500_000, len(BODY) - 1])
def test_the_body_comes_whole_and_the_connection_goes_on(run: Callable[[Use, Client], App], use: Use, cut: int) -> None:
    app = run(use, sending(post(BODY[:cut], length=len(BODY)), BODY[cut:]))
    assert app.bodies == [BODY, b""]
    assert app.offered == [True, False]


@pytest.mark.parametrize("use", USES)
def test_what_follows_the_body_in_the_same_packet_is_the_next_request(
    run: Callable[[Use, Client], App], use: Use
) -> None:
    app = run(use, sending(post(BODY) + post(BODY[::-1])))
    assert app.bodies[:2] == [BODY, BODY[::-1]]
    assert app.bodies[2:] == [b""]


def test_a_small_or_chunked_body_comes_the_usual_way(run: Callable[[Use, Client], App]) -> None:
    chunked = b"POST / HTTP/1.1\r\nHost: forebay\r\nTransfer-Encoding: chunked\r\n\r\n"
    app = run(filling(KIB), sending(post(BODY[:1000])))
    assert (app.offered, app.bodies) == ([False, False], [BODY[:1000], b""])
    app = run(filling(KIB), sending(chunked, f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"))
    assert (app.offered, app.bodies) == ([False, False], [BODY, b""])


@pytest.mark.parametrize("missing", [1, 2_000_000])
def test_a_client_that_goes_away_is_noticed(run: Callable[[Use, Client], App], missing: int) -> None:
    ended = asyncio.Event()

    async def use(direct: DirectBody, receive: Any) -> bytes:
        try:
            return await filling(4096 * KIB)(direct, receive)
        finally:
            ended.set()

    async def client(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(post(BODY[:-missing], length=len(BODY)))
        writer.close()
        await ended.wait()

    assert isinstance(run(use, client).failure, ConnectionResetError)


def test_a_fill_that_is_cancelled_lets_go_of_the_buffer_and_receive_goes_on(
    run: Callable[[Use, Client], App],
) -> None:
    seen: list[int] = []
    waits, let_go = asyncio.Event(), asyncio.Event()

    def arrived(size: int) -> None:
        seen.append(size)
        if sum(seen) >= 1_000_000:
            waits.set()

    async def fill_on(direct: DirectBody, memory: bytearray) -> None:
        while True:
            await direct.fill(lambda: memoryview(memory)[sum(seen) :], arrived)

    async def use(direct: DirectBody, receive: Any) -> bytes:
        memory = bytearray(len(BODY))
        task = asyncio.create_task(fill_on(direct, memory))
        await waits.wait()
        task.cancel()
        await asyncio.wait([task])
        memory.clear()  # a BufferError if somebody still had hold of it
        direct.release()
        let_go.set()
        return bytes(sum(seen)) + await the_rest(receive)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(post(BODY[:1_500_000], length=len(BODY)))
        await let_go.wait()
        writer.write(BODY[1_500_000:] + NEXT)
        assert (await reader.read()).endswith(b"\r\n\r\n0")

    app = run(use, client)
    assert len(app.bodies[0]) == len(BODY)
    assert app.bodies[0].endswith(BODY[1_500_000:])


def test_a_client_that_falls_silent_is_lent_memory_for_a_moment_only(run: Callable[[Use, Client], App]) -> None:
    """What came is handed over although there is room for more, and then no room is asked for before more comes."""
    first_half, second_half = bytes(1_500_000) + b"!", bytes(1_500_000)
    silent = asyncio.Event()

    async def use(direct: DirectBody, receive: Any) -> bytes:
        body, lent = b"", 0
        buffer = memoryview(bytearray(4 << 20))

        def room() -> memoryview:
            nonlocal lent
            lent += 1
            return buffer

        while not body.endswith(b"!"):
            filled, more = await direct.fill(room, lambda _: None)
            body += buffer[:filled]
            assert more
        before = lent
        filling = asyncio.create_task(direct.fill(room, lambda _: None))
        for _ in range(10):
            await asyncio.sleep(0)
        assert lent == before
        silent.set()
        filled, more = await filling
        body += buffer[:filled]
        while more:
            filled, more = await direct.fill(room, lambda _: None)
            body += buffer[:filled]
        return body

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(post(first_half, length=len(first_half + second_half)))
        await silent.wait()
        writer.write(second_half + NEXT)
        assert (await reader.read()).endswith(b"\r\n\r\n0")

    assert run(use, client).bodies == [first_half + second_half, b""]


async def test_a_handler_of_litestar_is_offered_it_too() -> None:
    @litestar.post("/", status_code=200, request_max_body_size=None)
    async def handler(request: litestar.Request[Any, Any, Any]) -> str:
        return "offered" if direct_body(request.scope) is not None else "not offered"

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(post(BODY))
        assert b"\r\n\r\noffered" in await reader.read(4096)

    await talk(litestar.Litestar([handler], openapi_config=None), client)


def test_the_uvicorn_of_the_lock_file_is_one_that_is_known() -> None:
    assert fitting_protocol() is DirectProtocol, (
        f"try these tests on uvicorn {uvicorn.__version__}, then add it to KNOWN"
    )


@pytest.mark.parametrize("release", ["0.53.9", "0.55.0", "1.0.0"])
def test_a_uvicorn_that_nobody_tried_brings_bodies_the_usual_way(release: str) -> None:
    assert fitting_protocol(release) is HeadLimitedProtocol
