"""What may be committed."""

from __future__ import annotations

import random

from event_source.offsets import SettledOffsets


def test_nothing_is_committed_before_the_first_is_settled() -> None:
    offsets = SettledOffsets()
    for offset in (5, 6, 7):
        offsets.hand_out(offset)
    offsets.settle(7)
    offsets.settle(6)
    assert offsets.position is None
    assert len(offsets) == 3
    offsets.settle(5)
    assert offsets.position == 8
    assert len(offsets) == 0


def test_offsets_that_a_compacted_topic_lacks_are_not_waited_for() -> None:
    offsets = SettledOffsets()
    for offset in (2, 9, 10):
        offsets.hand_out(offset)
    offsets.settle(2)
    assert offsets.position == 3
    offsets.settle(9)
    assert offsets.position == 10


def test_in_any_order_the_position_never_passes_an_open_offset() -> None:
    chance = random.Random(7)
    offsets = SettledOffsets()
    still_open = list(range(200))
    for offset in still_open:
        offsets.hand_out(offset)
    chance.shuffle(still_open)
    while still_open:
        offsets.settle(still_open.pop())
        assert (offsets.position or 0) == min(still_open, default=200)
