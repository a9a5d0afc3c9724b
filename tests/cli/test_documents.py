"""Documents on the command line: read, found, looked at, corrected. Here and against a server that works on them."""

import hashlib
import re
import subprocess
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from forebay.entrypoints.cli.document_tables import print_documents, print_found
from forebay.entrypoints.cli.document_views import DocumentView
from forebay.entrypoints.cli.views import PageView
from tests.cli.archives import bundle
from tests.cli.program import Program, command
from tests.cli.test_processes import on_a_terminal
from tests.cli.test_remote_faults import answering
from tests.cli.test_runs import NOBODY

TEXT = b"Amount due: 300 EUR for zebras, payable within net 30 days.\n"
INVOICE = "Tax invoice 7.txt"


@pytest.fixture
def owner() -> str:
    """The server is shared, so each test has documents of its own."""
    return f"me-{uuid4()}"


@pytest.fixture
def document(processing: Program, owner: str) -> dict[str, Any]:
    """An invoice, read and classified."""
    processing.file(INVOICE, TEXT)
    found: dict[str, Any] = processing("documents", "upload", INVOICE, "--owner", owner, "--wait", "--json").json
    return found


def test_a_document_that_is_waited_for_is_ready_and_has_a_category(
    processing: Program, document: dict[str, Any]
) -> None:
    assert (document["status"], document["category"], document["classified_by"]) == ("ready", "invoice", "rules")
    assert (document["path"], document["title"], document["media_type"]) == (INVOICE, "Tax invoice 7", "text/plain")
    shown = processing("documents", "show", document["id"], "--json").json
    assert document.items() <= shown.items()
    assert shown["text"]["size_bytes"] == len(TEXT)
    assert [reason["kind"] for reason in shown["reasons"]] == ["rule"]
    for_people = processing("documents", "show", document["id"]).out
    assert re.search(r"^category +invoice; 85%, by rules \(forebay-rules .*\)$", for_people, re.MULTILINE)
    done = processing("documents", "upload", INVOICE, "--wait", "--label", "again")
    assert re.fullmatch(rf"{INVOICE}: ready as document [0-9a-f-]{{36}}, invoice\n", done.out)
    assert done.err == ""


def test_a_document_that_cannot_be_read_says_why(processing: Program, owner: str) -> None:
    processing.file("broken.pdf", b"%PDF-1.7\nnothing else")
    processing.file("good.txt", b"good\n")
    done = processing(*("documents", "upload", "broken.pdf", "good.txt", "--owner", owner, "--wait", "--json"), code=9)
    broken, good = done.documents
    assert (broken["status"], broken["error"]["code"], good["status"]) == ("failed", "document_broken", "ready")
    (error,) = done.errors
    assert (error["code"], error["argument"], error["exit_code"]) == ("document_broken", "broken.pdf", 9)
    (failed,) = processing("documents", "list", "--owner", owner, "--status", "failed", "--json").json["items"]
    assert failed == broken
    done = processing("documents", "text", broken["id"], "--json", code=4)
    assert done.errors[0]["code"] == "document_not_ready"


def test_documents_are_listed_by_what_they_are(processing: Program, document: dict[str, Any], owner: str) -> None:
    processing.file("page.html", b"<html><title>Nothing in particular</title><p>Nothing at all.</p></html>")
    processing("documents", "upload", "page.html", "--owner", owner, "--wait")

    def listed(*options: str) -> list[str]:
        items = processing("documents", "list", "--owner", owner, *options, "--json").json["items"]
        return [item["path"] for item in items]

    assert listed() == ["page.html", INVOICE]
    assert listed("--order", "asc") == [INVOICE, "page.html"]
    assert listed("--category", "INVOICE") == [INVOICE]
    assert listed("--uncategorised") == ["page.html"]
    assert listed("--media-type", "text/html") == ["page.html"]
    assert listed("--run", document["run_id"]) == [INVOICE]
    assert listed("--status", "failed") == []
    assert listed("--created-before", "2026-01-01") == []
    first = processing("documents", "list", "--owner", owner, "--limit", "1")
    assert len(first.out.splitlines()) == 2
    cursor = first.err.removeprefix("there is more: --cursor ").strip()
    rest = processing("documents", "list", "--owner", owner, "--cursor", cursor)
    assert INVOICE.removesuffix(".txt") in rest.out
    assert rest.err == ""


