"""Guessing at access tokens: whoever sends many different wrong ones from one address waits.

Counted in this process alone, over a sliding window. A token that was right before is no guess, so that people who
share an address with a guesser (a campus has few) still get in; and the same wrong token again is no further guess, so
that a forgotten script with an old token locks out nobody. Platforms' deliveries bring no token and are never counted.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# What a flood of addresses or tokens can make us remember; the oldest are forgotten first.
MOST_ADDRESSES = 10_000
MOST_TOKENS = 10_000


@dataclass(slots=True, kw_only=True)
class Guesses:
    """Wrong tokens by address; `allowed` different ones within `window`."""

    allowed: int
    window: timedelta
    _wrong: OrderedDict[str, OrderedDict[bytes, datetime]] = field(default_factory=OrderedDict, init=False)
    _right: OrderedDict[bytes, None] = field(default_factory=OrderedDict, init=False)

    def begin(self, address: str, digest: bytes, *, now: datetime) -> timedelta | None:
        """Count a token that is about to be looked up as wrong, until it is known to be right.

        Returns how long it must wait instead, where the address has no guesses left.
        """
        wrong = self._within_window(address, now)
        if digest in self._right or digest in wrong:
            return None
        if len(wrong) >= self.allowed:
            return next(iter(wrong.values())) + self.window - now
        wrong[digest] = now
        self._wrong[address] = wrong
        self._wrong.move_to_end(address)
        if len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)
        return None

    def was_right(self, address: str, digest: bytes) -> None:
        """It was no guess, and will be none."""
        self.take_back(address, digest)
        self._right[digest] = None
        self._right.move_to_end(digest)
        if len(self._right) > MOST_TOKENS:
            self._right.popitem(last=False)

    def take_back(self, address: str, digest: bytes) -> None:
        """Whether it was right could not be found out."""
        if (wrong := self._wrong.get(address)) is not None:
            wrong.pop(digest, None)

    def _within_window(self, address: str, now: datetime) -> OrderedDict[bytes, datetime]:
        wrong = self._wrong.get(address, OrderedDict())
        while wrong and next(iter(wrong.values())) + self.window <= now:
            wrong.popitem(last=False)
        if not wrong:
            self._wrong.pop(address, None)
        return wrong


def address_of(peer: str | None, told: Sequence[str] = ()) -> str:
    """Whose guesses these are: the caller's address, for IPv6 the network of 64 bits that one caller has.

    Behind a proxy it is `told` by the lines of the header that the settings trust. The last entry of the last line is
    the proxy's own: some add to the line that the caller sent, some write one more below it.
    """
    written = told[-1].rsplit(",", 1)[-1].strip() if told else ""
    try:
        address = ip_address(written or peer or "")
    except ValueError:
        return peer or "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))
    return str(address)
