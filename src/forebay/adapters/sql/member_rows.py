"""Between rows and members of archives."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import insert
from sqlalchemy.dialects import registry, sqlite

from forebay.adapters.sql.column_types import sqlite_time
from forebay.adapters.sql.intake_tables import members
from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.statements import DriverInsert
from forebay.adapters.sql.transaction import Dialect, Values
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import Catalogue, Member, MemberFlag, MemberKind

HEAD_LENGTH = 400  # characters; at most 4 bytes each
_NO_FLAGS: frozenset[MemberFlag] = frozenset()


def head_of(path: str) -> str:
    return path[:HEAD_LENGTH]


def member_values(member: Member) -> Values:
    return {
        "id": member.id,
        "run_id": member.run_id,
        "file_id": member.file_id,
        "catalogue_id": member.catalogue_id,
        "location": ".".join(map(str, member.location)),
        "path_head": head_of(member.path),
        "path": checked(member.path, "path"),
        "stored_path": checked(member.stored_path, "stored_path"),
        "kind": member.kind.value,
        "size_bytes": member.size_bytes,
        "sha256": member.sha256.hex if member.sha256 is not None else None,
        "media_type": checked(member.media_type, "media_type"),
        "mtime": member.mtime,
        "mode": member.mode,
        "link_target": checked(member.link_target, "link_target"),
        "flags": ",".join(sorted(member.flags)) if member.flags else "",
    }


def driver_insert(members: Sequence[Member], rows: Sequence[Values], dialect: Dialect) -> DriverInsert:
    """50,000 members are many: for each of them SQLAlchemy takes longer than SQLite."""
    return DriverInsert(_INSERTS[dialect], _for_sqlite(members, rows) if dialect == "sqlite" else rows)


def _for_sqlite(members: Sequence[Member], rows: Sequence[Values]) -> Sequence[Values]:
    raw = cache(lambda value: value.bytes)  # nearly all have the same run, file and catalogue
    return [
        {
            **row,
            "id": member.id.bytes,
            "run_id": raw(member.run_id),
            "file_id": raw(member.file_id),
            "catalogue_id": raw(member.catalogue_id),
            "mtime": sqlite_time(member.mtime) if member.mtime is not None else None,
        }
        for member, row in zip(members, rows, strict=True)
    ]


_INSERTS: Mapping[Dialect, str] = {
    "sqlite": str(insert(members).compile(dialect=sqlite.dialect(paramstyle="named"))),
    "postgresql": str(insert(members).compile(dialect=registry.load("postgresql.psycopg")())),
}


def member_of(row: AnyRow) -> Member:
    return Member(
        id=row.id,
        run_id=row.run_id,
        file_id=row.file_id,
        catalogue_id=row.catalogue_id,
        location=tuple(map(int, row.location.split("."))) if row.location else (),
        path=row.path,
        stored_path=row.stored_path,
        kind=MemberKind(row.kind),
        size_bytes=row.size_bytes,
        sha256=Sha256(row.sha256) if row.sha256 is not None else None,
        media_type=row.media_type,
        mtime=row.mtime,
        mode=row.mode,
        link_target=row.link_target,
        flags=frozenset(map(MemberFlag, row.flags.split(","))) if row.flags else _NO_FLAGS,
    )


def catalogue_values(catalogue: Catalogue) -> Values:
    return {
        "run_id": catalogue.run_id,
        "id": catalogue.id,
        "job_id": catalogue.job_id,
        "member_count": catalogue.member_count,
        "unpacked_bytes": catalogue.unpacked_bytes,
        "created_at": catalogue.created_at,
    }


def catalogue_of(row: AnyRow) -> Catalogue:
    return Catalogue(
        id=row.id,
        run_id=row.run_id,
        job_id=row.job_id,
        member_count=row.member_count,
        unpacked_bytes=row.unpacked_bytes,
        created_at=row.created_at,
    )
