"""Reports made up by Hypothesis, and what must come of them, said another way than the program says it."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st

from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.run import SAID, PipelineRun
from forebay.testing.intake_examples import MORNING

_EARLY = [MORNING + timedelta(minutes=minute) for minute in range(2)]
_LATE = [MORNING + timedelta(hours=1, minutes=minute) for minute in range(2)]
_ANY_TIME = [*_EARLY, *_LATE, MORNING + timedelta(hours=2)]


def reports(names: Sequence[str] = ("a",)) -> st.SearchStrategy[RunReport]:
    """Few values of each field, so that reports agree, differ and tie."""
    return st.builds(
        RunReport,
        external_run_id=st.sampled_from(names),
        status=st.sampled_from(ReportedStatus),
        started_at=st.sampled_from([None, *_EARLY]),
        finished_at=st.sampled_from([None, *_LATE]),
        duration_seconds=st.sampled_from([None, 0.0, 1.5]),
        rows_processed=st.sampled_from([None, 0, 7]),
        error_message=st.sampled_from([None, "", "it broke"]),
        status_reason=st.sampled_from([None, "why"]),
        payload=st.sampled_from([None, "{}"]),
        reported_at=st.sampled_from([None, *_ANY_TIME]),
    )


def batches_of(given: Sequence[RunReport]) -> st.SearchStrategy[list[list[RunReport]]]:
    """All of them, in any order, some repeated, divided into batches anywhere."""

    def divided(shuffled: list[RunReport]) -> st.SearchStrategy[list[list[RunReport]]]:
        cuts = st.lists(st.booleans(), min_size=len(shuffled), max_size=len(shuffled))
        return cuts.map(lambda ends: _split(shuffled, ends))

    repeated = st.lists(st.sampled_from(given), max_size=len(given))
    return repeated.flatmap(lambda more: st.permutations([*given, *more])).flatmap(divided)


def _split(given: Sequence[RunReport], ends: Sequence[bool]) -> list[list[RunReport]]:
    batches: list[list[RunReport]] = [[]]
    for report, is_end in zip(given, ends, strict=True):
        batches[-1].append(report)
        if is_end:
            batches.append([])
    return [batch for batch in batches if batch]


def said_of(run: PipelineRun) -> tuple[object, ...]:
    """What is known, without ids and times of ingestion."""
    return run.external_run_id, *seen(run), run.key, dict(run.kept)


def seen(run: PipelineRun) -> tuple[object, ...]:
    """What people see of it."""
    return run.status, *(getattr(run, name) for name in SAID)


def expected(given: Sequence[RunReport]) -> tuple[object, ...]:
    """The status of the report that counts; each field of the one that counts most among those that say it."""
    in_order = sorted(given, key=lambda report: report.key, reverse=True)
    values = [[value for report in in_order if (value := getattr(report, name)) is not None] for name in SAID]
    return in_order[0].status, *(of_field[0] if of_field else None for of_field in values)
