"""What rules go by, gathered for many pipelines with a few questions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from forebay.application.ports.pipelines import PipelinesUnitOfWork
from forebay.domain.pipelines.alert_rule import AlertRule, applicable
from forebay.domain.pipelines.figures import Window
from forebay.domain.pipelines.findings import PipelineFacts
from forebay.domain.pipelines.health import LatestRuns
from forebay.domain.pipelines.pipeline import Pipeline

_NO_RUNS = LatestRuns()
_AHEAD = timedelta(days=366)  # of our clock: a run of a reporter whose clock is fast has failed all the same


class RuleBook:
    """The enabled rules, found by what they are for."""

    def __init__(self, enabled: Iterable[AlertRule]) -> None:
        self._by_pipeline: dict[UUID, list[AlertRule]] = {}
        self._by_client: dict[UUID, list[AlertRule]] = {}
        self._everywhere: list[AlertRule] = []
        ids = set()
        for rule in enabled:
            ids.add(rule.id)
            if rule.scope.pipeline_id is not None:
                self._by_pipeline.setdefault(rule.scope.pipeline_id, []).append(rule)
            elif rule.scope.client_id is not None:
                self._by_client.setdefault(rule.scope.client_id, []).append(rule)
            else:
                self._everywhere.append(rule)
        self.ids: Collection[UUID] = frozenset(ids)

    def for_pipeline(self, pipeline: Pipeline) -> Sequence[AlertRule]:
        """Those that hold for it: of each type those of the most specific scope."""
        candidates = (
            *self._by_pipeline.get(pipeline.id, ()),
            *self._by_client.get(pipeline.client_id, ()),
            *self._everywhere,
        )
        return applicable(candidates, client_id=pipeline.client_id, pipeline_id=pipeline.id)


async def facts_of(
    work: PipelinesUnitOfWork, pipelines: Mapping[UUID, Pipeline], rules: RuleBook, *, at: datetime
) -> dict[UUID, PipelineFacts]:
    """Of each pipeline, with a number of questions that depends on how many different windows rules have only."""
    if not pipelines:
        return {}
    clients = await work.clients.get_many(sorted({pipeline.client_id for pipeline in pipelines.values()}))
    runs = await work.figures.latest_runs(sorted(pipelines))
    asked: dict[int, list[UUID]] = {}
    for pipeline in pipelines.values():
        for minutes in {rule.window_minutes for rule in rules.for_pipeline(pipeline)} - {None}:
            asked.setdefault(minutes or 0, []).append(pipeline.id)
    failures: dict[UUID, dict[int, int]] = {}
    for minutes, ids in asked.items():
        window = Window(since=at - timedelta(minutes=minutes), until=at + _AHEAD)
        for pipeline_id, count in (await work.figures.failed_counts(ids, window)).items():
            failures.setdefault(pipeline_id, {})[minutes] = count
    return {
        pipeline.id: PipelineFacts(
            pipeline=pipeline,
            client=clients[pipeline.client_id],
            runs=runs.get(pipeline.id, _NO_RUNS),
            failures=failures.get(pipeline.id, {}),
        )
        for pipeline in pipelines.values()
    }
