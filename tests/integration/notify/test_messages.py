"""Messages for people go through apprise: each arrives once, or surely not at all, or is said to be unclear."""

import json
import logging
from collections.abc import AsyncIterator
from email import message_from_string
from email.header import decode_header, make_header

import pytest

from forebay.adapters.notify.messages import MessageNotifier, check_destination, open_messages
from forebay.application.ports.notifier import DeliveryUnclearError
from forebay.domain.pipelines.alert import Transition
from forebay.domain.pipelines.alert_rule import Channel
from forebay.domain.pipelines.errors import (
    InvalidAlertRuleError,
    NotificationRefusedError,
    NotificationUnavailableError,
)
from tests.integration.notify.examples import a_notification
from tests.integration.notify.mail_server import mail_server
from tests.integration.notify.receiver import Receiver, cut, receiving, status

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
async def messages() -> AsyncIterator[MessageNotifier]:
    async with open_messages(seconds=10.0) as notifier:
        yield notifier


def chat(receiver: Receiver) -> str:
    """apprise's URL for a plain HTTP receiver."""
    return f"json://127.0.0.1:{receiver.port}/secret-path"


async def test_a_chat_gets_title_and_text(messages: MessageNotifier) -> None:
    async with receiving(status(200)) as receiver:
        await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))
        await messages.send(a_notification(chat(receiver), channel=Channel.SLACK, transition=Transition.CLOSED))
    opened, closed = (json.loads(got.body) for got in receiver.got)
    assert opened["title"] == "Acme & Söhne / orders <daily> failed (prod)"
    assert opened["message"].startswith(
        "run 7 failed: no such table\nOpened: 2026-03-01 12:00:00 UTC\nOccurrences: 2\n"
    )
    assert (opened["type"], closed["type"]) == ("failure", "success")
    assert closed["title"] == "Recovered: Acme & Söhne / orders <daily> (prod)"
    assert closed["message"].startswith("It was: run 7 failed: no such table\nClosed:")


async def test_mail_arrives(messages: MessageNotifier) -> None:
    async with mail_server() as mail:
        await messages.send(a_notification(mail.url, channel=Channel.EMAIL))
    [text] = mail.messages
    message = message_from_string(text)
    assert message["To"] == "oncall@example.com"
    assert str(make_header(decode_header(message["Subject"]))) == "Acme & Söhne / orders <daily> failed (prod)"


@pytest.mark.parametrize("code", [500, 503, 429])
async def test_what_a_service_does_not_take_now_is_worth_another_try(messages: MessageNotifier, code: int) -> None:
    async with receiving(status(code)) as receiver:
        with pytest.raises(NotificationUnavailableError):
            await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))
        assert len(receiver.got) == 1


@pytest.mark.parametrize("code", [401, 404, 410])
async def test_what_a_service_never_takes_is_a_refusal(messages: MessageNotifier, code: int) -> None:
    async with receiving(status(code)) as receiver:
        with pytest.raises(NotificationRefusedError, match=f"status {code}"):
            await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))


async def test_a_service_that_is_not_there_is_worth_another_try(messages: MessageNotifier) -> None:
    async with receiving() as receiver:
        url = chat(receiver)
    with pytest.raises(NotificationUnavailableError):
        await messages.send(a_notification(url, channel=Channel.SLACK))
    async with mail_server() as mail:
        url = mail.url
    with pytest.raises(NotificationUnavailableError, match="mail server cannot be connected to"):
        await messages.send(a_notification(url, channel=Channel.EMAIL))


async def test_a_connection_that_is_cut_leaves_it_unclear(messages: MessageNotifier) -> None:
    async with receiving(cut) as receiver:
        with pytest.raises(DeliveryUnclearError):
            await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))
        assert len(receiver.got) == 1


async def test_mail_that_was_handed_over_before_the_connection_ended_is_unclear(messages: MessageNotifier) -> None:
    async with mail_server() as mail:
        mail.cut_after_data = True
        with pytest.raises(DeliveryUnclearError):
            await messages.send(a_notification(mail.url, channel=Channel.EMAIL))
    assert len(mail.messages) == 1


async def test_a_mail_server_that_does_not_want_it_surely_has_not_got_it(messages: MessageNotifier) -> None:
    async with mail_server() as mail:
        mail.refuses = True
        with pytest.raises(NotificationUnavailableError):
            await messages.send(a_notification(mail.url, channel=Channel.EMAIL))
    assert mail.messages == []


async def test_a_service_that_hangs_is_waited_for_so_long_only_and_leaves_it_unclear() -> None:
    async with receiving() as receiver, open_messages(seconds=0.3) as messages:
        receiver.answer = receiver.silent
        with pytest.raises(DeliveryUnclearError, match="took longer"):
            await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))
        receiver.released.set()


@pytest.mark.parametrize("code", [200, 404, 500])
async def test_neither_errors_nor_logs_say_where_it_goes(
    messages: MessageNotifier, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with receiving(status(code)) as receiver:
        said = ""
        try:
            await messages.send(a_notification(chat(receiver), channel=Channel.SLACK))
        except (NotificationRefusedError, NotificationUnavailableError) as error:
            said = repr(error)
    assert "secret" not in said + caplog.text
    assert str(receiver.port) not in said + caplog.text


async def test_other_users_of_apprise_keep_their_logs(
    messages: MessageNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("apprise").warning("theirs")
    logging.getLogger("apprise").debug("never wanted")
    assert caplog.messages == ["theirs"]


@pytest.mark.parametrize(
    "destination", [SLACK, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops", "mailto://u:p@example.com"]
)
async def test_destinations_that_will_do(destination: str) -> None:
    await check_destination(destination)


@pytest.mark.parametrize(
    "destination", ["", "secret", "https://example.com/secret", "file:///secret", "syslog://", "slack://secret"]
)
async def test_destinations_that_will_not_do_and_are_not_repeated(
    destination: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(InvalidAlertRuleError) as caught:
        await check_destination(destination)
    assert caught.value.field == "destination"
    assert "secret" not in caught.value.message + caplog.text


READS_FILES = [
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops?template=/etc/passwd",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops?template=file:///etc/passwd",
    f"tgram://123456789:{'a' * 35}/12315544/?template=/proc/self/environ",
    f"workflows://example.com/{'w' * 8}/{'s' * 30}/?template=/etc/passwd",
    f"discord://{'1' * 18}/{'t' * 60}/?template=/etc/passwd",
]


@pytest.mark.parametrize("destination", READS_FILES)
async def test_destinations_that_would_read_files_here_are_refused(destination: str) -> None:
    with pytest.raises(InvalidAlertRuleError, match="files"):
        await check_destination(destination)


async def test_what_would_read_files_here_is_not_sent_either(messages: MessageNotifier) -> None:
    with pytest.raises(NotificationRefusedError, match="files"):
        await messages.send(a_notification(READS_FILES[0], channel=Channel.SLACK))


async def test_templates_from_elsewhere_will_do() -> None:
    await check_destination(READS_FILES[0].replace("/etc/passwd", "https://example.com/template.json"))
