"""forebay upload."""

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.program import MAX_UPLOAD, Program, archive, large_archive


def test_a_file_becomes_a_stored_run_with_everything_that_was_said_about_it(forebay: Program) -> None:
    content = archive("all fields")
    forebay.file("app.tar.gz", content)
    parent = forebay("upload", "app.tar.gz", "--type", "app_bundle", "--json").json["id"]

    run = forebay(
        *("upload", "app.tar.gz", "--type", "app_bundle", "--label", "Ünïcode Ω", "--notes", "one\ntwo"),
        *("--owner", "ops", "--parent", parent, "--sha256", hashlib.sha256(content).hexdigest().upper(), "--json"),
    ).json

    (file,) = run.pop("files")
    assert {name: run[name] for name in ("type", "label", "notes", "owner", "parent_run_id", "status", "error")} == {
        "type": "app_bundle",
        "label": "Ünïcode Ω",
        "notes": "one\ntwo",
        "owner": "ops",
        "parent_run_id": parent,
        "status": "stored",
        "error": None,
    }
    assert set(run) == {
        *("id", "type", "label", "notes", "owner", "parent_run_id", "documents", "status", "error"),
        *("created_at", "updated_at"),
    }
    assert run["created_at"].endswith("Z")
    assert file == {
        "id": file["id"],
        "path": "app.tar.gz",
        "role": "upload",
        "kind": "file",
        "media_type": "application/gzip",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "file_id": None,
        "stored_path": "app.tar.gz",
        "mtime": None,
        "mode": None,
        "link_target": None,
        "flags": [],
    }


def test_a_person_reads_the_run_the_size_and_the_digest(forebay: Program) -> None:
    content = archive("for people")
    forebay.file("app.tar.gz", content)
    done = forebay("upload", "app.tar.gz", "-t", "app_bundle")
    assert done.err == ""
    assert done.out.startswith("app.tar.gz: stored as run ")
    assert f"{len(content)} B, SHA-256 {hashlib.sha256(content).hexdigest()}" in done.out


def test_a_large_file_arrives_whole(forebay: Program) -> None:
    content = large_archive(3_000_000)
    forebay.file("big.tgz", content)
    run = forebay("upload", "big.tgz", "-t", "archive", "--json").json
    assert run["files"][0]["size_bytes"] == len(content)
    assert run["files"][0]["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "name", ['quo"te.conf', "per%cent.conf", "semi;colon=.conf", "ünï ☃.conf", " lead.conf", "-.conf"]
)
def test_any_file_name_arrives_as_it_is(forebay: Program, name: str) -> None:
    forebay.file(name, b"[stanza]\n")
    run = forebay("upload", "-t", "single_conf", "--json", "--", name).json
    assert run["files"][0]["path"] == name


def test_another_name_can_be_given(forebay: Program) -> None:
    forebay.file("a.tmp", archive("renamed"))
    run = forebay("upload", "a.tmp", "-t", "archive", "--name", "real.tgz", "--json").json
    assert run["files"][0]["path"] == "real.tgz"


