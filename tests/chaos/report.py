"""What a run came to, for people to read."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.run import Result
from tests.chaos.writing import Item

SHOWN = 5


def report(result: Result) -> str:
    """The whole report."""
    return "\n".join(_lines(result))


def failed(result: Result) -> bool:
    """Whether anything does not hold, or never came to rest."""
    return result.settled_after is None or any(result.violations.values())


def _lines(result: Result) -> Iterator[str]:
    wanted = result.wanted
    yield f"\nseed {wanted.seed}: {wanted.messages} messages in {wanted.seconds:.0f} s, {result.seconds:.0f} s in all"
    yield "\nwritten"
    for platform, items in sorted(_by_platform(result).items()):
        removed = sum(item.is_removed for item in items)
        edits = sum(len(item.labels) - 1 for item in items)
        direct = sum(item.is_dm for item in items)
        lost = sum(item.was_lost for item in items)
        yield (
            f"  {platform:10} {len(items):5}  of them direct {direct}, edits {edits}, taken back {removed}, "
            f"webhook lost {lost}"
        )
    yield f"  refused by the platforms: {result.refused}"
    yield "\nactions"
    for kind, states in sorted(_by_kind(result).items()):
        yield f"  {kind:20} " + ", ".join(f"{state} {count}" for state, count in sorted(states.items()))
    yield "\nfaults"
    for kind, count in sorted(result.faults.items()):
        yield f"  {kind:40} {count:4}"
    yield ""
    if result.settled_after is None:
        left = {name: count for name, count in result.still_moving.items() if count}
        yield f"NOT QUIET after {wanted.settle_seconds:.0f} s: {left}"
    else:
        yield f"quiet after {result.settled_after:.0f} s"
    for name, violations in result.violations.items():
        yield f"  {'ok  ' if not violations else 'FAIL'} {name.replace('_', ' ')}"
        for violation in violations[:SHOWN]:
            yield f"         {violation.subject}: {violation.detail}"
        if len(violations) > SHOWN:
            yield f"         … and {len(violations) - SHOWN} more"


def _by_platform(result: Result) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in result.items:
        found.setdefault(item.platform, []).append(item)
    return found


def _by_kind(result: Result) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for (_, kind, state), count in result.states.items():
        found.setdefault(kind, Counter())[state] += count
    return found
