"""Records out of files of any length, and what is said of broken ones."""

import json

import pytest

from forebay.domain.errors import InvalidInputError
from forebay.entrypoints.cli import record_file
from forebay.entrypoints.cli.record_file import Record, read_records


class Pieces:
    """Bytes that come a few at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data = data
        self._step = step

    @property
    def size(self) -> int | None:
        return None

    async def readinto(self, buffer: memoryview) -> int:
        piece, self._data = self._data[: self._step], self._data[self._step :]
        buffer[: len(piece)] = piece
        return len(piece)


async def read(data: bytes, step: int = 1000) -> list[tuple[int, object]]:
    return [(record.line, shown(record)) async for record in read_records(Pieces(data, step))]


def shown(record: Record) -> object:
    return str(record.value) if isinstance(record.value, InvalidInputError) else record.value


VALUES = [{"a": "ö\n,]}"}, {"b": [1, {"c": "]"}]}, 12345, "x", None, [], {}]


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("indent", [None, 1])
async def test_an_array_is_read_wherever_its_pieces_are_cut(step: int, indent: int | None) -> None:
    text = "\ufeff\n " + json.dumps(VALUES, indent=indent, ensure_ascii=False) + "\n"
    assert [value for _, value in await read(text.encode(), step)] == VALUES


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_lines_are_read_wherever_their_pieces_are_cut(step: int, end: str) -> None:
    text = "\ufeff" + end.join([json.dumps(VALUES[0], ensure_ascii=False), "", " ", '{"b": 2}'])
    assert await read(text.encode(), step) == [(1, VALUES[0]), (4, {"b": 2})]
    assert await read((text + end).encode(), step) == [(1, VALUES[0]), (4, {"b": 2})]


async def test_elements_of_an_array_have_the_lines_they_begin_on() -> None:
    assert await read(b'\n[\n{"a":\n1}, {"b": 2},\n\n3\n]', 2) == [(3, {"a": 1}), (4, {"b": 2}), (6, 3)]


async def test_a_line_that_is_no_json_is_wrong_by_itself() -> None:
    lines = [b"{}", b"{", b"\xff", b"NaN", b"[" * 100_000, b'{"a": 1e999}', b"7"]
    found = await read(b"\n".join(lines))
    assert [line for line, _ in found] == [1, 2, 3, 4, 5, 6, 7]
    assert found[1][1] == ("not JSON: Expecting property name enclosed in double quotes (character 2 of its line)")
    assert [value for _, value in found[2:5]] == [
        "not UTF-8",
        "not JSON: NaN is no number of JSON",
        "not JSON: nested too deeply",
    ]
    assert found[6] == (7, 7)


async def test_a_line_that_is_far_too_long_is_wrong_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_file, "_LONGEST", 10)
    found = await read(b'{"a": "' + b"x" * 100 + b'"}\n{"a": 1}\n' + b'{"b": "' + b"y" * 100, 7)
    assert found == [(1, "longer than 10 bytes"), (2, {"a": 1}), (3, "longer than 10 bytes")]


@pytest.mark.parametrize("data", [b"", b" \n\n", b"\xef\xbb\xbf"])
async def test_a_file_without_records_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError, match="holds no records"):
        await read(data, 1)


@pytest.mark.parametrize(
    ("data", "why", "before"),
    [
        (b"[", "line 1: Expecting value", 0),
        (b'[{"a": 1},\n', "line 2: Expecting value", 1),
        (b'[{"a": 1}\n{"b": 2}]', r"line 2: expected \]", 1),
        (b'[{"a": 1},\n{"b": }]', "line 2: Expecting value", 1),
        (b'[{"a": 1},\n{"b": "\xff"}]', "line 2: it is not UTF-8", 1),
        (b"[1] 2", "line 1: there is something behind", 1),
        (b"[NaN]", "line 1: NaN is no number", 0),
        (b"[1,]", "line 1: Expecting value", 1),
        (b"[" * 100_000, "line 1: nested too deeply", 0),
    ],
)
@pytest.mark.parametrize("step", [1000, 100_000])
async def test_a_broken_array_is_read_up_to_there(data: bytes, why: str, before: int, step: int) -> None:
    found: list[Record] = []

    async def all_of_them() -> None:
        async for record in read_records(Pieces(data, step)):
            found.append(record)  # noqa: PERF401 - what was read before the error counts

    with pytest.raises(InvalidInputError, match=why):
        await all_of_them()
    assert len(found) == before


async def test_an_element_that_is_far_too_long_ends_the_array(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_file, "_LONGEST", 10)
    with pytest.raises(InvalidInputError, match="line 1: Unterminated string"):
        await read(b'["' + b"x" * 100, 7)
