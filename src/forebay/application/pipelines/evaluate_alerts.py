"""EvaluateAlerts: opens, updates and closes alerts, so that those are open that the state of pipelines warrants."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines.alert_evidence import RuleBook, facts_of
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import ConflictError
from forebay.domain.pipelines.alert import Alert, CloseReason, Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.findings import AlertChanges, Finding, alert_changes, findings

_BATCH = 200  # pipelines in one transaction, which keeps other writers of SQLite waiting
_TRIES = 5  # when others opened the same alerts meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """How many pipelines were looked at, and what became of their alerts."""

    pipelines: int = 0
    opened: int = 0
    updated: int = 0
    closed: int = 0

    def __add__(self, other: "EvaluationReport") -> "EvaluationReport":
        return EvaluationReport(
            pipelines=self.pipelines + other.pipelines,
            opened=self.opened + other.opened,
            updated=self.updated + other.updated,
            closed=self.closed + other.closed,
        )


@dataclass(slots=True)
class _Done:
    """What a transaction does, to be told once it is committed."""

    pipelines: int = 0
    opened: list[Alert] = field(default_factory=list)
    updated: list[Alert] = field(default_factory=list)
    closed: list[Alert] = field(default_factory=list)


class EvaluateAlerts:
    """Looks at the pipelines about which something changed; `timed`: also at those that time alone may change.

    Messages about what opens and recovers are written in the same transaction. Safe beside itself anywhere: who looks
    at a pipeline has it alone until the end. A pipeline whose facts cannot be dealt with does not stop the others.
    """

    def __init__(
        self, *, unit_of_work: PipelinesUnitOfWorkFactory, observer: AlertObserver, clock: Clock, ids: IdGenerator
    ) -> None:
        self._unit_of_work = unit_of_work
        self._observer = observer
        self._clock = clock
        self._ids = ids

    async def __call__(self, *, timed: bool = False) -> EvaluationReport:
        report = EvaluationReport()
        while True:
            done = await self._repeatedly(self._requested)
            report += self._tell(done)
            if done.pipelines < _BATCH:
                break
        if timed:
            report += await self._timed()
        return report

    async def _timed(self) -> EvaluationReport:
        """Most of them are as they were, which is found out without locking anything."""
        report = EvaluationReport()
        after: UUID | None = None
        while True:
            async with self._unit_of_work(write=False) as work:
                ids = await work.checks.timed(after=after, limit=_BATCH)
                changes = await self._changes(work, ids, at=self._clock.now(), lock=False) if ids else {}
            if changes:
                done = await self._repeatedly(self._known, tuple(changes))
                report += self._tell(done)
            report += EvaluationReport(pipelines=len(ids) - len(changes))
            if len(ids) < _BATCH:
                return report
            after = ids[-1]

    async def _repeatedly(self, look: Callable[..., Awaitable[_Done]], *of: Sequence[UUID]) -> _Done:
        for left in reversed(range(_TRIES)):
            try:
                async with self._unit_of_work() as work:
                    done = await look(work, *of)
                    await work.commit()
            except ConflictError:  # somebody else opened one of them: it is open, and is seen the next time
                if not left:
                    raise
            else:
                return done
        raise AssertionError("the last try raises")

    async def _requested(self, work: PipelinesUnitOfWork) -> _Done:
        ids = await work.checks.take(limit=_BATCH)
        done = await self._known(work, tuple(dict.fromkeys(ids))) if ids else _Done()
        done.pipelines = len(ids)
        return done

    async def _known(self, work: PipelinesUnitOfWork, ids: Sequence[UUID]) -> _Done:
        now = self._clock.now()
        done = _Done(pipelines=len(ids))
        messages: list[Delivery] = []
        for pipeline_id, changes in (await self._changes(work, ids, at=now, lock=True)).items():
            for finding in changes.opened:
                alert = self._alert(finding, pipeline_id, at=now)
                messages.append(self._delivery(alert, Transition.OPENED, at=now))
                done.opened.append(alert)
            for alert in changes.updated:
                await work.alerts.update(alert)
                done.updated.append(alert)
            for alert in changes.closed:
                await work.alerts.update(alert)
                if alert.close_reason is CloseReason.RECOVERED:
                    messages.append(self._delivery(alert, Transition.CLOSED, at=now))
                done.closed.append(alert)
        await work.alerts.add(*done.opened)
        await work.deliveries.add(*messages)
        return done

    async def _changes(
        self, work: PipelinesUnitOfWork, ids: Sequence[UUID], *, at: datetime, lock: bool
    ) -> dict[UUID, AlertChanges]:
        """By pipeline; those about which nothing is to be changed are left out."""
        pipelines = await work.pipelines.get_many(ids, for_update=lock)
        rules = RuleBook(await work.alert_rules.enabled())
        facts = await facts_of(work, pipelines, rules, at=at)
        open_alerts: dict[UUID, list[Alert]] = {}
        for alert in await work.alerts.open_of(ids, for_update=lock):
            open_alerts.setdefault(alert.pipeline_id, []).append(alert)
        found: dict[UUID, AlertChanges] = {}
        for pipeline_id, known in facts.items():
            try:
                held = rules.for_pipeline(known.pipeline)
                changes = alert_changes(
                    open_alerts.get(pipeline_id, ()),
                    findings(held, known, at=at),
                    facts=known,
                    enabled=rules.ids,
                    held={rule.id for rule in held},
                    at=at,
                )
            except Exception as error:  # noqa: BLE001 - one pipeline's trouble must not stop the others
                self._observer.defect(pipeline_id, error)
                continue
            if changes:
                found[pipeline_id] = changes
        return found

    def _alert(self, finding: Finding, pipeline_id: UUID, *, at: datetime) -> Alert:
        return Alert(
            id=self._ids.new_id(),
            rule_id=finding.rule.id,
            pipeline_id=pipeline_id,
            rule_type=finding.rule.rule_type,
            summary=finding.summary,
            run_id=finding.run_id,
            occurrences=1,
            opened_at=at,
            updated_at=at,
        )

    def _delivery(self, alert: Alert, transition: Transition, *, at: datetime) -> Delivery:
        return Delivery(
            id=self._ids.new_id(),
            alert_id=alert.id,
            transition=transition,
            status=DeliveryStatus.SUPPRESSED if alert.is_muted(at) else DeliveryStatus.WAITING,
            attempts=0,
            not_before=at,
            last_error=None,
            created_at=at,
            updated_at=at,
        )

    def _tell(self, done: _Done) -> EvaluationReport:
        for alert in done.opened:
            self._observer.alert_opened(alert)
        for alert in done.closed:
            self._observer.alert_closed(alert)
        return EvaluationReport(
            pipelines=done.pipelines, opened=len(done.opened), updated=len(done.updated), closed=len(done.closed)
        )
