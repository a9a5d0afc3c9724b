"""Which metrics servers and workers really show, with their labels also where nothing was counted yet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from forebay.bootstrap.asgi import open_app, worker_inside
from forebay.bootstrap.settings import Settings, load_settings
from forebay.bootstrap.worker_health import answering, bind_health
from forebay.bootstrap.worker_parts import make_registry, open_working
from tests.e2e.workers import FOREBAY_WORKER, running_worker
from tests.unit.http.asgi_client import started

_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


@dataclass(frozen=True, kw_only=True)
class Family:
    """As its `# TYPE` line has it, so counters end in `_total`."""

    name: str
    type: str
    labels: frozenset[str]

    @property
    def series(self) -> Mapping[str, frozenset[str]]:
        """The names that queries may use, and the labels of each."""
        base = self.name.removesuffix("_total") if self.type == "counter" else self.name
        return {
            base + suffix: self.labels | ({"le"} if suffix == "_bucket" else set()) for suffix in _SUFFIXES[self.type]
        }


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """By process: a server with a worker inside, `forebay worker`, and a worker of Celery."""

    server: Mapping[str, Family]
    worker: Mapping[str, Family]
    celery: Mapping[str, Family]

    @property
    def families(self) -> Mapping[str, Family]:
        return {**self.celery, **self.worker, **self.server}

    @property
    def series(self) -> Mapping[str, frozenset[str]]:
        return {name: labels for family in self.families.values() for name, labels in family.series.items()}


def exposed(folder: Path) -> Exposed:
    """Starts one of each on databases in `folder`."""
    server = asyncio.run(_of_a_server(_settings(folder / "server")))
    celery = asyncio.run(_of_a_pool(_settings(folder / "celery")))
    declared = {name: family.labels for name, family in server.items()}
    with running_worker(folder, FOREBAY_WORKER, {"FOREBAY_DATA_DIR": str(folder / "worker")}) as process:
        worker = _families(httpx.get(f"{process.url}/metrics").text, declared)
    return Exposed(server=server, worker=worker, celery=celery)


async def _of_a_server(settings: Settings) -> Mapping[str, Family]:
    async with open_app(settings, worker_inside(settings)) as app, started(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://forebay") as client:
            text = (await client.get("/metrics")).text
        return _families(text, _declared(app.metrics.registry))


async def _of_a_pool(settings: Settings) -> Mapping[str, Family]:
    """What a pool's processes count comes to the main process under the same names."""
    registry = make_registry()
    async with (
        open_working(settings, registry) as use_cases,
        answering(settings, bind_health(settings), use_cases, registry) as url,
        httpx.AsyncClient() as client,
    ):
        return _families((await client.get(f"{url}/metrics")).text, _declared(registry))


def _settings(folder: Path) -> Settings:
    values = {"FOREBAY_DATA_DIR": str(folder), "FOREBAY_WORKER_PORT": "0", "FOREBAY_SYNC_INTERVAL_SECONDS": "3600"}
    return load_settings(values, env_file=Path("none"))


def _declared(registry: CollectorRegistry) -> Mapping[str, frozenset[str]]:
    """The labels of what was made for the registry; what is asked at each scrape always has samples."""
    metrics = [one for one in registry._collector_to_names if isinstance(one, MetricWrapperBase)]
    names = {one: one._name + ("_total" if one._type == "counter" else "") for one in metrics}
    return {name: frozenset(one._labelnames) for one, name in names.items()}


def _families(text: str, declared: Mapping[str, frozenset[str]]) -> Mapping[str, Family]:
    found = {}
    for family in text_string_to_metric_families(text):
        if family.name.endswith("_created"):  # when a series began; the library adds it to each
            continue
        name = family.name + ("_total" if family.type == "counter" else "")
        seen = frozenset(label for sample in family.samples for label in sample.labels) - {"le"}
        found[name] = Family(name=name, type=family.type, labels=declared.get(name, seen))
        assert seen <= found[name].labels, name
    return found
