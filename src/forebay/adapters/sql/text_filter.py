"""Texts that contain another one, as it stands: no character of it means anything else."""

from typing import Any

from sqlalchemy import ColumnElement, func

from forebay.adapters.sql.transaction import Dialect


def contains(column: ColumnElement[Any], sought: str, dialect: Dialect) -> ColumnElement[bool]:
    """LIKE would need escapes, and SQLite refuses patterns of more than 50,000 bytes."""
    found: ColumnElement[bool] = (func.instr if dialect == "sqlite" else func.strpos)(column, sought) > 0
    return found
