"""Alert rules and alerts for programs that embed Forebay, with an event loop and without."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forebay import (
    CloseReason,
    DeliveryStatus,
    Forebay,
    ForebayError,
    InvalidInputError,
    RuleType,
    SyncForebay,
)
from tests.http.webhook_receiver import WebhookReceiver, webhook_receiver


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as opened:
        yield opened


async def test_the_whole_way(tmp_path: Path, receiver: WebhookReceiver) -> None:
    async with Forebay.open(data_dir=tmp_path) as forebay:
        client = await forebay.create_client("Acme")
        pipeline = await forebay.create_pipeline(client.id, "orders")
        rule = await forebay.create_alert_rule(
            "on_failure", "webhook", f"{receiver.url}/hook", pipeline_id=str(pipeline.id)
        )
        assert rule.signing_secret is not None
        assert rule.signing_secret not in repr(rule)
        receiver.secrets["/hook"] = rule.signing_secret
        assert (await forebay.get_alert_rule(rule.id)).signing_secret is None
        await forebay.report_run(pipeline.id, status="failed", external_run_id="1", error_message="boom")
        checked = await forebay.check_alerts()
        assert (checked.opened, checked.delivered) == (1, 1)
        [alert] = [alert async for alert in forebay.alerts(is_open=True, rule_type="on_failure")]
        assert (alert.summary, alert.pipeline_name, alert.deliveries) == ("run 1 failed: boom", "orders", ())
        [delivery] = (await forebay.get_alert(alert.id)).deliveries
        assert delivery.status is DeliveryStatus.DELIVERED
        assert (await forebay.acknowledge_alert(alert.id, by="Ada")).acknowledged_by == "Ada"
        until = datetime.now(UTC) + timedelta(hours=1)
        assert (await forebay.mute_alert(alert.id, until=until)).muted_until == until
        assert (await forebay.mute_alert(alert.id, until=None)).muted_until is None
        await forebay.change_alert_rule(rule.id, is_enabled=False, revision=1)
        await forebay.check_alerts()
        assert (await forebay.get_alert(alert.id)).close_reason is CloseReason.DISABLED
        assert [message["type"] for message in receiver.accepted] == ["alert.opened"]


def test_the_same_without_an_event_loop(tmp_path: Path) -> None:
    with SyncForebay.open(data_dir=tmp_path) as forebay:
        rule = forebay.create_alert_rule(
            RuleType.FAILURES_IN_WINDOW, "webhook", "https://e.example/", threshold=3, window_minutes=5
        )
        assert forebay.list_alert_rules(is_enabled=True).items == (forebay.get_alert_rule(rule.id),)
        assert forebay.change_alert_rule(rule.id, threshold=4).threshold == 4
        assert forebay.list_alerts().items == ()
        assert list(forebay.alerts()) == []
        assert forebay.check_alerts().opened == 0
        with pytest.raises(InvalidInputError):
            forebay.create_alert_rule("on_failure", "pigeon", "https://e.example/")
        with pytest.raises(TypeError, match="colour"):
            forebay.list_alerts(colour="red")  # type: ignore[call-arg]  # that is what is tested
        for call in (forebay.get_alert, forebay.acknowledge_alert):
            with pytest.raises(ForebayError):
                call(rule.id)
        with pytest.raises(ForebayError):
            forebay.mute_alert(rule.id, until=None)
