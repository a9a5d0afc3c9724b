"""One partner's API: page by page, and what its answers mean."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from forebay.adapters.partner_http.answers import RecordPage, UnusableAnswerError, read_page
from forebay.adapters.partner_http.fetching import PartnerClient
from forebay.adapters.partner_http.records import RecordReader
from forebay.adapters.partner_http.source_config import PLACE, SourceConfig
from forebay.application.ports.run_source import RejectedRecord, RunSource, SourcePage
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import SourceRefusedError, SourceUnavailableError
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import RunReport

_SMALL = 64 * 1024  # bytes that are read at once; longer answers aside, so that nobody waits for them
_CURSOR_REFUSALS = frozenset({400, 410, 422})


class _CursorRefusedError(Exception):
    """The API does not take the cursor that it gave once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An answer, understood."""

    page: RecordPage
    reports: Sequence[RunReport]
    rejected: Sequence[RejectedRecord]


class PartnerSource:
    """Asks from the cursor on until there is no next one. The last cursor that was one is where to go on the next time:

    what it leads to is read again then, with all that came since.
    """

    def __init__(self, config: SourceConfig, client: PartnerClient) -> None:
        self._config = config
        self._client = client
        self._records = RecordReader(config)

    @property
    def name(self) -> str:
        return self._config.name

    async def pages(self, pipeline: Pipeline, *, cursor: str | None) -> AsyncGenerator[SourcePage]:
        token = await asyncio.to_thread(self._config.token) if self._config.token is not None else None
        place = self._place(pipeline)
        try:
            reading = await self._ask(place, cursor, token=token)
        except _CursorRefusedError:  # too old, say: then from the beginning, which loses nothing
            cursor = None
            reading = await self._ask(place, cursor, token=token)
        seen = {cursor}
        for number in range(self._config.max_pages):
            if number > 0:
                reading = await self._ask(place, cursor, token=token)
            following = reading.page.cursor
            if following is None or (following in seen and not reading.page.is_last):
                yield _page(reading, cursor)
                if following is not None:
                    self._check_end(reading, cursor)
                return
            yield _page(reading, following)
            if reading.page.is_last:
                return
            seen.add(following)
            cursor = following
        raise SourceRefusedError(
            f"{self._named} has more than max_pages ({self._config.max_pages}) pages of {pipeline.external_id!r}; "
            "the next sync goes on behind them"
        )

    @property
    def _named(self) -> str:
        return f"the source {self.name!r}"

    def _check_end(self, reading: _Reading, cursor: str | None) -> None:
        """The same cursor once more is how some say that there is nothing more yet, unless the page is a full one."""
        if reading.page.cursor == cursor and len(reading.page.records) < self._config.page_size:
            return
        raise SourceRefusedError(f"{self._named} repeats a cursor, so that its pages never end; ask whoever runs it")

    def _place(self, pipeline: Pipeline) -> httpx.URL:
        external_id = pipeline.external_id or ""
        if external_id in {"", ".", ".."}:
            raise SourceRefusedError(f"the pipeline {pipeline.name!r} has no external_id that can be asked for")
        try:
            return httpx.URL(self._config.url + self._config.path.replace(PLACE, quote(external_id, safe="")))
        except httpx.InvalidURL:
            raise SourceRefusedError(
                f"the external_id of the pipeline {pipeline.name!r} is too long to ask for"
            ) from None

    async def _ask(self, place: httpx.URL, cursor: str | None, *, token: str | None) -> _Reading:
        parameters = {"limit": str(self._config.page_size), **({"cursor": cursor} if cursor is not None else {})}
        try:
            url = place.copy_merge_params(parameters)
        except httpx.InvalidURL:
            raise SourceRefusedError(f"{self._named} gave a cursor that is too long to be sent back") from None
        answer = await self._client.get(url, token=token)
        if answer.status != httpx.codes.OK:
            if cursor is not None and answer.status in _CURSOR_REFUSALS:
                raise _CursorRefusedError
            raise self._failure(answer.status, with_token=token is not None)
        try:
            if len(answer.body) <= _SMALL:
                return self._read(answer.body, answer.media_type)
            return await asyncio.to_thread(self._read, answer.body, answer.media_type)
        except UnusableAnswerError as error:
            raise SourceRefusedError(f"{self._named} gave an answer that {error}; correct its url or path") from None

    def _failure(self, status: int, *, with_token: bool) -> SourceRefusedError | SourceUnavailableError:
        if status >= 500:
            return SourceUnavailableError(f"{self._named} answers {status}")
        advice = {
            401: "it refuses the token; renew it" if with_token else "it wants a token; set token_env or token_file",
            403: "it does not let the token see this pipeline"
            if with_token
            else "it wants a token; set token_env or token_file",
            404: "it does not know this pipeline; correct the pipeline's external_id, or the source's url or path",
        }
        return SourceRefusedError(f"{self._named} answers {status}: {advice.get(status, 'correct its url or path')}")

    def _read(self, body: bytes, media_type: str) -> _Reading:
        page = read_page(body, media_type=media_type)
        reports: list[RunReport] = []
        rejected: list[RejectedRecord] = []
        for index, record in enumerate(page.records):
            try:
                reports.append(self._records.report(record))
            except InvalidInputError as error:
                reason = f"{error.field}: {error.message}" if error.field else error.message
                rejected.append(RejectedRecord(index=index, reason=reason))
        return _Reading(page=page, reports=reports, rejected=rejected)


def _page(reading: _Reading, cursor: str | None) -> SourcePage:
    return SourcePage(reports=reading.reports, rejected=reading.rejected, cursor=cursor)


def _fits(source: PartnerSource) -> RunSource:
    return source
