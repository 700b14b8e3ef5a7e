"""Idempotency keys: the same event has the same key, however often and in whatever batch it comes."""

import json
from hashlib import sha256

from app.connectors.values import clean

# Longer keys are digested; the platforms' own are far shorter.
MAX_KEY = 200


def digest(value: object) -> str:
    """Return a short digest of a JSON value, the same however its keys were ordered."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:24]


def event_key(*parts: object) -> str:
    """Return an idempotency key made of these parts."""
    key = clean(":".join(str(part) for part in parts))
    return key if len(key) <= MAX_KEY else f"{key[:40]}:{sha256(key.encode()).hexdigest()}"
