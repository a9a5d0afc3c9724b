"""Memory for uploads: bounded, shared fairly, given back."""

import hashlib
from mmap import PAGESIZE

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.application.intake.block_pool import KIB, Block, BlockPool

FAST = 1e9
LARGE = 256 * KIB
SMALL = 64 * KIB


def a_pool(*, large_limit: int = 2, keep: int = 1) -> BlockPool:
    return BlockPool(large_bytes=LARGE, large_limit=large_limit, small_bytes=SMALL, keep=keep)


def sizes(*blocks: Block) -> list[int]:
    return [len(block.view) for block in blocks]


def test_the_first_block_is_small_and_a_fast_client_gets_a_large_one() -> None:
    pool = a_pool()
    assert sizes(pool.take(rate=0), pool.take(rate=LARGE - 1), pool.take(rate=LARGE)) == [SMALL, SMALL, LARGE]


def test_when_all_large_blocks_are_lent_there_are_small_ones_without_end() -> None:
    pool = a_pool(large_limit=2)
    assert sizes(*(pool.take(rate=FAST) for _ in range(50))) == [LARGE, LARGE] + [SMALL] * 48


def test_a_large_block_can_be_lent_again_once_it_came_back() -> None:
    pool = a_pool(large_limit=1)
    block = pool.take(rate=FAST)
    pool.give_back(block)
    again = pool.take(rate=FAST)
    assert len(again.view) == LARGE
    pool.give_back(again)
    pool.close()


def test_a_few_blocks_are_kept_and_the_rest_returns_to_the_system() -> None:
    pool = a_pool(keep=1)
    blocks = [pool.take(rate=0) for _ in range(3)]
    for block in blocks:
        pool.give_back(block)
    assert pool.take(rate=0) is blocks[0]
    for freed in blocks[1:]:
        with pytest.raises(ValueError, match="released"):
            len(freed.view)


def test_a_closed_pool_keeps_nothing() -> None:
    pool = a_pool()
    block = pool.take(rate=0)
    pool.give_back(block)
    pool.close()
    with pytest.raises(ValueError, match="released"):
        len(block.view)


def test_a_block_whose_last_writer_still_has_hold_of_it_is_let_go_without_a_complaint() -> None:
    """A thread that wrote it drops its arguments a moment after its answer; a traceback keeps them longer."""
    pool = a_pool(keep=1)
    blocks = [pool.take(rate=0) for _ in range(2)]
    held = [block.view[1:5] for block in blocks]
    for block in blocks:
        pool.give_back(block)
    pool.close()
    assert [bytes(part) for part in held] == [bytes(4)] * 2


def test_blocks_begin_at_a_page_and_can_be_hashed_and_written() -> None:
    block = a_pool().take(rate=FAST)
    assert len(block.view) % PAGESIZE == 0
    assert not block.view.readonly
    block.view[:3] = b"abc"
    assert hashlib.sha256(block.view[:3]).hexdigest() == hashlib.sha256(b"abc").hexdigest()


def test_a_block_that_the_system_does_not_give_is_not_counted_as_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = a_pool(large_limit=1)

    def no_memory(*_: object) -> None:
        raise OSError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr("forebay.application.intake.block_pool.mmap", no_memory)
        with pytest.raises(OSError, match="no memory"):
            pool.take(rate=FAST)
    assert len(pool.take(rate=FAST).view) == LARGE


@given(st.lists(st.tuples(st.booleans(), st.floats(min_value=0, max_value=FAST)), max_size=60))
def test_no_order_of_lending_exceeds_the_bound_or_lends_a_block_twice(steps: list[tuple[bool, float]]) -> None:
    pool = a_pool(large_limit=3, keep=2)
    out: list[Block] = []
    for give_back, rate in steps:
        if give_back and out:
            pool.give_back(out.pop(0))
        else:
            block = pool.take(rate=rate)
            assert block not in out
            out.append(block)
        assert sum(block.large for block in out) <= 3
        assert all(len(block.view) in {SMALL, LARGE} for block in out)
    for block in out:
        pool.give_back(block)
    pool.close()
