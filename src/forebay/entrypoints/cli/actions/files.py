"""forebay files: list, get."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.ids import parse_id
from forebay.domain.intake.file import FileRole
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.arguments import parse_folder, parse_member_cursor, parse_prefix, parse_role
from forebay.entrypoints.cli.download import (
    STANDARD_OUTPUT,
    new_file,
    receive,
    target_of,
)
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.gateway import Content, FilesQuery, FolderQuery, Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import one_line, print_json, print_line, printable, size, standard_output
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.tables import print_files, print_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArguments:
    """As typed."""

    run: str
    role: str | None
    prefix: str
    cursor: str | None
    limit: int
    as_json: bool


def list_files(invocation: Invocation, given: ListArguments) -> None:
    query = FilesQuery(
        run_id=parse_id(given.run, field="RUN"),
        role=parse_role(given.role),
        prefix=parse_prefix(given.prefix),
        cursor=parse_member_cursor(given.cursor),
        limit=check_limit(given.limit),
    )
    page = with_gateway(invocation, lambda gateway: gateway.list_files(query))
    if given.as_json:
        print_json(page)
    else:
        print_files(page)


def browse(invocation: Invocation, given: ListArguments) -> None:
    """One folder. A prefix that does not end in `/` is meant to."""
    if parse_role(given.role) is FileRole.UPLOAD:
        raise InvalidInputError("only members lie in folders; leave out --role or --tree", field="role")
    query = FolderQuery(
        run_id=parse_id(given.run, field="RUN"),
        prefix=parse_folder(given.prefix),
        cursor=parse_member_cursor(given.cursor),
        limit=check_limit(given.limit),
    )
    folder = with_gateway(invocation, lambda gateway: gateway.browse(query))
    if given.as_json:
        print_json(folder)
    else:
        print_folder(folder)


def get_file(
    invocation: Invocation, *, file: str, output: str | None, force: bool, show_progress: bool, as_json: bool
) -> None:
    file_id = parse_id(file, field="FILE")

    async def get(gateway: Gateway) -> None:
        async with _content(gateway, file_id) as content:
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
            print_line(f"{one_line(str(target))}: {size(content.size_bytes)}, SHA-256 {content.sha256}")

    with_gateway(invocation, get)


@asynccontextmanager
async def _content(gateway: Gateway, content_id: UUID) -> AsyncIterator[Content]:
    """Of a file, or of an artifact: no two things have the same id. When it is neither, it is no file."""
    async with AsyncExitStack() as stack:
        try:
            content = await stack.enter_async_context(gateway.read_file(content_id))
        except ForebayError as error:
            if failure_of(error).code != "file_not_found":
                raise
            try:
                content = await stack.enter_async_context(gateway.read_artifact(content_id))
            except ForebayError as other:
                raise (error if failure_of(other).code == "artifact_not_found" else other) from None
        yield content
