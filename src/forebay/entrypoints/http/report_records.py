"""The records of a batch: a JSON array, or one JSON object on each line; what cannot be read is wrong by itself."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec
from litestar.exceptions import ClientException
from msgspec import Raw

from forebay.application.pipelines.record_runs import MAX_REPORTS, AddressedReport
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.entrypoints.http.json_request import field_and_message
from forebay.entrypoints.http.schemas.run_batches import ReportRecord

Record = AddressedReport | InvalidInputError
_MOST_LINES = 2 * MAX_REPORTS  # blank ones included
_MOST_RECORD = 6 * 1024 * 1024  # bytes, however it is escaped: it may take 30 times as much to read
_BLANK = re.compile(r"[ \t\r\n]*")
_form = json.JSONDecoder(parse_int=lambda _: 0, parse_float=lambda _: 0)
_decoder = msgspec.json.Decoder(ReportRecord)


def records_of_array(body: bytes) -> Sequence[Record]:
    """400 for what is no JSON array of at most 10,000 records."""
    try:
        pieces = _array_decoder().decode(body)
    except msgspec.ValidationError as error:
        if "at most length" in str(error):
            raise _too_many() from None
        raise ClientException(f"the body is not a JSON array: {error}") from None
    except msgspec.DecodeError as error:
        return list(_records(_cut_by_hand(body, str(error))))
    except RecursionError:
        raise ClientException("the body is nested too deeply") from None
    return list(_records(piece for piece in msgspec.structs.astuple(pieces) if piece is not None))


def records_of_lines(body: bytes) -> Sequence[Record]:
    """Lines that are blank do not count. 400 when there are more than 10,000 others."""
    lines = body.split(b"\n", _MOST_LINES)
    if len(lines) > _MOST_LINES:
        raise _too_many()
    pieces = [line for line in lines if line and not line.isspace()]
    if len(pieces) > MAX_REPORTS:
        raise _too_many()
    return list(_records(pieces))


@cache
def _array_decoder() -> "msgspec.json.Decoder[msgspec.Struct]":
    """Cuts an array into its elements, and stops at the first that is too many: a body of 32 MiB may have millions."""
    fields = [(f"r{index}", Raw, None) for index in range(MAX_REPORTS)]
    return msgspec.json.Decoder(msgspec.defstruct("_Array", fields, array_like=True, forbid_unknown_fields=True))


def _cut_by_hand(body: bytes, why: str) -> Sequence[bytes]:
    """For elements that are JSON in form only: halves of surrogate pairs (as Python writes bytes that are no UTF-8),

    NaN. They are wrong by themselves, and the others are not. 400 for what is no array in form either.
    """
    text = body.decode(errors="surrogateescape")
    pieces: list[bytes] = []
    place = _skip(text, 0)
    try:
        more = text[place] == "[" and text[_skip(text, place + 1)] != "]"
        place += 1
        while more:
            start = _skip(text, place)
            _, place = _form.raw_decode(text, start)
            pieces.append(text[start:place].encode(errors="surrogateescape"))
            if len(pieces) > MAX_REPORTS:
                raise _too_many()
            place = _skip(text, place)
            more = text[place] == ","
            place += 1
        if text[place - 1] != "]" or _skip(text, place) < len(text):
            raise IndexError
    except (json.JSONDecodeError, IndexError):
        raise ClientException(f"the body is not JSON: {why}") from None
    except RecursionError:
        raise ClientException("the body is nested too deeply") from None
    return pieces


def _skip(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


def _records(pieces: Iterable[Raw | bytes]) -> Iterator[Record]:
    decode = _decoder.decode
    for piece in pieces:
        try:
            if len(memoryview(piece)) > _MOST_RECORD:
                yield InvalidReportError(f"expected a record of at most {_MOST_RECORD} bytes")
            else:
                yield decode(piece).addressed()
        except InvalidInputError as error:
            yield error
        except msgspec.ValidationError as error:
            field, message = field_and_message(str(error), ReportRecord)
            yield InvalidReportError(message, field=field)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield InvalidReportError(f"it is not JSON: {error}")
        except RecursionError:
            yield InvalidReportError("it is nested too deeply")


def _too_many() -> ClientException:
    return ClientException(f"expected at most {MAX_REPORTS} records at a time; send them in parts")
