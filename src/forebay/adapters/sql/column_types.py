"""Column types that mean the same on both databases."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC with microseconds. SQLite: ISO 8601 text of fixed width, which sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        return Text() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value if value.tzinfo is UTC else _in_utc(value)
        return moment if dialect.name != "sqlite" else _as_text(moment)

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)


class RowId(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite; both sort alike."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[UUID] | TypeEngine[bytes]:
        return LargeBinary(16) if dialect.name == "sqlite" else Uuid()

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.bytes

    def process_result_value(self, value: UUID | bytes | None, dialect: Dialect) -> UUID | None:
        return UUID(bytes=value) if isinstance(value, bytes) else value


def sqlite_time(value: datetime) -> str:
    """As UtcTime writes it."""
    return _as_text(value if value.tzinfo is UTC else _in_utc(value))


def _as_text(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first or last day there is, in a zone beside UTC
        return datetime.min.replace(tzinfo=UTC) if value.year == 1 else datetime.max.replace(tzinfo=UTC)


CodePointText = Text().with_variant(Text(collation="C"), "postgresql")  # SQLite compares by code point anyway
