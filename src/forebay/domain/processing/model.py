"""Models: which program or trained model, in which version and with which parameters, did a step's work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """What a step declares. Name, version and kind together name a model; parameters belong to its version."""

    name: str
    kind: str
    version: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(ModelSpec):
    """A model that some step has used."""

    id: UUID
    created_at: datetime
