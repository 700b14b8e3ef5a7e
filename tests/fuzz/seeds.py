"""One seed for a whole run: printed, and taken from ``NOBET_FUZZ_SEED`` to see the same again."""

import os
import secrets

VARIABLE = "NOBET_FUZZ_SEED"
# Put there for the processes among which a run is divided: they have the same.
os.environ[VARIABLE] = os.environ.get(VARIABLE) or str(secrets.randbelow(2**31))
SEED = int(os.environ[VARIABLE])
