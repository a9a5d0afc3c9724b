"""What workers tell, in the log of a program of our own and of one that embeds the library."""

import logging
from datetime import UTC, datetime
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from forebay.application.ports.observer import ProcessingObserver
from forebay.bootstrap.observing import EmbeddedLog, Observers, ProcessingLog
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.processing.job import Job, JobStatus
from tests.unit.processing.watcher import Watcher

JOB = Job(
    id=UUID(int=1),
    kind="telling",
    run_id=UUID(int=2),
    status=JobStatus.QUEUED,
    attempts=3,
    max_attempts=5,
    lease=None,
    run_after=datetime(2026, 1, 1, tzinfo=UTC),
    cancel_requested=False,
    idempotency_key_hash=None,
    error=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    started_at=None,
    finished_at=None,
)
ERROR = ZeroDivisionError("why")
TROUBLE = DatabaseUnavailableError("it is away")


def tell_everything(observer: ProcessingObserver) -> None:
    observer.job_claimed(JOB, waited=1.5, taken_over=True)
    observer.step_ended(JOB, "first", outcome="failed", seconds=0.5)
    observer.job_ended(JOB, outcome="postponed", seconds=0.1234)
    observer.defect(JOB, ERROR)
    observer.trouble(TROUBLE)
    observer.catalogued(members=3, unpacked_bytes=9)


def test_the_log_has_a_line_for_each_attempt_and_for_what_went_wrong() -> None:
    log = ProcessingLog()
    with capture_logs() as lines:
        tell_everything(log)
        log.job_claimed(JOB, waited=0, taken_over=False)
        log.job_ended(JOB, outcome="succeeded", seconds=1)
    facts = {"job_id": str(JOB.id), "run_id": str(JOB.run_id), "kind": "telling", "attempt": 3}
    taken_over, ended, defect, trouble, succeeded = lines
    assert taken_over["log_level"] == "warning"
    assert ended == {
        "event": "job",
        "outcome": "postponed",
        "duration_ms": 123.4,
        "log_level": "warning",
        **facts,
    }
    assert defect["exc_info"] is ERROR
    assert (trouble["code"], trouble["detail"]) == ("database_unavailable", "it is away")
    assert (succeeded["outcome"], succeeded["log_level"]) == ("succeeded", "info")


def test_a_program_that_embeds_the_library_hears_of_defects_and_troubles_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        tell_everything(EmbeddedLog())
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert caplog.records[0].exc_info is not None
    assert "it is away" in caplog.records[1].getMessage()


def test_each_of_several_is_told() -> None:
    both = (Watcher(), Watcher())
    tell_everything(Observers(both))
    for watcher in both:
        assert (watcher.claims, watcher.steps) == ([(1.5, True)], [("first", "failed")])
        assert (watcher.outcomes, watcher.members) == (["postponed"], 3)
        assert (watcher.defects, watcher.troubles) == ([ERROR], [TROUBLE])
