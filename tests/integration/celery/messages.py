"""Messages as a worker would get them."""

from uuid import UUID

from celery import Celery
from kombu.message import Message

from forebay.adapters.celery.app import QUEUE


def received(app: Celery) -> Message:
    """The next one, waited for and acknowledged."""
    with app.connection_for_read() as connection, connection.SimpleQueue(QUEUE) as messages:
        message: Message = messages.get(timeout=60)
        message.ack()
        return message


def job_of(message: Message) -> UUID:
    (arguments, _, _) = message.payload
    (job_id,) = arguments
    return UUID(job_id)
