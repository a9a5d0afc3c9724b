"""forebay clients: list, show, create, change, disable, enable, summary."""

from collections.abc import Sequence

from forebay.application.pipelines.revisions import check_revision
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.texts import parse_name
from forebay.entrypoints.cli.arguments import parse_order
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.pipeline_arguments import PageArguments, WindowArguments, client_filter
from forebay.entrypoints.cli.pipeline_names import client_id_of, client_of
from forebay.entrypoints.cli.pipeline_queries import ClientChange, ClientsQuery, WindowQuery
from forebay.entrypoints.cli.pipeline_tables import print_client, print_clients, print_summary
from forebay.entrypoints.cli.pipeline_views import ClientSummaryView, ClientView
from forebay.entrypoints.cli.session import with_gateway


def list_clients(
    invocation: Invocation, *, text: str | None, active: bool | None, order: str, page: PageArguments, as_json: bool
) -> None:
    cursor, limit = page.parsed()
    query = ClientsQuery(where=client_filter(text, active=active), order=parse_order(order), cursor=cursor, limit=limit)
    found = with_gateway(invocation, lambda gateway: gateway.list_clients(query))
    if as_json:
        print_json(found)
    else:
        print_clients(found)


def show_client(invocation: Invocation, *, client: str, as_json: bool) -> None:
    _print(with_gateway(invocation, lambda gateway: client_of(gateway, client)), as_json=as_json)


def create_client(invocation: Invocation, *, name: str, disabled: bool, as_json: bool) -> None:
    parsed = parse_name(name)
    made = with_gateway(invocation, lambda gateway: gateway.create_client(parsed, is_active=not disabled))
    _print(made, as_json=as_json)


def change_client(
    invocation: Invocation, *, client: str, name: str | None, if_revision: int | None, as_json: bool
) -> None:
    if name is None:
        raise InvalidInputError("nothing to change; give --name", field="--name")
    parsed = parse_name(name)

    async def change(gateway: Gateway) -> ClientView:
        before = await client_of(gateway, client)
        check_revision(if_revision, before.revision)
        return await gateway.change_client(before.id, ClientChange(name=parsed, revision=before.revision))

    _print(with_gateway(invocation, change), as_json=as_json)


def switch_clients(invocation: Invocation, *, clients: Sequence[str], active: bool, as_json: bool) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""

    async def each(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for client in clients:
            try:
                before = await client_of(gateway, client)
                change = ClientChange(is_active=active, revision=before.revision)
                changed = await gateway.change_client(before.id, change)
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=client)
                code = code or failure.exit_code
                continue
            if as_json:
                print_json(changed)
            else:
                print_line(f"{'enabled' if active else 'disabled'} client {one_line(changed.name)}")
            flush()
        return code

    return with_gateway(invocation, each)


def summarise_client(invocation: Invocation, *, client: str, window: WindowArguments, as_json: bool) -> None:
    since, until = window.parsed()

    async def summarise(gateway: Gateway) -> ClientSummaryView:
        client_id = await client_id_of(gateway, client)
        return await gateway.summarise_client(WindowQuery(client_id=client_id, since=since, until=until))

    summary = with_gateway(invocation, summarise)
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)


def _print(client: ClientView, *, as_json: bool) -> None:
    if as_json:
        print_json(client)
    else:
        print_client(client)
