"""How far a copy is, on standard error, and only for a person to see."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forebay.application.system.copy_report import CopyStage

OnStage = Callable[[CopyStage, int, int], None]

_WORDS = {
    CopyStage.BLOBS: "copying blobs",
    CopyStage.RECORDS: "copying records",
    CopyStage.INDEX: "making the index",
    CopyStage.VERIFY: "verifying records",
}


@contextmanager
def copy_progress(*, shown: bool) -> Iterator[OnStage]:
    """A function that is told the stage, what is done and what there is (0: not known). The bars go away in the end."""
    if not shown or not sys.stderr.isatty():
        yield _ignore
        return
    # rich's progress is needed on a terminal only
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.filesize import decimal  # noqa: PLC0415 - see above
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - see above

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[far]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    tasks: dict[CopyStage, TaskID] = {}

    def show(stage: CopyStage, done: int, total: int) -> None:
        count = decimal if stage is CopyStage.BLOBS else _number
        far = f"{count(done)} of {count(total)}" if total else count(done)
        if stage not in tasks:
            tasks[stage] = bars.add_task(_WORDS[stage], total=total or None, far=far)
        bars.update(tasks[stage], completed=done, total=total or None, far=far)

    with bars:
        yield show


def _number(value: int) -> str:
    return f"{value:,}"


def _ignore(stage: CopyStage, done: int, total: int) -> None:
    """Nobody watches."""
