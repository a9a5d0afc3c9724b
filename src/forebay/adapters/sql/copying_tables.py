"""What moving a database needs to know of the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Double, Select, Table, bindparam, select, tuple_

from forebay.adapters.sql.schema import ONLY, metadata

# Of one kind of database only, and made again from the texts. A test sees to it that there are no others.
REBUILT = frozenset({"document_texts", "document_vectors", "document_passages"})

MOST = "most"


def copied_tables() -> Sequence[Table]:
    """Those of every database, each behind the ones it refers to."""
    return [table for table in metadata.sorted_tables if ONLY not in table.info]


@cache
def table_called(name: str) -> Table:
    return metadata.tables[name]


@cache
def self_references(table: Table) -> Sequence[Column[Any]]:
    """Columns that refer to another record of the same table."""
    return [
        element.parent
        for constraint in table.foreign_key_constraints
        if constraint.referred_table is table
        for element in constraint.elements
    ]


@cache
def numbered_tables() -> Sequence[Table]:
    """Those whose keys the database counts, and never gives twice."""
    return [table for table in copied_tables() if table.dialect_options["sqlite"]["autoincrement"]]


@cache
def key_of(table: Table) -> Sequence[Column[Any]]:
    return list(table.primary_key.columns)


@dataclass(frozen=True, slots=True)
class Paging:
    """Statements that read a table page by page, in the order of its key."""

    first: Select[*tuple[Any, ...]]
    further: Select[*tuple[Any, ...]]

    @classmethod
    def over(cls, columns: Select[*tuple[Any, ...]], key: Sequence[Column[Any]]) -> "Paging":
        first = columns.order_by(*key).limit(bindparam(MOST))
        after: Sequence[ColumnElement[Any]] = [bindparam(column.name, type_=column.type) for column in key]
        behind = key[0] > after[0] if len(key) == 1 else tuple_(*key) > tuple_(*after)
        return cls(first, first.where(behind))


@cache
def paging_of(table: Table) -> Paging:
    return Paging.over(select(*table.columns), key_of(table))


@cache
def doubles_of(table: Table) -> Sequence[int]:
    """Which of its columns are floating-point numbers: SQLite keeps -0.0 as 0.0."""
    return [place for place, column in enumerate(table.columns) if isinstance(column.type, Double)]
