"""What happened: to one job, or to everything; once or as it happens, in the form that the client accepts."""

from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.params import HeaderParameter, QueryParameter

from forebay.application.processing.follow_events import EventsQuery, parse_position
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT
from forebay.entrypoints.http.accept import accepted
from forebay.entrypoints.http.enduring import enduring
from forebay.entrypoints.http.event_formats import JSON, NDJSON, SSE, all_so_far, frames_of, lines_of
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.parameters import JobId, Limit
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.schemas.events import EventPage
from forebay.entrypoints.http.stream_response import OpenStreams, StreamResponse

_FORMS = (JSON, NDJSON, SSE)
_OVER = {"Cache-Control": "no-store", "Vary": "Accept"}
_HOW = (
    "By `Accept`: a page of JSON; `application/x-ndjson`, all so far as lines, or with `follow` as they happen; "
    "`text/event-stream` as they happen, resumed after `Last-Event-ID` or `after`. "
)

After = Annotated[int | None, QueryParameter(ge=0, le=2**63 - 1, description="Only behind this position.")]
Follow = Annotated[bool, QueryParameter(description="NDJSON only: go on as events happen.")]
LastEventId = Annotated[
    str | None, HeaderParameter(name="Last-Event-ID", description="Server-Sent Events only; wins over `after`.")
]


@dataclass
class EventsOperation(Operation):
    """Documents the forms that JSON is not."""

    def __post_init__(self) -> None:
        found = (self.responses or {}).get("200")
        if isinstance(found, OpenAPIResponse) and found.content is not None:
            found.content[NDJSON] = _text("An event on each line, as in `items` of a page.")
            found.content[SSE] = _text("`id` is the position, `event` the code, `data` the event as in a page.")


def _text(description: str) -> OpenAPIMediaType:
    return OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, description=description))


@get(
    "/v1/jobs/{job_id:str}/events",
    operation_id="listJobEvents",
    operation_class=EventsOperation,
    summary="What happened to a job",
    description=_HOW + "A stream ends behind the event that ends the job; who comes back behind it gets 204.",
    tags=["processing"],
    responses={
        204: ResponseSpec(
            None, description="Server-Sent Events: the job has ended, and nothing is behind the position."
        ),
        **problem_specs(400, 404, 406, 422, 503),
    },
)
async def job_events(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    streams: NamedDependency[OpenStreams],
    job_id: JobId,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
    follow: Follow = False,
    last_event_id: LastEventId = None,
) -> Response[EventPage]:
    query = EventsQuery(job_id=parse_id(job_id, field="job_id"), after=after, limit=limit)
    answers = _Answers(request=request, use_cases=use_cases, options=options, streams=streams)
    return await answers.to(query, follow=follow, last_event_id=last_event_id)


@get(
    "/v1/events",
    operation_id="listEvents",
    operation_class=EventsOperation,
    summary="What happened to all runs and jobs",
    description=_HOW + "A stream begins with what happens from now on, unless it resumes, and does not end.",
    tags=["processing"],
    responses=problem_specs(400, 406, 422, 503),
)
async def all_events(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    streams: NamedDependency[OpenStreams],
    run_id: Annotated[
        str | None, QueryParameter(schema_extra={"format": "uuid"}, description="Only of this run and its jobs.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
    follow: Follow = False,
    last_event_id: LastEventId = None,
) -> Response[EventPage]:
    run = parse_id(run_id, field="run_id") if run_id is not None else None
    query = EventsQuery(run_id=run, after=after, limit=limit)
    answers = _Answers(request=request, use_cases=use_cases, options=options, streams=streams)
    return await answers.to(query, follow=follow, last_event_id=last_event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """One answer for each form. What is wrong with a request is known before a stream begins."""

    request: AnyRequest
    use_cases: UseCases
    options: HttpOptions
    streams: OpenStreams

    async def to(self, query: EventsQuery, *, follow: bool, last_event_id: str | None) -> Response[EventPage]:
        form = accepted(self.request, _FORMS)
        if form is None:
            raise HTTPException(status_code=406, detail=f"none of these is accepted: {', '.join(_FORMS)}")
        if form == SSE:
            after = parse_position(last_event_id, field="Last-Event-ID") if last_event_id else query.after
            query = replace(query, after=after)
            if await self._is_over(query):
                return Response[EventPage](None, status_code=204, headers=_OVER)  # type: ignore[arg-type]  # it has none
            return await self._followed(query, SSE)
        if form == NDJSON:
            return await (self._followed(query, NDJSON) if follow else self._lines(query))
        if follow:
            raise InvalidFieldError(f"a page cannot be followed; send Accept: {NDJSON} or {SSE}", field="follow")
        page = EventPage.of(await self.use_cases.processing.list_events(query))
        return Response(page, headers={"Vary": "Accept"})

    async def _is_over(self, query: EventsQuery) -> bool:
        """Whether a job has ended and nothing is behind `after`. Asked in this order: its last event is not missed."""
        processing = self.use_cases.processing
        if query.job_id is None or not (await processing.get_job(query.job_id)).job.status.is_final:
            return False
        return not (await processing.list_events(replace(query, limit=1))).items

    async def _followed(self, query: EventsQuery, form: str) -> Response[EventPage]:
        follow = self.use_cases.processing.follow_events
        beginning = await follow.beginning(query)
        query = replace(query, after=beginning)
        closing = AsyncExitStack()
        heartbeat_seconds = self.options.heartbeat_seconds
        if form == SSE:
            batches = await closing.enter_async_context(enduring(follow, query, heartbeat_seconds=heartbeat_seconds))
            frames = frames_of(batches, beginning=beginning)
        else:
            batches = await closing.enter_async_context(follow(query, heartbeat_seconds=heartbeat_seconds))
            frames = lines_of(batches)
        await closing.enter_async_context(aclosing(frames))
        self.request.scope["state"]["is_followed"] = True
        return StreamResponse(media_type=form, frames=frames, closing=closing, streams=self.streams)

    async def _lines(self, query: EventsQuery) -> Response[EventPage]:
        list_events = self.use_cases.processing.list_events
        first = await list_events(replace(query, limit=MAX_LIMIT))
        closing = AsyncExitStack()
        frames = all_so_far(list_events, query, first)
        await closing.enter_async_context(aclosing(frames))
        return StreamResponse(media_type=NDJSON, frames=frames, closing=closing, streams=self.streams)
