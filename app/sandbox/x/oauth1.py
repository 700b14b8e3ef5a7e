"""OAuth 1.0a as X checks it: HMAC-SHA1 over method, address and parameters; a JSON body is no part of it.

https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, unquote


def encoded(text: str) -> str:
    """Percent-encoded as RFC 3986 has it."""
    return quote(text, safe="~")


def read_header(header: str) -> dict[str, str]:
    """The parameters of an ``Authorization: OAuth …`` header; what is malformed is left out."""
    pairs = (part.strip().partition("=") for part in header.split(","))
    return {
        unquote(name): unquote(value[1:-1])
        for name, _, value in pairs
        if len(value) >= 2 and value.startswith('"') and value.endswith('"')
    }


def signature(method: str, url: str, parameters: Iterable[tuple[str, str]], *, secret: str, token_secret: str) -> str:
    """The signature of a call; `url` without its query, `parameters` those of query, header and form."""
    pairs = sorted((encoded(name), encoded(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method.upper(), encoded(url), encoded(joined)))
    key = f"{encoded(secret)}&{encoded(token_secret)}"
    return b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
