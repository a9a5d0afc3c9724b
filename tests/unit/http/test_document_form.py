"""A form with many files, however it is cut into chunks, and wherever it breaks off."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ForebayError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import (
    DuplicateFieldError,
    InvalidFieldError,
    InvalidFileNameError,
    MalformedUploadError,
    MissingFieldError,
    UnknownFieldError,
    UploadInterruptedError,
    UploadStalledError,
)
from forebay.domain.intake.run import RunType
from forebay.entrypoints.http.document_form import MAX_FILES, DocumentForm, FormFile
from forebay.entrypoints.http.patience import StallLimits
from tests.http.api import BOUNDARY, form_body

PATIENT = StallLimits(seconds=30, bytes=1)
OWNER = ('name="owner"', b"ann")


def file(name: str, content: bytes) -> tuple[str, bytes]:
    return f'name="file"; filename="{name}"', content


class Client:
    """Sends chunks; then, unless the body has ended, it disconnects."""

    def __init__(self, chunks: list[bytes], *, ends: bool = True) -> None:
        self._messages: list[Mapping[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": not ends or n + 1 < len(chunks)}
            for n, chunk in enumerate(chunks)
        ]

    async def receive(self) -> Mapping[str, Any]:
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}


def form_of(
    *chunks: bytes, ends: bool = True, digest: Sha256 | None = None, stall: StallLimits = PATIENT
) -> DocumentForm:
    return DocumentForm(
        Client(list(chunks), ends=ends).receive,
        BOUNDARY,
        content_length=None,
        max_file_bytes=1 << 30,
        stall=stall,
        repr_digest=digest,
    )


async def content_of(source: FormFile, *, at_once: int = 1000) -> bytes:
    content = bytearray()
    buffer = memoryview(bytearray(at_once))
    while (size := await source.read(lambda: buffer)) != 0:
        content += buffer[: size or 0]
    return bytes(content)


async def all_of(form: DocumentForm, *, at_once: int = 1000) -> list[tuple[str, bytes]]:
    found = []
    while (source := await form.next()) is not None:
        found.append((source.file_name, await content_of(source, at_once=at_once)))
    return found


def cut(body: bytes, places: list[int]) -> list[bytes]:
    borders = sorted({0, len(body), *(place % len(body) for place in places)})
    return [body[a:b] for a, b in pairwise(borders)]


CONTENT = st.binary(max_size=1500) | st.just(b"\r\n--" + BOUNDARY.encode()[:-1]) | st.just(b"\r\n" * 300)


@settings(deadline=None)
@given(
    contents=st.lists(CONTENT, min_size=1, max_size=5),
    places=st.lists(st.integers(min_value=0), max_size=40),
    at_once=st.integers(min_value=1, max_value=4000),
)
async def test_any_cutting_gives_the_same_files(contents: list[bytes], places: list[int], at_once: int) -> None:
    files = [file(f"{number}.txt", content) for number, content in enumerate(contents)]
    body = form_body([OWNER, ('name="label"', b"all of them"), *files])
    form = form_of(*cut(body, places))
    assert await all_of(form, at_once=at_once) == [(f"{n}.txt", content) for n, content in enumerate(contents)]
    assert (form.body_read, form.received_bytes, form.failure) == (True, len(body), None)


async def test_every_file_has_the_fields_and_is_a_document() -> None:
    form = form_of(form_body([OWNER, ('name="label"', b"all"), file("a.txt", b"a"), file("b.txt", b"b")]))
    for _ in range(2):
        source = await form.next()
        assert source is not None
        assert source.details == UploadDetails(type=RunType.DOCUMENT, owner="ann", label="all")
    assert await form.next() is None


@settings(deadline=None)
@given(place=st.integers(min_value=0), chunk=st.integers(min_value=1, max_value=700))
async def test_what_is_not_read_of_a_file_is_skipped(place: int, chunk: int) -> None:
    body = form_body([file("a.txt", b"a" * 2000), file("b.txt", b"b" * 500)])
    form = form_of(*[body[n : n + chunk] for n in range(0, len(body), chunk)])
    first = await form.next()
    assert first is not None
    buffer = memoryview(bytearray(1 + place % 2500))
    await first.read(lambda: buffer)
    second = await form.next()
    assert second is not None
    assert await content_of(second) == b"b" * 500


async def test_no_more_is_held_than_a_chunk_brought() -> None:
    body = form_body([file("a.txt", b"a" * 100_000), file("b.txt", b"b" * 100_000)])
    form = form_of(*[body[n : n + 1000] for n in range(0, len(body), 1000)])
    source = await form.next()
    assert source is not None
    buffer = memoryview(bytearray(1000))
    for _ in range(20):
        await source.read(lambda: buffer)
        assert sum(map(len, source.pieces)) <= 1000
    assert form.received_bytes < 25_000


@pytest.mark.parametrize("chunk", [7, 1000, 10**6])
@pytest.mark.parametrize("ends", [True, False])
async def test_files_before_the_break_come_whole_and_the_one_under_way_says_why(chunk: int, ends: bool) -> None:
    body = form_body([file("a.txt", b"a" * 500), file("b.txt", b"b" * 500), file("c.txt", b"c" * 500)])[:-300]
    form = form_of(*[body[n : n + chunk] for n in range(0, len(body), chunk)], ends=ends)
    for content in (b"a" * 500, b"b" * 500):
        source = await form.next()
        assert source is not None
        assert await content_of(source) == content
    last = await form.next()
    assert last is not None
    with pytest.raises(MalformedUploadError if ends else UploadInterruptedError) as caught:
        await content_of(last)
    assert form.failure is caught.value
    with pytest.raises(type(caught.value)):
        await form.next()


async def test_a_client_that_falls_silent_is_not_waited_for() -> None:
    body = form_body([file("a.txt", b"a" * 50), file("b.txt", b"b" * 50)])
    form = form_of(*[body[n : n + 1] for n in range(len(body))], stall=StallLimits(seconds=0.0, bytes=10_000))
    with pytest.raises(UploadStalledError):
        await form.next()


@pytest.mark.parametrize(
    ("parts", "error", "field"),
    [
        pytest.param([('name="colour"', b"red"), file("a", b"a")], UnknownFieldError, "colour", id="unknown"),
        pytest.param([('name="type"', b"document"), file("a", b"a")], UnknownFieldError, "type", id="type"),
        pytest.param([OWNER, OWNER, file("a", b"a")], DuplicateFieldError, "owner", id="twice"),
        pytest.param([('name="owner"', b"../x"), file("a", b"a")], InvalidFieldError, "owner", id="owner"),
        pytest.param([('name="label"', b"\xff"), file("a", b"a")], InvalidFieldError, "label", id="latin"),
        pytest.param([('name="notes"', b"x" * 50_000), file("a", b"a")], InvalidFieldError, "notes", id="long"),
        pytest.param([('name="label"; filename="x"', b"x")], InvalidFieldError, "label", id="field-as-file"),
        pytest.param([OWNER], MissingFieldError, "file", id="no-file"),
        pytest.param([], MissingFieldError, "file", id="nothing"),
    ],
)
async def test_what_is_wrong_before_the_first_file_names_its_field(
    parts: list[tuple[str, bytes]], error: type[ForebayError], field: str
) -> None:
    with pytest.raises(error) as caught:
        await form_of(form_body(parts)).next()
    assert caught.value.field == field


async def test_a_field_behind_a_file_is_told_when_the_file_is_through() -> None:
    form = form_of(form_body([file("a.txt", b"a"), OWNER, file("b.txt", b"b")]))
    first = await form.next()
    assert first is not None
    assert await content_of(first) == b"a"
    with pytest.raises(InvalidFieldError, match="before the first file") as caught:
        await form.next()
    assert caught.value.field == "owner"


@pytest.mark.parametrize("name", ["", "../x.txt", "C:\\dir\\x.txt", "a\tb.txt", "n" * 5000])
async def test_a_file_whose_name_is_refused_does_not_end_the_form(name: str) -> None:
    form = form_of(form_body([file(name, b"a" * 100), file("b.txt", b"b")]))
    first = await form.next()
    assert first is not None
    with pytest.raises((InvalidFileNameError, MissingFieldError)):
        _ = first.file_name
    assert first.given_name == name[:255]
    assert await all_of(form) == [("b.txt", b"b")]


@pytest.mark.parametrize("chunk", [10, 10**6])
async def test_a_digest_is_of_one_file(chunk: int) -> None:
    digest = Sha256("0" * 64)
    body = form_body([file("a.txt", b"a" * 100)])
    form = form_of(*[body[n : n + chunk] for n in range(0, len(body), chunk)], digest=digest)
    alone = await form.next()
    assert alone is not None
    assert alone.details.sha256 == digest
    assert await content_of(alone) == b"a" * 100
    assert await form.next() is None
    body = form_body([file("a.txt", b"a" * 100), file("b.txt", b"b" * 100)])
    form = form_of(*[body[n : n + chunk] for n in range(0, len(body), chunk)], digest=digest)
    first = await form.next()
    assert first is not None
    with pytest.raises(InvalidFieldError, match="digest is of one file") as caught:
        await content_of(first)
    assert caught.value.field == "Repr-Digest"


async def test_files_are_many_but_not_endless() -> None:
    form = form_of(form_body([file(f"{n}.txt", b"x") for n in range(MAX_FILES + 1)]))
    for _ in range(MAX_FILES):
        source = await form.next()
        assert source is not None
        assert await content_of(source) == b"x"
    with pytest.raises(InvalidFieldError, match="at most 1000 files"):
        await form.next()


@given(body=st.binary(max_size=600), places=st.lists(st.integers(min_value=0), max_size=5))
async def test_garbage_is_refused_and_nothing_else_is_raised(body: bytes, places: list[int]) -> None:
    with pytest.raises(ForebayError):
        await all_of(form_of(*(cut(body, places) if body else [b""])))


async def test_what_stands_around_the_files_is_bounded() -> None:
    body = form_body([file("a.txt", b"a")])
    assert await all_of(form_of(b"preamble\r\n", body, b"epilogue" * 100)) == [("a.txt", b"a")]
    with pytest.raises(MalformedUploadError, match="around the files"):
        await form_of(*[b"p" * 100_000] * 60, ends=False).next()
    with pytest.raises(MalformedUploadError, match="no usable boundary"):
        DocumentForm(Client([]).receive, "", content_length=None, max_file_bytes=1, stall=PATIENT)
