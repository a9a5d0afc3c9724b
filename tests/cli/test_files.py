"""forebay files."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from tests.cli.program import Program, archive, large_archive
from tests.cli.test_runs import NOBODY, stored


def upload(forebay: Program, name: str, content: bytes) -> str:
    forebay.file(name, content)
    file_id: str = forebay("upload", name, "-t", "archive", "--json").json["files"][0]["id"]
    (forebay.folder / name).unlink()
    return file_id


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_the_files_of_a_run_are_listed(forebay: Program) -> None:
    run = stored(forebay)
    assert forebay("files", "list", run["id"], "--json").json == {"items": run["files"], "next_cursor": None}
    header, line = forebay("files", "list", run["id"]).out.splitlines()
    assert header.split() == ["FILE", "ROLE", "SIZE", "MEDIA", "TYPE", "SHA-256", "PATH"]
    assert run["files"][0]["id"] in line
    assert forebay("files", "list", run["id"], "--role", "member", "--json").json["items"] == []
    assert forebay("files", "list", NOBODY, code=3).err == f"forebay: there is no run {NOBODY}\n"


@pytest.mark.parametrize("content", [archive("small"), large_archive(2_500_000)], ids=["small", "large"])
def test_a_file_comes_back_under_its_own_name_byte_for_byte(forebay: Program, content: bytes) -> None:
    file_id = upload(forebay, 'ünï "☃".tgz', content)
    done = forebay("files", "get", file_id, "--json")
    target = forebay.folder / 'ünï "☃".tgz'
    assert target.read_bytes() == content
    assert done.json == {
        "id": file_id,
        "path": 'ünï "☃".tgz',
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask
    assert leftovers(forebay.folder) == []


def test_the_target_can_be_a_path_or_a_folder(forebay: Program) -> None:
    content = archive("targets")
    file_id = upload(forebay, "a.tgz", content)
    forebay("files", "get", file_id, "-o", "b.bin")
    (forebay.folder / "sub").mkdir()
    forebay("files", "get", file_id, "--output", "sub")
    assert (forebay.folder / "b.bin").read_bytes() == (forebay.folder / "sub" / "a.tgz").read_bytes() == content


def test_nothing_is_replaced_without_force(forebay: Program) -> None:
    content = archive("force")
    file_id = upload(forebay, "a.tgz", content)
    forebay.file("a.tgz", b"mine")
    done = forebay("files", "get", file_id, code=4)
    assert done.err == "forebay: a.tgz exists already; use --force to replace it\n"
    assert (forebay.folder / "a.tgz").read_bytes() == b"mine"
    forebay("files", "get", file_id, "--force")
    assert (forebay.folder / "a.tgz").read_bytes() == content


@pytest.mark.parametrize(
    ("output", "words"),
    [("no/such/folder", "cannot be written: No such file or directory"), ("/dev/null", "not a regular file")],
)
def test_a_target_that_cannot_be_written_is_named(forebay: Program, output: str, words: str) -> None:
    file_id = upload(forebay, "a.tgz", archive("target"))
    done = forebay("files", "get", file_id, "-o", output, "--force", code=2)
    assert output in done.err
    assert words in done.err


def test_a_hidden_name_has_to_be_meant(forebay: Program) -> None:
    file_id = upload(forebay, ".bashrc", archive("hidden"))
    assert "'.bashrc' would be a hidden file" in forebay("files", "get", file_id, code=2).err
    forebay("files", "get", file_id, "-o", ".bashrc")


def test_a_file_that_is_not_there_leaves_nothing(forebay: Program) -> None:
    done = forebay("files", "get", NOBODY, "-o", "x", "--json", code=3)
    assert done.errors[0]["code"] == "file_not_found"
    assert list(forebay.folder.glob("*")) in ([], [forebay.folder / "data"])


def test_damaged_bytes_are_never_given_a_name(here: Program) -> None:
    file_id = upload(here, "a.tgz", archive("to be damaged"))
    (kept,) = (path for path in (here.folder / "data" / "blobs").rglob("*.tgz") if path.is_file())
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    done = here("files", "get", file_id, "--json", code=6)
    assert done.errors[0]["code"] == "content_damaged"
    assert leftovers(here.folder) == []
    assert not (here.folder / "a.tgz").exists()


def test_bytes_go_to_standard_output(forebay: Program) -> None:
    content = archive("to stdout")
    file_id = upload(forebay, "a.tgz", content)
    forebay.process("files", "get", file_id, "-o", "copy.tgz")
    assert (forebay.folder / "copy.tgz").read_bytes() == content
