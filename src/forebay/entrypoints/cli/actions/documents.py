"""forebay documents: list, search, show, correct, delete, learn."""

from collections.abc import Sequence
from dataclasses import dataclass

from forebay.application.ports.document_records import DocumentFilter
from forebay.domain.documents.document import parse_title
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.ids import parse_id
from forebay.domain.intake.text_fields import parse_owner
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.arguments import (
    parse_category,
    parse_cursor,
    parse_document_status,
    parse_instant,
    parse_language,
    parse_media_type,
    parse_order,
    parse_query,
)
from forebay.entrypoints.cli.document_queries import Correction, DocumentsQuery, SearchQuery
from forebay.entrypoints.cli.document_tables import print_document, print_documents, print_found
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, print_failure, print_json, print_line
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereArguments:
    """As typed."""

    category: str | None
    uncategorised: bool
    media_type: str | None
    owner: str | None
    language: str | None
    status: str | None
    run: str | None
    created_after: str | None
    created_before: str | None

    def parsed(self) -> tuple[DocumentFilter, str | None]:
        """The filter, and the name of the category."""
        category = parse_category(self.category, uncategorised=self.uncategorised)
        where = DocumentFilter(
            run_id=parse_id(self.run, field="--run") if self.run is not None else None,
            uncategorised=self.uncategorised,
            media_type=parse_media_type(self.media_type),
            owner=parse_owner(self.owner),
            language=parse_language(self.language),
            status=parse_document_status(self.status),
            created_after=parse_instant(self.created_after, field="created_after"),
            created_before=parse_instant(self.created_before, field="created_before"),
        )
        return where, category


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments:
    """As typed."""

    cursor: str | None
    limit: int


def list_documents(
    invocation: Invocation, given: WhereArguments, *, order: str, page: PageArguments, as_json: bool
) -> None:
    where, category = given.parsed()
    query = DocumentsQuery(
        where=where,
        category=category,
        order=parse_order(order),
        cursor=parse_cursor(page.cursor),
        limit=check_limit(page.limit),
    )
    found = with_gateway(invocation, lambda gateway: gateway.list_documents(query))
    if as_json:
        print_json(found)
    else:
        print_documents(found)


def search_documents(
    invocation: Invocation, given: WhereArguments, *, query: str, page: PageArguments, as_json: bool
) -> None:
    where, category = given.parsed()
    asked = SearchQuery(
        text=parse_query(query),
        where=where,
        category=category,
        cursor=parse_cursor(page.cursor),
        limit=check_limit(page.limit),
    )
    found = with_gateway(invocation, lambda gateway: gateway.search_documents(asked))
    if as_json:
        print_json(found)
    else:
        print_found(found)


def show_document(invocation: Invocation, *, document: str, as_json: bool) -> None:
    document_id = parse_id(document, field="DOCUMENT")
    found = with_gateway(invocation, lambda gateway: gateway.get_document(document_id))
    if as_json:
        print_json(found)
    else:
        print_document(found)


def correct_document(
    invocation: Invocation,
    *,
    document: str,
    category: str | None,
    uncategorised: bool,
    title: str | None,
    as_json: bool,
) -> None:
    document_id = parse_id(document, field="DOCUMENT")
    if title is None and category is None and not uncategorised:
        raise InvalidInputError("nothing to change; give --category, --uncategorised or --title", field="--category")
    correction = Correction(
        title=parse_title(title) if title is not None else None,
        category=parse_category(category, uncategorised=uncategorised),
        uncategorised=uncategorised,
    )
    changed = with_gateway(invocation, lambda gateway: gateway.correct_document(document_id, correction))
    if as_json:
        print_json(changed)
    else:
        print_document(changed)


def delete_documents(invocation: Invocation, *, documents: Sequence[str], as_json: bool) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""
    ids = [parse_id(document, field="DOCUMENT") for document in documents]

    async def each(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for document_id in ids:
            try:
                await gateway.delete_document(document_id)
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=str(document_id))
                code = code or failure.exit_code
                continue
            if as_json:
                print_json({"id": document_id, "deleted": True})
            else:
                print_line(f"deleted document {document_id}")
            flush()
        return code

    return with_gateway(invocation, each)


def learn(invocation: Invocation, *, as_json: bool) -> None:
    learned = with_gateway(invocation, lambda gateway: gateway.learn())
    if as_json:
        print_json(learned)
    else:
        counts = f"corrections: {learned.correction_count}, categories: {learned.category_count}"
        print_line(f"learned version {learned.version}; {counts}")
