"""A time-stamp authority for tests: OpenSSL behind a real HTTP server, with certificates made for the occasion."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.connectors.loopback import listening

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")

_CONFIG = """
[ tsa ]
default_tsa = authority
[ authority ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ stamping ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


@dataclass(slots=True)
class Authority:
    """Where it answers, what it is believed by, and whether it is out of order."""

    url: str
    folder: Path
    is_away: bool = False
    answers_nonsense: bool = False

    @property
    def certificates(self) -> Path:
        """The root certificate, PEM."""
        return self.folder / "ca.pem"

    def proves(self, response: bytes, document: bytes) -> bool:
        """Whether OpenSSL's command line believes the stamp."""
        (self.folder / "given.tsr").write_bytes(response)
        (self.folder / "given.data").write_bytes(document)
        answer = _openssl(
            self.folder,
            *("ts", "-verify", "-data", "given.data", "-in", "given.tsr", "-CAfile", "ca.pem"),
            check=False,
        )
        return answer.returncode == 0


@asynccontextmanager
async def running_authority(folder: Path) -> AsyncIterator[Authority]:
    """Make the certificates and answer until the block ends."""
    _certify(folder)
    authority = Authority(url="", folder=folder)

    async def answer(request: Request) -> Response:
        if authority.is_away:
            return Response(status_code=503)
        if authority.answers_nonsense:
            return Response(b"ok", media_type="application/timestamp-reply")
        return Response(_stamp(folder, await request.body()), media_type="application/timestamp-reply")

    async with listening(answer) as url:
        authority.url = url
        yield authority


def _stamp(folder: Path, query: bytes) -> bytes:
    (folder / "query.tsq").write_bytes(query)
    _openssl(folder, *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"))
    return (folder / "reply.tsr").read_bytes()


def _certify(folder: Path) -> None:
    folder.mkdir()
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new_key = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl(
        folder,
        *(*new_key, "-x509", "-days", "30", "-subj", "/CN=Test root", "-keyout", "ca.key", "-out", "ca.pem"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
    )
    _openssl(folder, *new_key, "-subj", "/CN=Test stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
    _openssl(
        folder,
        *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"),
        *("-extfile", "tsa.cnf", "-extensions", "stamping", "-out", "tsa.pem"),
    )


def _openssl(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], cwd=folder, check=check, capture_output=True)  # noqa: S603, S607 # fixed words
