"""Bytes and signature of a webhook, as Meta makes them.

Non-ASCII letters are escaped with lower-case hex digits, ``/`` as ``\\/``, and ``<``, ``%``, ``@`` as ``\\u003C``,
``\\u0025``, ``\\u0040`` (Messenger Platform, webhook security); the signature is over these bytes, so whoever parses
and serialises again before hashing gets another digest.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

_ESCAPED = str.maketrans({"/": "\\/", "<": "\\u003C", "%": "\\u0025", "@": "\\u0040"})


def serialise(payload: Mapping[str, object]) -> bytes:
    """The body's bytes; what is escaped occurs inside of JSON texts only, so it can be replaced in the whole."""
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPED).encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """The value of ``X-Hub-Signature-256``."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
