"""How things are written for people."""

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from msgspec.structs import replace

from forebay.entrypoints.cli.errors import Failure
from forebay.entrypoints.cli.job_tables import print_event
from forebay.entrypoints.cli.job_views import EventView
from forebay.entrypoints.cli.output import local_time, one_line, print_failure, printable, size
from forebay.entrypoints.cli.tables import print_files, print_folder
from forebay.entrypoints.cli.tabular import print_facts
from forebay.entrypoints.cli.views import FileView, FolderView, PageView


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1024**2 * 3 // 2, "1.5 MiB"),
        (5 * 1024**3, "5.0 GiB"),
        (2 * 1024**5, "2048.0 TiB"),
    ],
)
def test_sizes_have_binary_units(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünï ☃", "plain ünï ☃"),
        ("line\nand\ttab", "line\nand\ttab"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("right\u202eleft", "right\\u202eleft"),
        ("\udcff", "\\udcff"),
    ],
)
def test_nothing_that_a_terminal_would_obey_gets_through(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünï ☃", "plain ünï ☃"),
        ("a\nb\tc\r\n", "a\\nb\\tc\\r\\n"),
        ("\x1b]0;title\x07\u2028", "\\x1b]0;title\\x07\\u2028"),
    ],
)
def test_a_value_stays_on_its_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


EVIL = "a\nfake\tcolumn\x1b[2J\r\x9b1m\u2028.conf"
SHOWN = "a\\nfake\\tcolumn\\x1b[2J\\r\\x9b1m\\u2028.conf"


def test_names_make_neither_rows_nor_columns_of_tables(capsys: pytest.CaptureFixture[str]) -> None:
    file = FileView(id=uuid4(), path=EVIL, role="member", size_bytes=1, media_type="text/plain", sha256="0" * 64)
    print_files(PageView(items=[replace(file, link_target=EVIL)], next_cursor=None))
    print_folder(FolderView(items=[file], folders=[EVIL + "/"], next_cursor=None))
    lines = capsys.readouterr().out.split("\n")
    assert [line.count(SHOWN) for line in lines] == [0, 2, 0, 1, 1, 0]
    assert all(line.isprintable() for line in lines)


def test_facts_stay_on_their_lines_but_for_notes(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts({"label": EVIL, "notes": "first\nsecond\tword\x1b[2J"}, multiline={"notes"})
    first, second, third, end = capsys.readouterr().out.split("\n")
    assert first.split() == ["label", SHOWN]
    assert second.split() == ["notes", "first"]
    assert third.startswith(" ")
    assert third.strip() == "second\\tword\\x1b[2J"
    assert end == ""


def test_an_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_event(
        EventView(
            position=1,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            code="a\tcode",
            level="info",
            message=EVIL,
            run_id=uuid4(),
            job_id=None,
            step_id=None,
            payload={},
        )
    )
    (line, end) = capsys.readouterr().out.split("\n")
    assert line.endswith(SHOWN)
    assert (line.isprintable(), end) == (True, "")


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_failure(Failure(code="x", message=f"{EVIL} cannot be read"), as_json=False, about=EVIL)
    assert capsys.readouterr().err == f"forebay: {SHOWN}: {SHOWN} cannot be read\n"


def test_times_are_local_and_say_their_offset(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert local_time(datetime(2026, 7, 1, 22, 30, 15, 999, tzinfo=UTC)) == "2026-07-02 00:30:15+02:00"
    finally:
        monkeypatch.undo()
        time.tzset()
