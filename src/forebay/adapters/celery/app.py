"""The Celery application as Forebay uses it: what senders and workers must agree on."""

import ssl
from urllib.parse import urlsplit

from celery import Celery

from forebay.domain.errors import SettingError

QUEUE = "forebay"
CONNECT_SECONDS = 2.0
_SILENCE_SECONDS = 10.0  # of a broker that was asked something; its blocking reads last one second
_LEAST_VISIBILITY_SECONDS = 3600.0


def make_celery(url: str, *, longest_delay: float) -> Celery:
    """An application on the broker at `url` (redis, rediss, amqp, amqps); nothing is opened yet.

    `longest_delay`: of any announcement, in seconds. Redis gives out a message again that was not acknowledged for
    long enough, and a worker that waits for a delay to pass has not acknowledged; so it must wait longer than that.
    """
    app = Celery("forebay", broker=url, backend="rpc://", set_as_current=False)
    app.conf.update(
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker outlasts its broker's absence, however long
        broker_transport_options=_transport_options(url, longest_delay),
        broker_use_ssl=_tls(url),
        task_default_queue=QUEUE,
        # other applications on the same broker have nothing to say to our workers
        control_exchange=QUEUE,
        event_exchange=f"{QUEUE}.events",
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        # results go back to whoever asks for one, over the broker; nobody does for a job, whose row has it all
        task_ignore_result=True,
        task_publish_retry=False,  # senders decide for themselves
        # a message is done with when the job was worked on, and goes back when the process dies on it
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
    )
    return app


def check_url(url: str) -> None:
    """SettingError unless `url`, or each of several with `;` between them, can be taken apart."""
    for one in url.split(";"):
        try:
            _ = urlsplit(one).port
        except ValueError:  # whose words may hold a piece of the password
            raise SettingError(
                "FOREBAY_QUEUE_URL cannot be read: the port is not a number, or a character of user or password that "
                "has a meaning in URLs is not written as %xx; expected redis://user:password@host:6379/0 or "
                "amqp://user:password@host:5672/vhost",
                field="FOREBAY_QUEUE_URL",
            ) from None


def place_of(url: str) -> str:
    """Where the brokers of `url` are, without user, password and options."""
    return ", ".join(_place(one) for one in url.split(";"))


def _place(url: str) -> str:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def _transport_options(url: str, longest_delay: float) -> dict[str, object]:
    if url.startswith("redis"):
        return {
            "visibility_timeout": max(_LEAST_VISIBILITY_SECONDS, 2 * longest_delay),
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": _SILENCE_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": 25,
        }
    if url.startswith("amqp"):
        return {"confirm_publish": True}  # else a message that the broker did not take would go unnoticed
    return {}


def _tls(url: str) -> dict[str, object] | None:
    """Certificates are checked unless the URL says otherwise (`?ssl_cert_reqs=none`); by itself Celery does not."""
    parts = urlsplit(url)
    if parts.scheme == "rediss":
        return {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    if parts.scheme == "amqps":
        return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": parts.hostname}
    return None
