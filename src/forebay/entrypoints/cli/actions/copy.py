"""forebay copy."""

from dataclasses import dataclass

from forebay.application.system.copy_report import CopyCommand, CopyFinding
from forebay.entrypoints.cli.copy_progress import copy_progress
from forebay.entrypoints.cli.copy_views import CopyView, copy_view, print_copy
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json, print_note
from forebay.entrypoints.cli.running import run_async
from forebay.entrypoints.cli.services import CopyOptions
from forebay.entrypoints.cli.session import require_local


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """The options beside where to."""

    check: bool
    live: bool
    despite_damage: bool
    progress: bool


def copy(invocation: Invocation, options: CopyOptions, how: How, *, as_json: bool) -> ExitCode:
    """FIXITY when the source has lost something, so that a script can ask."""
    require_local(invocation)

    def tell(found: CopyFinding) -> None:
        if not as_json:
            print_note(f"{found.fault}: {found.key} ({found.reason})")

    async def work() -> CopyView:
        async with invocation.services.open_copy(options) as copy_forebay:
            with copy_progress(shown=how.progress and not as_json) as on_progress:
                report = await copy_forebay(
                    CopyCommand(
                        check=how.check,
                        live=how.live,
                        despite_damage=how.despite_damage,
                        on_progress=on_progress,
                        on_finding=tell,
                    )
                )
            return copy_view(report)

    view = run_async(work)
    if as_json:
        print_json(view)
    else:
        print_copy(view)
    return ExitCode.OK if view.ok else ExitCode.FIXITY
