"""forebay documents."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import After, Before, Cursor, Json, Limit, NoProgress, Wait, invocation_of

Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's id.", show_default=False)]
Documents = Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help="Ids of documents.", show_default=False)]
Category = Annotated[str | None, typer.Option(metavar="NAME", help="Only of this category.")]
Uncategorised = Annotated[bool, typer.Option("--uncategorised", help="Only those without a category.")]
MediaType = Annotated[str | None, typer.Option(metavar="TYPE", help="Only of this kind, such as application/pdf.")]
Owner = Annotated[str | None, typer.Option(metavar="NAME", help="Only of this owner.")]
Language = Annotated[str | None, typer.Option(metavar="CODE", help="Only in this language, such as en or de.")]
Status = Annotated[
    str | None,
    typer.Option(metavar="STATUS", help="Only uploaded, extracting, classifying, ready or failed."),
]
OfRun = Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only of this run.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="PATH", help="Where to; - is standard output. Default: its own name."),
]


def upload(
    *,
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files to store; - is standard input.")],
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="A short name for people.")] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Anything worth knowing.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Whose they are.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name to store it under; needed for standard input.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until they are read and classified; 9 if one cannot be read.")
    ] = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Store documents, each as a run of its own.

    Every file is tried; the exit code is that of the first one that failed. With --json there is one document per
    line. With --wait the answer comes once a document is ready. Where no worker runs, this program does the work.

    \b
    Examples:
      forebay documents upload --wait *.pdf
      curl -s https://example.org/a.html | forebay documents upload - --name a.html
    """
    from forebay.entrypoints.cli.actions import document_upload as action  # noqa: PLC0415 - keeps --help fast

    given = action.UploadArguments(
        files=files,
        label=label,
        notes=notes,
        owner=owner,
        name=name,
        wait=wait,
        show_progress=not no_progress,
        as_json=as_json,
    )
    raise typer.Exit(action.upload(invocation_of(context), given))


def list_(
    *,
    context: typer.Context,
    category: Category = None,
    uncategorised: Uncategorised = False,
    media_type: MediaType = None,
    owner: Owner = None,
    language: Language = None,
    status: Status = None,
    run: OfRun = None,
    created_after: After = None,
    created_before: Before = None,
    order: Annotated[str, typer.Option(metavar="ORDER", help="desc: newest first; asc: oldest first.")] = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List documents.

    \b
    Examples:
      forebay documents list --category invoice --created-after 2026-01-01
      forebay documents list --status failed --json | jq -r '.items[] | .id + " " + .error.detail'
    """
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    where = action.WhereArguments(
        category=category,
        uncategorised=uncategorised,
        media_type=media_type,
        owner=owner,
        language=language,
        status=status,
        run=run,
        created_after=created_after,
        created_before=created_before,
    )
    action.list_documents(
        invocation_of(context),
        where,
        order=order,
        page=action.PageArguments(cursor=cursor, limit=limit),
        as_json=as_json,
    )


def search(
    *,
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY...", help='Words, "phrases", prefix* and -exclusions.', show_default=False),
    ],
    category: Category = None,
    uncategorised: Uncategorised = False,
    media_type: MediaType = None,
    owner: Owner = None,
    language: Language = None,
    status: Status = None,
    run: OfRun = None,
    created_after: After = None,
    created_before: Before = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Find documents by what they say; the best come first.

    All words must occur, in the title or the text. Case and accents do not matter. Several arguments are one query;
    what begins with a hyphen goes behind --, or within the quotes of one argument.

    \b
    Examples:
      forebay documents search invoice
      forebay documents search '"net 30 days" pay* -draft' --language en
      forebay documents search --category contract -- renewal -draft
    """
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    where = action.WhereArguments(
        category=category,
        uncategorised=uncategorised,
        media_type=media_type,
        owner=owner,
        language=language,
        status=status,
        run=run,
        created_after=created_after,
        created_before=created_before,
    )
    page = action.PageArguments(cursor=cursor, limit=limit)
    action.search_documents(invocation_of(context), where, query=" ".join(query), page=page, as_json=as_json)


def show(*, context: typer.Context, document: Document, as_json: Json = False) -> None:
    """Show a document, its category and why."""
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    action.show_document(invocation_of(context), document=document, as_json=as_json)


def text(
    *,
    context: typer.Context,
    document: Document,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="A file or folder to write to. Default: standard output."),
    ] = None,
    force: Force = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Print the text of a document.

    It is UTF-8; a form feed ends each page. With --json and --output the answer says what was written.

    \b
    Examples:
      forebay documents text 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e | less
      forebay documents text 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e -o policy.txt
    """
    from forebay.entrypoints.cli.actions import document_content as action  # noqa: PLC0415 - keeps --help fast

    given = action.ContentArguments(
        document=document,
        output=output if output is not None else action.STANDARD_OUTPUT,
        force=force,
        show_progress=not no_progress,
        as_json=as_json,
    )
    action.text(invocation_of(context), given)


def download(
    *,
    context: typer.Context,
    document: Document,
    output: Output = None,
    force: Force = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Fetch the bytes of a document.

    They are checked against their SHA-256. A file appears under its name only when it is whole and right. On standard
    output only the exit code tells.
    """
    from forebay.entrypoints.cli.actions import document_content as action  # noqa: PLC0415 - keeps --help fast

    given = action.ContentArguments(
        document=document, output=output, force=force, show_progress=not no_progress, as_json=as_json
    )
    action.download(invocation_of(context), given)


