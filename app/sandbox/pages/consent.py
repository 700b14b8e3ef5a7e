"""The page on which a person allows an application to act for an account, or refuses."""

from collections.abc import Mapping, Sequence
from html import escape

from starlette.responses import HTMLResponse


def consent_page(
    platform: str, scopes: Sequence[str], query: Mapping[str, str], *, accounts: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A form that asks the same address again, with ``answer`` allow or deny.

    Where one may choose, `accounts` are names by id, and ``account`` is sent along.
    """
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
    )
    asked = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    options = "".join(
        f'<option value="{escape(key)}">{escape(name)}</option>' for key, name in (accounts or {}).items()
    )
    choice = f'<p><label>Hesap: <select name="account">{options}</select></label></p>' if options else ""
    return HTMLResponse(
        f"""<!doctype html>
<html lang="tr"><head><meta charset="utf-8"><title>{escape(platform)} izni · Eğitim ortamı</title>
<link rel="stylesheet" href="/static/sandbox.css"></head>
<body><main><article class="post"><h1>{escape(platform)}: uygulamaya izin</h1>
<p>Nöbet, hesabınız adına şunları yapmak istiyor:</p><ul>{asked}</ul>
<form method="get">{hidden}{choice}
<button name="answer" value="allow">İzin ver</button> <button name="answer" value="deny">Vazgeç</button>
</form></article></main></body></html>"""
    )
