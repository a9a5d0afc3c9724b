"""What all tables have in common. Every constraint has a name: errors are told apart by it.

The migrations are written by hand from the tables; a test finds any difference.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, MetaData, UnaryExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler

metadata = MetaData()

ONLY = "only"  # in a table's info: the one dialect that has it


def one_of(column: str, values: type[StrEnum], name: str) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({known})", name=name)


def both_or_neither(one: str, other: str, name: str) -> CheckConstraint:
    return CheckConstraint(f"({one} IS NULL) = ({other} IS NULL)", name=name)


class newest_first(UnaryExpression[Any]):  # noqa: N801 - named as SQLAlchemy names its own, desc() and nulls_last()
    """In an index: descending, those without last. SQLite puts them there by itself, and may not be told to."""

    inherit_cache = True

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column.desc(), modifier=operators.nulls_last_op)


@compiles(newest_first, "sqlite")
def _newest_first(element: newest_first, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.element, **how)
