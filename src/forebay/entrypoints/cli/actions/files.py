"""forebay files: list, get."""

from forebay.domain.ids import parse_id
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.arguments import parse_cursor, parse_role
from forebay.entrypoints.cli.download import (
    STANDARD_OUTPUT,
    new_file,
    receive,
    target_of,
)
from forebay.entrypoints.cli.gateway import FilesQuery, Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json, print_line, printable, size, standard_output
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.tables import print_files


def list_files(
    invocation: Invocation, *, run: str, role: str | None, cursor: str | None, limit: int, as_json: bool
) -> None:
    query = FilesQuery(
        run_id=parse_id(run, field="RUN"),
        role=parse_role(role),
        cursor=parse_cursor(cursor),
        limit=check_limit(limit),
    )
    page = with_gateway(invocation, lambda gateway: gateway.list_files(query))
    if as_json:
        print_json(page)
    else:
        print_files(page)


def get_file(
    invocation: Invocation, *, file: str, output: str | None, force: bool, show_progress: bool, as_json: bool
) -> None:
    file_id = parse_id(file, field="FILE")

    async def get(gateway: Gateway) -> None:
        async with gateway.read_file(file_id) as content:
            with progress(content.name, content.size_bytes, shown=show_progress) as on_progress:
                if output == STANDARD_OUTPUT:
                    with standard_output() as stream:
                        await receive(content, stream.buffer, on_progress)
                        stream.buffer.flush()
                    return
                target = target_of(output, content)
                with new_file(target, force=force) as sink:
                    await receive(content, sink, on_progress)
        if as_json:
            print_json(
                {
                    "id": file_id,
                    "path": printable(str(target)),
                    "size_bytes": content.size_bytes,
                    "sha256": content.sha256.hex,
                }
            )
        else:
            print_line(f"{printable(str(target))}: {size(content.size_bytes)}, SHA-256 {content.sha256}")

    with_gateway(invocation, get)
