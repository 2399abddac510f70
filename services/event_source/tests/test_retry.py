"""Pauses between attempts."""

from __future__ import annotations

from event_source.retry import LONGEST_WISH, RetryPolicy


def test_pauses_double_up_to_the_cap_and_are_spread_over_all_of_it() -> None:
    policy = RetryPolicy(first_pause=0.2, longest_pause=30)
    for attempt, ceiling in [(1, 0.2), (2, 0.4), (5, 3.2), (9, 30), (5000, 30)]:
        pauses = [policy.pause(attempt) for _ in range(2000)]
        assert 0 <= min(pauses) < 0.1 * ceiling
        assert 0.9 * ceiling < max(pauses) <= ceiling


def test_a_sink_s_wish_counts_if_it_is_longer_but_not_forever() -> None:
    policy = RetryPolicy(first_pause=1)
    assert policy.pause(1, wished=60) == 60
    assert policy.pause(1, wished=86400) == LONGEST_WISH
