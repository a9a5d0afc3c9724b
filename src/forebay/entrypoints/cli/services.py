"""What the CLI needs from bootstrap: callables, so that nothing is loaded before a command asks for it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from forebay.application.system.copy_forebay import CopyForebay
from forebay.application.use_cases import UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class CliSettings:
    """`server`: URL of a remote Forebay or "". `describe`: every setting in force by variable name, secrets masked."""

    server: str
    sweep_grace: timedelta
    describe: Callable[[], dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What was given on the command line; None leaves it to the settings. `worker`: work on jobs in this process."""

    host: str | None = None
    port: int | None = None
    worker: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """What was given on the command line; None leaves it to the settings."""

    concurrency: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOptions:
    """URLs as they were given; None where a part stays where it is."""

    to_database: str | None
    to_blobs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CliServices:
    """Every callable may raise ForebayError, which the CLI turns into a sentence and an exit code.

    `migrate` gives the revision reached, `serve` and `worker` the exit code, `openapi` the document as JSON text.
    """

    version: str
    load_settings: Callable[[], CliSettings]
    open_use_cases: Callable[[], AbstractAsyncContextManager[UseCases]]
    migrate: Callable[[], str]
    serve: Callable[[ServeOptions], int]
    openapi: Callable[[], str]
    worker: Callable[[WorkerOptions], int]
    open_copy: Callable[[CopyOptions], AbstractAsyncContextManager[CopyForebay]]