def test_a_search_gives_the_best_first_and_shows_what_matched(
    processing: Program, document: dict[str, Any], owner: str
) -> None:
    processing.file("zebra.txt", b"All about zebras. Nothing to pay.\n")
    processing("documents", "upload", "zebra.txt", "--owner", owner, "--wait")
    found = processing("documents", "search", "zebra*", "--owner", owner, "--json").json
    assert [item["path"] for item in found["items"]] == ["zebra.txt", INVOICE]
    (hit,) = processing("documents", "search", '"net 30 days" -nothing', "--owner", owner, "--json").json["items"]
    marked = [hit["snippet"]["text"][start:stop] for start, stop in hit["snippet"]["matches"]]
    assert (hit["id"], " ".join(marked)) == (document["id"], "net 30 days")
    done = processing("documents", "search", "--owner", owner, "--", "zebras", "-nothing")
    assert (done.out.count("\n"), "\x1b" in done.out) == (2, False)
    assert "Amount due: 300 EUR for zebras, payable within net 30 days" in done.out.splitlines()[1]
    assert processing("documents", "search", "giraffe", "--owner", owner).err == "nothing found\n"


def test_what_matched_is_set_off_on_a_terminal(processing: Program, document: dict[str, Any], owner: str) -> None:
    def start(*arguments: str, **more: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command(*arguments), cwd=processing.folder, env=processing.environment(), **more)

    code, seen = on_a_terminal(start, "documents", "search", "zebras", "--owner", owner)
    assert code == 0
    assert re.search(r"for (\x1b\[[0-9;]+m)+zebras(\x1b\[[0-9;]*m)+, payable", seen)


def test_text_goes_to_standard_output_or_into_a_file(processing: Program, document: dict[str, Any]) -> None:
    assert processing.process("documents", "text", document["id"]).out == TEXT.decode()
    said = processing("documents", "text", document["id"], "-o", "text.txt", "--json").json
    assert said == {
        "id": document["id"],
        "path": "text.txt",
        "size_bytes": len(TEXT),
        "sha256": hashlib.sha256(TEXT).hexdigest(),
    }
    assert (processing.folder / "text.txt").read_bytes() == TEXT
    processing("documents", "text", document["id"], "-o", "text.txt", code=4)
    (processing.folder / "texts").mkdir()
    processing("documents", "text", document["id"], "-o", "texts")
    assert (processing.folder / "texts" / INVOICE).read_bytes() == TEXT


def test_a_document_comes_back_as_it_was_sent(processing: Program, document: dict[str, Any]) -> None:
    (processing.folder / INVOICE).unlink()
    done = processing("documents", "download", document["id"])
    assert done.out == f"{INVOICE}: {len(TEXT)} B, SHA-256 {hashlib.sha256(TEXT).hexdigest()}\n"
    assert (processing.folder / INVOICE).read_bytes() == TEXT
    assert processing.process("documents", "download", document["id"], "-o", "-").out == TEXT.decode()


