"""One call of the program: where Forebay is, how its answers are printed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from forebay.entrypoints.cli.errors import LocalOnlyError
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.local import LocalGateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.running import run_async

T = TypeVar("T")


def with_gateway(invocation: Invocation, work: Callable[[Gateway], Awaitable[T]]) -> T:
    """What `work` makes of the Forebay that the command line and the settings name."""

    async def opened() -> T:
        async with open_gateway(invocation) as gateway:
            return await work(gateway)

    return run_async(opened)


@asynccontextmanager
async def open_gateway(invocation: Invocation) -> AsyncIterator[Gateway]:
    server = invocation.server_url()
    services = invocation.services
    if server:
        from forebay.entrypoints.cli.remote import open_remote  # noqa: PLC0415 - httpx only where it is needed

        async with open_remote(server, version=services.version) as remote:
            yield remote
    else:
        grace = services.load_settings().sweep_grace
        async with services.open_use_cases() as use_cases:
            yield LocalGateway(use_cases, version=services.version, sweep_grace=grace)


def require_local(invocation: Invocation) -> None:
    """LocalOnlyError when a server is named: the command would touch another database than the one meant."""
    if invocation.server_url():
        raise LocalOnlyError
