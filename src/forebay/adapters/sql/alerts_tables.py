"""The tables of alerts: rules, what they found, whom it was told, and what is still to be looked at."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.schema import both_or_neither, metadata, one_of
from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import Channel, RuleType

IS_OPEN = text("closed_at IS NULL")  # queries that say it in the same words go along the index
TO_BE_SENT = text("status IN ('waiting', 'sending')")
_IS_ENABLED = text("is_enabled")

# `scope`: 'everywhere', or what else it is for, so that rules for the same can be told by one column.
alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", RowId, nullable=False),
    Column("client_id", RowId),
    Column("pipeline_id", RowId),
    Column("scope", Text, nullable=False),
    Column("rule_type", Text, nullable=False),
    Column("threshold", Integer),
    Column("window_minutes", Integer),
    Column("channel", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("destination_sha256", Text, nullable=False),
    Column("signing_secret", Text),
    Column("is_enabled", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_alert_rules"),
    ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_alert_rules_client_id"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_alert_rules_pipeline_id"),
    one_of("rule_type", RuleType, "ck_alert_rules_rule_type"),
    one_of("channel", Channel, "ck_alert_rules_channel"),
    CheckConstraint("client_id IS NULL OR pipeline_id IS NULL", name="ck_alert_rules_one_scope"),
    CheckConstraint(
        "(rule_type = 'failures_in_window') = (threshold IS NOT NULL)", name="ck_alert_rules_threshold_of_type"
    ),
    CheckConstraint(
        "(rule_type = 'failures_in_window') = (window_minutes IS NOT NULL)", name="ck_alert_rules_window_of_type"
    ),
    CheckConstraint("threshold > 0", name="ck_alert_rules_threshold"),
    CheckConstraint("window_minutes > 0", name="ck_alert_rules_window_minutes"),
    CheckConstraint("(channel = 'webhook') = (signing_secret IS NOT NULL)", name="ck_alert_rules_signing_secret"),
    CheckConstraint("destination <> ''", name="ck_alert_rules_destination"),
    CheckConstraint("revision >= 1", name="ck_alert_rules_revision"),
    Index("ix_alert_rules_created_at", "created_at", "id"),
    Index("ix_alert_rules_client_id", "client_id"),
    Index("ix_alert_rules_pipeline_id", "pipeline_id"),
    Index(
        "uq_alert_rules_enabled",
        "scope",
        "rule_type",
        "destination_sha256",
        unique=True,
        sqlite_where=_IS_ENABLED,
        postgresql_where=_IS_ENABLED,
    ),
    implicit_returning=False,
)

# `run_id` is no reference: it says which run it was about.
alerts = Table(
    "alerts",
    metadata,
    Column("id", RowId, nullable=False),
    Column("rule_id", RowId, nullable=False),
    Column("pipeline_id", RowId, nullable=False),
    Column("rule_type", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("run_id", RowId),
    Column("occurrences", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("close_reason", Text),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", Text),
    Column("muted_until", UtcTime),
    PrimaryKeyConstraint("id", name="pk_alerts"),
    ForeignKeyConstraint(["rule_id"], ["alert_rules.id"], name="fk_alerts_rule_id"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_alerts_pipeline_id"),
    one_of("rule_type", RuleType, "ck_alerts_rule_type"),
    one_of("close_reason", CloseReason, "ck_alerts_close_reason"),
    both_or_neither("closed_at", "close_reason", "ck_alerts_closed_says_why"),
    CheckConstraint("acknowledged_by IS NULL OR acknowledged_at IS NOT NULL", name="ck_alerts_acknowledged_at"),
    CheckConstraint("occurrences >= 1", name="ck_alerts_occurrences"),
    Index("ix_alerts_opened_at", "opened_at", "id"),
    Index("ix_alerts_pipeline_id", "pipeline_id", "opened_at", "id"),
    Index("ix_alerts_rule_id", "rule_id", "opened_at", "id"),
    Index("uq_alerts_open", "pipeline_id", "rule_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    implicit_returning=False,
)

alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", RowId, nullable=False),
    Column("alert_id", RowId, nullable=False),
    Column("transition", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("last_error", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_alert_deliveries"),
    UniqueConstraint("alert_id", "transition", name="uq_alert_deliveries_alert_id_transition"),
    ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_deliveries_alert_id", ondelete="CASCADE"),
    one_of("transition", Transition, "ck_alert_deliveries_transition"),
    one_of("status", DeliveryStatus, "ck_alert_deliveries_status"),
    CheckConstraint("attempts >= 0", name="ck_alert_deliveries_attempts"),
    Index("ix_alert_deliveries_due", "not_before", "id", sqlite_where=TO_BE_SENT, postgresql_where=TO_BE_SENT),
    implicit_returning=False,
)

# Only ever added to and taken from: those who report never wait for those who look. So one pipeline may stand here
# several times.
pipeline_checks = Table(
    "pipeline_checks",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("pipeline_id", RowId, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("position", name="pk_pipeline_checks"),
    implicit_returning=False,
    sqlite_autoincrement=True,
)
