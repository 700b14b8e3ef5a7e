"""What every attack needs: its seed in the report, so that a failure can be seen again."""

import pytest

from tests.fuzz.seeds import SEED, VARIABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The line at the end of the report, however short that is."""
    terminalreporter.write_line(f"seed: {VARIABLE}={SEED}")
