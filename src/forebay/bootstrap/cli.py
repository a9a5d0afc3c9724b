"""The command line, wired. Everything heavy is imported by the command that needs it."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from forebay.application.system.copy_forebay import CopyForebay
from forebay.application.use_cases import UseCases
from forebay.entrypoints.cli.services import CliServices, CliSettings, CopyOptions, ServeOptions, WorkerOptions
from forebay.version import __version__


def services() -> CliServices:
    """The callables that the commands reach the rest through."""
    return CliServices(
        version=__version__,
        load_settings=_load_settings,
        open_use_cases=_open_use_cases,
        migrate=_migrate,
        serve=_serve,
        openapi=_openapi,
        worker=_work,
        open_copy=_open_copy,
    )


# ruff: noqa: PLC0415 - each command loads what it needs, so that `forebay --help` stays quick


def _load_settings() -> CliSettings:
    from forebay.bootstrap.settings import describe, load_settings

    settings = load_settings()
    return CliSettings(
        server=settings.server,
        sweep_grace=timedelta(seconds=settings.sweep_grace_seconds),
        describe=lambda: dict(describe(settings)),
    )


def _open_use_cases() -> AbstractAsyncContextManager[UseCases]:
    from forebay.bootstrap.logs import configure_logs
    from forebay.bootstrap.runtime import open_use_cases
    from forebay.bootstrap.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_format, "warning")
    return open_use_cases(settings)


def _migrate() -> str:
    from forebay.bootstrap.settings import load_settings
    from forebay.bootstrap.sql import migrate

    return migrate(load_settings())


def _serve(options: ServeOptions) -> int:
    from forebay.bootstrap.serving import serve, with_address
    from forebay.bootstrap.settings import load_settings

    return serve(with_address(load_settings(), options.host, options.port), with_worker=options.worker)


def _work(options: WorkerOptions) -> int:
    from forebay.bootstrap.settings import load_settings
    from forebay.bootstrap.worker_process import run_worker

    return run_worker(load_settings(), concurrency=options.concurrency, name=options.name)


def _open_copy(options: CopyOptions) -> AbstractAsyncContextManager[CopyForebay]:
    from forebay.bootstrap.copying import open_copy
    from forebay.bootstrap.logs import configure_logs
    from forebay.bootstrap.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_format, "warning")
    return open_copy(settings, to_database=options.to_database, to_blobs=options.to_blobs)


def _openapi() -> str:
    from forebay.bootstrap.asgi import openapi_text

    return openapi_text()
