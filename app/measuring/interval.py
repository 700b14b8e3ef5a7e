"""The lower end of a share's 95 % interval: what a measured figure may be relied on for."""

from math import sqrt

# The normal quantile of a two-sided 95 % interval.
_Z = 1.959963984540054


def wilson_lower(right: int, of: int) -> float:
    """The lower end of Wilson's 95 % score interval for `right` out of `of`; 0 for none."""
    if of == 0:
        return 0.0
    share = right / of
    spread = _Z * sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    return max(0.0, (share + _Z * _Z / (2 * of) - spread) / (1 + _Z * _Z / of))
