"""Documents and categories as tables for people."""

from rich.text import Text

from forebay.entrypoints.cli.document_views import CategoriesView, CategoryView, DocumentDetailView, DocumentView
from forebay.entrypoints.cli.output import local_time, print_line, print_note, size
from forebay.entrypoints.cli.tabular import (
    add_row,
    highlighted,
    new_table,
    print_facts,
    print_more,
    print_page,
    print_table,
)
from forebay.entrypoints.cli.views import PageView


def print_documents(page: PageView[DocumentView]) -> None:
    table = new_table("DOCUMENT", "STATUS", "CATEGORY", "SURE", "LANGUAGE", "PAGES", "SIZE", "CREATED", "TITLE")
    for document in page.items:
        add_row(
            table,
            str(document.id),
            document.status,
            document.category or "",
            _sure(document),
            document.language or "",
            str(document.page_count) if document.page_count is not None else "",
            size(document.size_bytes),
            local_time(document.created_at),
            document.title,
        )
    print_page(table, page, "no documents")


def print_found(page: PageView[DocumentView]) -> None:
    """Best first. Scores mean something within one answer only, and nothing to people."""
    if not page.items:
        print_note("nothing found")
        return
    table = new_table("DOCUMENT", "CATEGORY", "TITLE", "TEXT")
    for document in page.items:
        add_row(
            table,
            str(document.id),
            document.category or "",
            highlighted(document.title, document.title_matches or []),
            highlighted(document.snippet.text, document.snippet.matches) if document.snippet else Text(),
        )
    print_table(table)
    print_more(page.next_cursor)


def print_document(document: DocumentDetailView) -> None:
    print_facts(
        {
            "document": str(document.id),
            "title": document.title,
            "status": document.status,
            "error": f"{document.error.detail} ({document.error.code})" if document.error else None,
            "category": _category(document),
            "language": document.language,
            "pages": str(document.page_count) if document.page_count is not None else None,
            "text": _text(document),
            "run": str(document.run_id),
            "path": document.path,
            "file": str(document.file_id),
            "attached to": str(document.parent_id) if document.parent_id else None,
            "owner": document.owner,
            "size": f"{size(document.size_bytes)} ({document.size_bytes} bytes)",
            "media type": document.media_type,
            "SHA-256": document.sha256,
            "created": local_time(document.created_at),
            "updated": local_time(document.updated_at),
        }
    )
    if document.reasons:
        print_line("")
        table = new_table("WHY", "WEIGHT", "")
        for reason in document.reasons:
            add_row(table, reason.kind, f"{reason.weight:.3g}" if reason.weight is not None else "", reason.text)
        print_table(table)
    if document.attachments:
        print_line("")
        table = new_table("ATTACHMENT", "STATUS", "TITLE")
        for attached in document.attachments:
            add_row(table, str(attached.id), attached.status, attached.title)
        print_table(table)


def print_categories(found: CategoriesView) -> None:
    if not found.items:
        print_note("no categories")
        return
    table = new_table("CATEGORY", "NAME", "RULES", "EXAMPLES", "DESCRIPTION")
    for category in found.items:
        counts = str(len(category.rules)), str(len(category.examples))
        add_row(table, str(category.id), category.name, *counts, category.description)
    print_table(table)
    print_more(found.next_cursor)


def print_category(category: CategoryView) -> None:
    print_facts(
        {
            "category": str(category.id),
            "name": category.name,
            "description": category.description or None,
            "created": local_time(category.created_at),
            "updated": local_time(category.updated_at),
        },
        multiline={"description"},
    )
    if category.rules:
        print_line("")
        table = new_table("RULE", "WHERE", "CONFIDENCE", "SIMILARITY", "TERMS")
        for rule in category.rules:
            near = f"{rule.similarity:g}" if rule.kind == "fuzzy" else ""
            add_row(table, rule.kind, rule.where, f"{rule.confidence:g}", near, ", ".join(rule.terms))
        print_table(table)
    if category.examples:
        print_line("")
        table = new_table("EXAMPLE")
        for example in category.examples:
            add_row(table, example)
        print_table(table)


def _sure(document: DocumentView) -> str:
    """How sure its category is; nothing where there is none."""
    return f"{document.confidence:.0%}" if document.category and document.confidence is not None else ""


def _category(document: DocumentDetailView) -> str | None:
    if document.classified_by is None:
        return None
    who = document.classified_by
    if document.classifier is not None:
        who += f" ({document.classifier.name} {document.classifier.version})"
    sure = f"{document.confidence:.0%}, " if document.confidence is not None and who != "person" else ""
    return f"{document.category or 'none'}; {sure}by {who}"


def _text(document: DocumentDetailView) -> str | None:
    scanned = "; its pages are pictures, of which nobody has read the text" if document.needs_ocr else ""
    if document.text is None:
        return None
    reader = f", by {document.extractor.name} {document.extractor.version}" if document.extractor is not None else ""
    return f"{size(document.text.size_bytes)}{reader}{scanned}"
