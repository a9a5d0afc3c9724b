"""The file that a beat which works touches, and one that does not work leaves alone."""

from pathlib import Path

import pytest
from celery import Celery

from forebay.entrypoints.worker.beating import Beating


class Broker:
    """What the scheduler sends to: an application that notes what it is given, or refuses it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = Celery("beating", broker="memory://", set_as_current=False)
        self.app.conf.beat_schedule = {"often": {"task": "look", "schedule": 0.0}}
        self.took: list[str] = []
        self.is_up = True
        monkeypatch.setattr(self.app, "send_task", self._send_task)

    def _send_task(self, name: str, *_: object, **__: object) -> None:
        if not self.is_up:
            raise ConnectionError("the broker is away")
        self.took.append(name)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    return Broker(monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "beat"


def test_a_turn_that_sent_what_was_due_touches_the_file(broker: Broker, file: Path) -> None:
    scheduler = Beating(app=broker.app, schedule_filename=str(file), max_interval=30)
    assert not file.exists()
    scheduler.tick()
    assert broker.took == ["look"]
    assert file.exists()


def test_a_turn_with_nothing_due_touches_it_too(broker: Broker, file: Path) -> None:
    broker.app.conf.beat_schedule = {"seldom": {"task": "look", "schedule": 3600.0}}
    assert 0 < Beating(app=broker.app, schedule_filename=str(file), max_interval=30).tick() <= 30
    assert broker.took == []
    assert file.exists()


def test_what_the_broker_does_not_take_leaves_the_file_as_it_is_until_it_does(
    broker: Broker, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker.is_up = False
    scheduler = Beating(app=broker.app, schedule_filename=str(file), max_interval=30)
    scheduler.tick()
    assert not file.exists()
    [record] = caplog.records
    assert "the broker is away" in record.getMessage()
    assert record.exc_info is None
    broker.is_up = True
    scheduler.tick()
    assert file.exists()


def test_looking_at_the_schedule_for_the_banner_touches_nothing(broker: Broker, file: Path) -> None:
    Beating(app=broker.app, schedule_filename=str(file), lazy=True)
    assert not file.exists()
