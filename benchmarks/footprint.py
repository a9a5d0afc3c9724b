"""Section `footprint`: what sizing needs to know: memory of each process, and bytes of database for each thing kept."""

from __future__ import annotations

import io
import json
import random
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil  # type: ignore[import-untyped, unused-ignore]  # ships no types; only plain numbers leave this module
import psycopg

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.jobs import BOUNDARY, Client
from benchmarks.listing import migrate
from benchmarks.processes import Server, running
from benchmarks.report import Table, bytes_text, megabytes, say
from benchmarks.services import postgres_server, redis_server
from benchmarks.workspace import Workspace, free_port

WORDS = ("forebay", "invoice", "payment", "amount", "delivery", "within", "thirty", "days", "net", "goods", "received")
CELERY = (str(BIN / "celery"), "-A", "forebay.entrypoints.worker.celery_app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Bytes of memory of a program and its children, shared pages divided among those that share them."""

    program: str
    processes: int
    idle: int
    after_work: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many bytes a database grew by, with its indexes, for each thing."""

    database: str
    thing: str
    count: int
    bytes_each: float


@dataclass(frozen=True, slots=True)
class Things:
    """What is put in, and how many of it."""

    name: str
    put: Callable[[Client, int], None]
    count: int


def measure(workspace: Workspace, databases: Sequence[str], *, quick: bool) -> tuple[list[Resident], list[Kept]]:
    kept = [found for database in databases for found in grow(workspace, database, 10 if quick else 1)]
    return resident(workspace), kept


def things(fewer: int) -> list[Things]:
    return [
        Things("run of one file, its job and events", put_files, 2_000 // fewer),
        Things("member of an archive", put_archive, 50_000 // fewer),
        Things("document of 4 KiB of text", put_documents, 500 // fewer),
        Things("reported run of a pipeline", put_reports, 50_000 // fewer),
    ]


def grow(workspace: Workspace, database: str, fewer: int) -> Iterator[Kept]:
    with ExitStack() as stack:
        folder = stack.enter_context(workspace.fresh_folder(f"footprint-{database}"))
        environment = dict(forebay_environment(free_port(), folder / "data"))
        environment["FOREBAY_WORKER_CONCURRENCY"] = "2"
        if database == "postgresql":
            environment["FOREBAY_DATABASE_URL"] = stack.enter_context(stack.enter_context(postgres_server()).database())
            migrate(environment)
        with serving(environment, folder) as server:
            client = Client(server.port)
            before = database_bytes(environment, folder)
            for each in things(fewer):
                each.put(client, each.count)
                client.wait_until_done(600)
                after = database_bytes(environment, folder)
                found = Kept(
                    database=database, thing=each.name, count=each.count, bytes_each=(after - before) / each.count
                )
                say(f"  {database}: {each.name}: {found.bytes_each:.0f} bytes")
                before = after
                yield found


@contextmanager
def serving(environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    port = int(environment["FOREBAY_PORT"])
    command = [str(BIN / "forebay"), "serve"]
    with running(command, port=port, ready="/readyz", environment=environment, log=folder / "serve.log") as server:
        yield server


def database_bytes(environment: Mapping[str, str], folder: Path) -> int:
    """On PostgreSQL after what autovacuum would do; SQLite's write-ahead log counts when it has been written back."""
    url = environment.get("FOREBAY_DATABASE_URL")
    if url is None:
        return (folder / "data" / "forebay.db").stat().st_size
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def put_files(client: Client, count: int) -> None:
    for number in range(count):
        client.upload(number)


def put_archive(client: Client, count: int) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for number in range(count):
            content = f"[stanza {number}]\nkey = value {number}\n".encode()
            member = tarfile.TarInfo(f"etc/apps/app{number % 50:03}/default/settings{number:06}.conf")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    send(client, "/v1/uploads", {"type": "ds_etc"}, "etc.tar.gz", packed.getvalue())


def put_documents(client: Client, count: int) -> None:
    chance = random.Random(count)
    for number in range(count):
        text = f"Document {number}. "
        while len(text) < 4096:
            text += f"{chance.choice(WORDS)}{chance.randrange(400)} "
        send(client, "/v1/uploads", {"type": "document"}, f"document{number}.txt", text.encode())


def put_reports(client: Client, count: int) -> None:
    batch = 5_000
    for begin in range(0, count, batch):
        runs = [
            {
                "client": "Acme",
                "external_id": f"nightly-{number % 50}",
                "platform": "airflow",
                "external_run_id": f"scheduled__2026-01-01T00:00:{number}",
                "status": "success",
                "started_at": f"2026-01-{1 + number % 28:02}T04:00:00Z",
                "finished_at": f"2026-01-{1 + number % 28:02}T04:10:00Z",
                "rows_processed": number,
            }
            for number in range(begin, min(begin + batch, count))
        ]
        body = "\n".join(map(json.dumps, runs)).encode()
        path = "/v1/pipeline-runs:batch?create_missing=true"
        answer = client.ask("POST", path, body, media_type="application/x-ndjson")
        summary = cast("dict[str, int]", answer["summary"])
        if summary["created"] != len(runs):
            raise RuntimeError(f"of {len(runs)} reports only {summary['created']} were new: {summary}")


def send(client: Client, path: str, fields: Mapping[str, str], name: str, content: bytes) -> None:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    client.ask("POST", path, "".join([*parts, head]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode())


def resident(workspace: Workspace) -> list[Resident]:
    """A server alone, with a worker inside, and the programs that work beside one, before and after some archives."""
    with ExitStack() as stack:
        folder = stack.enter_context(workspace.fresh_folder("footprint-memory"))
        database = stack.enter_context(stack.enter_context(postgres_server()).database())
        environment = {**forebay_environment(free_port(), folder / "data"), "FOREBAY_DATABASE_URL": database}
        migrate(environment)
        local = {**environment, "FOREBAY_WORKER_CONCURRENCY": "2"}
        broker = {**local, "FOREBAY_QUEUE_URL": stack.enter_context(redis_server()).url}
        return [
            weigh("`forebay serve`, two jobs at a time", local, folder, None),
            weigh("`forebay serve --no-worker`", environment, folder, None, works=False),
            weigh("`forebay worker --concurrency 2`", local, folder, [str(BIN / "forebay"), "worker"]),
            weigh("Celery worker, `--concurrency 2`", broker, folder, [*CELERY, "worker", "--concurrency", "2"]),
        ]


def weigh(
    program: str, environment: Mapping[str, str], folder: Path, command: Sequence[str] | None, *, works: bool = True
) -> Resident:
    """The program beside a server, or the server itself when there is no command."""
    with ExitStack() as stack:
        alone = command is None
        serving_only = dict(environment) if alone else {**environment, "FOREBAY_WORKER_CONCURRENCY": "0"}
        server = subject = stack.enter_context(serving(serving_only, folder))
        if command is not None:
            port = free_port()
            more = {**environment, "FOREBAY_WORKER_PORT": str(port)}
            subject = stack.enter_context(
                running(command, port=port, ready="/readyz", environment=more, log=folder / "worker.log")
            )
        idle = proportional(subject)
        client = Client(server.port)
        put_archive(client, 1_000)
        put_documents(client, 20)
        if works:
            client.wait_until_done(300)
        after, processes = proportional(subject), 1 + len(psutil.Process(subject.process.pid).children(recursive=True))
    say(f"  {program}: {megabytes(idle)}, {megabytes(after)}")
    return Resident(program=program, processes=processes, idle=idle, after_work=after)


def proportional(server: Server) -> int:
    """Linux' PSS; what is resident elsewhere."""
    parent = psutil.Process(server.process.pid)
    infos = [process.memory_full_info() for process in (parent, *parent.children(recursive=True))]
    return sum(int(getattr(info, "pss", info.rss)) for info in infos)


def tables(residents: Sequence[Resident], kept: Sequence[Kept]) -> list[Table]:
    databases = list(dict.fromkeys(each.database for each in kept))
    sizes = {(each.thing, each.database): each for each in kept}
    return [
        Table(
            title="Memory of the processes",
            heading=["program", "processes", "idle", "after some work"],
            rows=[
                [each.program, str(each.processes), megabytes(each.idle), megabytes(each.after_work)]
                for each in residents
            ],
            notes=["with children, shared pages divided among those that share them (PSS); PostgreSQL"],
        ),
        Table(
            title="Database, with indexes",
            heading=["for each", *databases],
            rows=[
                [thing, *(bytes_text(round(sizes[thing, database].bytes_each)) for database in databases)]
                for thing in dict.fromkeys(each.thing for each in kept)
            ],
        ),
    ]
