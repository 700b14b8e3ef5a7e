"""The documentation in the browser, with assets of our own: it works without the internet and lets nothing in."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.api.access import ROLE_NAMES
from app.api.browser import csrf_token, session_cookie
from app.api.identity import signed_in
from app.api.problems import MEDIA_TYPE, document_of
from app.api.service import service_of
from app.web.pages import STATIC, render

SWAGGER = Path(fastapi_offline.__file__).parent / "static"
OURS = Path(str(files("app.api") / "static"))
# Swagger UI sets styles on elements and draws its icons as data URLs; scripts and connections are ours alone.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EXAMPLES = {
    "400": "bad_request",
    "401": "unauthorized",
    "403": "forbidden",
    "404": "not_found",
    "408": "too_slow",
    "409": "not_possible",
    "413": "too_large",
    "422": "invalid",
    "429": "too_many_guesses",
    "502": "evidence_unreadable",
}

INTRO = """
İzmir Ekonomi Üniversitesi Sosyal Medya Prosedürü'nü yürüten hizmetin arayüzü.

**Bir kararı değiştirmek beş adımdır:**

1. Sağ üstten oturum açın. Erişim anahtarıyla çalışacaksanız **Authorize** düğmesine basıp anahtarı yapıştırın.
2. **reviews** başlığında `GET /v1/reviews` satırını açıp **Execute** deyin: karar bekleyenler gelir. \
Başka bir mesajı **messages** başlığında `GET /v1/messages` ile arayın.
3. Mesajın numarasını (`id`) not edin; `GET /v1/messages/{id}` ile metnini, kararın nedenini, yazarın geçmişini okuyun.
4. `POST /v1/messages/{id}/override` satırını açın; `id` alanına numarayı, gövdeye kararı (`keep`, `hide`, `restore`, \
`delete`, `reply`, `private_message`, `block`) ve gerekçenizi (`reason`, zorunlu) yazıp **Execute** deyin.
5. Yanıtta `201` görürseniz karar kaydedildi; saniyeler sonra 3. adımı yineleyip mesajın yeni durumunu görün.

Kişinin kararı sisteminkinden üstündür. Yaptığınız her şey adınızla kayda geçer; gizlenen geri getirilebilir, \
silinen getirilemez. Hatalar Türkçe ve İngilizce açıklanır. Alanlardaki zamanlar UTC'dir \
(Türkiye saatinden üç saat geri), açıklama cümlelerindekiler Türkiye saatidir.
"""

TAGS = [
    {"name": "reviews", "description": "**İnceleme kuyruğu.** Bir kişinin karar vermesini bekleyen mesajlar."},
    {
        "name": "messages",
        "description": "**Mesajlar.** Yorumlar, bahsetmeler, doğrudan mesajlar; kararlar ve değiştirilmesi.",
    },
    {
        "name": "actions",
        "description": "**İşlemler.** Gizleme, silme, yanıt … Onay bekleyenler, bekletilenler, bırakılanlar.",
    },
    {
        "name": "tasks",
        "description": "**Elle yapılacaklar.** Platformun API'sinin yapamadığı, bir kişinin onayladığı işler.",
    },
    {"name": "evidence", "description": "**Kanıtlar.** Mühürlü kayıtlar ve görüntüleri."},
    {"name": "notifications", "description": "**Bildirimler.** Birimlere gidenler ve görüldüklerinin kaydı."},
    {"name": "appeals", "description": "**İtirazlar.** Kaldırılan mesajının nedenini soran yazarlar (6.4.4)."},
    {"name": "modes", "description": "**Sessizlik modu** (6.4.7): açma, kapatma, bekletilenler."},
    {
        "name": "suggestions",
        "description": "**Öneriler.** Olumsuz ya da afet mesajları arttığında: kriz dosyası, sessizlik modu.",
    },
    {"name": "calendars", "description": "**Takvim.** Tercih dönemleri, mesai saatleri, tatil günleri; geçmişiyle."},
    {"name": "crises", "description": "**Kriz dosyaları** (6.3): mesajlar, yazarlar, notlar, zaman çizelgesi."},
    {
        "name": "limits",
        "description": "**Makinenin sınırları.** Saatlik kotalar ve alışılmadık artışlar: ulaşılanlar, kaldırılması.",
    },
    {"name": "templates", "description": "**Hazır metinler** ve Direktörlüğün onayı."},
    {
        "name": "policies",
        "description": (
            "**Politika sürümleri.** Bir metnin denenmesi, öneri, karşılaştırma, geçmişte deneme, iki kişiyle yürürlük."
        ),
    },
    {"name": "cases", "description": "**Deneme örnekleri.** Her yeni politika sürümünün doğru bilmesi gerekenler."},
    {"name": "accounts", "description": "**Hesaplar.** Üniversitenin sosyal medya hesapları."},
    {"name": "units", "description": "**Birimler** ve bildirim yolları."},
    {"name": "people", "description": "**Kişiler** ve rolleri."},
    {"name": "me", "description": "**Siz.** Kim olduğunuz, neye yetkili olduğunuz."},
    {"name": "tokens", "description": "**Erişim anahtarları.** Programlar için: üretme, listeleme, geçersiz kılma."},
    {"name": "deliveries", "description": "**Teslimatlar.** Platformların gönderdikleri, ham hâlleriyle; karantina."},
    {"name": "jobs", "description": "**Bırakılmış işler.** Bütün denemeleri başarısız olmuş arka plan işleri."},
    {
        "name": "privacy",
        "description": "**Kişi başvuruları (KVKK m. 11).** Bir kişi hakkında ne saklandığı, dışa aktarma, silme.",
    },
    {"name": "audit", "description": "**Denetim kaydı.** Kimin neyi ne zaman yaptığı ve gördüğü."},
    {"name": "health", "description": "**Sağlık ve ölçümler.** İzleme araçları için."},
]


async def _page(request: Request) -> Response:
    settings = service_of(request).settings
    person, cookie = await signed_in(request), session_cookie(request, settings)
    page = render(
        "docs.html",
        person=person,
        role=ROLE_NAMES[person.role] if person else "",
        csrf=csrf_token(cookie) if person and cookie else "",
        sign_in="auth/login?next=/docs" if settings.signs_in else "",
    )
    headers = {"Content-Security-Policy": PAGE_POLICY}
    # With its form to sign out: see `app.web.pages`.
    return HTMLResponse(page, headers=headers | ({"Referrer-Policy": "same-origin"} if person else {}))


async def _home(request: Request) -> Response:
    return RedirectResponse("docs", status_code=307)


ROUTES = [
    Route("/", _home),
    Route("/docs", _page),
    Mount("/docs/assets", StaticFiles(directory=SWAGGER)),
    Mount("/docs/own", StaticFiles(directory=OURS)),
    Mount("/assets", StaticFiles(directory=STATIC)),
]


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=INTRO,
            routes=app.routes,
            tags=TAGS,
        )
        for operation in _operations(document):
            for status, response in operation["responses"].items():
                _in_turkish(response)
                _as_problem(status, response)
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def _in_turkish(response: dict[str, Any]) -> None:
    if response["description"] == "Successful Response":
        response["description"] = "Tamam"


def _as_problem(status: str, response: dict[str, Any]) -> None:
    """Problem documents have a media type of their own, which FastAPI does not know, and an example for each status."""
    content = response.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if schema.get("$ref", "").endswith("/ProblemDocument"):
        response["content"] = {MEDIA_TYPE: {"schema": schema, "example": document_of(EXAMPLES[status])}}
