"""Files on their way in, without a Forebay behind them."""

import os
import sys
from pathlib import Path

import pytest

from forebay.domain.errors import ForebayError
from forebay.entrypoints.cli.errors import FileChangedError, UnreadableFileError
from forebay.entrypoints.cli.input_file import InputFile, open_input


async def rest_of(source: InputFile, buffer_bytes: int = 1000) -> bytes:
    buffer = memoryview(bytearray(buffer_bytes))
    taken = bytearray()
    while count := await source.readinto(buffer):
        taken += buffer[:count]
    return bytes(taken)


async def test_a_file_is_read_to_its_end_and_knows_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(os.urandom(12_345))
    with open_input(str(path)) as source:
        assert source.size == 12_345
        assert await rest_of(source) == path.read_bytes()


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written over"])
async def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 5000)
    with open_input(str(path)) as source:
        assert await source.readinto(memoryview(bytearray(1000))) == 1000
        if change == "grows":
            with path.open("ab") as file:
                file.write(b"more")
        elif change == "shrinks":
            os.truncate(path, 1500)
        else:
            with path.open("r+b") as file:
                file.write(b"y")
            os.utime(path, (1, 1))
        with pytest.raises(FileChangedError):
            await rest_of(source)


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such files in /proc")


@needs_proc
async def test_a_file_without_a_size_is_read_to_its_end() -> None:
    with open_input("/proc/self/status") as source:
        assert source.size is None
        assert b"Name:" in await rest_of(source)


async def test_an_empty_file_is_just_empty(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with open_input(str(tmp_path / "a")) as source:
        assert await rest_of(source) == b""


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    def words(path: str) -> str:
        with pytest.raises(UnreadableFileError) as caught, open_input(path):
            pass
        error: ForebayError = caught.value
        return error.message

    assert words(str(tmp_path / "missing")) == "cannot be read: No such file or directory"
    assert words(str(tmp_path)).startswith("a directory; expected a file")
    assert words("a\0b") == "a path cannot hold a NUL character"
    assert words("x" * 5000) == "cannot be read: File name too long"


@needs_proc
async def test_a_device_that_fails_says_so() -> None:
    """/proc/self/mem can be opened and refuses to be read at address 0: a file on a broken disk in miniature."""
    failing = pytest.raises(UnreadableFileError, match="cannot be read: Input/output error")
    with open_input("/proc/self/mem") as source, failing:
        await rest_of(source)
