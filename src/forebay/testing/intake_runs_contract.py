"""What is expected of runs and their list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.intake import IntakeUnitOfWorkFactory, RunFilter
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.intake.errors import ParentRunNotFoundError, RunNotFoundError
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus, RunType
from forebay.domain.paging import Position, SortOrder
from forebay.testing.intake_examples import MORNING, Records, a_run, runs_in_time

ERROR = RunError(code="digest_mismatch", detail="the digest differs — 期待 ≠ 実際")


class RunsContract:
    """Adding, changing and finding runs."""

    async def test_a_run_comes_back_as_it_was_added(self, records: Records) -> None:
        run = a_run(
            type=RunType.APP_BUNDLE,
            status=RunStatus.FAILED,
            label="Straße 東京 🌊 'quoted' \"%_\\",
            notes="first line\r\n\tsecond line\n" + "é" * 9_000,
            owner="team-a@example.org",
            error=ERROR,
            created_at=datetime(1970, 1, 1, tzinfo=UTC),
            updated_at=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        )
        await records.add(run)
        assert await records.run(run.id) == run

    async def test_empty_fields_come_back_empty(self, records: Records) -> None:
        run = a_run(status=RunStatus.PENDING)
        await records.add(run)
        assert await records.run(run.id) == run

    async def test_times_keep_their_microseconds_and_are_utc(self, records: Records) -> None:
        east = timezone(timedelta(hours=5, minutes=45))
        run = a_run(created_at=MORNING.replace(microsecond=1), updated_at=MORNING.astimezone(east))
        await records.add(run)
        read = await records.run(run.id)
        assert (read.created_at, read.updated_at) == (run.created_at, MORNING)
        assert read.created_at.microsecond == 1
        assert read.created_at.utcoffset() == timedelta(0)

    async def test_a_run_that_is_not_there_is_not_found(self, open_work: IntakeUnitOfWorkFactory) -> None:
        missing = uuid4()
        async with open_work(write=False) as work:
            with pytest.raises(RunNotFoundError, match=str(missing)):
                await work.runs.get(missing)
        async with open_work() as work:
            with pytest.raises(RunNotFoundError):
                await work.runs.get(missing, for_update=True)
            with pytest.raises(RunNotFoundError):
                await work.runs.update(a_run(id=missing))
        async with open_work() as work:
            with pytest.raises(RunNotFoundError):
                await work.runs.delete(missing)

    async def test_the_same_id_twice_is_a_conflict_and_the_first_run_stays(self, records: Records) -> None:
        first = a_run(label="first")
        await records.add(first)
        with pytest.raises(ConflictError, match=str(first.id)):
            await records.add(replace(first, label="second"))
        assert await records.run(first.id) == first

    async def test_an_update_writes_all_but_id_and_creation(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        parent, run = a_run(), a_run(label="before")
        await records.add(parent, run)
        later = MORNING + timedelta(hours=1)
        changed = a_run(
            id=run.id,
            type=RunType.DOCUMENT,
            status=RunStatus.FAILED,
            label="after",
            notes="notes",
            owner="me",
            parent_run_id=parent.id,
            error=ERROR,
            created_at=later,
            updated_at=later,
        )
        async with open_work() as work:
            await work.runs.update(changed)
            assert await work.runs.get(run.id) == replace(changed, created_at=run.created_at)
            await work.commit()
        assert await records.run(run.id) == replace(changed, created_at=run.created_at)
        assert await records.run(parent.id) == parent

    async def test_a_parent_that_is_not_there_is_named(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        missing, run = uuid4(), a_run()
        await records.add(run)
        with pytest.raises(ParentRunNotFoundError, match=str(missing)) as caught:
            await records.add(a_run(parent_run_id=missing))
        assert caught.value.field == "parent_run_id"
        with pytest.raises(ParentRunNotFoundError, match=str(missing)):
            await records.update(replace(run, parent_run_id=missing))
        assert await records.run(run.id) == run

    async def test_children_lose_a_deleted_parent_and_stay(self, records: Records) -> None:
        parent = a_run()
        child, stranger = a_run(parent_run_id=parent.id), a_run()
        await records.add(parent, child, stranger)
        await records.delete(parent)
        assert await records.run(child.id) == replace(child, parent_run_id=None)
        assert await records.run(stranger.id) == stranger
        with pytest.raises(RunNotFoundError):
            await records.run(parent.id)

    @pytest.mark.parametrize("text", ["with \0 in it", "half a pair: \ud83c"], ids=["nul", "surrogate"])
    async def test_text_that_no_database_keeps_is_refused(self, records: Records, text: str) -> None:
        with pytest.raises(InvalidInputError):
            await records.add(a_run(label=text))
        assert await records.ids() == []

    async def test_an_empty_list_is_empty(self, open_work: IntakeUnitOfWorkFactory) -> None:
        async with open_work(write=False) as work:
            assert list(await work.runs.list(RunFilter(), order=SortOrder.DESC, after=None, limit=10)) == []
            assert list(await work.runs.list_stale(untouched_since=MORNING, limit=10)) == []

    async def test_both_orders_follow_creation_and_then_the_id(self, records: Records) -> None:
        runs = [*runs_in_time(4), *(a_run(created_at=MORNING + timedelta(minutes=2)) for _ in range(5))]
        expected = [run.id for run in sorted(runs, key=lambda run: (run.created_at, run.id))]
        await records.add(*reversed(runs))
        assert await records.ids(order=SortOrder.ASC) == expected
        assert await records.ids(order=SortOrder.DESC) == expected[::-1]
        assert await records.ids(order=SortOrder.DESC, limit=3) == expected[::-1][:3]

    async def test_each_filter_finds_its_own(self, records: Records) -> None:
        plain = a_run()
        bundle = a_run(type=RunType.APP_BUNDLE)
        pending = a_run(status=RunStatus.PENDING)
        owned = a_run(owner="ann")
        labelled = a_run(label="Nightly Build")
        await records.add(plain, bundle, pending, owned, labelled)
        assert await records.ids(RunFilter(type=RunType.APP_BUNDLE)) == [bundle.id]
        assert await records.ids(RunFilter(status=RunStatus.PENDING)) == [pending.id]
        assert await records.ids(RunFilter(owner="ann")) == [owned.id]
        assert await records.ids(RunFilter(owner="ANN")) == []
        assert await records.ids(RunFilter(label="build")) == [labelled.id]
        assert await records.ids(RunFilter(label="build", owner="ann")) == []

    async def test_all_filters_together_must_hold(self, records: Records) -> None:
        wanted = a_run(type=RunType.DOCUMENT, owner="ann", label="Report 7", created_at=MORNING)
        near = [
            replace(wanted, id=uuid4(), type=RunType.ARCHIVE),
            replace(wanted, id=uuid4(), status=RunStatus.PENDING),
            replace(wanted, id=uuid4(), owner="bob"),
            replace(wanted, id=uuid4(), label="Report 8"),
            replace(wanted, id=uuid4(), created_at=MORNING - timedelta(microseconds=1)),
            replace(wanted, id=uuid4(), created_at=MORNING + timedelta(microseconds=1)),
        ]
        await records.add(wanted, *near)
        where = RunFilter(
            type=RunType.DOCUMENT,
            status=RunStatus.STORED,
            owner="ann",
            label="report 7",
            created_after=MORNING,
            created_before=MORNING + timedelta(microseconds=1),
        )
        assert await records.ids(where) == [wanted.id]

    @pytest.mark.parametrize(
        ("label", "search", "found"),
        [
            ("Nightly Build", "LY bu", True),
            ("100 % done", "%", True),
            ("100 percent", "%", False),
            ("snake_case", "e_c", True),
            ("snakecase", "e_c", False),
            (r"C:\temp", "\\", True),
            ("C:/temp", "\\", False),
            ("a/b", "A/B", True),
            ('it\'s "quoted"', "'s \"q", True),
            ("ÄRGER in 東京", "ärger IN 東", True),
            ("Straße", "STRASSE", True),
            ("anything", "x" * 200_000, False),
            ("anything", "any\0", False),
            ("anything", "any\ud800", False),
        ],
    )
    async def test_a_label_is_found_by_what_it_contains(
        self, records: Records, label: str, search: str, found: bool
    ) -> None:
        run = a_run(label=label)
        await records.add(run, a_run(label=None), a_run(label="zzz"))
        assert await records.ids(RunFilter(label=search)) == ([run.id] if found else [])

    @pytest.mark.parametrize("owner", ["ann\0", "\udfff", "x" * 100_000], ids=["nul", "surrogate", "long"])
    async def test_an_owner_that_cannot_be_finds_nothing(self, records: Records, owner: str) -> None:
        await records.add(a_run(owner="ann"))
        assert await records.ids(RunFilter(owner=owner)) == []

    async def test_time_filters_include_the_start_and_exclude_the_end(self, records: Records) -> None:
        runs = runs_in_time(5)
        await records.add(*runs)
        start, end = runs[1].created_at, runs[3].created_at
        ids = [run.id for run in runs]
        assert await records.ids(RunFilter(created_after=start)) == ids[1:]
        assert await records.ids(RunFilter(created_before=end)) == ids[:3]
        assert await records.ids(RunFilter(created_after=start, created_before=end)) == ids[1:3]

    async def test_time_filters_may_be_in_any_zone_and_at_the_ends_of_time(self, records: Records) -> None:
        run = a_run()
        await records.add(run)
        east = timezone(timedelta(hours=14))
        assert await records.ids(RunFilter(created_after=MORNING.astimezone(east))) == [run.id]
        first, last = datetime.min.replace(tzinfo=east), datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))
        assert await records.ids(RunFilter(created_after=first, created_before=last)) == [run.id]

    @pytest.mark.parametrize("order", [SortOrder.ASC, SortOrder.DESC])
    async def test_pages_give_every_run_once_while_others_arrive(
        self, open_work: IntakeUnitOfWorkFactory, records: Records, order: SortOrder
    ) -> None:
        there = [*runs_in_time(12), *(a_run(created_at=MORNING) for _ in range(11))]  # many at the same time
        await records.add(*there)
        seen: list[UUID] = []
        after: Position | None = None
        while True:
            async with open_work(write=False) as work:
                page = await work.runs.list(RunFilter(), order=order, after=after, limit=4)
            seen += [run.id for run in page]
            if len(page) < 4 or len(seen) > 200:
                break
            after = Position(at=page[-1].created_at, id=page[-1].id)
            behind = MORNING - timedelta(days=1) if order is SortOrder.ASC else MORNING + timedelta(days=1)
            await records.add(a_run(created_at=behind))
        assert seen == [run.id for run in _sorted(there, order)]

    async def test_pages_and_filters_work_together(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        runs = [replace(run, owner="ann" if place % 2 else "bob") for place, run in enumerate(runs_in_time(9))]
        await records.add(*runs)
        after = Position(at=runs[3].created_at, id=runs[3].id)
        async with open_work(write=False) as work:
            page = await work.runs.list(RunFilter(owner="ann"), order=SortOrder.ASC, after=after, limit=10)
        assert [run.id for run in page] == [runs[5].id, runs[7].id]

    async def test_stale_runs_are_pending_and_untouched_oldest_first(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        old = [
            a_run(status=RunStatus.PENDING, updated_at=MORNING - timedelta(minutes=minute), created_at=MORNING)
            for minute in (3, 1, 2)
        ]
        just = a_run(status=RunStatus.PENDING, updated_at=MORNING)
        done = a_run(status=RunStatus.STORED, updated_at=MORNING - timedelta(days=1))
        await records.add(*old, just, done)
        async with open_work(write=False) as work:
            stale = await work.runs.list_stale(untouched_since=MORNING, limit=10)
            assert [run.id for run in stale] == [old[0].id, old[2].id, old[1].id]
            assert list(await work.runs.list_stale(untouched_since=MORNING, limit=1)) == [old[0]]


def _sorted(runs: list[IngestionRun], order: SortOrder) -> list[IngestionRun]:
    return sorted(runs, key=lambda run: (run.created_at, run.id), reverse=order is SortOrder.DESC)
