"""Reports of the same run add up to the same run, in whatever order and however often they come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.run import SAID, PipelineRun, Verdict
from forebay.testing.intake_examples import MORNING
from tests.unit.pipelines.report_strategies import batches_of, expected, reports, said_of, seen

LATER = MORNING + timedelta(days=1)
SOME = st.lists(reports(), min_size=1, max_size=6)
ID = UUID(int=1)


def first(report: RunReport) -> PipelineRun:
    return PipelineRun.first(report, run_id=ID, pipeline_id=ID, at=MORNING)


def merged(given: Sequence[RunReport]) -> PipelineRun:
    run = first(given[0])
    for report in given[1:]:
        run, _ = run.with_report(report, at=LATER)
    return run


@given(SOME, st.data())
def test_any_order_and_repetition_ends_in_the_same_run(reports: list[RunReport], data: st.DataObject) -> None:
    shuffled = [report for batch in data.draw(batches_of(reports)) for report in batch]
    assert said_of(merged(shuffled)) == said_of(merged(reports))


@given(SOME)
def test_each_field_is_of_the_report_that_counts_most_among_those_that_say_it(reports: list[RunReport]) -> None:
    run = merged(reports)
    assert seen(run) == expected(reports)
    assert run.key == max(report.key for report in reports)
    assert all(key < run.key for key in run.kept.values())


@given(SOME)
def test_what_is_known_already_changes_nothing(reports: list[RunReport]) -> None:
    run = merged(reports)
    for report in reports:
        again, verdict = run.with_report(report, at=LATER)
        assert again is run
        assert verdict is (Verdict.UNCHANGED if report.key == run.key else Verdict.STALE)


@given(SOME, reports())
def test_verdicts_say_what_was_done(known: list[RunReport], report: RunReport) -> None:
    before = merged(known)
    after, verdict = before.with_report(report, at=LATER + timedelta(days=1))
    is_visible = seen(after) != seen(before)
    assert verdict in {Verdict.UPDATED, Verdict.UNCHANGED, Verdict.STALE}
    assert (after.ingested_at != before.ingested_at) == is_visible
    assert (after.id, after.pipeline_id, after.created_at) == (before.id, before.pipeline_id, before.created_at)
    if verdict is Verdict.STALE:
        assert report.key < before.key
        assert after.status is before.status
    else:
        assert report.key >= before.key
        assert (verdict is Verdict.UPDATED) == is_visible
    for name in SAID:
        if getattr(after, name) != getattr(before, name) and getattr(before, name) is not None:
            assert report.key > before.kept.get(name, before.key)


@given(SOME)
def test_what_is_final_stays_final(reports: list[RunReport]) -> None:
    run, was_final = first(reports[0]), False
    for report in reports:
        run, _ = run.with_report(report, at=LATER)
        was_final = was_final or report.status.is_final
        assert run.status.is_final == was_final


def test_a_later_final_report_corrects_an_earlier_one_and_not_the_other_way_round() -> None:
    failed = RunReport(external_run_id="a", status=ReportedStatus.FAILED, finished_at=MORNING, error_message="broke")
    corrected = RunReport(external_run_id="a", status=ReportedStatus.SUCCESS, finished_at=LATER)
    run, verdict = first(failed).with_report(corrected, at=LATER)
    assert (run.status, run.error_message, verdict) == (ReportedStatus.SUCCESS, "broke", Verdict.UPDATED)
    run, verdict = first(corrected).with_report(failed, at=LATER)
    assert (run.status, run.error_message, verdict) == (ReportedStatus.SUCCESS, "broke", Verdict.STALE)


def test_final_to_running_is_stale_however_late_it_comes() -> None:
    done = first(RunReport(external_run_id="a", status=ReportedStatus.FAILED, finished_at=MORNING))
    late = RunReport(external_run_id="a", status=ReportedStatus.RUNNING, reported_at=LATER)
    assert done.with_report(late, at=LATER) == (done, Verdict.STALE)


@given(reports(), reports())
def test_reports_have_the_same_key_exactly_when_they_say_the_same(one: RunReport, other: RunReport) -> None:
    assert (one.key == other.key) == (one == other)


@given(st.text(), st.text())
def test_texts_do_not_run_into_each_other(message: str, reason: str) -> None:
    message, reason = message.replace("\0", ""), reason.replace("\0", "")
    report = RunReport(external_run_id="a", status=ReportedStatus.FAILED, error_message=message, status_reason=reason)
    assert report.key != replace(report, error_message=message + reason, status_reason=None).key


def test_the_key_of_a_report_stays_the_same_in_every_version() -> None:
    """It is kept with the run: another one would make known reports look new."""
    report = RunReport(
        external_run_id="größe 🌊",
        status=ReportedStatus.FAILED,
        started_at=MORNING,
        finished_at=LATER,
        duration_seconds=0.1,
        rows_processed=1 << 62,
        error_message='it\'s "x"\n\u0378\ufffe',
        payload="{}",
    )
    assert report.key.digest.hex() == "5f71086d1eb82d6b8f2ca55d49cfe491"