def test_every_file_is_tried_and_the_first_failure_gives_the_exit_code(forebay: Program) -> None:
    forebay.file("one.tgz", archive("one"))
    forebay.file("empty.tgz", b"")
    forebay.file("two.tgz", archive("two"))
    done = forebay("upload", "one.tgz", "missing.tgz", "empty.tgz", "two.tgz", "-t", "archive", "--json", code=2)
    assert [run["files"][0]["path"] for run in done.documents] == ["one.tgz", "two.tgz"]
    assert done.errors == [
        {
            "code": "unreadable_file",
            "detail": "cannot be read: No such file or directory",
            "field": None,
            "exit_code": 2,
            "argument": "missing.tgz",
        },
        {
            "code": "empty_file",
            "detail": "the file is empty; expected at least one byte",
            "field": "file",
            "exit_code": 2,
            "argument": "empty.tgz",
        },
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.tgz", b"", "empty.tgz: file: the file is empty"),
        ("text.tgz", b"just text", "text.tgz: file: the first bytes look like text; type archive expects one of: tar"),
        ("text.tgz", b"text " * 60_000, "text.tgz: file: the first bytes look like text"),
        (
            "big.tgz",
            large_archive(MAX_UPLOAD),
            f"big.tgz: file: the file is larger than the limit of {MAX_UPLOAD} bytes",
        ),
        ("new\nline.tgz", archive(), "file: the file name has control"),
        ("back\\slash.tgz", archive(), "file: the file name has a path in it"),
    ],
)
def test_a_file_that_is_refused_is_named_with_the_reason(
    forebay: Program, name: str, content: bytes, words: str
) -> None:
    forebay.file(name, content)
    done = forebay("upload", name, "-t", "archive", code=2)
    assert done.out == ""
    assert done.err.startswith("forebay: ")
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-t", "nonsense"], "type 'nonsense' is not known; expected one of ds_etc"),
        (["-t", "archive", "--label", "x" * 201], "label: expected at most 200 characters, got 201"),
        (["-t", "archive", "--owner", "no spaces"], "owner: expected 1 to 64 of"),
        (["-t", "archive", "--parent", "12"], "parent_run_id: '12' is not a UUID"),
        (["-t", "archive", "--sha256", "abc"], "sha256: expected a SHA-256 as 64 hexadecimal digits"),
        (["-t", "archive", "--idempotency-key", "ö"], "Idempotency-Key: expected 1 to 255 printable ASCII characters"),
        (["-t", "archive", "--parent", str(uuid4())], "there is no such run"),
    ],
)
def test_a_field_that_is_refused_is_named_with_what_was_expected(
    forebay: Program, arguments: list[str], words: str
) -> None:
    forebay.file("a.tgz", archive())
    done = forebay("upload", "a.tgz", *arguments, code=2)
    assert words in done.err


def test_a_folder_is_refused_with_advice(forebay: Program) -> None:
    (forebay.folder / "etc").mkdir()
    done = forebay("upload", "etc", "-t", "ds_etc", code=2)
    assert done.err == "forebay: etc: a directory; expected a file (pack it first, for instance with tar -czf)\n"


def test_a_wrong_digest_keeps_nothing_and_has_an_exit_code_of_its_own(forebay: Program) -> None:
    forebay.file("a.tgz", archive("digest"))
    owner = f"o{uuid4().hex}"
    done = forebay("upload", "a.tgz", "-t", "archive", "--owner", owner, "--sha256", "0" * 64, "--json", code=6)
    assert done.errors[0]["code"] == "digest_mismatch"
    (run,) = forebay("runs", "list", "--owner", owner, "--json").json["items"]
    assert run["status"] == "failed"
    assert run["files"] == []


def test_an_idempotency_key_gives_the_first_run_again(forebay: Program) -> None:
    forebay.file("a.tgz", archive("again"))
    forebay.file("b.tgz", archive("other"))
    key = str(uuid4())
    first = forebay("upload", "a.tgz", "-t", "archive", "--idempotency-key", key, "--json").json
    again = forebay("upload", "a.tgz", "-t", "archive", "--idempotency-key", key)
    assert again.out.startswith(f"a.tgz: was stored before as run {first['id']}")
    done = forebay("upload", "b.tgz", "-t", "archive", "--idempotency-key", key, "--json", code=4)
    assert done.errors[0]["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("option", ["--name", "--sha256", "--idempotency-key"])
def test_what_is_about_one_file_is_refused_for_several(forebay: Program, option: str) -> None:
    done = forebay("upload", "a.tgz", "b.tgz", "-t", "archive", option, "0" * 64, code=2)
    assert done.err == f"forebay: {option} is about one file, but 2 are given\n"


def test_a_name_that_a_form_would_garble_is_refused_rather_than_changed(forebay: Program) -> None:
    forebay.file("a%22b.tgz", archive())
    if "FOREBAY_SERVER" in forebay.settings:
        done = forebay("upload", "a%22b.tgz", "-t", "archive", code=2)
        assert "give another with --name" in done.err
    else:
        assert forebay("upload", "a%22b.tgz", "-t", "archive", "--json").json["files"][0]["path"] == "a%22b.tgz"


def test_a_file_name_that_is_not_text_is_refused(forebay: Program) -> None:
    path = Path(str(forebay.folder).encode().decode()) / b"\xff.tgz".decode(errors="surrogateescape")
    path.write_bytes(archive())
    done = forebay("upload", str(path), "-t", "archive", "--json", code=2)
    assert done.errors[0]["code"] == "invalid_file_name"
    assert done.errors[0]["argument"].endswith("\\udcff.tgz")
