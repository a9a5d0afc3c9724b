"""How far a job is, on standard error, and only for a person to see."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forebay.entrypoints.cli.job_views import EventView
from forebay.entrypoints.cli.output import one_line

OnEvent = Callable[[EventView], None]


@contextmanager
def watching(name: str, *, shown: bool) -> Iterator[OnEvent]:
    """A function that is told what happens to a job. The line goes away when the context is left."""
    if not shown or not sys.stderr.isatty():
        yield _ignore
        return
    # rich's progress is needed on a terminal only
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.markup import escape  # noqa: PLC0415 - see above
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - above

    line = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with line:
        task = line.add_task(escape(one_line(name)), total=None)

        def tell(event: EventView) -> None:
            line.update(
                task,
                description=escape(one_line(f"{name}: {event.message}")),
                completed=_number(event.payload.get("read_bytes")) or 0,
                total=_number(event.payload.get("size_bytes")),
            )

        yield tell


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _ignore(event: EventView) -> None:
    """Nobody watches."""
