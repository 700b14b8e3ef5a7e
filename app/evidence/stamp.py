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
        self._auth = settings.credentials
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

    def check(self, response: bytes, document: bytes) -> datetime:
        """The time of a stored stamp. Raises EvidenceError where it does not belong to the document or is not theirs."""
        return stamped_at(response, document, self._certificates)


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
        return decode_timestamp_response(response)
    except ValueError as error:
        raise EvidenceError("the time-stamp authority's answer is no time stamp") from error
