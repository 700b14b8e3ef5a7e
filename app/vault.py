"""What opens the accounts, encrypted at rest with Fernet (AES-128-CBC, HMAC-SHA256); its keys come from settings."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import ModerationError


class VaultError(ModerationError):
    """There is no key, or none that opens this."""


class Vault:
    """Seals with the first key and opens with any: a new key is put first, `reseal` moves to it, the old one goes."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError:
            raise VaultError("a token key is no key: make one with `nobet token-key`") from None

    @property
    def is_open(self) -> bool:
        """Whether there is a key at all."""
        return self._keys is not None

    def seal(self, secret: str) -> bytes:
        """Encrypt. Raises VaultError without a key."""
        return self._required().encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt. Raises VaultError where no key fits, or it was changed."""
        try:
            return self._required().decrypt(sealed).decode()
        except InvalidToken:
            raise VaultError("a stored token cannot be opened: its key is not among NOBET_TOKEN_KEYS") from None

    def reseal(self, sealed: bytes) -> bytes:
        """The same secret under the first key."""
        try:
            return self._required().rotate(sealed)
        except InvalidToken:
            raise VaultError("a stored token cannot be opened: its key is not among NOBET_TOKEN_KEYS") from None

    def _required(self) -> MultiFernet:
        if self._keys is None:
            raise VaultError("NOBET_TOKEN_KEYS is not set: make a key with `nobet token-key`")
        return self._keys


def are_keys(keys: Sequence[str]) -> bool:
    """Whether a vault can be made of these."""
    try:
        Vault(keys)
    except VaultError:
        return False
    return True


def new_key() -> str:
    """A fresh key for NOBET_TOKEN_KEYS."""
    return Fernet.generate_key().decode()