def test_the_first_page_is_a_picture(processing: Program, document: dict[str, Any]) -> None:
    said = processing("documents", "preview", document["id"], "-o", "page.png", "--width", "200", "--json").json
    picture = (processing.folder / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(picture[16:20], "big") == 200
    assert said["sha256"] == hashlib.sha256(picture).hexdigest()
    processing("documents", "preview", document["id"], "-o", "page.png", code=4)
    processing("documents", "preview", document["id"])
    assert (processing.folder / f"{INVOICE}.png").exists()


def test_what_a_person_says_stays(processing: Program, document: dict[str, Any]) -> None:
    changed = processing(
        *("documents", "correct", document["id"], "--category", "Letter", "--title", "To the zoo", "--json")
    ).json
    assert (changed["category"], changed["classified_by"], changed["title"]) == ("letter", "person", "To the zoo")
    job = processing("documents", "classify", document["id"], "--wait", "--json").json
    assert (job["kind"], job["status"], job["run_id"]) == (
        "document_classification",
        "succeeded",
        document["run_id"],
    )
    assert processing("documents", "show", document["id"], "--json").json["category"] == "letter"
    changed = processing("documents", "correct", document["id"], "--uncategorised", "--json").json
    assert (changed["category"], changed["classified_by"], changed["title"]) == (None, "person", "To the zoo")


def test_corrections_are_learned_from_in_versions(processing: Program, document: dict[str, Any]) -> None:
    processing("documents", "correct", document["id"], "--category", "letter")
    first = processing("documents", "learn", "--json").json
    assert first["correction_count"] >= 1
    done = processing("documents", "learn")
    assert done.out.startswith(f"learned version {first['version'] + 1}; corrections: ")


def test_a_run_is_classified_once_for_all_of_its_documents(processing: Program, owner: str) -> None:
    processing.file("app.tgz", bundle(f"app-{uuid4()}"))
    run = processing(*("upload", "app.tgz", "-t", "archive", "--documents", "--owner", owner, "--wait", "--json")).json
    assert (run["documents"], run["status"]) == (True, "complete")
    found = processing("documents", "list", "--run", run["id"], "--json").json["items"]
    assert any(item["path"].endswith("readme.txt") for item in found)
    assert "what is inside becomes documents" in processing("runs", "show", run["id"]).out
    ids = [item["id"] for item in found]
    jobs = processing("documents", "classify", *ids, ids[0], "--wait", "--json").documents
    assert [(job["run_id"], job["status"]) for job in jobs] == [(run["id"], "succeeded")]
    done = processing("documents", "classify", "--run", run["id"], "--wait")
    assert done.out.endswith("is succeeded\n")


def test_what_is_attached_to_a_message_is_a_document_too(processing: Program, owner: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Zebras", "a@example.org", "b@example.org"
    message.set_content("See the attachment.")
    message.add_attachment(TEXT, maintype="text", subtype="plain", filename="bill.txt")
    processing.file("mail.eml", message.as_bytes())
    sent = processing("documents", "upload", "mail.eml", "--owner", owner, "--wait", "--json").json
    (attached,) = processing("documents", "show", sent["id"], "--json").json["attachments"]
    assert attached["path"].endswith("bill.txt")
    assert attached["id"] in processing("documents", "show", sent["id"]).out
    assert processing("documents", "show", attached["id"], "--json").json["parent_id"] == sent["id"]
    processing("documents", "download", attached["id"])
    assert (processing.folder / "bill.txt").read_bytes() == TEXT
    processing("documents", "delete", attached["id"])
    assert processing("documents", "show", sent["id"], "--json").json["attachments"] == []


def test_each_document_is_deleted_or_it_is_said_why_not(processing: Program, document: dict[str, Any]) -> None:
    done = processing("documents", "delete", NOBODY, document["id"], "--json", code=3)
    assert done.documents == [{"id": document["id"], "deleted": True}]
    assert [(error["code"], error["argument"]) for error in done.errors] == [("document_not_found", NOBODY)]
    processing("runs", "show", document["run_id"], code=3)


def test_standard_input_is_a_document_that_needs_a_name(forebay: Program) -> None:
    done = forebay.process("documents", "upload", "-", "--name", "in.txt", "--json", stdin=TEXT)
    assert (done.json["path"], done.json["status"]) == ("in.txt", "uploaded")
    done = forebay.process("documents", "upload", "-", "--json", stdin=TEXT, code=2)
    assert done.errors[0]["code"] == "missing_field"


def test_what_is_no_picture_or_has_no_fit_name_is_not_written(here: Program) -> None:
    with answering(200, b"<html>", **{"Content-Type": "text/html"}) as url:
        done = here("--server", url, "documents", "preview", NOBODY, "-o", "x.png", "--json", code=1)
    assert done.errors[0]["code"] == "unexpected_answer"
    for name in ("../../x.png", ".profile"):
        headers = {"Content-Type": "image/png", "Content-Disposition": f'inline; filename="{name}"'}
        with answering(200, b"\x89PNG", **headers) as url:
            done = here("--server", url, "documents", "preview", NOBODY, "--json", code=2)
        assert done.errors[0]["code"] == "invalid_file_name"
    assert list(here.folder.iterdir()) == []


EVIL = "a\nfake\tcolumn\x1b[2J\u2028"
SHOWN = "a\\nfake\\tcolumn\\x1b[2J\\u2028"


def from_elsewhere(text: str, matches: list[list[int]]) -> DocumentView:
    """As a server that means no good might answer."""
    fact = {
        "id": NOBODY,
        "run_id": NOBODY,
        "file_id": NOBODY,
        "parent_id": None,
        "path": text,
        "title": text,
        "media_type": text,
        "size_bytes": 1,
        "sha256": text,
        "owner": text,
        "status": text,
        "error": None,
        "needs_ocr": False,
        "page_count": 1,
        "language": text,
        "category": text,
        "confidence": 0.5,
        "classified_by": text,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "score": 1.0,
        "title_matches": matches,
        "snippet": {"text": text, "matches": matches},
    }
    return msgspec.convert(fact, DocumentView)


@pytest.mark.parametrize("matches", [[], [[0, 3], [4, 9]], [[5, 2], [3, 99], [-4, 4], [0, 1]]])
def test_titles_and_texts_stay_in_their_columns(matches: list[list[int]], capsys: pytest.CaptureFixture[str]) -> None:
    page = PageView(items=[from_elsewhere(EVIL, matches)], next_cursor=None)
    print_found(page)
    print_documents(page)
    lines = capsys.readouterr().out.split("\n")
    assert [line.count(SHOWN) for line in lines] == [0, 3, 0, 4, 0]
    assert all(line.isprintable() for line in lines)
