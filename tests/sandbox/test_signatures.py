"""The bytes of a webhook and their signature."""

import hashlib
import hmac
import json

from app.sandbox.meta.sign import serialise, signature


def test_letters_slashes_and_some_signs_are_escaped_as_the_platform_does() -> None:
    body = serialise({"message": "şikâyet 😀 https://x.y <b> 100% @ieu"})

    assert body == (rb'{"message":"\u015fik\u00e2yet \ud83d\ude00 https:\/\/x.y \u003Cb> 100\u0025 \u0040ieu"}')
    assert json.loads(body) == {"message": "şikâyet 😀 https://x.y <b> 100% @ieu"}


def test_the_signature_of_a_known_body() -> None:
    value = {"item": "comment", "verb": "add", "message": "şikayet 😀 https://x.y"}
    change = {"field": "feed", "value": value}
    payload = {"object": "page", "entry": [{"id": "1", "time": 1700000000, "changes": [change]}]}

    body = serialise(payload)

    # The platform's test vector; the same JSON with raw UTF-8 has another digest.
    expected = "sha256=9e7a4ea105b24d92ecc60912fbebf7e21a07bb9e95e582a9b38c5056fe593454"
    assert signature("test_app_secret", body) == expected
    raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    assert signature("test_app_secret", raw) != expected


def test_the_signature_is_an_hmac_of_the_raw_bytes() -> None:
    body = serialise({"message": "ğ"})

    assert signature("s", body) == "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()
