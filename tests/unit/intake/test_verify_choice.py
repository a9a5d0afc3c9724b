"""Which blobs are verified: all, those that were not proven for a while, or a sample of these."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from forebay.application.intake.verify_blobs import VerifyCommand
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.fixity import Sample
from tests.unit.intake.verify_bench import DAY, Bench


async def test_only_what_was_not_proven_for_a_while(bench: Bench) -> None:
    blobs = await bench.uploads(5)  # 5, 4, 3, 2 and 1 days ago
    report, _ = await bench.verify(VerifyCommand(older_than=3 * DAY))
    assert (report.due, bench.verified()) == (3, {blob.sha256 for blob in blobs[:3]})
    report, _ = await bench.verify(VerifyCommand(older_than=3 * DAY))
    assert report.due == 0
    bench.rig.clock.advance(DAY)
    report, _ = await bench.verify(VerifyCommand(older_than=3 * DAY))
    assert bench.verified() == {blob.sha256 for blob in blobs[:4]}
    report, _ = await bench.verify(VerifyCommand(older_than=timedelta.max))
    assert report.due == 0


async def test_samples_take_turns_until_all_had_theirs(bench: Bench) -> None:
    blobs = await bench.uploads(10)
    report, _ = await bench.verify(VerifyCommand(sample=Sample.parse("3")))
    assert (report.due, bench.verified()) == (3, {blob.sha256 for blob in blobs[:3]})
    for verified in (5, 7, 9):
        report, _ = await bench.verify(VerifyCommand(sample=Sample.parse("15%")))  # of ten: two
        assert (report.due, len(bench.verified())) == (2, verified)
    await bench.verify(VerifyCommand(sample=Sample.parse("1")))
    assert len(bench.verified()) == 10
    bench.rig.clock.advance(DAY)
    await bench.verify(VerifyCommand(sample=Sample.parse("3")))
    today = {blob.sha256 for blob in bench.blobs().values() if bench.rig.clock.now() - blob.proven_at < DAY}
    assert today == {blob.sha256 for blob in blobs[:3]}  # theirs is the oldest proof again


async def test_a_sample_of_what_is_old_is_no_more_than_there_is(bench: Bench) -> None:
    await bench.uploads(5)
    report, _ = await bench.verify(VerifyCommand(sample=Sample.parse("4"), older_than=4 * DAY))
    assert report.due == 2


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "-1", "5 percent", "%", "1e3", "٣", "1.%", "9" * 30])
def test_what_is_no_sample_is_refused(text: str) -> None:
    with pytest.raises(InvalidFieldError, match="such as 1000, or a share of them, such as 5%"):
        Sample.parse(text)


@pytest.mark.parametrize(
    ("text", "total", "size"),
    [("1000", 5, 1000), ("5%", 100, 5), ("5%", 101, 6), ("7 %", 100, 7), ("0.5%", 1, 1), ("100%", 3, 3), ("5%", 0, 0)],
)
def test_a_share_is_rounded_up(text: str, total: int, size: int) -> None:
    assert Sample.parse(text).of(total) == size


async def test_what_makes_no_sense_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidFieldError, match="length of time"):
        await bench.verify(VerifyCommand(older_than=-DAY))
    with pytest.raises(InvalidFieldError, match="bytes a second"):
        await bench.verify(VerifyCommand(max_bytes_per_second=0))


def test_bytes_that_were_never_read_again_were_proven_as_they_came() -> None:
    at = datetime.fromisoformat("2024-02-29T00:00:00Z")
    key = ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension="")
    blob = Blob(sha256=Sha256("0" * 64), size_bytes=0, object_key=key, created_at=at)
    assert blob.proven_at == at
