"""Pipelines that are reported about before anybody has created them."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelineAddress, PipelineName, PipelinesUnitOfWork
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import MAX_NAME, folded, parse_external_id, parse_name

_LONGEST = MAX_NAME - 40  # of what a name begins with: platform and digest may follow


class NamedPipeline(NamedTuple):
    """A pipeline as reporters name it: by its client's name, platform and external id there."""

    client: str
    platform: Platform
    external_id: str

    @property
    def address(self) -> PipelineAddress:
        return PipelineAddress(folded(self.client), self.platform, self.external_id)


async def create_missing(
    work: PipelinesUnitOfWork, missing: Sequence[NamedPipeline], *, ids: IdGenerator, at: datetime
) -> Mapping[NamedPipeline, UUID | ForebayError]:
    """The new pipelines, and the clients that they need; or why a name cannot be used. A few statements for thousands.

    ConflictError when somebody else creates the same at the same time; the unit of work is then void.
    """
    made: dict[NamedPipeline, UUID | ForebayError] = {}
    new: dict[PipelineAddress, NamedPipeline] = {}
    for named in sorted(missing, key=_order):
        try:
            parse_name(named.client, field="client")
            parse_external_id(named.external_id)
        except InvalidInputError as error:
            made[named] = error
        else:
            new.setdefault(named.address, named)
    clients = await _clients(work, new.values(), ids=ids, at=at)
    names = await _free_names(work, new.values())
    pipelines = {
        address: Pipeline(
            id=ids.new_id(),
            client_id=clients[address.client].id,
            name=names[address],
            platform=named.platform,
            external_id=named.external_id,
            pipeline_type=PipelineType.INGESTION,
            environment=Environment.PROD,
            is_active=True,
            schedule=Schedule(),
            enabled_at=at,
            revision=1,
            created_at=at,
            updated_at=at,
        )
        for address, named in new.items()
    }
    await work.pipelines.add_all(list(pipelines.values()))
    made.update((named, pipelines[named.address].id) for named in missing if named not in made)
    return made


def _order(named: NamedPipeline) -> tuple[str, ...]:
    """The same everywhere, however names are written, so that two who create the same do not wait for each other."""
    return folded(named.client), folded(_beginning(named)), named.platform.value, named.external_id, named.client


async def _clients(
    work: PipelinesUnitOfWork, new: Iterable[NamedPipeline], *, ids: IdGenerator, at: datetime
) -> Mapping[str, Client]:
    """By their names, as folded() has them."""
    names: dict[str, str] = {}
    for named in new:
        names.setdefault(folded(named.client), parse_name(named.client))
    there = await work.clients.find_all(list(names))
    added = {
        key: Client(id=ids.new_id(), name=name, is_active=True, revision=1, created_at=at, updated_at=at)
        for key, name in names.items()
        if key not in there
    }
    await work.clients.add_all(list(added.values()))
    return {**there, **added}


async def _free_names(work: PipelinesUnitOfWork, new: Iterable[NamedPipeline]) -> Mapping[PipelineAddress, str]:
    """For each the first candidate that no other pipeline of its client has."""
    candidates = {named.address: list(_candidates(named)) for named in new}
    taken = set(
        await work.pipelines.taken(
            [PipelineName(address.client, folded(name)) for address, names in candidates.items() for name in names]
        )
    )
    found: dict[PipelineAddress, str] = {}
    for address, names in candidates.items():
        free = (name for name in names if PipelineName(address.client, folded(name)) not in taken)
        found[address] = next(free, names[-1])
        taken.add(PipelineName(address.client, folded(found[address])))
    return found


def _candidates(named: NamedPipeline) -> Iterator[str]:
    """The external id; with the platform; and with a digest, which nobody else has."""
    wanted = _beginning(named)
    yield wanted
    yield f"{wanted} ({named.platform})"
    digest = hashlib.sha256(f"{named.platform}\n{named.external_id}".encode()).hexdigest()
    yield f"{wanted} ({named.platform} {digest[:12]})"


def _beginning(named: NamedPipeline) -> str:
    written = unicodedata.normalize("NFC", named.external_id.strip())
    return written[:_LONGEST].strip() or named.platform.value
