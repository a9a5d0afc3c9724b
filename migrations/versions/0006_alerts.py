"""Alerts: rules, what they found, whom it was told, and what is still to be looked at.

The types are spelled out here and not taken from the program, whose tables go on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _alert_rules()
    _alerts()
    _alert_deliveries()
    _pipeline_checks()


def _alert_rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("client_id", ROW_ID),
        sa.Column("pipeline_id", ROW_ID),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("rule_type", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Integer()),
        sa.Column("window_minutes", sa.Integer()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("destination_sha256", sa.Text(), nullable=False),
        sa.Column("signing_secret", sa.Text()),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(channel = 'webhook') = (signing_secret IS NOT NULL)", name="ck_alert_rules_signing_secret"
        ),
        sa.CheckConstraint(
            "(rule_type = 'failures_in_window') = (threshold IS NOT NULL)", name="ck_alert_rules_threshold_of_type"
        ),
        sa.CheckConstraint(
            "(rule_type = 'failures_in_window') = (window_minutes IS NOT NULL)", name="ck_alert_rules_window_of_type"
        ),
        sa.CheckConstraint("channel IN ('slack', 'email', 'webhook')", name="ck_alert_rules_channel"),
        sa.CheckConstraint("destination <> ''", name="ck_alert_rules_destination"),
        sa.CheckConstraint(
            "rule_type IN ('on_failure', 'failures_in_window', 'late', 'stuck')", name="ck_alert_rules_rule_type"
        ),
        sa.CheckConstraint("client_id IS NULL OR pipeline_id IS NULL", name="ck_alert_rules_one_scope"),
        sa.CheckConstraint("revision >= 1", name="ck_alert_rules_revision"),
        sa.CheckConstraint("threshold > 0", name="ck_alert_rules_threshold"),
        sa.CheckConstraint("window_minutes > 0", name="ck_alert_rules_window_minutes"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_alert_rules_client_id"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_alert_rules_pipeline_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rules"),
    )
    op.create_index("ix_alert_rules_client_id", "alert_rules", ["client_id"])
    op.create_index("ix_alert_rules_created_at", "alert_rules", ["created_at", "id"])
    op.create_index("ix_alert_rules_pipeline_id", "alert_rules", ["pipeline_id"])
    op.create_index(
        "uq_alert_rules_enabled",
        "alert_rules",
        ["scope", "rule_type", "destination_sha256"],
        unique=True,
        sqlite_where=sa.text("is_enabled"),
        postgresql_where=sa.text("is_enabled"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("rule_id", ROW_ID, nullable=False),
        sa.Column("pipeline_id", ROW_ID, nullable=False),
        sa.Column("rule_type", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("run_id", ROW_ID),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("close_reason", sa.Text()),
        sa.Column("acknowledged_at", MOMENT),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("muted_until", MOMENT),
        sa.CheckConstraint("close_reason IN ('recovered', 'disabled', 'replaced')", name="ck_alerts_close_reason"),
        sa.CheckConstraint(
            "rule_type IN ('on_failure', 'failures_in_window', 'late', 'stuck')", name="ck_alerts_rule_type"
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="ck_alerts_closed_says_why"),
        sa.CheckConstraint("acknowledged_by IS NULL OR acknowledged_at IS NOT NULL", name="ck_alerts_acknowledged_at"),
        sa.CheckConstraint("occurrences >= 1", name="ck_alerts_occurrences"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_alerts_pipeline_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rules.id"], name="fk_alerts_rule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_opened_at", "alerts", ["opened_at", "id"])
    op.create_index("ix_alerts_pipeline_id", "alerts", ["pipeline_id", "opened_at", "id"])
    op.create_index("ix_alerts_rule_id", "alerts", ["rule_id", "opened_at", "id"])
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["pipeline_id", "rule_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _alert_deliveries() -> None:
    op.create_table(
        "alert_deliveries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("alert_id", ROW_ID, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'delivered', 'failed', 'suppressed', 'unknown')",
            name="ck_alert_deliveries_status",
        ),
        sa.CheckConstraint("transition IN ('opened', 'closed')", name="ck_alert_deliveries_transition"),
        sa.CheckConstraint("attempts >= 0", name="ck_alert_deliveries_attempts"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_deliveries_alert_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_deliveries"),
        sa.UniqueConstraint("alert_id", "transition", name="uq_alert_deliveries_alert_id_transition"),
    )
    op.create_index(
        "ix_alert_deliveries_due",
        "alert_deliveries",
        ["not_before", "id"],
        sqlite_where=sa.text("status IN ('waiting', 'sending')"),
        postgresql_where=sa.text("status IN ('waiting', 'sending')"),
    )


def _pipeline_checks() -> None:
    op.create_table(
        "pipeline_checks",
        sa.Column("position", POSITION, nullable=False),
        sa.Column("pipeline_id", ROW_ID, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_pipeline_checks"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("pipeline_checks", "alert_deliveries", "alerts", "alert_rules"):
        op.drop_table(table)
