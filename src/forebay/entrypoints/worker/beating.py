"""A scheduler that shows that it goes on: `celery beat --scheduler forebay.entrypoints.worker.beating:Beating`."""

from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.utils.log import get_logger
from kombu import Producer

_log = get_logger("forebay.worker")


class Beating(Scheduler):
    """Touches the file of `--schedule` at each turn, unless the broker did not take what was due last.

    So the file gets old when beat hangs, waits for its broker or has ended. Turns are at most `--max-interval` seconds
    apart. Nothing is kept in the file: the schedule is all in the configuration.
    """

    def __init__(self, app: Celery, *, schedule_filename: str | None = None, **options: Any) -> None:
        self._file = Path(schedule_filename or app.conf.beat_schedule_filename)
        self._is_taken = True
        super().__init__(app, **options)

    def apply_entry(self, entry: ScheduleEntry, producer: Producer | None = None) -> None:
        """What the broker does not take is due again after its interval; Celery tells of it with two tracebacks."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
            self._is_taken = True
        except SchedulingError as error:
            self._is_taken = False
            _log.warning("the broker did not take what was due: %s", error)

    def tick(self, *_: Any, **__: Any) -> float:
        """One turn: sends what is due. Seconds until the next, at most."""
        pause = super().tick()
        if self._is_taken:
            self._file.touch()
        return pause
