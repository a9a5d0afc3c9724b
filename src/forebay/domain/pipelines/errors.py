"""Errors of pipelines."""

from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError, NotFoundError, UnavailableError


class ClientNotFoundError(NotFoundError):
    """There is no client with this id."""

    code = "client_not_found"


class ClientExistsError(ConflictError):
    """There is a client of this name already."""

    code = "client_exists"


class PipelineNotFoundError(NotFoundError):
    """There is no pipeline with this id."""

    code = "pipeline_not_found"


class PipelineExistsError(ConflictError):
    """The client has a pipeline of this name, or one with this external id on this platform, already."""

    code = "pipeline_exists"


class PipelineRunNotFoundError(NotFoundError):
    """The pipeline has no such run."""

    code = "pipeline_run_not_found"


class NoRunYetError(NotFoundError):
    """The pipeline has not reported a run yet."""

    code = "no_run_yet"


class InvalidReportError(InvalidInputError):
    """The report of a run is not valid."""

    code = "invalid_report"


class AlertRuleNotFoundError(NotFoundError):
    """There is no alert rule with this id."""

    code = "alert_rule_not_found"


class AlertRuleExistsError(ConflictError):
    """There is an enabled rule of this type for this scope and destination already."""

    code = "alert_rule_exists"


class InvalidAlertRuleError(InvalidInputError):
    """The alert rule is not valid."""

    code = "invalid_alert_rule"


class AlertNotFoundError(NotFoundError):
    """There is no alert with this id."""

    code = "alert_not_found"


class AlertClosedError(ConflictError):
    """The alert is closed already."""

    code = "alert_closed"


class RevisionMismatchError(ConflictError):
    """It was changed by somebody else meanwhile; read it again and repeat the change."""

    code = "revision_mismatch"


class UnknownSourceError(InvalidInputError):
    """No source of runs with this name is configured."""

    code = "unknown_run_source"


class SourceUnavailableError(UnavailableError):
    """The source of runs does not answer at present; the next sync goes on where this one stopped."""

    code = "run_source_unavailable"


class SourceRefusedError(ForebayError):
    """The source of runs refused, or gave an answer that cannot be used."""

    code = "run_source_refused"


class NotificationUnavailableError(UnavailableError):
    """The destination of the alert does not answer at present; it is tried again."""

    code = "notification_unavailable"


class NotificationRefusedError(ForebayError):
    """The destination of the alert refused the message."""

    code = "notification_refused"
