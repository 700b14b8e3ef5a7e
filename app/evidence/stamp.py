"""RFC 3161 time stamps: an authority outside confirms that a document existed, and when."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.errors import EvidenceError
from app.evidence.settings import TimestampSettings

TIME_LIMIT = timedelta(seconds=30)
LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """An authority's answer, as `openssl ts -verify -in` reads it, and the time that it states."""

    response: bytes
    at: datetime


class TimestampAuthority:
    """One authority, and the certificates by which its stamps are believed."""

    def __init__(self, settings: TimestampSettings, http: httpx.AsyncClient) -> None:
        self.url = settings.url
        self._auth = httpx.BasicAuth(*settings.credentials) if settings.credentials else httpx.USE_CLIENT_DEFAULT
        self._certificates = read_certificates(settings.certificates)
        self._http = http

    async def stamp(self, document: bytes) -> Stamp:
        """Have the document's SHA-256 stamped. Raises EvidenceError where the answer does not come or does not hold."""
        request = TimestampRequestBuilder().data(document).hash_algorithm(HashAlgorithm.SHA256).build()
        try:
            answer = await self._http.post(
                self.url,
                content=request.as_bytes(),
                headers={"Content-Type": "application/timestamp-query"},
                auth=self._auth,
                timeout=TIME_LIMIT.total_seconds(),
            )
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise EvidenceError(f"the time-stamp authority answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise EvidenceError(f"the time-stamp authority gave no answer: {type(error).__name__}") from error
        if len(answer.content) > LARGEST_ANSWER:
            raise EvidenceError("the time-stamp authority's answer is too large to be one")
        at = await asyncio.to_thread(stamped_at, answer.content, document, self._certificates, nonce=request.nonce)
        return Stamp(response=answer.content, at=at)


def stamped_at(
    response: bytes, document: bytes, certificates: Sequence[x509.Certificate], *, nonce: int | None = None
) -> datetime:
    """When the stamp says that the document existed. Raises EvidenceError where the stamp does not hold."""
    decoded = _decoded(response)
    verifier = VerifierBuilder(roots=list(certificates), nonce=nonce).build()
    try:
        verifier.verify_message(decoded, document)
    except VerificationError as error:
        raise EvidenceError(f"the time stamp does not hold: {error}") from error
    return decoded.tst_info.gen_time


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file. Raises EvidenceError where there are none."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"NOBET_TIMESTAMP__CERTIFICATES: {path} holds no PEM certificates of the authority"
        ) from error
    return found


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(_with_certificates_in_order(response))
    except (ValueError, IndexError) as error:
        raise EvidenceError("the time-stamp authority's answer is no time stamp") from error


def _with_certificates_in_order(response: bytes) -> bytes:
    """The answer with its certificates in DER's order, which OpenSSL leaves as they come and our reader insists on.

    Nothing is signed that this touches. TimeStampResp holds a status and a ContentInfo, that a SignedData, and that
    its version, digest algorithms, signed content and (tag 0) certificates: RFC 3161 2.4.2, RFC 5652 3 and 5.1.
    """
    answer = _children(response, 0, len(response))[0]
    parts = _children(response, answer.content, answer.end)
    if len(parts) < 2:  # refused: a status alone
        return response
    token = _children(response, parts[1].content, parts[1].end)[1]
    signed = _children(response, token.content, token.end)[0]
    sets = [part for part in _children(response, signed.content, signed.end) if part.tag == _CERTIFICATES]
    if not sets:
        return response
    certificates = _children(response, sets[0].content, sets[0].end)
    in_order = b"".join(sorted(response[one.start : one.end] for one in certificates))
    return response[: sets[0].content] + in_order + response[sets[0].end :]


_CERTIFICATES = 0xA0


@dataclass(frozen=True, slots=True)
class _Element:
    """A DER element's tag, and where it begins, where its content begins, and where both end."""

    tag: int
    start: int
    content: int
    end: int


def _children(data: bytes, start: int, end: int) -> list[_Element]:
    found = []
    while start < end:
        tag, length, content = data[start], data[start + 1], start + 2
        if length >= 0x80:  # the length of the length
            size = length & 0x7F
            length, content = int.from_bytes(data[content : content + size]), content + size
        found.append(_Element(tag, start, content, content + length))
        start = content + length
    return found
