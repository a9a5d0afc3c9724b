"""Events of OpenLineage, received by a program that embeds Forebay."""

from forebay import Forebay, InvalidInputError, ReportedStatus, SyncForebay, Verdict
from tests.unit.pipelines.lineage_examples import dbt_model, run_event


async def test_events_become_runs_and_each_has_its_verdict(forebay: Forebay) -> None:
    good, bad, other = await forebay.receive_lineage([dbt_model(), {"eventTime": "now"}, run_event("FAIL")])
    assert (good.error, good.is_new, good.verdict) == (None, True, Verdict.CREATED)
    assert isinstance(bad.error, InvalidInputError)
    assert other.verdict is Verdict.CREATED
    [again] = await forebay.receive_lineage([dbt_model()])
    assert (again.error, again.is_new) == (None, False)
    [pipeline] = [found async for found in forebay.pipelines(text="customers")]
    run = await forebay.latest_run(pipeline.id)
    assert (run.status, run.rows_processed) == (ReportedStatus.SUCCESS, 1200)


def test_without_an_event_loop_too(blocking: SyncForebay) -> None:
    [verdict] = blocking.receive_lineage([run_event()])
    assert verdict.verdict is Verdict.CREATED
