"""Slots that are also the prefix cache: what is found in them, and who has to go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engines.backends.base import Limits
from engines.generation import Generation
from engines.prefix import Copy, SlotPool, Trim, common_prefix
from engines.request import Priority

tokens = st.lists(st.integers(0, 2), max_size=30)


def generation(prompt: list[int], *, chat: bool = False, answer: int = 10) -> Generation:
    priority = Priority.INTERACTIVE if chat else Priority.BATCH
    return Generation("one", priority, list(prompt), len(prompt), len(prompt) + answer)


def run(pool: SlotPool, prompt: list[int], *, chat: bool = False) -> Generation:
    """A request from its admission to its end."""
    one = generation(prompt, chat=chat)
    assert pool.place(one)
    one.computed = len(one.tokens)
    pool.release(one)
    return one


@given(tokens, tokens, st.integers(0, 40))
def test_the_common_prefix_is_what_a_loop_would_find(a: list[int], b: list[int], most: int) -> None:
    expected = 0
    for left, right in zip(a[:most], b[:most], strict=False):
        if left != right:
            break
        expected += 1
    assert common_prefix(a, b, most) == expected


def test_a_document_takes_over_the_slot_of_its_recipe_without_a_copy() -> None:
    pool = SlotPool(Limits(3, 100, 300, 64), share_tokens=4)
    run(pool, [1] * 20 + [2] * 10)
    pool.take_operations()
    run(pool, [1] * 20 + [3] * 10)
    assert list(pool.take_operations()) == [Trim(0, 20)]


def test_a_beginning_that_still_runs_is_copied() -> None:
    pool = SlotPool(Limits(3, 100, 300, 64), share_tokens=4)
    first = generation([1] * 20 + [2] * 10)
    pool.place(first)
    first.computed = 25
    pool.take_operations()
    second = generation([1] * 20 + [3] * 10)
    pool.place(second)
    assert list(pool.take_operations()) == [Copy(0, 1, 20)]
    assert (second.computed, second.cached) == (20, 20)


def test_at_least_one_token_of_a_prompt_is_computed() -> None:
    pool = SlotPool(Limits(3, 100, 300, 64), share_tokens=4)
    run(pool, [1] * 20)
    assert run(pool, [1] * 20).cached == 19


def test_documents_left_over_go_before_conversations_and_the_older_first() -> None:
    pool = SlotPool(Limits(3, 100, 300, 64), share_tokens=4)
    run(pool, [1] * 20, chat=True)
    run(pool, [2] * 20)
    run(pool, [3] * 20)
    run(pool, [4] * 20, chat=True)
    assert sorted(slot.kept[0] for slot in pool) == [1, 3, 4]
    run(pool, [5] * 20, chat=True)
    assert sorted(slot.kept[0] for slot in pool) == [1, 4, 5]
    run(pool, [6] * 20, chat=True)
    assert sorted(slot.kept[0] for slot in pool) == [4, 5, 6]


def test_a_shared_memory_makes_room_before_it_promises_more() -> None:
    pool = SlotPool(Limits(4, 100, 100, 64), share_tokens=4)
    run(pool, [1] * 40)
    run(pool, [2] * 40)
    assert pool.held == 80
    third = generation([3] * 40)
    assert pool.place(third)
    assert pool.reserved + sum(len(slot.kept) for slot in pool) <= 100
    assert not pool.place(generation([4] * 60))


def test_after_an_error_nothing_is_believed_to_be_in_memory() -> None:
    pool = SlotPool(Limits(2, 100, 200, 64), share_tokens=4)
    run(pool, [1] * 20)
    pool.take_operations()
    pool.forget_everything()
    assert list(pool.take_operations()) == [Trim(0, 0), Trim(1, 0)]
    assert run(pool, [1] * 20).cached == 0
