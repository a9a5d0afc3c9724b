"""forebay pipelines: health, failures, flakiest, platforms, durations."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rich.text import Text

from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import MAX_LIMIT, check_limit
from forebay.domain.pipelines.figures import Bucket
from forebay.domain.pipelines.health import Health
from forebay.entrypoints.cli.arguments import one_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.figure_tables import print_durations, print_failures, print_flakiest, print_platforms
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json, print_line, print_note
from forebay.entrypoints.cli.pipeline_arguments import PipelineWhere, WindowArguments
from forebay.entrypoints.cli.pipeline_names import client_id_of, pipeline_id_of
from forebay.entrypoints.cli.pipeline_queries import FailuresQuery, StatesQuery, WindowQuery
from forebay.entrypoints.cli.pipeline_tables import print_states, word
from forebay.entrypoints.cli.pipeline_views import PipelineStateView
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.tabular import print_table

T = TypeVar("T")

_WORST_FIRST = (
    Health.STUCK,
    Health.MISSING,
    Health.LATE,
    Health.FAILING,
    Health.UNKNOWN,
    Health.HEALTHY,
    Health.DISABLED,
)
_RANK = {health.value: rank for rank, health in enumerate(_WORST_FIRST)}
_ATTENTION = frozenset(health.value for health in Health if health.needs_attention)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfArguments:
    """As typed: whose runs are counted, and when."""

    client: str | None
    pipeline: str | None = None
    window: WindowArguments


def health(
    invocation: Invocation,
    given: PipelineWhere,
    *,
    client: str | None,
    only: Sequence[str],
    exit_code: bool,
    as_json: bool,
) -> ExitCode:
    """All of them, worst first. ATTENTION when one of them needs it and the exit code is to say so."""
    wanted = _health(only)
    given.parsed(None)

    async def found(gateway: Gateway) -> list[PipelineStateView]:
        where = given.parsed(await client_id_of(gateway, client) if client is not None else None)
        states: list[PipelineStateView] = []
        cursor: str | None = None
        while True:
            page = await gateway.list_states(StatesQuery(where=where, health=wanted, cursor=cursor, limit=MAX_LIMIT))
            states += page.items
            if (cursor := page.next_cursor) is None:
                return states

    states = sorted(with_gateway(invocation, found), key=_order)
    counts = Counter(state.health for state in states)
    if as_json:
        print_json({"items": states, "next_cursor": None, "counts": {one.value: counts[one] for one in _WORST_FIRST}})
    else:
        _print(states, counts)
    return ExitCode.ATTENTION if exit_code and _ATTENTION & counts.keys() else ExitCode.OK


def failures(invocation: Invocation, given: OfArguments, *, bucket: str, as_json: bool) -> None:
    by = one_of(Bucket, bucket, field="bucket") or Bucket.DAY

    async def ask(gateway: Gateway, query: WindowQuery) -> None:
        found = await gateway.failures_over_time(
            FailuresQuery(
                client_id=query.client_id,
                pipeline_id=query.pipeline_id,
                since=query.since,
                until=query.until,
                bucket=by,
            )
        )
        _told(found, print_failures, as_json=as_json)

    _ask(invocation, given, ask)


def flakiest(invocation: Invocation, given: OfArguments, *, limit: int, as_json: bool) -> None:
    check_limit(limit)

    async def ask(gateway: Gateway, query: WindowQuery) -> None:
        _told(await gateway.flakiest(query, limit=limit), print_flakiest, as_json=as_json)

    _ask(invocation, given, ask)


def platforms(invocation: Invocation, given: OfArguments, *, as_json: bool) -> None:
    async def ask(gateway: Gateway, query: WindowQuery) -> None:
        _told(await gateway.failure_rate_by_platform(query), print_platforms, as_json=as_json)

    _ask(invocation, given, ask)


def durations(invocation: Invocation, given: OfArguments, *, as_json: bool) -> None:
    async def ask(gateway: Gateway, query: WindowQuery) -> None:
        _told(await gateway.duration_histogram(query), print_durations, as_json=as_json)

    _ask(invocation, given, ask)


def _ask(invocation: Invocation, given: OfArguments, ask: Callable[[Gateway, WindowQuery], Awaitable[None]]) -> None:
    since, until = given.window.parsed()
    if given.client is not None and given.pipeline is not None:
        raise InvalidFieldError("a pipeline has one client; give --client or --pipeline", field="pipeline")

    async def asked(gateway: Gateway) -> None:
        query = WindowQuery(
            client_id=await client_id_of(gateway, given.client) if given.client is not None else None,
            pipeline_id=await pipeline_id_of(gateway, given.pipeline) if given.pipeline is not None else None,
            since=since,
            until=until,
        )
        await ask(gateway, query)

    with_gateway(invocation, asked)


def _told(found: T, print_it: Callable[[T], None], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        print_it(found)


def _health(only: Sequence[str]) -> frozenset[Health]:
    """Several times, or separated by commas."""
    words = [word.strip() for value in only for word in value.split(",")]
    return frozenset(found for said in words if (found := one_of(Health, said, field="health")) is not None)


def _order(state: PipelineStateView) -> tuple[int, str, str]:
    rank = _RANK.get(state.health, 0)  # what only a newer server knows is worth a look
    return rank, state.client_name.casefold(), state.pipeline.name.casefold()


def _print(states: Sequence[PipelineStateView], counts: Counter[str]) -> None:
    if not states:
        print_note("no pipelines")
        return
    print_states(states)
    print_line("")
    words = sorted(counts, key=lambda said: _RANK.get(said, 0))
    line = Text(", ").join(Text(f"{counts[said]} ").append_text(word(said)) for said in words)
    print_table(line.append(f", {len(states)} in all"))
