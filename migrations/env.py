"""How Alembic reaches the database: Forebay passes a connection in; for the command line, FOREBAY_DATABASE_URL
names it.
"""

import os

from alembic import context
from sqlalchemy import Connection

from forebay.adapters.sql.migrate import migration_connection
from forebay.adapters.sql.tables import is_compared, metadata


def migrate(connection: Connection) -> None:
    """The transaction is the caller's: Alembic neither begins nor commits one."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=False,
        compare_type=True,
        include_name=lambda name, kind, _: kind != "table" or is_compared(name, connection.dialect.name),
        include_object=lambda found, name, kind, *_: kind != "table" or is_compared(name, connection.dialect.name),
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with migration_connection(os.environ["FOREBAY_DATABASE_URL"]) as opened:
        migrate(opened)
