"""Messages for people through apprise: Slack, e-mail, and whatever else it has a URL for.

apprise is synchronous and logs what it sends to whom, so it works in threads of our own, with its logs kept to us.
"""

import asyncio
import re
import socket
import warnings
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event, Lock
from typing import Protocol

import apprise

from forebay.adapters.notify.reach import is_local, reads_files
from forebay.adapters.notify.silence import quietly, silence
from forebay.adapters.notify.wording import body_of, title_of
from forebay.application.ports.notifier import DeliveryUnclearError, Notification, Notifier
from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.alert import Transition
from forebay.domain.pipelines.errors import (
    InvalidAlertRuleError,
    NotificationRefusedError,
    NotificationUnavailableError,
)

_THREADS = 8
_PATIENCE_SECONDS = 20.0  # for a thread
_CONNECT_SECONDS = 10.0
_FILES = "the destination makes apprise read files here, as with template= or a key; leave that out, or name a URL"
_STATUS = re.compile(r"\berror=(?P<status>\d{3})\b")
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_MAYBE_ARRIVED = ("timed out", "timeout", "aborted", "reset by peer", "broken pipe", "disconnected", "closed", "eof")
_NEVER_ARRIVED = ("connect timeout", "refused", "failed to establish", "resolve", "resolution", "unreachable")
_loading, _loaded = Lock(), Event()


class _Service(Protocol):
    """What we need of a plugin of apprise."""

    socket_read_timeout: float
    socket_connect_timeout: float

    def notify(self, *, body: str, title: str, notify_type: object, body_format: object) -> object: ...


class MessageNotifier:
    """A message arrives, or it does not, or nobody knows: it is never sent twice unless it surely did not arrive."""

    may_repeat = False

    def __init__(self, threads: ThreadPoolExecutor, *, seconds: float) -> None:
        self._threads = threads
        self._seconds = seconds
        self._free = asyncio.Semaphore(_THREADS)

    async def send(self, notification: Notification) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise NotificationUnavailableError("too many messages are being sent to services that hang") from None
        loop = asyncio.get_running_loop()
        try:
            work = self._threads.submit(self._send, notification)
        except RuntimeError:
            self._free.release()
            raise NotificationUnavailableError("this process is about to end") from None
        work.add_done_callback(lambda _: _release(loop, self._free))  # a thread cannot be cut off, so it counts on
        try:
            async with asyncio.timeout(self._seconds):
                await asyncio.wrap_future(work)
        except TimeoutError:
            raise DeliveryUnclearError(f"it took longer than {self._seconds:g} s") from None

    def _send(self, notification: Notification) -> None:
        """In a thread."""
        with quietly() as lines:
            service = _service(notification.rule.destination)
            if service is None or is_local(service):
                raise NotificationRefusedError("apprise cannot send to the destination from here; change the rule")
            if reads_files(service):
                raise NotificationRefusedError(_FILES)
            _check_mail_server(service)
            # what takes too long to read is ended by us, and then nobody knows whether it arrived
            service.socket_read_timeout = self._seconds + 5.0
            service.socket_connect_timeout = min(_CONNECT_SECONDS, self._seconds)
            opened = notification.transition is Transition.OPENED
            kind = apprise.NotifyType.FAILURE if opened else apprise.NotifyType.SUCCESS
            good = service.notify(
                body=body_of(notification),
                title=title_of(notification),
                notify_type=kind,
                body_format=apprise.NotifyFormat.TEXT,
            )
        if not good:
            raise _failure(lines)


def _failure(lines: list[str]) -> ForebayError | DeliveryUnclearError:
    """By what apprise has logged."""
    said = "\n".join(lines)
    if any(line.startswith("INFO Sent") for line in lines):
        return DeliveryUnclearError("some of those that it is for have got it, and others have not")
    if any(word in said.lower() for word in _NEVER_ARRIVED):
        return NotificationUnavailableError("the message did not get through: no connection could be made")
    if any(word in said.lower() for word in _MAYBE_ARRIVED):
        return DeliveryUnclearError("the connection was lost meanwhile")
    answered = _STATUS.search(said)
    if answered is not None:
        status = int(answered["status"])
        if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
            return NotificationRefusedError(f"the service answered with status {status}; check the rule's destination")
        return NotificationUnavailableError(f"the message did not get through: the service answered {status}")
    return NotificationUnavailableError("the message did not get through: the service did not take it")


def _check_mail_server(service: object) -> None:
    """A mail server that does not answer gets nothing; later on nobody could tell that from one that falls silent."""
    host, port = getattr(service, "smtp_host", None), getattr(service, "port", None)
    if isinstance(host, str) and isinstance(port, int):
        try:
            socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
        except OSError:
            raise NotificationUnavailableError("the mail server cannot be connected to") from None


def _load_plugins() -> None:
    """All at once, which takes a second; some of them use what Python is about to give up, which is not our news."""
    with _loading, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise.Apprise.instantiate("json://localhost", suppress_exceptions=True)


def _service(destination: str) -> _Service | None:
    if not _loaded.is_set():
        _load_plugins()
        _loaded.set()
    asset = apprise.AppriseAsset(async_mode=False, app_id="Forebay", app_desc="Forebay", app_url="", storage_path=None)
    service: _Service | None = apprise.Apprise.instantiate(destination, asset=asset, suppress_exceptions=True)
    return service


async def check_destination(destination: str) -> None:
    """InvalidAlertRuleError for what apprise cannot send to from here; it does not say it."""

    def check() -> bool:
        with quietly():
            service = _service(destination)
            if service is not None and reads_files(service):
                raise InvalidAlertRuleError(_FILES, field="destination")
        return service is not None and not is_local(service)

    silence()
    if not await asyncio.to_thread(check):
        raise InvalidAlertRuleError(
            "apprise cannot send there; expected one of its URLs, such as slack://TokenA/TokenB/TokenC/#channel, "
            "https://hooks.slack.com/services/…, or mailto://user:password@example.com?to=someone@example.com",
            field="destination",
        )


@asynccontextmanager
async def open_messages(*, seconds: float = 30.0) -> AsyncIterator[MessageNotifier]:
    """`seconds`: for a message. Threads that hang are left to themselves: apprise gives up a little later."""
    silence()
    threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="forebay-notify")
    try:
        yield MessageNotifier(threads, seconds=seconds)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _release(loop: asyncio.AbstractEventLoop, free: asyncio.Semaphore) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(free.release)


def _fits(notifier: MessageNotifier) -> Notifier:
    return notifier
