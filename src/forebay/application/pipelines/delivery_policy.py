"""How messages about alerts are sent, and when they are given up."""

from dataclasses import dataclass, field
from datetime import timedelta

from forebay.domain.processing.backoff import Backoff


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """`most_at_once`: destinations that something is sent to at a time; to each, one message after the other.

    `most_waiting`: messages for one destination that are kept in hand. `reserve`: for how long they are ours alone;
    `margin` before that ends we let go of them, since the clocks of others may be fast. `send_seconds`: how long
    sending one may take; `lease`: how long nobody else sends it meanwhile.
    """

    backoff: Backoff = field(
        default_factory=lambda: Backoff(delays=(5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0))
    )
    max_attempts: int = 15
    give_up_after: timedelta = timedelta(days=1)
    most_at_once: int = 32
    most_waiting: int = 200
    send_seconds: float = 60.0
    lease: timedelta = timedelta(seconds=120)
    reserve: timedelta = timedelta(seconds=60)
    margin: timedelta = timedelta(seconds=10)
    put_off: timedelta = timedelta(seconds=2)
    put_off_by_trouble: timedelta = timedelta(seconds=30)
