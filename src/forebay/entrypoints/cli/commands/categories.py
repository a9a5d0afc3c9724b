"""forebay categories."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, invocation_of

Category = Annotated[
    str, typer.Argument(metavar="CATEGORY", help="A category's name, in any case, or its id.", show_default=False)
]
Categories = Annotated[
    list[str], typer.Argument(metavar="CATEGORY...", help="Names or ids of categories.", show_default=False)
]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="What belongs to it, in words.")]
FromFile = Annotated[
    str | None,
    typer.Option(
        "--from-file", metavar="PATH", help="JSON as `categories show --json` prints it; - is standard input."
    ),
]


def list_(*, context: typer.Context, as_json: Json = False) -> None:
    """List categories, by name."""
    from forebay.entrypoints.cli.actions import categories as action  # noqa: PLC0415 - keeps --help fast

    action.list_categories(invocation_of(context), as_json=as_json)


def show(*, context: typer.Context, category: Category, as_json: Json = False) -> None:
    """Show a category with its rules and examples."""
    from forebay.entrypoints.cli.actions import categories as action  # noqa: PLC0415 - keeps --help fast

    action.show_category(invocation_of(context), category=category, as_json=as_json)


def add(
    *,
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Its name; needed unless the file has one.")
    ] = None,
    description: Description = None,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="KIND[@WHERE]:TERM[,TERM...]; may be repeated.")
    ] = None,
    example: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A text that belongs to it; may be repeated.")
    ] = None,
    from_file: FromFile = None,
    as_json: Json = False,
) -> None:
    """Add a category.

    A rule's KIND is any or all (of these words), fuzzy (nearly one of them), phrase (exactly this) or regex; it looks
    at WHERE, which is title, text or anywhere. Instead of that a rule may be its JSON. Options win over the file.

    \b
    Examples:
      forebay categories add invoice --description 'Bills to be paid' --rule 'any@title:invoice,bill'
      forebay categories add contract --rule 'all:party,agreement' --rule 'regex:(?m)^contract no'
      forebay categories add memo --rule '{"kind": "phrase", "terms": ["To:"], "confidence": 0.6}'
      forebay categories show invoice --json > invoice.json; forebay categories add --from-file invoice.json
    """
    from forebay.entrypoints.cli.actions import categories as action  # noqa: PLC0415 - keeps --help fast

    given = action.CategoryArguments(
        name=name, description=description, rules=rule, examples=example, from_file=from_file, as_json=as_json
    )
    action.add_category(invocation_of(context), given)


def edit(
    *,
    context: typer.Context,
    category: Category,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its new name.")] = None,
    description: Description = None,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Instead of all its rules; may be repeated.")
    ] = None,
    no_rules: Annotated[bool, typer.Option("--no-rules", help="Remove its rules.")] = False,
    example: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Instead of all its examples; may be repeated.")
    ] = None,
    no_examples: Annotated[bool, typer.Option("--no-examples", help="Remove its examples.")] = False,
    from_file: FromFile = None,
    as_json: Json = False,
) -> None:
    """Change a category; what is not given stays.

    Documents keep their categories until they are classified again. `forebay categories add --help` has how rules are
    written. Options win over the file.

    \b
    Examples:
      forebay categories edit invoice --rule 'any@title:invoice,bill' --rule 'phrase:amount due'
      forebay categories edit invoice --from-file invoice.json
    """
    from forebay.entrypoints.cli.actions import categories as action  # noqa: PLC0415 - keeps --help fast

    given = action.CategoryArguments(
        name=name,
        description=description,
        rules=rule,
        no_rules=no_rules,
        examples=example,
        no_examples=no_examples,
        from_file=from_file,
        as_json=as_json,
    )
    action.edit_category(invocation_of(context), category=category, given=given)


def delete(*, context: typer.Context, categories: Categories, as_json: Json = False) -> None:
    """Delete categories: their documents become uncategorised, and corrections to them are forgotten. Does not ask."""
    from forebay.entrypoints.cli.actions import categories as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.delete_categories(invocation_of(context), categories=categories, as_json=as_json))
