"""Alert rules and alerts on the command line, here and against a server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.cli.program import Program
from tests.http.webhook_receiver import WebhookReceiver, webhook_receiver

HOOK = "https://hooks.example/secret-path"
ADD = ("alerts", "rules", "add")


@pytest.fixture
def client(forebay: Program) -> str:
    """The server is shared, so each test has a client of its own."""
    name = f"Client {uuid4()}"
    forebay("clients", "create", name)
    return name


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as opened:
        yield opened


def test_a_rule_is_what_was_said_of_it_and_its_secrets_are_not_told(forebay: Program, client: str) -> None:
    said = ("--type", "failures_in_window", "--threshold", "3", "--window-minutes", "60", "--client", client.upper())
    made = forebay(*ADD, *said, "--channel", "webhook", "--destination", HOOK, "--json").json
    assert made.pop("signing_secret").startswith("whsec_")
    assert (made["rule_type"], made["threshold"], made["window_minutes"]) == ("failures_in_window", 3, 60)
    assert (made["masked_destination"], made["is_enabled"], made["revision"]) == ("https://***", True, 1)
    assert forebay("alerts", "rules", "show", made["id"], "--json").json == made
    listed = forebay("alerts", "rules", "list", "--client", client, "--type", "failures_in_window", "--json").json
    assert listed["items"] == [made]
    for people in (
        forebay("alerts", "rules", "show", made["id"]).out,
        forebay("alerts", "rules", "list", "--client", client, "--enabled").out,
    ):
        assert made["id"] in people
        assert "failures_in_window (3 in 60 min)" in people
        assert "secret" not in people


def test_a_made_secret_is_shown_once(forebay: Program, client: str) -> None:
    said = ("--type", "late", "--channel", "webhook", "--destination", HOOK, "--client", client)
    made = forebay(*ADD, *said)
    assert "signing secret: whsec_" in made.out
    assert "shown this once" in made.err
    assert "secret-path" not in made.out


def test_a_destination_may_come_from_standard_input(forebay: Program, client: str) -> None:
    said = ("--type", "late", "--channel", "email", "--destination", "-", "--client", client, "--json")
    made = forebay.process(*ADD, *said, stdin=b"mailto://user:secret@example.com\n").json
    assert (made["channel"], made["masked_destination"]) == ("email", "mailto://***")


def test_a_rule_is_changed_disabled_and_enabled(forebay: Program, client: str) -> None:
    said = ("--type", "failures_in_window", "--threshold", "3", "--window-minutes", "60", "--client", client)
    rule = forebay(*ADD, *said, "--channel", "webhook", "--destination", HOOK, "--json").json
    changed = forebay("alerts", "rules", "change", rule["id"], "--threshold", "5", "--if-revision", "1", "--json").json
    assert (changed["threshold"], changed["window_minutes"], changed["revision"]) == (5, 60, 2)
    stale = forebay("alerts", "rules", "change", rule["id"], "--threshold", "6", "--if-revision", "1", "--json", code=4)
    assert stale.errors[0]["code"] == "revision_mismatch"
    assert forebay("alerts", "rules", "disable", rule["id"], "--json").json["is_enabled"] is False
    assert forebay("alerts", "rules", "enable", rule["id"], "--json").json["is_enabled"] is True
    nothing = forebay("alerts", "rules", "change", rule["id"], "--json", code=2)
    assert nothing.errors[0]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--type", "never", "--channel", "webhook", "--destination", HOOK), "invalid_field"),
        (("--type", "late", "--channel", "pigeon", "--destination", HOOK), "invalid_field"),
        (("--type", "late", "--channel", "webhook"), "invalid_input"),
        (("--type", "late", "--channel", "webhook", "--destination", "ftp://secret/"), "invalid_alert_rule"),
        (("--type", "late", "--channel", "slack", "--destination", "https://secret/"), "invalid_alert_rule"),
        (("--type", "late", "--threshold", "3", "--channel", "webhook", "--destination", HOOK), "invalid_alert_rule"),
        (("--type", "late", "--channel", "webhook", "--destination", HOOK, "--client", "x", "--pipeline", "y"),
         "invalid_field"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(forebay: Program, arguments: tuple[str, ...], code: str) -> None:
    refused = forebay(*ADD, *arguments, "--json", code=2)
    assert refused.errors[0]["code"] == code
    assert "secret" not in refused.err


def test_an_alert_opens_is_taken_on_muted_and_told_of(
    forebay: Program, client: str, receiver: WebhookReceiver, request: pytest.FixtureRequest
) -> None:
    pipeline = forebay("pipelines", "create", client, "orders", "--json").json
    name = f"{client}/orders"
    said = ("--type", "on_failure", "--channel", "webhook", "--pipeline", name)
    rule = forebay(*ADD, *said, "--destination", f"{receiver.url}/hook", "--json").json
    receiver.secrets["/hook"] = rule["signing_secret"]
    forebay("pipelines", "report", name, "--status", "failed", "--error", "boom")
    here = "local" in request.node.name
    if here:  # nobody keeps watch, so somebody has to look
        checked = forebay("alerts", "check", "--json").json
        assert (checked["opened"], checked["delivered"]) == (1, 1)
        assert "0 alerts opened" in forebay("alerts", "check").out
    else:
        assert forebay("alerts", "check", "--json", code=2).errors[0]["code"] == "local_only"
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    [alert] = forebay("alerts", "list", "--open", "--new", "--pipeline", name, "--json").json["items"]
    assert (alert["pipeline_name"], alert["client_name"], alert["rule_type"]) == ("orders", client, "on_failure")
    listed = forebay("alerts", "list", "--client", client).out
    assert alert["id"] in listed
    assert name in listed
    taken = forebay("alerts", "ack", alert["id"], "--by", "Ada", "--json").json
    assert taken["acknowledged_by"] == "Ada"
    assert forebay("alerts", "list", "--new", "--pipeline", name, "--json").json["items"] == []
    muted = forebay("alerts", "mute", alert["id"], "--for", "2h", "--json").json
    until = datetime.fromisoformat(muted["muted_until"])
    assert timedelta(hours=1) < until - datetime.now(UTC) <= timedelta(hours=2)
    assert forebay("alerts", "unmute", alert["id"], "--json").json["muted_until"] is None
    shown = forebay("alerts", "show", alert["id"]).out
    for words in ("acknowledged", "boom", "by Ada", "opened", "on_failure", f"{name} (prod)"):
        assert words in shown
    assert forebay("alerts", "mute", alert["id"], "--json", code=2).errors[0]["field"] == "--for"
    past = forebay("alerts", "mute", alert["id"], "--until", "2020-01-01T00:00Z", "--json", code=2)
    assert past.errors[0]["field"] == "until"


def test_there_are_alerts_and_rules_only_where_there_are(forebay: Program) -> None:
    nobody = str(uuid4())
    assert forebay("alerts", "show", nobody, "--json", code=3).errors[0]["code"] == "alert_not_found"
    assert forebay("alerts", "rules", "show", nobody, "--json", code=3).errors[0]["code"] == "alert_rule_not_found"
    assert forebay("alerts", "show", "nonsense", "--json", code=2).errors[0]["code"] == "invalid_field"
