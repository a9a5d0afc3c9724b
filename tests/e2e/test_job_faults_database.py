"""PostgreSQL goes away and comes back while jobs run: workers and streams of events recover, each job ends once."""

from pathlib import Path
from uuid import UUID

import pytest

from forebay.adapters.sql.migrate import upgrade
from tests.e2e.faults import proofs
from tests.e2e.faults.event_client import following
from tests.e2e.faults.inputs import FEW, MANY, Archive, make_archive, upload_archive
from tests.e2e.faults.plugin import installed_here
from tests.e2e.faults.scene import open_scene
from tests.e2e.faults.setting import quick_settings
from tests.e2e.faults.slow_blobs import SECONDS_VARIABLE
from tests.server_process import running_server
from tests.services import PostgresServer, postgres

JOBS = 6


@pytest.mark.adapter("postgres", "filesystem")
@pytest.mark.timeout(400)
async def test_jobs_and_streams_of_events_survive_restarts_of_the_database(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    installed_here(monkeypatch)
    with postgres() as database, database.database() as url:
        upgrade(url)
        environ = {
            **quick_settings(tmp_path),
            "FOREBAY_DATABASE_URL": url,
            "FOREBAY_WORKER_CONCURRENCY": str(JOBS),
        }
        async with open_scene(tmp_path, environ) as scene:
            server_folder = tmp_path / "server"
            server_folder.mkdir()
            without_worker = {**scene.fleet.environ, "FOREBAY_WORKER_CONCURRENCY": "0"}
            with running_server(server_folder, without_worker) as server:
                async with following(server.url) as client:
                    workers = [scene.fleet.start("worker") for _ in range(2)]
                    jobs = await scene.upload_gated(JOBS)
                    inside = [await scene.next_visit(what=f"first steps, {n} are there") for n in range(JOBS)]

                    # Half of the steps end while the database is away, and one of the two workers dies meanwhile.
                    database.kill()
                    for visit in inside[: JOBS // 2]:
                        visit.answer()
                    for visit in inside[: JOBS // 2]:
                        await scene.watch.until(visit.left.is_set, what="the end of steps with the database away")
                    await scene.fleet.kill(workers[0])
                    database.start()
                    scene.fleet.start("worker")
                    scene.gate.open()
                    for visit in inside[JOBS // 2 :]:
                        visit.answer()
                    await scene.watch.until_all_ended(JOBS)

                    # Once more while nobody has anything to do: who waits for work must hear of it again.
                    database.kill()
                    database.start()
                    jobs += await scene.upload_gated(JOBS)
                    await scene.watch.until_all_ended(2 * JOBS)

                    await scene.prove_gated(jobs)
                    events = [event.position for event in await proofs.all_events(scene.use_cases)]
                    await client.until(lambda: client.positions[-1:] == events[-1:], what="the last event")
                    assert client.positions == events
                    assert client.interruptions == 0  # the stream waits for the database, as workers do
                assert server.stop() == 0
            assert [await program.stop() for program in scene.fleet.living()] == [0, 0]
            await proofs.prove_nothing_is_left_over(scene.settings)


@pytest.mark.adapter("postgres", "filesystem")
@pytest.mark.timeout(400)
async def test_restarts_at_any_moment_of_catalogues_leave_each_of_them_whole(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgres_server.source
    installed_here(monkeypatch)
    with postgres() as database, database.database() as url:
        upgrade(url)
        environ = {**quick_settings(tmp_path), "FOREBAY_DATABASE_URL": url, "FOREBAY_WORKER_CONCURRENCY": "4"}
        async with open_scene(tmp_path, environ) as scene:
            slow = {"FOREBAY_BLOB_URL": f"slow+{scene.settings.blob_url}", SECONDS_VARIABLE: "0.05"}
            for _ in range(2):
                scene.fleet.start("worker", **slow)
            archives: dict[UUID, Archive] = {}
            for restart in range(4):
                for number in range(restart * 12, restart * 12 + 12):
                    archive = make_archive(number, members=MANY if number % 6 == 0 else FEW)
                    archives[await upload_archive(scene.use_cases, archive)] = archive
                enough = restart * 12 + 3 + restart
                await scene.watch.until(lambda: len(scene.watch.ended()) >= enough, what="some jobs' end")  # noqa: B023 - awaited at once
                database.kill()
                database.start()
            await scene.watch.until_all_ended(len(archives))
            await proofs.prove_catalogued(scene.settings, scene.use_cases, archives)
            assert [await program.stop() for program in scene.fleet.living()] == [0, 0]
            await proofs.prove_nothing_is_left_over(scene.settings)
