"""DeliverAlerts: sends the messages that are due."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from forebay.application.cancellation import until_done
from forebay.application.pipelines.delivery_attempt import DeliveryAttempt, Reserved, lost
from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.clock import Clock
from forebay.application.ports.notifier import Notifiers
from forebay.application.ports.pipelines import PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.alert import Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import AlertRule

_BATCH = 100
_LOOK_SECONDS = 0.5  # for what is due by now, while something is being sent


@dataclass(slots=True)
class _Lane:
    """The messages for one destination. `in_trouble`: the last one did not get through.

    `is_busy`: somebody sends them.
    """

    waiting: deque[Reserved] = field(default_factory=deque)
    in_trouble: bool = False
    is_busy: bool = False


class DeliverAlerts:
    """Returns once nothing is due. A destination gets one message after the other, and does not hold up the others.

    Each message is reserved by its not_before, marked before it is sent, and written down afterwards: two who deliver
    never send the same. What a process left that went away while sending is sent again if the channel allows that.
    """

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        notifiers: Notifiers,
        attempt: DeliveryAttempt,
        policy: DeliveryPolicy,
        observer: AlertObserver,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._notifiers = notifiers
        self._attempt = attempt
        self._policy = policy
        self._observer = observer
        self._clock = clock

    async def __call__(self, *, stopping: asyncio.Event | None = None) -> int:
        """How many messages arrived. Once `stopping` is set, only those that are being sent come to their end."""
        told = stopping or asyncio.Event()
        course = _Course(told)
        try:
            while not course.is_over:
                full = len(course.lanes) >= self._policy.most_at_once
                found = 0 if full else await self._reserve(course)
                course.start(self._send_all)
                if not course.tasks:
                    break
                if found < _BATCH:
                    await asyncio.wait(course.tasks, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if course.tasks:
                await asyncio.wait(course.tasks)
        finally:
            await course.cut_off()
        course.raise_errors()
        return course.delivered

    async def _send_all(self, course: "_Course", lane: _Lane) -> None:
        while lane.waiting and not course.is_over:
            status = await self._attempt(lane.waiting.popleft())
            course.delivered += status is DeliveryStatus.DELIVERED
            if status is not None:
                lane.in_trouble = status is DeliveryStatus.WAITING

    async def _reserve(self, course: "_Course") -> int:
        """Puts what is due into the lanes, and puts off what finds no place there. How many were due."""
        now = self._clock.now()
        async with self._unit_of_work(write=False) as work:
            first = await work.deliveries.next_due()
        if first is None or first > now:
            return 0
        taken: list[Reserved] = []
        given_up: list[tuple[Delivery, AlertRule]] = []
        async with self._unit_of_work() as work:
            due = await work.deliveries.due(at=now, limit=_BATCH)
            rules = await _rules_of(work, due)
            for delivery in due:
                rule = rules[delivery.id]
                after = self._found_again(delivery, rule, at=now)
                if after.status.is_final:
                    given_up.append((after, rule))
                else:
                    after = self._placed(course, taken, after, rule.destination_sha256, at=now)
                await work.deliveries.update(after)
            await work.commit()
        for one in taken:
            course.lane(one.destination).waiting.append(one)
        for delivery, rule in given_up:
            self._observer.attempted(delivery, rule.channel, seconds=0.0)
        return len(due)

    def _found_again(self, delivery: Delivery, rule: AlertRule, *, at: datetime) -> Delivery:
        """Whoever was sending it went away, or it only waits."""
        if delivery.status is not DeliveryStatus.SENDING:
            return delivery
        may_repeat = self._notifiers.of(rule.channel).may_repeat and delivery.attempts < self._policy.max_attempts
        return lost(delivery, may_repeat=may_repeat, at=at)

    def _placed(
        self, course: "_Course", taken: list[Reserved], delivery: Delivery, destination: str, *, at: datetime
    ) -> Delivery:
        wait = self._wait(course, destination, taken)
        if wait is not None:
            return replace(delivery, not_before=at + wait, updated_at=at)
        ours = replace(delivery, not_before=at + self._policy.reserve, updated_at=at)
        taken.append(Reserved(delivery=ours, destination=destination))
        return ours

    def _wait(self, course: "_Course", destination: str, taken: Sequence[Reserved]) -> timedelta | None:
        """For how long to put one off; None when there is room for it."""
        lane = course.lanes.get(destination)
        waiting = (len(lane.waiting) if lane else 0) + sum(one.destination == destination for one in taken)
        if waiting >= self._policy.most_waiting:
            return self._policy.put_off_by_trouble if lane and lane.in_trouble else self._policy.put_off
        new = {one.destination for one in taken} - course.lanes.keys()
        if lane is None and destination not in new and len(course.lanes) + len(new) >= self._policy.most_at_once:
            return self._policy.put_off
        return None


class _Course:
    """The lanes, each with a task as long as something waits in it."""

    def __init__(self, told: asyncio.Event) -> None:
        self.lanes: dict[str, _Lane] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.delivered = 0
        self._told = told
        self._errors: list[BaseException] = []

    @property
    def is_over(self) -> bool:
        """It was told to stop, or nothing can be written down any more."""
        return self._told.is_set() or bool(self._errors)

    def lane(self, destination: str) -> _Lane:
        return self.lanes.setdefault(destination, _Lane())

    def start(self, send_all: Callable[["_Course", _Lane], Coroutine[Any, Any, None]]) -> None:
        """On every lane that nobody works on."""
        for destination, lane in self.lanes.items():
            if not lane.is_busy:
                lane.is_busy = True
                task = asyncio.create_task(send_all(self, lane))
                self.tasks.add(task)
                task.add_done_callback(partial(self._ended, destination))

    def raise_errors(self) -> None:
        if self._errors:
            raise self._errors[0]

    async def cut_off(self) -> None:
        """What is still being sent. What became of it is found out by whoever comes next."""
        left = tuple(self.tasks)
        for task in left:
            task.cancel()
        for task in left:
            await until_done(task)

    def _ended(self, destination: str, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        lane = self.lanes[destination]
        lane.is_busy = False
        if not lane.waiting:
            del self.lanes[destination]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._errors.append(error)


async def _rules_of(work: PipelinesUnitOfWork, due: Sequence[Delivery]) -> dict[UUID, AlertRule]:
    """By delivery."""
    rules: dict[UUID, AlertRule] = {}
    found: dict[UUID, AlertRule] = {}
    for delivery in due:
        alert = await work.alerts.get(delivery.alert_id)
        if alert.rule_id not in rules:
            rules[alert.rule_id] = await work.alert_rules.get(alert.rule_id)
        found[delivery.id] = rules[alert.rule_id]
    return found
