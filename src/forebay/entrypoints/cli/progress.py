"""How far a transfer is: bytes, rate and time left, on standard error, and only for a person to see."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forebay.entrypoints.cli.output import one_line

OnProgress = Callable[[int], None]


@contextmanager
def progress(name: str, total: int | None, *, shown: bool = True) -> Iterator[OnProgress]:
    """A function that is told the bytes transferred so far. The bar goes away when the context is left."""
    if not shown or not sys.stderr.isatty():
        yield _ignore
        return
    # rich's progress is needed on a terminal only
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.markup import escape  # noqa: PLC0415 - see above
    from rich.progress import (  # noqa: PLC0415 - see above
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        expand=True,
        redirect_stdout=False,  # the answer, or the bytes of a file, may be on their way there
        redirect_stderr=False,
    )
    with bar:
        task = bar.add_task(escape(one_line(name)), total=total)
        yield lambda done: bar.update(task, completed=done)


def _ignore(done: int) -> None:
    """Nobody watches."""
