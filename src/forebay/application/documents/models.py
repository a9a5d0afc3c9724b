"""Models as rows: what a document's text or verdict came from."""

from datetime import datetime
from uuid import UUID

from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.jobs import ModelRepository
from forebay.domain.processing.model import Model, ModelSpec


async def ensure_model(models: ModelRepository, spec: ModelSpec, *, ids: IdGenerator, at: datetime) -> UUID:
    """The id of the model with this name, kind and version, from now on."""
    new = Model(
        id=ids.new_id(),
        name=spec.name,
        kind=spec.kind,
        version=spec.version,
        parameters=spec.parameters,
        created_at=at,
    )
    return (await models.ensure(new)).id
