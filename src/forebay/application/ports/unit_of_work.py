"""One unit of work for every context: what adapters give, and what each context sees a part of."""

from typing import Protocol

from forebay.application.ports.documents import DocumentsUnitOfWork
from forebay.application.ports.fixity import FixityUnitOfWork
from forebay.application.ports.intake import IntakeUnitOfWork
from forebay.application.ports.pipelines import PipelinesUnitOfWork
from forebay.application.ports.processing import ProcessingUnitOfWork


class UnitOfWork(
    IntakeUnitOfWork, FixityUnitOfWork, ProcessingUnitOfWork, DocumentsUnitOfWork, PipelinesUnitOfWork, Protocol
):
    """Everything that is recorded, in one transaction."""


class UnitOfWorkFactory(Protocol):
    """Opens units of work. `write=False` promises to only read, which lets readers run beside a writer."""

    def __call__(self, *, write: bool = True) -> UnitOfWork: ...
