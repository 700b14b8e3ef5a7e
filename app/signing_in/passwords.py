"""Passwords of the demo's people: Argon2id with the package's own parameters. A real installation has none."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each takes tens of milliseconds and 64 MiB: two at a time leave room for everything else.
_AT_ONCE = 2
_HASHER = PasswordHasher()


class Passwords:
    """Compares passwords beside the loop, a few at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def is_right(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the one that was hashed; takes its time for None too, and then is wrong."""
        async with self._room:
            matches = await asyncio.to_thread(_matches, password, hashed)
        return matches and hashed is not None


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


@cache
def _nobodys() -> str:
    """Compared where nobody has this address, so that the answer takes as long as for a wrong password."""
    return _HASHER.hash("nobody's")


def _matches(password: str, hashed: str | None) -> bool:
    try:
        return _HASHER.verify(hashed or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
