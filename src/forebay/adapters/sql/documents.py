"""The repositories of documents in SQL. Statements stand at module level, so that SQLAlchemy compiles each once."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, tuple_, update

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.document_rows import (
    DOCUMENT_IS_FOR_EVER,
    document_of,
    document_values,
    path_digest,
)
from forebay.adapters.sql.documents_tables import documents
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.documents import DocumentFilter, DocumentRepository
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.intake.blob import Sha256
from forebay.domain.paging import Position, SortOrder

_document = documents.c
_SELECT = select(documents)
_INSERT = insert(documents)
_UPDATE = update(documents).where(_document.id == bindparam("document_id"))
_DELETE = delete(documents).where(_document.id == bindparam("document_id"))
_GET = _SELECT.where(_document.id == bindparam("document_id"))
_LOCK = _GET.with_for_update(key_share=True)  # corrections and attachments may refer to it meanwhile
_FIND = _SELECT.where(_document.run_id == bindparam("run"), _document.path_sha256 == bindparam("digest"))
_FIND_AND_LOCK = _FIND.with_for_update(key_share=True)
_OF_RUN = _SELECT.where(_document.run_id == bindparam("run")).order_by(_document.id)
_OF_RUN_AND_LOCK = _OF_RUN.with_for_update(key_share=True)
_ATTACHED = _SELECT.where(_document.parent_id == bindparam("parent")).order_by(_document.id)
_ATTACHED_AND_LOCK = _ATTACHED.with_for_update(key_share=True)
_TEXT_DIGESTS = (
    select(_document.text_sha256)
    .where(_document.run_id == bindparam("run"), _document.text_sha256.is_not(None))
    .distinct()
    .order_by(_document.text_sha256)
)
_PLACE = tuple_(bindparam("at", type_=UtcTime()), bindparam("last_id", type_=RowId()))


class SqlDocuments:
    """Documents."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, document: Document) -> None:
        await self._do.write(_INSERT, document_values(document))

    async def get(self, document_id: UUID, *, for_update: bool = False) -> Document:
        row = await self._do.first(_LOCK if for_update else _GET, {"document_id": document_id})
        if row is None:
            raise no_document(document_id)
        return document_of(row)

    async def find(self, run_id: UUID, path: str, *, for_update: bool = False) -> Document | None:
        statement = _FIND_AND_LOCK if for_update else _FIND
        row = await self._do.first(statement, {"run": run_id, "digest": path_digest(path)})
        return document_of(row) if row is not None else None

    async def update(self, document: Document) -> None:
        row = document_values(document)
        values = {name: value for name, value in row.items() if name not in DOCUMENT_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "document_id": document.id}, about=row):
            raise no_document(document.id)

    async def delete(self, document_id: UUID) -> None:
        if not await self._do.write(_DELETE, {"document_id": document_id}):
            raise no_document(document_id)

    async def list(
        self, where: DocumentFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Document]:
        if not is_answerable(where):
            return ()
        columns = (_document.created_at, _document.id)
        newest_first = order is SortOrder.DESC
        statement = _SELECT.where(*conditions(where))
        values: dict[str, object] = {}
        if after is not None:
            place = tuple_(*columns)
            statement = statement.where(place < _PLACE if newest_first else place > _PLACE)
            values = {"at": after.at, "last_id": after.id}
        statement = statement.order_by(*(c.desc() if newest_first else c.asc() for c in columns)).limit(limit)
        return tuple(document_of(row) for row in await self._do.fetch(statement, values))

    async def list_of_run(
        self,
        run_id: UUID,
        *,
        statuses: frozenset[DocumentStatus] | None = None,
        after: UUID | None,
        limit: int,
        for_update: bool = False,
    ) -> Sequence[Document]:
        statement = (_OF_RUN_AND_LOCK if for_update else _OF_RUN).limit(limit)
        if statuses is not None:
            statement = statement.where(_document.status.in_(sorted(statuses)))
        if after is not None:
            statement = statement.where(_document.id > after)
        return tuple(document_of(row) for row in await self._do.fetch(statement, {"run": run_id}))

    async def attached_to(self, document_id: UUID, *, for_update: bool = False) -> Sequence[Document]:
        statement = _ATTACHED_AND_LOCK if for_update else _ATTACHED
        return tuple(document_of(row) for row in await self._do.fetch(statement, {"parent": document_id}))

    async def text_digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        return tuple(Sha256(row.text_sha256) for row in await self._do.fetch(_TEXT_DIGESTS, {"run": run_id}))


def is_answerable(where: DocumentFilter) -> bool:
    """Whether any document can match: none has what a database does not keep."""
    return storable(where.media_type) and storable(where.owner) and storable(where.language)


def conditions(where: DocumentFilter) -> Iterator[ColumnElement[bool]]:
    if where.run_id is not None:
        yield _document.run_id == where.run_id
    if where.category_id is not None:
        yield _document.category_id == where.category_id
    if where.uncategorised:
        yield _document.category_id.is_(None)
    if where.media_type is not None:
        yield _document.media_type == where.media_type
    if where.owner is not None:
        yield _document.owner == where.owner
    if where.language is not None:
        yield _document.language == where.language
    if where.status is not None:
        yield _document.status == where.status.value
    if where.created_after is not None:
        yield _document.created_at >= where.created_after
    if where.created_before is not None:
        yield _document.created_at < where.created_before


def no_document(document_id: UUID) -> DocumentNotFoundError:
    return DocumentNotFoundError(f"there is no document {document_id}")


def _fits(statements: Statements) -> DocumentRepository:
    return SqlDocuments(statements)
