"""The University's identity provider: OpenID Connect, code flow with PKCE.

https://openid.net/specs/openid-connect-core-1_0.html, https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.clock import Clock
from app.errors import ModerationError
from app.signing_in.round_trip import RoundTrip
from app.signing_in.settings import OidcSettings, is_safe

# Signatures with a key that the provider alone has: never `none`, never one with a shared secret.
SIGNED_WITH = ("RS256", "PS256", "ES256")
TIME_LIMIT = timedelta(seconds=10)
# Clocks that differ by more are wrong (`nobet doctor` tells).
LEEWAY = timedelta(minutes=1)
READ_ANEW_AFTER = timedelta(hours=1)
# An unknown key is looked for once more, but not for every forged token.
KEYS_READ_ANEW_AFTER = timedelta(minutes=1)
# What a header can carry (RFC 6750).
_TOKEN = re.compile(r"[!-~]+")
_DISCOVERY = "/.well-known/openid-configuration"


class ProviderUnavailableError(ModerationError):
    """The provider does not answer, or not as its own documents say: later may do. `what` names the step."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"the identity provider's {what}: {why}")
        self.what = what
        self.why = why


class ProviderRefusedError(ModerationError):
    """This sign-in is not proven. `why` is a word for the log, never anything of the token."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the sign-in is not proven: {why}")
        self.why = why


class Discovered(BaseModel):
    """What the provider says of itself."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @field_validator("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    @classmethod
    def _is_reached_safely(cls, address: str | None) -> str | None:
        if address is not None and not is_safe(address):
            raise ValueError("is not https")
        return address

    @field_validator("end_session_endpoint")
    @classmethod
    def _is_one_to_send_people_to(cls, address: str | None) -> str | None:
        # Signing in does not fail for it.
        return address if address is not None and is_safe(address) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whom the provider vouches for. `email` is None where it names none that is verified."""

    issuer: str
    subject: str
    email: str | None = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Provider:
    """The provider; what it says of itself and its keys are kept for a while.

    `redirect_uri` is where people come back from signing in, `signed_out_uri` from signing out.
    """

    settings: OidcSettings
    redirect_uri: str
    signed_out_uri: str
    http: httpx.AsyncClient
    clock: Clock
    _discovered: tuple[Discovered, datetime] | None = field(default=None, init=False)
    _keys: tuple[KeySet, datetime] | None = field(default=None, init=False)

    async def authorization_url(self, trip: RoundTrip) -> str:
        """Where a person signs in. Raises ProviderUnavailableError."""
        return str(
            prepare_grant_uri(
                (await self.discovered()).authorization_endpoint,
                client_id=self.settings.client_id,
                response_type="code",
                redirect_uri=self.redirect_uri,
                scope=self.settings.scopes,
                state=trip.state,
                nonce=trip.nonce,
                code_challenge=create_s256_code_challenge(trip.verifier),
                code_challenge_method="S256",
            )
        )

    async def sign_out_url(self) -> str | None:
        """Where a person signs out there too; None where the provider has no such place.

        The id token is not kept, so it is not named either: the provider may ask the person whether they mean it.
        https://openid.net/specs/openid-connect-rpinitiated-1_0.html

        Raises ProviderUnavailableError.
        """
        place = (await self.discovered()).end_session_endpoint
        if place is None:
            return None
        asked = {
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": self.signed_out_uri,
            # Nothing hangs on it when they come back; some providers want one.
            "state": token_urlsafe(16),
        }
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    async def complete(self, trip: RoundTrip, code: str) -> SignedIn:
        """Whom the code stands for. Raises ProviderUnavailableError or ProviderRefusedError."""
        tokens = await self._exchange(trip, code)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str) or not _TOKEN.fullmatch(access_token):
            raise ProviderRefusedError("no_id_token")
        claims = await self._verified(id_token, access_token, trip)
        if self.settings.email_claim not in claims:
            claims = {**await self._user_info(access_token, str(claims["sub"])), **claims}
        return SignedIn(
            issuer=str(claims["iss"]), subject=str(claims["sub"]), email=_verified_email(claims, self.settings)
        )

    async def discovered(self) -> Discovered:
        """What the provider says of itself. Raises ProviderUnavailableError."""
        now = self.clock()
        if self._discovered is not None and now - self._discovered[1] < READ_ANEW_AFTER:
            return self._discovered[0]
        document = await self._ask("discovery", "GET", self.settings.issuer.rstrip("/") + _DISCOVERY)
        try:
            found = Discovered.model_validate(document)
        except ValidationError as error:
            raise ProviderUnavailableError("discovery", f"{error.error_count()} fields are missing or wrong") from None
        if found.issuer.rstrip("/") != self.settings.issuer.rstrip("/"):
            raise ProviderUnavailableError("discovery", "names another issuer than NOBET_OIDC__ISSUER")
        self._discovered = (found, now)
        return found

    async def _exchange(self, trip: RoundTrip, code: str) -> Mapping[str, object]:
        provider, secret = await self.discovered(), self.settings.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": trip.verifier,
        }
        auth = httpx.Auth()
        if secret is None:
            form["client_id"] = self.settings.client_id
        elif "client_secret_basic" in provider.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both are encoded as in a form.
            auth = httpx.BasicAuth(quote(self.settings.client_id, safe=""), quote(secret.get_secret_value(), safe=""))
        else:
            form |= {"client_id": self.settings.client_id, "client_secret": secret.get_secret_value()}
        return await self._ask("token endpoint", "POST", provider.token_endpoint, data=form, auth=auth)

    async def _verified(self, id_token: str, access_token: str, trip: RoundTrip) -> Mapping[str, object]:
        """The claims of an id token whose signature and every claim that binds it to this way are right."""
        provider = await self.discovered()
        now = int(self.clock().timestamp())
        try:
            token = await self._decoded(id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": provider.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": trip.nonce,
                    "client_id": self.settings.client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=now, leeway=int(LEEWAY.total_seconds()))
        except JoseError as error:
            raise ProviderRefusedError(f"id_token_{error.error}") from None
        # What is no token at all, or has a claim of another type than it must have.
        except (ValueError, TypeError, KeyError):
            raise ProviderRefusedError("id_token_unreadable") from None
        # PostgreSQL keeps no NUL.
        if not isinstance(claims["sub"], str) or "\x00" in claims["sub"]:
            raise ProviderRefusedError("id_token_unreadable")
        return dict(claims)

    async def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, await self._key_set(), algorithms=list(SIGNED_WITH))
        except (JoseError, ValueError):
            # Perhaps with a key that is newer than ours.
            if self._keys is None or self.clock() - self._keys[1] < KEYS_READ_ANEW_AFTER:
                raise
        self._keys = None
        return jwt.decode(id_token, await self._key_set(), algorithms=list(SIGNED_WITH))

    async def _key_set(self) -> KeySet:
        now = self.clock()
        if self._keys is None or now - self._keys[1] >= READ_ANEW_AFTER:
            document = await self._ask("keys", "GET", (await self.discovered()).jwks_uri)
            try:
                self._keys = (KeySet.import_key_set(document), now)  # type: ignore[arg-type]  # it checks itself
            except (JoseError, ValueError, TypeError, KeyError):
                raise ProviderUnavailableError("keys", "cannot be read") from None
        return self._keys[0]

    async def _user_info(self, access_token: str, subject: str) -> Mapping[str, object]:
        """More about the same person, where the id token says too little."""
        address = (await self.discovered()).userinfo_endpoint
        if address is None:
            return {}
        found = await self._ask(
            "user info", "GET", address, headers={"Authorization": f"Bearer {access_token}"}, auth=httpx.Auth()
        )
        if found.get("sub") != subject:
            raise ProviderRefusedError("user_info_of_another")
        return found

    async def _ask(
        self,
        what: str,
        method: str,
        address: str,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
    ) -> Mapping[str, object]:
        """A JSON object from the provider."""
        try:
            async with asyncio.timeout(TIME_LIMIT.total_seconds()):
                response = await self.http.request(
                    method, address, data=data, headers={"Accept": "application/json", **(headers or {})}, auth=auth
                )
        except (TimeoutError, httpx.RequestError) as error:
            raise ProviderUnavailableError(what, type(error).__name__) from error
        if response.is_client_error and response.status_code != 429 and what in ("token endpoint", "user info"):
            raise ProviderRefusedError(f"{what.replace(' ', '_')}_{response.status_code}")
        if not response.is_success:
            raise ProviderUnavailableError(what, f"answers {response.status_code}")
        try:
            document = json.loads(response.content)
        except ValueError:
            raise ProviderUnavailableError(what, "answers no JSON") from None
        if not isinstance(document, dict):
            raise ProviderUnavailableError(what, "answers no JSON object")
        return document


def _verified_email(claims: Mapping[str, object], settings: OidcSettings) -> str | None:
    """The address, where the provider or the operator says that it is the person's own; unknown is not verified."""
    email = claims.get(settings.email_claim)
    # Some providers write their truths as words.
    is_verified = settings.trust_email or claims.get("email_verified") in (True, "true")
    if not isinstance(email, str) or not is_verified or "\x00" in email:
        return None
    return email.strip() or None
