"""How often and when to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass

#: Seconds. A sink that asks for more by Retry-After has to say so again.
LONGEST_WISH = 300.0


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter: films held up by the same fault don't all come back at the same time."""

    attempts: int = 20
    """In all, the first one included."""
    first_pause: float = 0.2
    longest_pause: float = 30.0

    def pause(self, attempt: int, wished: float = 0.0) -> float:
        """Seconds to wait after failed attempt number ``attempt`` (from 1), at least what the sink ``wished`` for."""
        # The exponent is bounded so that no number of attempts makes the float overflow.
        ceiling = min(self.longest_pause, self.first_pause * 2.0 ** min(attempt - 1, 30))
        return max(random.uniform(0, ceiling), min(wished, LONGEST_WISH))
