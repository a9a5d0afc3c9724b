"""forebay pipelines: list, show, create, change, disable, enable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from forebay.application.pipelines.revisions import check_revision
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import parse_external_id, parse_name
from forebay.entrypoints.cli.arguments import one_of, parse_order
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.pipeline_arguments import PageArguments, PipelineWhere, parse_duration
from forebay.entrypoints.cli.pipeline_names import client_id_of, client_of, names_of, pipeline_id_of
from forebay.entrypoints.cli.pipeline_queries import PipelineSaid, PipelinesQuery
from forebay.entrypoints.cli.pipeline_tables import print_pipeline, print_pipelines, print_state
from forebay.entrypoints.cli.pipeline_views import PipelineView
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.views import PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineArguments:
    """As typed."""

    name: str | None
    platform: str | None
    external_id: str | None
    type: str | None
    environment: str | None
    expect_every: str | None
    start_grace: str | None
    finish_grace: str | None

    def parsed(self) -> PipelineSaid:
        said = PipelineSaid(
            name=parse_name(self.name) if self.name is not None else None,
            platform=one_of(Platform, self.platform, field="platform"),
            external_id=parse_external_id(self.external_id) if self.external_id else self.external_id,
            pipeline_type=one_of(PipelineType, self.type, field="type"),
            environment=one_of(Environment, self.environment, field="environment"),
            expect_every=parse_duration(self.expect_every, field="expect_every"),
            start_grace=parse_duration(self.start_grace, field="start_grace"),
            finish_grace=parse_duration(self.finish_grace, field="finish_grace"),
        )
        Schedule(  # says what is wrong with them, here as anywhere
            expect_every=said.expect_every or None,
            start_grace=said.start_grace or timedelta(0),
            finish_grace=said.finish_grace or None,
        )
        return said


def list_pipelines(
    invocation: Invocation,
    given: PipelineWhere,
    *,
    client: str | None,
    order: str,
    page: PageArguments,
    as_json: bool,
) -> None:
    cursor, limit = page.parsed()
    sorted_by = parse_order(order)
    given.parsed(None)  # what is wrong with it needs no database

    async def found(gateway: Gateway) -> PageView[PipelineView]:
        where = given.parsed(await client_id_of(gateway, client) if client is not None else None)
        found = await gateway.list_pipelines(PipelinesQuery(where=where, order=sorted_by, cursor=cursor, limit=limit))
        if as_json:
            print_json(found)
        else:
            print_pipelines(found, await names_of(gateway, (pipeline.client_id for pipeline in found.items)))
        return found

    with_gateway(invocation, found)


def show_pipeline(invocation: Invocation, *, pipeline: str, as_json: bool) -> None:
    async def show(gateway: Gateway) -> None:
        state = await gateway.get_state(await pipeline_id_of(gateway, pipeline))
        if as_json:
            print_json(state)
        else:
            print_state(state)

    with_gateway(invocation, show)


def create_pipeline(invocation: Invocation, given: PipelineArguments, *, client: str, as_json: bool) -> None:
    said = given.parsed()

    async def create(gateway: Gateway) -> None:
        owner = await client_of(gateway, client)
        _print(await gateway.create_pipeline(owner.id, said), client=owner.name, as_json=as_json)

    with_gateway(invocation, create)


def change_pipeline(
    invocation: Invocation, given: PipelineArguments, *, pipeline: str, if_revision: int | None, as_json: bool
) -> None:
    said = given.parsed()
    if said == PipelineSaid():
        raise InvalidInputError("nothing to change; `forebay pipelines change --help` says what can be", field="--name")

    async def change(gateway: Gateway) -> None:
        before = await gateway.get_state(await pipeline_id_of(gateway, pipeline))
        revision = before.pipeline.revision
        check_revision(if_revision, revision)
        changed = await gateway.change_pipeline(before.pipeline.id, said, revision=revision)
        _print(changed, client=before.client_name, as_json=as_json)

    with_gateway(invocation, change)


def switch_pipelines(invocation: Invocation, *, pipelines: Sequence[str], active: bool, as_json: bool) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""

    async def each(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for pipeline in pipelines:
            try:
                before = await gateway.get_state(await pipeline_id_of(gateway, pipeline))
                changed = await gateway.change_pipeline(
                    before.pipeline.id, PipelineSaid(is_active=active), revision=before.pipeline.revision
                )
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=pipeline)
                code = code or failure.exit_code
                continue
            if as_json:
                print_json(changed)
            else:
                named = one_line(f"{before.client_name}/{changed.name}")
                print_line(f"{'enabled' if active else 'disabled'} pipeline {named}")
            flush()
        return code

    return with_gateway(invocation, each)


def _print(pipeline: PipelineView, *, client: str, as_json: bool) -> None:
    if as_json:
        print_json(pipeline)
    else:
        print_pipeline(pipeline, client=client)
