"""How things are written for people."""

import time
from datetime import UTC, datetime

import pytest

from forebay.entrypoints.cli.output import local_time, printable, size


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


def test_times_are_local_and_say_their_offset(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert local_time(datetime(2026, 7, 1, 22, 30, 15, 999, tzinfo=UTC)) == "2026-07-02 00:30:15+02:00"
    finally:
        monkeypatch.undo()
        time.tzset()
