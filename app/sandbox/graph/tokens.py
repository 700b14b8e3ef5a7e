"""Who a call comes from: the Page behind its token, the proof of the app, and what the token says of itself."""

import hashlib
import hmac
from datetime import timedelta

from app.sandbox.graph.call import Call
from app.sandbox.graph.errors import GraphError, bad_token, missing_token, parameter
from app.sandbox.meta.seed import APP_ID
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.state import World

SCOPES = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_messaging",
    "business_management",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
)
DATA_ACCESS = timedelta(days=90)


def page_behind(world: World, call: Call, *, requires_proof: bool) -> SeedAccount:
    """The Page whose token the call carries; refused if there is none, or the proof is wrong or lacking."""
    if call.token is None:
        raise missing_token()
    page = _page_with(world, call.token)
    if page is None:
        raise bad_token()
    proof = call.parameters.get("appsecret_proof")
    if proof is None:
        if requires_proof:
            raise GraphError(
                100,
                "API calls from the server require an appsecret_proof argument",
                kind="GraphMethodException",
            )
        return page
    secrets = {account.app_secret for account in world.accounts.values()}
    if not any(hmac.compare_digest(_proof(secret, call.token), str(proof)) for secret in secrets):
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException")
    return page


def debug_token(world: World, call: Call) -> dict[str, object]:
    """``GET /debug_token``: asked with the app's token, or the token itself."""
    wanted = call.required_text("input_token")
    app_tokens = {f"{APP_ID}|{account.app_secret}" for account in world.accounts.values()}
    if call.token is None:
        raise missing_token()
    if call.token not in app_tokens and _page_with(world, call.token) is None:
        raise bad_token()
    page = _page_with(world, wanted)
    if page is None:
        error = {"code": 190, "message": "Invalid OAuth access token.", "subcode": 467}
        return {"data": {"is_valid": False, "error": error, "scopes": []}}
    return {
        "data": {
            "app_id": APP_ID,
            "type": "PAGE",
            "application": "Nöbet",
            "expires_at": 0,
            "data_access_expires_at": int((world.clock.now() + DATA_ACCESS).timestamp()),
            "is_valid": True,
            "profile_id": page.external_id,
            "scopes": list(SCOPES),
        }
    }


def _page_with(world: World, token: str) -> SeedAccount | None:
    if not token:
        raise parameter("The parameter access_token is required")
    for account in world.accounts_on(Platform.FACEBOOK):
        if hmac.compare_digest(account.access_token.encode(), token.encode()):
            return account
    return None


def _proof(secret: str, token: str) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
