"""What all tables have in common. Every constraint has a name: errors are told apart by it.

The migrations are written by hand from the tables; a test finds any difference.
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData

metadata = MetaData()

ONLY = "only"  # in a table's info: the one dialect that has it


def one_of(column: str, values: type[StrEnum], name: str) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({known})", name=name)


def both_or_neither(one: str, other: str, name: str) -> CheckConstraint:
    return CheckConstraint(f"({one} IS NULL) = ({other} IS NULL)", name=name)
