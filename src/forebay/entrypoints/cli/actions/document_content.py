"""forebay documents: text, download, preview."""

import hashlib
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from forebay.domain.ids import parse_id
from forebay.entrypoints.cli.arguments import parse_width
from forebay.entrypoints.cli.download import STANDARD_OUTPUT, check_target, named_target, new_file, receive, target_of
from forebay.entrypoints.cli.gateway import Content, Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import one_line, print_json, print_line, printable, size, standard_output
from forebay.entrypoints.cli.progress import progress
from forebay.entrypoints.cli.session import with_gateway

__all__ = ["STANDARD_OUTPUT", "ContentArguments", "download", "preview", "text"]

_Opened = AbstractAsyncContextManager[Content]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentArguments:
    """As typed."""

    document: str
    output: str | None
    force: bool
    show_progress: bool
    as_json: bool


def text(invocation: Invocation, given: ContentArguments) -> None:
    _fetch(invocation, given, lambda gateway, document_id: gateway.read_text(document_id))


def download(invocation: Invocation, given: ContentArguments) -> None:
    _fetch(invocation, given, lambda gateway, document_id: gateway.read_document(document_id))


def preview(
    invocation: Invocation, *, document: str, width: int, output: str | None, force: bool, as_json: bool
) -> None:
    document_id, width = parse_id(document, field="DOCUMENT"), parse_width(width)
    if output is not None and output != STANDARD_OUTPUT and not Path(output).is_dir():
        check_target(Path(output), force=force)  # drawing takes longer than looking
    picture = with_gateway(invocation, lambda gateway: gateway.preview_document(document_id, width=width))
    if output == STANDARD_OUTPUT:
        with standard_output() as stream:
            stream.buffer.write(picture.data)
            stream.buffer.flush()
        return
    target = named_target(output, picture.name)
    with new_file(target, force=force) as sink:
        sink.write(picture.data)
    digest = hashlib.sha256(picture.data).hexdigest()
    _print_written(document_id, target, len(picture.data), digest, as_json=as_json)


def _fetch(invocation: Invocation, given: ContentArguments, opened: Callable[[Gateway, UUID], _Opened]) -> None:
    document_id = parse_id(given.document, field="DOCUMENT")

    async def get(gateway: Gateway) -> None:
        async with opened(gateway, document_id) as content:
            to_stdout = given.output == STANDARD_OUTPUT
            shown = given.show_progress and not (to_stdout and sys.stdout.isatty())  # the text itself shows it
            with progress(content.name, content.size_bytes, shown=shown) as on_progress:
                if to_stdout:
                    with standard_output() as stream:
                        await receive(content, stream.buffer, on_progress)
                        stream.buffer.flush()
                    return
                target = target_of(given.output, content)
                with new_file(target, force=given.force) as sink:
                    await receive(content, sink, on_progress)
        _print_written(document_id, target, content.size_bytes, content.sha256.hex, as_json=given.as_json)

    with_gateway(invocation, get)


def _print_written(document_id: UUID, target: Path, size_bytes: int, sha256: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": document_id, "path": printable(str(target)), "size_bytes": size_bytes, "sha256": sha256})
    else:
        print_line(f"{one_line(str(target))}: {size(size_bytes)}, SHA-256 {sha256}")
