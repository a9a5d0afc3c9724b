"""PostgreSQL and SQLite through SQLAlchemy Core.

What others need: `open_database` and `wait_for_database` (engine), `SqlIntakeUnitOfWorkFactory` (unit_of_work),
`DatabaseProbe` (probe), `check_schema` (schema_version), `upgrade` (migrate).
"""

from forebay.adapters.sql.engine import open_database, wait_for_database
from forebay.adapters.sql.migrate import downgrade, upgrade
from forebay.adapters.sql.probe import DatabaseProbe
from forebay.adapters.sql.schema_version import check_schema, current_revision
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlIntakeUnitOfWorkFactory

__all__ = [
    "Database",
    "DatabaseProbe",
    "SqlIntakeUnitOfWorkFactory",
    "check_schema",
    "current_revision",
    "downgrade",
    "open_database",
    "upgrade",
    "wait_for_database",
]
