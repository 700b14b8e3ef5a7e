"""One seed for a whole run: printed, and taken from ``NOBET_FUZZ_SEED`` to see the same again."""

import os
import secrets

SEED = int(os.environ.get("NOBET_FUZZ_SEED") or secrets.randbelow(2**31))
