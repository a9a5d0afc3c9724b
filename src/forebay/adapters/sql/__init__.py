"""PostgreSQL and SQLite through SQLAlchemy Core.

What others need: `open_database` and `wait_for_database` (engine), `SqlUnitOfWorkFactory` (unit_of_work),
`DatabaseProbe` (probe), `upgrade` and `check_schema` (migrate).
"""
