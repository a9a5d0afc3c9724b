"""What constraints of pipelines and alerts say when they are broken."""

from collections.abc import Callable, Mapping

from forebay.domain.errors import ConflictError, ForebayError
from forebay.domain.pipelines.errors import (
    AlertNotFoundError,
    AlertRuleExistsError,
    AlertRuleNotFoundError,
    ClientExistsError,
    ClientNotFoundError,
    PipelineExistsError,
    PipelineNotFoundError,
)

Values = Mapping[str, object]


def _no_client(row: Values) -> ForebayError:
    return ClientNotFoundError(f"there is no client {row.get('client_id')}")


def _no_pipeline(row: Values) -> ForebayError:
    return PipelineNotFoundError(f"there is no pipeline {row.get('pipeline_id')}")


def _taken(what: str) -> Callable[[Values], ForebayError]:
    return lambda row: ConflictError(f"there is {what} {row.get('id')} already")


OF_PIPELINES: Mapping[str, Callable[[Values], ForebayError]] = {
    "pk_clients": _taken("a client"),
    "uq_clients_name_folded": lambda row: ClientExistsError(
        f"there is a client {row.get('name')} already; capitals and small letters are the same"
    ),
    "pk_pipelines": _taken("a pipeline"),
    "uq_pipelines_client_id_name": lambda row: PipelineExistsError(
        f"the client has a pipeline {row.get('name')} already; capitals and small letters are the same"
    ),
    "uq_pipelines_client_id_platform_external_id": lambda row: PipelineExistsError(
        f"the client has a pipeline with external_id {row.get('external_id')} on {row.get('platform')} already"
    ),
    "fk_pipelines_client_id": _no_client,
    "fk_sync_states_pipeline_id": _no_pipeline,
    "pk_lineage_jobs": lambda row: ConflictError(
        f"there is a job {row.get('name')} in namespace {row.get('namespace')} already"
    ),
    "fk_lineage_jobs_pipeline_id": _no_pipeline,
    "fk_lineage_events_pipeline_id": _no_pipeline,
    "pk_alert_rules": _taken("an alert rule"),
    "uq_alert_rules_enabled": lambda row: AlertRuleExistsError(
        f"there is an enabled {row.get('rule_type')} rule for this scope and destination already"
    ),
    "fk_alert_rules_client_id": _no_client,
    "fk_alert_rules_pipeline_id": _no_pipeline,
    "pk_alerts": _taken("an alert"),
    "uq_alerts_open": lambda row: ConflictError(
        f"an alert of rule {row.get('rule_id')} is open for pipeline {row.get('pipeline_id')} already"
    ),
    "fk_alerts_rule_id": lambda row: AlertRuleNotFoundError(f"there is no alert rule {row.get('rule_id')}"),
    "fk_alerts_pipeline_id": _no_pipeline,
    "pk_alert_deliveries": _taken("a message"),
    "uq_alert_deliveries_alert_id_transition": lambda row: ConflictError(
        f"there is a message about alert {row.get('alert_id')} being {row.get('transition')} already"
    ),
    "fk_alert_deliveries_alert_id": lambda row: AlertNotFoundError(f"there is no alert {row.get('alert_id')}"),
}
