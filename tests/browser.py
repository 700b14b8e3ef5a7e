"""The browser of this machine, for tests that take pictures of pages; without one they are left out, and say so."""

import os
from pathlib import Path

import pytest

from app.evidence.pages.chromium import find_browser

_GIVEN = os.environ.get("NOBET_CHROMIUM")
BROWSER = find_browser(path=Path(_GIVEN) if _GIVEN else None, cdp_url=None, reached_at=None)

needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium on this machine: install one, or name it in NOBET_CHROMIUM"
)
