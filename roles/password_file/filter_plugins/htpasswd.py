# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines of an htpasswd file."""

from __future__ import annotations

from collections.abc import Callable

import bcrypt

# A server computes the hash anew for every request. The lab's passwords are long and random, so the cheapest one,
# which is enough for those, keeps a push of hundreds of requests from costing a minute of processor time.
ROUNDS = 4


def htpasswd_line(user: str, password: str) -> str:
    """Return `user:hash` with a bcrypt hash of the password; another one each time."""
    return f"{user}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()}"


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[[str, str], str]]:
        """Return the filters by name."""
        return {"htpasswd_line": htpasswd_line}
