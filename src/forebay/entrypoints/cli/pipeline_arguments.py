"""Arguments about pipelines as people type them."""

import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from forebay.application.ports.pipelines import ClientFilter, PipelineFilter
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import check_limit
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.report import MAX_PAYLOAD
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID, MAX_NAME
from forebay.entrypoints.cli.arguments import one_of, parse_cursor, parse_instant, parse_plain
from forebay.entrypoints.cli.errors import UnreadableFileError
from forebay.entrypoints.cli.input_file import STANDARD_INPUT

_PARTS = re.compile(
    r"(?:(?P<days>\d{1,6})d)?(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,9})s?)?",
    re.ASCII,
)
_PAYLOAD = "--payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineWhere:
    """As typed, the client aside."""

    platform: str | None = None
    environment: str | None = None
    type: str | None = None
    active: bool | None = None
    text: str | None = None

    def parsed(self, client_id: UUID | None) -> PipelineFilter:
        return PipelineFilter(
            client_id=client_id,
            platform=one_of(Platform, self.platform, field="platform"),
            environment=one_of(Environment, self.environment, field="environment"),
            pipeline_type=one_of(PipelineType, self.type, field="type"),
            is_active=self.active,
            text=_text(self.text, MAX_EXTERNAL_ID),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowArguments:
    """As typed."""

    since: str | None
    until: str | None

    def parsed(self) -> tuple[datetime | None, datetime | None]:
        """InvalidFieldError when there is no time between them."""
        since, until = parse_instant(self.since, field="since"), parse_instant(self.until, field="until")
        if since is not None and until is not None and since >= until:
            raise InvalidFieldError("expected a time before --until", field="since")
        return since, until


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments:
    """As typed."""

    cursor: str | None
    limit: int

    def parsed(self) -> tuple[str | None, int]:
        return parse_cursor(self.cursor), check_limit(self.limit)


def client_filter(text: str | None, *, active: bool | None) -> ClientFilter:
    return ClientFilter(text=_text(text, MAX_NAME), is_active=active)


def parse_duration(value: str | None, *, field: str) -> timedelta | None:
    """Such as 90s, 15m, 1h30m or 7d; a number alone is seconds."""
    if value is None:
        return None
    match = _PARTS.fullmatch(value) if value else None
    if match is None:
        raise InvalidFieldError(
            f"{value[:100]!r} is not a length of time; expected 90s, 15m, 1h30m, 7d or 0 for none", field=field
        )
    return timedelta(**{unit: int(count) for unit, count in match.groupdict(default="0").items()})


def parse_payload(value: str | None) -> object:
    """JSON, or `@` and the path of a file that holds it (`@-`: standard input). InvalidReportError."""
    if value is None:
        return None
    text = _read(value[1:]) if value.startswith("@") else value
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidReportError(f"not JSON: {str(error)[:200]}", field=_PAYLOAD) from None


def _read(path: str) -> str:
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(4 * MAX_PAYLOAD + 1) if sys.stdin is not None else b""
        else:
            with Path(path).open("rb") as file:
                data = file.read(4 * MAX_PAYLOAD + 1)
        if len(data) > 4 * MAX_PAYLOAD:
            raise InvalidReportError(f"{path} is larger than a payload may be", field=_PAYLOAD)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {os.strerror(error.errno or 0)}", field=_PAYLOAD) from None
    except UnicodeDecodeError:
        raise InvalidReportError(f"{path} is not text in UTF-8", field=_PAYLOAD) from None
    except ValueError:
        raise UnreadableFileError("a path cannot hold a NUL character", field=_PAYLOAD) from None


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


def _text(value: str | None, longest: int) -> str | None:
    if value is None:
        return None
    if len(value) > longest:
        raise InvalidFieldError(f"expected at most {longest} characters, got {len(value)}", field="text")
    return parse_plain(value, field="text") or None
