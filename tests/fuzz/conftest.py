"""What every attack needs: its seed in the report's head, so that a failure can be seen again."""

from tests.fuzz.seeds import SEED


def pytest_report_header() -> str:
    """The line at the top of the report."""
    return f"seed: NOBET_FUZZ_SEED={SEED}"
