"""The command line: its commands, and the one place where every ending becomes an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from forebay.domain.errors import ForebayError
from forebay.entrypoints.cli.commands import (
    alert_rules,
    alerts,
    categories,
    clients,
    documents,
    files,
    jobs,
    pipeline_health,
    pipeline_runs,
    pipelines,
    pipelines_sync,
    runs,
    system,
)
from forebay.entrypoints.cli.commands.copy import copy
from forebay.entrypoints.cli.commands.upload import upload
from forebay.entrypoints.cli.commands.verify import verify
from forebay.entrypoints.cli.errors import Failure, failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode, epilog
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, forget_standard_output, prepare_streams, print_defect, print_failure
from forebay.entrypoints.cli.running import StoppedError
from forebay.entrypoints.cli.services import CliServices

PROGRAM = "forebay"


class Cli(TyperGroup):
    """Errors become one sentence, or JSON where --json is given; a traceback is for defects only."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        arguments = sys.argv[1:] if args is None else list(args)
        code = self._code_of(arguments, complete_var=complete_var, windows_expand_args=windows_expand_args, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _code_of(self, arguments: list[str], **extra: Any) -> int:
        as_json = "--json" in arguments
        try:
            code = super().main(arguments, PROGRAM, standalone_mode=False, **extra)
            flush()
        except ForebayError as error:
            return _told(failure_of(error), as_json=as_json)
        except typer.TyperException as error:
            return _told(Failure(code="usage", message=_usage(error)), as_json=as_json)
        except StoppedError as stopped:
            code = stopped.exit_code
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:
            code = _nobody_reads()
        except SystemExit as ending:  # how typer ends on a broken pipe, and after it has answered a shell's completion
            code = _nobody_reads() if isinstance(ending.__context__, OSError) else ending.code
        except Exception as defect:  # noqa: BLE001 - the last line of defence: no command may end in an excepthook
            print_defect(defect, as_json=as_json)
            code = ExitCode.INTERNAL
        return int(code or ExitCode.OK)


def build_app(services: CliServices) -> typer.Typer:
    """The application; nothing heavy is loaded before a command runs."""
    app = typer.Typer(
        name=PROGRAM,
        cls=Cli,
        epilog=epilog(),
        help="Takes files in, proves that they are intact, and shows what became of them.",
        rich_markup_mode=None,  # plain help: rich alone takes longer to load than all the rest
        pretty_exceptions_enable=False,
    )

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        server: Annotated[
            str | None,
            typer.Option(
                metavar="URL",
                help="Speak to the Forebay there over HTTP. Default: FOREBAY_SERVER, and without it the database and "
                "blob store of the settings directly.",
            ),
        ] = None,
        version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    ) -> None:
        context.obj = Invocation(services=services, server=server)
        if version:
            system.version(context=context)
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    app.command()(system.serve)
    app.command()(system.worker)
    app.command()(system.migrate)
    app.command()(copy)
    app.command()(upload)
    app.add_typer(
        _group(
            "runs",
            "List, show, process and delete runs.",
            list=runs.list_,
            show=runs.show,
            files=runs.files,
            parse=runs.parse,
            delete=runs.delete,
        )
    )
    app.add_typer(_group("files", "List and fetch files of runs.", list=files.list_, get=files.get))
    app.add_typer(
        _group(
            "jobs",
            "Watch and steer the work on runs.",
            list=jobs.list_,
            show=jobs.show,
            events=jobs.events,
            artifacts=jobs.artifacts,
            start=jobs.start,
            cancel=jobs.cancel,
            retry=jobs.retry,
        )
    )
    app.add_typer(
        _group(
            "documents",
            "Upload, read, find, classify and correct documents.",
            upload=documents.upload,
            list=documents.list_,
            search=documents.search,
            show=documents.show,
            text=documents.text,
            download=documents.download,
            preview=documents.preview,
            correct=documents.correct,
            delete=documents.delete,
            classify=documents.classify,
            learn=documents.learn,
        )
    )
    app.add_typer(
        _group(
            "categories",
            "Say what kinds of documents there are.",
            list=categories.list_,
            show=categories.show,
            add=categories.add,
            edit=categories.edit,
            delete=categories.delete,
        )
    )
    app.add_typer(
        _group(
            "clients",
            "Say whose pipelines there are, and see how these are.",
            list=clients.list_,
            show=clients.show,
            create=clients.create,
            change=clients.change,
            disable=clients.disable,
            enable=clients.enable,
            summary=clients.summary,
        )
    )
    app.add_typer(
        _group(
            "pipelines",
            "Say what pipelines there are, report their runs, and see how they are.",
            list=pipelines.list_,
            show=pipelines.show,
            create=pipelines.create,
            change=pipelines.change,
            disable=pipelines.disable,
            enable=pipelines.enable,
            report=pipeline_runs.report,
            **{"import": pipeline_runs.import_},
            runs=pipeline_runs.runs,
            run=pipeline_runs.run,
            latest=pipeline_runs.latest,
            health=pipeline_health.health,
            failures=pipeline_health.failures,
            flakiest=pipeline_health.flakiest,
            platforms=pipeline_health.platforms,
            durations=pipeline_health.durations,
            sync=pipelines_sync.sync,
            **{"sync-state": pipelines_sync.sync_state},
        )
    )
    alerting = _group(
        "alerts",
        "See what is wrong with pipelines, take it on, and say who is told.",
        list=alerts.list_,
        show=alerts.show,
        ack=alerts.ack,
        mute=alerts.mute,
        unmute=alerts.unmute,
        check=alerts.check,
    )
    alerting.add_typer(
        _group(
            "rules",
            "Say when somebody is told, and where.",
            list=alert_rules.list_,
            show=alert_rules.show,
            add=alert_rules.add,
            change=alert_rules.change,
            disable=alert_rules.disable,
            enable=alert_rules.enable,
        )
    )
    app.add_typer(alerting)
    for command in (system.models, system.sweep, verify, system.health):
        app.command()(command)
    app.command("system")(system.show)
    for command in (system.openapi, system.config, system.version):
        app.command()(command)
    return app


def run(services: CliServices, argv: Sequence[str]) -> int:
    """One call of the program with the arguments behind its name; gives the exit code."""
    prepare_streams()
    code: int = get_command(build_app(services)).main(args=list(argv), prog_name=PROGRAM, standalone_mode=False)
    return code


def _group(name: str, summary: str, /, **commands: Any) -> typer.Typer:
    group = typer.Typer(name=name, help=summary, rich_markup_mode=None)
    for command_name, command in commands.items():
        group.command(command_name)(command)
    return group


def _told(failure: Failure, *, as_json: bool) -> int:
    print_failure(failure, as_json=as_json)
    return failure.exit_code


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else PROGRAM
    return f"{error.format_message().rstrip('.')}; see `{where} --help`"


def _nobody_reads() -> ExitCode:
    forget_standard_output()
    return ExitCode.BROKEN_PIPE
