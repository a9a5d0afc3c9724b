"""Documents and categories as methods: read, found, looked at, corrected, learned from."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from forebay import (
    ClassifierName,
    ConflictError,
    Document,
    DocumentStatus,
    Forebay,
    InvalidInputError,
    NotFoundError,
    ReasonKind,
    Rule,
    RuleField,
    RuleKind,
    RunStatus,
    SyncForebay,
)
from tests.cli.archives import bundle

TEXT = b"Amount due: 300 EUR for zebras, payable within net 30 days.\n"


async def invoice(forebay: Forebay, **fields: str) -> Document:
    """One that was read and classified."""
    document = await forebay.upload_document(TEXT, name="Tax invoice 7.txt", **fields)
    await forebay.process(document.run_id)
    return document


async def test_a_document_is_uploaded_then_ready_with_a_category_and_the_reason(forebay: Forebay) -> None:
    document = await forebay.upload_document(TEXT, name="Tax invoice 7.txt", owner="me", label="first")
    assert (document.status, document.path, document.title) == (
        DocumentStatus.UPLOADED,
        "Tax invoice 7.txt",
        "Tax invoice 7",
    )
    assert (document.size_bytes, document.sha256) == (len(TEXT), hashlib.sha256(TEXT).hexdigest())
    assert (await forebay.process(document.run_id)).status is RunStatus.COMPLETE
    found = await forebay.get_document(document.id)
    assert (found.status, found.category, found.classified_by) == (
        DocumentStatus.READY,
        "invoice",
        ClassifierName.RULES,
    )
    assert [reason.kind for reason in found.reasons] == [ReasonKind.RULE]
    assert found.text is not None
    assert found.text.size_bytes == len(TEXT)
    assert found.extractor is not None
    assert found.classifier is not None
    assert (await forebay.get_run(document.run_id)).label == "first"


async def test_a_document_that_cannot_be_read_says_why(forebay: Forebay) -> None:
    document = await forebay.upload_document(b"%PDF-1.7\nnothing else", name="broken.pdf")
    assert (await forebay.process(document.run_id)).status is RunStatus.FAILED
    found = await forebay.get_document(document.id)
    assert found.status is DocumentStatus.FAILED
    assert found.error is not None
    assert found.error.code == "document_broken"
    with pytest.raises(ConflictError, match="has no text"):
        await forebay.read_text(document.id)


async def test_documents_are_found_by_what_they_are(forebay: Forebay) -> None:
    bill = await invoice(forebay, owner="me")
    page = await forebay.upload_document(b"<html><title>x</title><p>Nothing.</p></html>", name="page.html")
    await forebay.process(page.run_id)

    async def listed(**where: object) -> list[str]:
        return [item.path async for item in forebay.documents(**where)]  # type: ignore[arg-type]

    both = [page.path, bill.path]
    assert await listed() == both
    assert await listed(order="asc") == both[::-1]
    assert (
        await listed(category="INVOICE") == await listed(owner="me") == await listed(run_id=bill.run_id) == [bill.path]
    )
    assert await listed(uncategorised=True) == await listed(media_type="text/html") == [page.path]
    assert await listed(status="ready", created_after=datetime.now(UTC) - timedelta(hours=1)) == both
    assert await listed(created_before=datetime(2026, 1, 1, tzinfo=UTC)) == []
    first = await forebay.list_documents(limit=1)
    second = await forebay.list_documents(limit=1, cursor=first.next_cursor)
    assert [*first.items, *second.items] == [item async for item in forebay.documents()]
    assert second.next_cursor is None


async def test_a_search_gives_the_best_first_with_what_matched(forebay: Forebay) -> None:
    bill = await invoice(forebay)
    zebra = await forebay.upload_document(b"All about zebras.\n", name="zebra.txt")
    await forebay.process(zebra.run_id)
    found = await forebay.search_documents("zebra*")
    assert [item.id for item in found.items] == [zebra.id, bill.id]
    assert [found.items[0].title[start:stop] for start, stop in found.items[0].title_matches] == ["zebra"]
    (hit,) = (await forebay.search_documents('"net 30 days" -about')).items
    assert " ".join(hit.snippet.text[start:stop] for start, stop in hit.snippet.matches) == "net 30 days"
    assert hit.score > 0
    assert (await forebay.search_documents("zebras", category="invoice")).items[0].id == bill.id
    first = await forebay.search_documents("zebras", limit=1)
    rest = await forebay.search_documents("zebras", limit=1, cursor=first.next_cursor)
    assert {item.id for item in (*first.items, *rest.items)} == {bill.id, zebra.id}


async def test_bytes_text_and_a_picture_come_back(forebay: Forebay, tmp_path: Path) -> None:
    document = await invoice(forebay)
    assert await forebay.read_text(document.id) == TEXT.decode()
    async with forebay.open_text(document.id, start=7, stop=10) as part:
        assert (await part.read(), part.text.size_bytes) == (b"due", len(TEXT))
    async with forebay.open_document(document.id) as content:
        assert (await content.read(), content.file.path) == (TEXT, document.path)
    assert await forebay.download_document(document.id, tmp_path) == tmp_path / document.path
    assert (tmp_path / document.path).read_bytes() == TEXT
    with pytest.raises(FileExistsError):
        await forebay.download_document(document.id, tmp_path)
    picture = await forebay.preview_document(document.id, width=200)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(picture[16:20], "big") == 200


async def test_what_a_person_says_stays_and_is_learned_from(forebay: Forebay) -> None:
    document = await invoice(forebay)
    changed = await forebay.correct_document(document.id, category="Letter", title="To the zoo")
    assert (changed.category, changed.classified_by, changed.title) == ("letter", ClassifierName.PERSON, "To the zoo")
    job = await forebay.classify_documents(document.run_id)
    assert job.kind == "document_classification"
    await forebay.process(document.run_id)
    assert (await forebay.get_document(document.id)).category == "letter"
    learned = await forebay.learn()
    assert (learned.version, learned.correction_count, learned.category_count) == (1, 1, 1)
    assert await forebay.learned_models() == (learned,)
    changed = await forebay.correct_document(document.id, uncategorised=True)
    assert (changed.category, changed.classified_by) == (None, ClassifierName.PERSON)


async def test_what_is_inside_of_archives_and_messages_are_documents_too(forebay: Forebay) -> None:
    run = (await forebay.upload(bundle(), type="archive", name="app.tgz", documents=True)).run
    assert run.documents
    await forebay.process(run.id)
    assert "app/readme.txt" in [document.path async for document in forebay.documents(run_id=run.id)]
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Zebras", "a@example.org", "b@example.org"
    message.set_content("See the attachment.")
    message.add_attachment(TEXT, maintype="text", subtype="plain", filename="bill.txt")
    sent = await forebay.upload_document(message.as_bytes(), name="mail.eml")
    await forebay.process(sent.run_id)
    (attached,) = (await forebay.get_document(sent.id)).attachments
    assert (await forebay.get_document(attached.id)).parent_id == sent.id
    async with forebay.open_document(attached.id) as content:
        assert await content.read() == TEXT
    await forebay.delete_document(attached.id)
    assert (await forebay.get_document(sent.id)).attachments == ()


async def test_a_deleted_document_goes_with_its_run(forebay: Forebay) -> None:
    document = await invoice(forebay)
    await forebay.delete_document(str(document.id))
    for gone in (forebay.get_document(document.id), forebay.delete_document(document.id)):
        with pytest.raises(NotFoundError) as error:
            await gone
        assert error.value.code == "document_not_found"
    with pytest.raises(NotFoundError):
        await forebay.get_run(document.run_id)


async def test_categories_are_data(forebay: Forebay) -> None:
    rules = [Rule(kind=RuleKind.ANY, terms=("zebra", "ape"), where=RuleField.TITLE)]
    made = await forebay.create_category("Zoo", description="About animals", rules=rules, examples=["A zebra."])
    assert (made.name, made.rules, made.examples) == ("Zoo", tuple(rules), ("A zebra.",))
    assert made in await forebay.list_categories()
    document = await forebay.upload_document(b"Nothing.\n", name="ape.txt")
    await forebay.process(document.run_id)
    assert (await forebay.get_document(document.id)).category == "Zoo"
    changed = await forebay.change_category(made.id, name="Park", rules=[])
    assert (changed.name, changed.rules, changed.examples) == ("Park", (), ("A zebra.",))
    assert await forebay.get_category(str(made.id)) == changed
    with pytest.raises(ConflictError):
        await forebay.create_category("PARK")
    await forebay.delete_category(made.id)
    assert (await forebay.get_document(document.id)).category is None
    with pytest.raises(NotFoundError):
        await forebay.get_category(made.id)


async def test_what_makes_no_sense_names_the_field(forebay: Forebay) -> None:
    document = await forebay.upload_document(TEXT, name="a.txt")
    unusable = Rule(kind=RuleKind.REGEX, terms=("(",))
    for call, field in (
        (forebay.list_documents(status="wrong"), "status"),
        (forebay.list_documents(language="German"), "language"),
        (forebay.list_documents(category="a", uncategorised=True), "uncategorised"),
        (forebay.list_documents(category="a\0"), "category"),
        (forebay.list_documents(media_type="a\0"), "media_type"),
        (forebay.list_documents(run_id="x"), "run_id"),
        (forebay.list_documents(cursor="x"), "cursor"),
        (forebay.search_documents("-x"), "q"),
        (forebay.search_documents("x\0"), "q"),
        (forebay.search_documents("x", cursor="x"), "cursor"),
        (forebay.get_document("x"), "document_id"),
        (forebay.correct_document(document.id), "title"),
        (forebay.correct_document(document.id, title=" "), "title"),
        (forebay.correct_document(document.id, category="a", uncategorised=True), "category"),
        (forebay.preview_document(document.id, width=10), "width"),
        (forebay.create_category(""), "name"),
        (forebay.create_category("a", rules=[unusable]), "rules"),
        (forebay.create_category("a", examples=["a\0"]), "examples[0]"),
        (forebay.change_category(uuid4()), "name"),
    ):
        with pytest.raises(InvalidInputError) as error:
            await call
        assert error.value.field == field, error.value
    with pytest.raises(NotFoundError) as missing:
        await forebay.list_documents(category="no such thing")
    assert (missing.value.code, missing.value.field) == ("category_not_found", "category")
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        await forebay.list_documents(colour="red")  # type: ignore[call-arg]


def test_a_script_does_it_all_without_an_event_loop(blocking: SyncForebay, tmp_path: Path) -> None:
    document = blocking.upload_document(TEXT, name="Tax invoice 7.txt", owner="me")
    blocking.process(document.run_id)
    assert [found.category for found in blocking.documents(owner="me")] == ["invoice"]
    assert blocking.list_documents(limit=1).items == tuple(blocking.documents())
    assert [found.id for found in blocking.search_documents("zebras").items] == [document.id]
    assert blocking.read_text(document.id) == TEXT.decode()
    with blocking.open_text(document.id) as text, blocking.open_document(document.id) as content:
        assert text.readlines() == content.readlines() == [TEXT]
        assert text.text.size_bytes == content.file.size_bytes
    assert blocking.download_document(document.id, tmp_path / "copy.txt").read_bytes() == TEXT
    assert blocking.preview_document(document.id).startswith(b"\x89PNG")
    assert blocking.correct_document(document.id, category="letter").category == "letter"
    blocking.classify_documents(document.run_id)
    blocking.process(document.run_id)
    learned = blocking.learn()
    assert blocking.learned_models() == (learned,)
    category = blocking.create_category("Zoo", rules=[Rule(kind=RuleKind.ANY, terms=("zebra",))])
    assert blocking.change_category(category.id, description="animals").description == "animals"
    assert blocking.get_category(category.id) in blocking.list_categories()
    blocking.delete_category(category.id)
    blocking.delete_document(document.id)
    assert list(blocking.documents()) == []