def preview(
    *,
    context: typer.Context,
    document: Document,
    output: Output = None,
    width: Annotated[int, typer.Option(metavar="PIXELS", help="50 to 2000.")] = 800,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Draw the first page of a document, as a PNG.

    \b
    Example:
      forebay documents preview 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e -o first-page.png --width 400
    """
    from forebay.entrypoints.cli.actions import document_content as action  # noqa: PLC0415 - keeps --help fast

    action.preview(invocation_of(context), document=document, width=width, output=output, force=force, as_json=as_json)


def correct(
    *,
    context: typer.Context,
    document: Document,
    category: Annotated[str | None, typer.Option(metavar="NAME", help="What kind of document it is.")] = None,
    uncategorised: Annotated[bool, typer.Option("--uncategorised", help="No category fits it.")] = False,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is called.")] = None,
    as_json: Json = False,
) -> None:
    """Say what a document is called or what kind it is.

    That wins over every model, now and later; `forebay documents learn` lets the local classifier learn from it.

    \b
    Examples:
      forebay documents correct 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e --category invoice
      forebay documents correct 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e --uncategorised --title 'Notes of March'
    """
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    action.correct_document(
        invocation_of(context),
        document=document,
        category=category,
        uncategorised=uncategorised,
        title=title,
        as_json=as_json,
    )


def delete(*, context: typer.Context, documents: Documents, as_json: Json = False) -> None:
    """Delete documents. Does not ask.

    One that was uploaded goes with its run and its bytes. One within an archive or a message is taken off the list; the
    archive or message stays whole.
    """
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.delete_documents(invocation_of(context), documents=documents, as_json=as_json))


def classify(
    *,
    context: typer.Context,
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="[DOCUMENT]...", help="Ids of documents.", show_default=False)
    ] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="All documents of this run.")] = None,
    wait: Wait = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Classify documents once more.

    That makes sense when categories, rules or what was learned have changed. It is a job for each run that the
    documents are of, and does all documents of the run. What a person said stays.

    \b
    Examples:
      forebay documents classify 019b1c0e-5d7f-7a33-8c54-2f0f4f5f8b1e --wait
      forebay documents list --uncategorised --json | jq -r '.items[].id' | xargs forebay documents classify
    """
    from forebay.entrypoints.cli.actions import document_classify as action  # noqa: PLC0415 - keeps --help fast

    given = action.ClassifyArguments(
        documents=documents or [], run=run, wait=wait, show_progress=not no_progress, as_json=as_json
    )
    raise typer.Exit(action.classify(invocation_of(context), given))


def learn(*, context: typer.Context, as_json: Json = False) -> None:
    """Let the local classifier learn from people's corrections.

    It makes a new version from all of them, which is used from now on. Documents keep their categories until they are
    classified again.
    """
    from forebay.entrypoints.cli.actions import documents as action  # noqa: PLC0415 - keeps --help fast

    action.learn(invocation_of(context), as_json=as_json)
