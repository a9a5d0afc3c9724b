-- Who dashboards are to PostgreSQL (docs/dashboards.md): a role that sees the views and nothing else; and Metabase's own
-- database, for its questions and users. May be run again and again: compose does so at each start. The passwords are
-- psql's variables (--set), else from the environment.
\set ON_ERROR_STOP on
\if :{?dashboards_password}
\else
  \set dashboards_password `printf %s "$DASHBOARDS_PASSWORD"`
\endif
\if :{?metabase_password}
\else
  \set metabase_password `printf %s "$METABASE_DB_PASSWORD"`
\endif

SELECT format('CREATE ROLE %I LOGIN', name)
FROM (VALUES ('forebay_dashboards'), ('metabase')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE forebay_dashboards PASSWORD :'dashboards_password' CONNECTION LIMIT 30;
ALTER ROLE forebay_dashboards SET default_transaction_read_only = on;
ALTER ROLE forebay_dashboards SET statement_timeout = '60s';
ALTER ROLE metabase PASSWORD :'metabase_password' CONNECTION LIMIT 30;

REVOKE CONNECT, TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO forebay_dashboards;
GRANT USAGE ON SCHEMA public TO forebay_dashboards;
SELECT format('GRANT SELECT ON %I.%I TO forebay_dashboards', schemaname, viewname)
FROM pg_views
WHERE schemaname = 'public' AND viewname LIKE 'dashboard\_%'
\gexec

SELECT 'CREATE DATABASE metabase OWNER metabase'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'metabase')
\gexec
REVOKE CONNECT, TEMPORARY ON DATABASE metabase FROM PUBLIC;
