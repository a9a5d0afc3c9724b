"""forebay jobs events."""

from dataclasses import dataclass

from forebay.domain.errors import InvalidInputError
from forebay.domain.ids import parse_id
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.arguments import parse_position
from forebay.entrypoints.cli.gateway import EventsQuery, Gateway
from forebay.entrypoints.cli.job_tables import print_event, print_events
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, print_json, print_json_line
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsArguments:
    """As typed."""

    job: str | None
    run: str | None
    after: int | None
    follow: bool
    limit: int
    as_json: bool


def events(invocation: Invocation, given: EventsArguments) -> None:
    if given.job is not None and given.run is not None:
        raise InvalidInputError("a job belongs to one run; leave out --run", field="--run")
    query = EventsQuery(
        job_id=parse_id(given.job, field="JOB") if given.job is not None else None,
        run_id=parse_id(given.run, field="--run") if given.run is not None else None,
        after=parse_position(given.after),
        limit=check_limit(given.limit),
    )
    if not given.follow:
        page = with_gateway(invocation, lambda gateway: gateway.list_events(query))
        if given.as_json:
            print_json(page)
        else:
            print_events(page)
        return

    async def follow(gateway: Gateway) -> None:
        async with gateway.follow_events(query) as happening:
            async for event in happening:
                if given.as_json:
                    print_json_line(event)
                else:
                    print_event(event)
                flush()

    with_gateway(invocation, follow)
