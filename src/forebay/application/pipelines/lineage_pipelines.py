"""The pipelines that jobs of OpenLineage are, created when a job is seen for the first time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelineAddress, PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import ConflictError
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import ClientExistsError
from forebay.domain.pipelines.lineage import LineageJob
from forebay.domain.pipelines.lineage_clients import LineageClients
from forebay.domain.pipelines.lineage_names import JobName, external_id_of, pipeline_names
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import folded

_NAMES = 1_000  # so many jobs of the same name in the same namespace of the same client there are not
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenJob:
    """A job, and what its pipeline is to be if it has none yet."""

    name: JobName
    platform: Platform
    pipeline_type: PipelineType


class LineagePipelines:
    """A job that is new becomes the pipeline that was created for it (its external id is `namespace/name`), or a new

    one. Several who see the same job for the first time at the same time get the same pipeline.
    """

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        clients: LineageClients,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._rule = clients
        self._clock = clock
        self._ids = ids

    async def __call__(self, jobs: Sequence[SeenJob]) -> Mapping[JobName, UUID]:
        """The pipeline of each. The jobs have different names."""
        known = await self._known([job.name for job in jobs])
        missing = sorted((job for job in jobs if job.name not in known), key=lambda job: job.name)
        if not missing:
            return known
        clients = {name: await self._client(name) for name in sorted({self._client_name(job) for job in missing})}
        owners = {job.name: clients[self._client_name(job)] for job in missing}
        try:
            return known | await self._create(missing, owners, _different_names(missing, owners))
        except ConflictError:  # one of the names is taken, or somebody else has seen one of the jobs just now
            for job in missing:
                known[job.name] = await self._create_one(job, owners)
        return known

    async def _known(self, jobs: Sequence[JobName]) -> dict[JobName, UUID]:
        async with self._unit_of_work(write=False) as work:
            found = await work.lineage.pipelines_of(jobs)
        return {job: found[job] for job in jobs if job in found}

    async def _create_one(self, job: SeenJob, owners: Mapping[JobName, Client]) -> UUID:
        """Under the first name that nobody has."""
        refusal: ConflictError | None = None
        for name in islice(pipeline_names(job.name), _NAMES):
            try:
                return (await self._create([job], owners, {job.name: name}))[job.name]
            except ConflictError as error:
                refusal = error
        raise refusal or ConflictError(f"there is no name left for the pipeline of job {job.name.name!r}")

    async def _create(
        self, jobs: Sequence[SeenJob], owners: Mapping[JobName, Client], names: Mapping[JobName, str]
    ) -> dict[JobName, UUID]:
        """ConflictError when one of the names is taken, or one of the jobs is created by somebody else at the same

        time; then nothing is created. Those that were created meanwhile are found: it looks where it writes.
        """
        made: dict[JobName, UUID] = {}
        now = self._clock.now()
        async with self._unit_of_work() as work:
            seen = await work.lineage.pipelines_of([job.name for job in jobs])
            made.update((job.name, seen[job.name]) for job in jobs if job.name in seen)
            new = [job for job in jobs if job.name not in seen]
            there = await _created_for(work, new, owners) if new else {}
            for job in new:
                pipeline_id = there.get(job.name)
                if pipeline_id is None:
                    pipeline = Pipeline(
                        id=self._ids.new_id(),
                        client_id=owners[job.name].id,
                        name=names[job.name],
                        platform=job.platform,
                        external_id=external_id_of(job.name),
                        pipeline_type=job.pipeline_type,
                        environment=Environment.PROD,
                        is_active=True,
                        schedule=Schedule(),
                        enabled_at=now,
                        revision=1,
                        created_at=now,
                        updated_at=now,
                    )
                    await work.pipelines.add(pipeline)
                    pipeline_id = pipeline.id
                await work.lineage.add_job(
                    LineageJob(namespace=job.name.namespace, name=job.name.name, pipeline_id=pipeline_id)
                )
                made[job.name] = pipeline_id
            await work.commit()
        return made

    def _client_name(self, job: SeenJob) -> str:
        return self._rule.client_of(job.name.namespace)

    async def _client(self, name: str) -> Client:
        async with self._unit_of_work(write=False) as work:
            found = await work.clients.find(folded(name))
        tries_left = _TRIES
        while found is None:
            try:
                return await self._create_client(name)
            except ClientExistsError:  # created by somebody else at the same time
                tries_left -= 1
                if not tries_left:
                    raise
        return found

    async def _create_client(self, name: str) -> Client:
        """Or the one that was created meanwhile: it looks where it writes."""
        now = self._clock.now()
        client = Client(id=self._ids.new_id(), name=name, is_active=True, revision=1, created_at=now, updated_at=now)
        async with self._unit_of_work() as work:
            found = await work.clients.find(folded(name))
            if found is not None:
                return found
            await work.clients.add(client)
            await work.commit()
        return client


async def _created_for(
    work: PipelinesUnitOfWork, jobs: Sequence[SeenJob], owners: Mapping[JobName, Client]
) -> Mapping[JobName, UUID]:
    """Pipelines that somebody has created for jobs not seen yet, whatever platform they were said to be of."""
    addresses = {
        job.name: [
            PipelineAddress(folded(owners[job.name].name), platform, external_id_of(job.name))
            for platform in (job.platform, *(other for other in Platform if other is not job.platform))
        ]
        for job in jobs
    }
    found = await work.pipelines.find([address for some in addresses.values() for address in some])
    return {
        job: next(found[address] for address in some if address in found)
        for job, some in addresses.items()
        if any(address in found for address in some)
    }


def _different_names(jobs: Sequence[SeenJob], owners: Mapping[JobName, Client]) -> dict[JobName, str]:
    names: dict[JobName, str] = {}
    taken: set[tuple[UUID, str]] = set()
    for job in jobs:
        owner = owners[job.name].id
        name = next(name for name in pipeline_names(job.name) if (owner, folded(name)) not in taken)
        taken.add((owner, folded(name)))
        names[job.name] = name
    return names
