"""forebay verify."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from forebay.application.intake.verify_blobs import VerifyCommand
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.fixity import Sample
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json
from forebay.entrypoints.cli.pipeline_arguments import parse_duration
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.running import run_async
from forebay.entrypoints.cli.session import require_local
from forebay.entrypoints.cli.verify_tables import print_verification
from forebay.entrypoints.cli.verify_views import verify_view

_RATE = re.compile(r"([0-9]{1,15})(?:([kMG])(i?))?(?:B?(?:/s)?)", re.ASCII)
_POWERS = {"": 0, "k": 1, "M": 2, "G": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyArguments:
    """As typed."""

    sample: str | None
    older_than: str | None
    max_rate: str | None
    show_progress: bool
    as_json: bool


def verify(invocation: Invocation, given: VerifyArguments) -> ExitCode:
    """FIXITY when something is damaged. What was found is told also when it was cut short."""
    require_local(invocation)
    damaged: list[DamagedBlob] = []
    reports: list[VerifyReport] = []
    with ExitStack() as stack:
        bar: list[Callable[[int], None]] = []

        def watch(report: VerifyReport) -> None:
            if not bar:
                reports.append(report)
                bar.append(stack.enter_context(progress("verifying", report.due_bytes, shown=given.show_progress)))
            bar[0](min(report.read_bytes, report.due_bytes))

        command = VerifyCommand(
            sample=Sample.parse(given.sample) if given.sample is not None else None,
            older_than=parse_duration(given.older_than, field="older_than"),
            max_bytes_per_second=parse_rate(given.max_rate),
            on_damage=damaged.append,
            on_progress=watch,
        )

        async def work() -> None:
            async with invocation.services.open_use_cases() as use_cases:
                await use_cases.intake.verify_blobs(command)

        try:
            run_async(work)
        finally:
            stack.close()
            for report in reports:
                view = verify_view(report, damaged)
                if given.as_json:
                    print_json(view)
                else:
                    print_verification(view)
    return ExitCode.FIXITY if damaged else ExitCode.OK


def parse_rate(value: str | None) -> int | None:
    """Bytes a second, such as 500k, 20M or 1GiB."""
    if value is None:
        return None
    match = _RATE.fullmatch(value.strip())
    if match is None or int(match[1]) == 0:
        raise InvalidFieldError(
            f"{value[:100]!r} is not a rate; expected bytes a second, such as 500k, 20M or 1Gi", field="max_rate"
        )
    unit = match[2] or ""
    return int(match[1]) * int((1024 if match[3] else 1000) ** _POWERS[unit])
