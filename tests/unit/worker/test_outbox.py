"""What waits to be sent: each job once, in order, and never more than there is room for."""

import threading
from uuid import uuid4

from forebay.adapters.celery.outbox import Outbox

ONE, TWO, THREE = uuid4(), uuid4(), uuid4()


def test_what_comes_first_is_taken_first() -> None:
    outbox = Outbox(most=10)
    outbox.put(ONE, 1.0)
    outbox.put(TWO, 0.5)
    assert [outbox.take(), outbox.take()] == [(ONE, 1.0), (TWO, 0.5)]


def test_a_job_waits_once_for_the_earlier_of_its_times() -> None:
    outbox = Outbox(most=10)
    for due in (2.0, 1.0, 3.0):
        assert outbox.put(ONE, due)
    assert len(outbox) == 1
    assert outbox.take() == (ONE, 1.0)


def test_what_could_not_be_sent_is_first_again() -> None:
    outbox = Outbox(most=2)
    outbox.put(ONE, 1.0)
    outbox.put(TWO, 2.0)
    taken = outbox.take()
    assert taken == (ONE, 1.0)
    outbox.put(THREE, 3.0)
    outbox.put_back(*taken)
    assert [outbox.take() for _ in range(3)] == [(ONE, 1.0), (TWO, 2.0), (THREE, 3.0)]


def test_what_came_again_meanwhile_is_not_sent_twice() -> None:
    outbox = Outbox(most=10)
    outbox.put(ONE, 5.0)
    taken = outbox.take()
    assert taken is not None
    outbox.put(ONE, 1.0)
    outbox.put_back(*taken)
    assert len(outbox) == 1
    assert outbox.take() == (ONE, 1.0)


def test_a_full_one_takes_only_what_it_has_already() -> None:
    outbox = Outbox(most=1)
    assert outbox.put(ONE, 1.0)
    assert not outbox.put(TWO, 1.0)
    assert outbox.put(ONE, 0.5)


def test_a_closed_one_gives_out_what_is_left_and_then_nothing() -> None:
    outbox = Outbox(most=10)
    outbox.put(ONE, 1.0)
    outbox.close()
    assert outbox.is_closed
    assert not outbox.put(TWO, 1.0)
    assert outbox.take() == (ONE, 1.0)
    assert outbox.take() is None


def test_whoever_waits_is_woken() -> None:
    outbox = Outbox(most=10)
    taken: list[object] = []

    def take_all() -> None:
        while (entry := outbox.take()) is not None:
            taken.append(entry)
        outbox.pause(3600)

    reader = threading.Thread(target=take_all)
    reader.start()
    outbox.put(ONE, 1.0)
    outbox.close()
    reader.join(60)
    assert not reader.is_alive()
    assert taken == [(ONE, 1.0)]
