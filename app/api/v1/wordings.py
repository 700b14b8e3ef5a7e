"""Texts saved for templates, by language, season and hour: draft, approved, retired; seen before they go out."""

import datetime
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from app.api.access import Permission
from app.api.fields import Flag, Id, Reason, Storable, Wording
from app.api.identity import May, Person
from app.api.looking import there
from app.api.problems import ProblemError, wrong_field
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.v1.templates import Key, MayApprove, MayRead
from app.api.views.common import PersonRef, View, person_of
from app.decisions.capabilities import Capability
from app.decisions.model import SUPPORT, TemplateKey
from app.decisions.policy import Policy, Template, known_variables, unknown_variables
from app.decisions.safeguards import fault_of_support
from app.decisions.wording import Hours, SavedText, Season
from app.records import audit, texts
from app.records.reading import health
from app.records.reading.pages import Row

router: APIRouter = staff_router("templates")

MaySave = Annotated[Person, Depends(May(Permission.TEMPLATES_SAVE))]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Storable]

# T1 to T3 are the procedure's own words, in Turkish (6.4.1).
OF_THE_PROCEDURE = frozenset({"T1", "T2", "T3"})
# Shown where the directorate has not filled a value in, or only a removal would.
SAMPLES: Mapping[str, str] = {
    "phone": "0232 000 00 00",
    "whatsapp": "0555 000 00 00",
    "email": "ornek@ornek.edu.tr",
    "graduate_url": "https://ornek.edu.tr/lisansustu",
    "graduate_email": "lisansustu@ornek.edu.tr",
    "rule": "6.4.8: Bir kişiye ya da gruba hakaret, küfür veya öfke içeren paylaşımlar kaldırılır.",
    "platform_rule": "Platformun topluluk kuralları hakarete izin vermez.",
}


class TextBody(Body):
    """Bir hazır metnin yeni sözleri; taslak olarak saklanır."""

    model_config = starting_with({"language": "en", "text": "", "reason": ""})

    language: Annotated[Language, Field(description="Dil, ISO 639-1", examples=["en"])]
    text: Annotated[
        Wording,
        Field(
            description="Sözler; değişkenler {phone}, {whatsapp}, {email}, {graduate_url}, {graduate_email}",
            examples=["Hello, we have told the unit concerned. Kind regards, İEÜ"],
        ),
    ]
    season: Annotated[
        Season, Field(description="`any` (hep), `admission` (tercih dönemi), `outside_admission`", examples=["any"])
    ] = Season.ANY
    hours: Annotated[
        Hours, Field(description="`any` (hep), `office` (mesai içi), `outside_office` (mesai dışı)", examples=["any"])
    ] = Hours.ANY
    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Yabancı öğrenciler için"])]
    departs_from_procedure: Annotated[
        Flag,
        Field(
            description="T1–T3'ün Prosedür'deki Türkçe sözlerinden bilerek ayrılındığı; yalnızca direktör",
            examples=[False],
        ),
    ] = False


class TextView(View):
    """Bir hazır metin için kaydedilmiş sözler; hiç değiştirilmez, yerine yenisi konur."""

    id: Annotated[int, Field(description="Metnin numarası", examples=[5])]
    template: Annotated[str, Field(description="Hazır metnin anahtarı", examples=["T1"])]
    language: Annotated[str, Field(description="Dil", examples=["en"])]
    season: Annotated[str, Field(description="Dönem", examples=["any"])]
    hours: Annotated[str, Field(description="Saatler", examples=["any"])]
    text: Annotated[str, Field(description="Sözler", examples=["Hello, …"])]
    state: Annotated[str, Field(description="`draft`, `approved` ya da `retired`", examples=["draft"])]
    reason: Annotated[str, Field(description="Kaydedilme gerekçesi", examples=["Yabancı öğrenciler için"])]
    saved_by: Annotated[PersonRef | None, Field(description="Kaydeden")]
    saved_at: Annotated[datetime.datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:00Z"])]
    approved_by: Annotated[PersonRef | None, Field(description="Onaylayan")]
    approved_at: Annotated[datetime.datetime | None, Field(description="Onay zamanı", examples=[None])]
    retired_by: Annotated[PersonRef | None, Field(description="Kullanımdan kaldıran")]
    retired_at: Annotated[datetime.datetime | None, Field(description="Kaldırıldığı zaman", examples=[None])]
    retired_because: Annotated[str | None, Field(description="Neden", examples=[None])]


class TextList(View):
    """Bir hazır metnin geçmişi."""

    items: Annotated[list[TextView], Field(description="Kaydedilmiş sözler, yeniden eskiye")]
    next: Annotated[None, Field(description="Hep boş: liste tek sayfadır", examples=[None])] = None


class TextRetireBody(Body):
    """Sözlerin kullanımdan kaldırılması."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Numara değişti"])]


class PreviewBody(Body):
    """Önizlenecek sözler."""

    model_config = starting_with({"language": "tr"})

    language: Annotated[Language, Field(description="Dil", examples=["tr"])] = "tr"
    text: Annotated[Wording | None, Field(description="Sözler; boşsa politikanınkiler", examples=[None])] = None


class Fit(View):
    """Bir platformda sığıp sığmadığı."""

    platform: Annotated[str, Field(description="Platform", examples=["x"])]
    how: Annotated[str, Field(description="`reply` (yanıt) ya da `private_message` (özel mesaj)", examples=["reply"])]
    length: Annotated[int, Field(description="Platformun saydığı uzunluk", examples=[142])]
    limit: Annotated[int | None, Field(description="En çok; sınır yoksa boş", examples=[280])]
    fits: Annotated[bool, Field(description="Sığıyor mu", examples=[True])]


class PreviewView(View):
    """Metnin gönderildiğindeki hâli."""

    text: Annotated[str, Field(description="Değişkenleri doldurulmuş metin", examples=["Merhabalar, …"])]
    samples: Annotated[
        list[str], Field(description="Değeri boş olduğu için örnekle doldurulan değişkenler", examples=[["phone"]])
    ]
    fits: Annotated[list[Fit], Field(description="Hesabımız olan her platformda uzunluğu")]


@router.get(
    "/templates/{key}/texts", summary="Bir metnin kaydedilmiş sözleri", response_model=TextList, responses=MISSING
)
async def list_texts(key: Key, service: Running, person: MayRead) -> object:
    """Dile, döneme ve saate göre kaydedilmiş sözler, kimin ne zaman kaydettiği, onayladığı, kaldırdığıyla.

    Onaylı sözler politikadakilerin önüne geçer; dönem ve saatle daraltılmış olan, genel olanın önüne.
    """
    await _template(service, key)
    async with service.sessions() as session:
        return TextList(items=[_view(row) for row in await texts.history(session, TemplateKey(key))])


@router.post(
    "/templates/{key}/texts",
    summary="Yeni sözleri taslak olarak kaydet",
    response_model=TextView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def save(key: Key, body: TextBody, service: Running, person: MaySave) -> object:
    """Değişkenler kaydederken denetlenir: bilinmeyeni olan metin kaydedilmez. Direktör onaylayınca geçerli olur.

    T1–T3'ün Türkçesi Prosedür'ün kendi sözleridir; ancak direktör, bilerek ve gerekçesiyle ayrılabilir.
    """
    _, template = await _template(service, key)
    _check_variables(template, body.text)
    if key in SUPPORT and (fault := fault_of_support("body.text", body.text)) is not None:
        raise wrong_field(fault.place, fault.turkish, str(fault))
    departs = key in OF_THE_PROCEDURE and body.language == "tr"
    if departs and not body.departs_from_procedure:
        raise ProblemError(
            "not_possible",
            detail=f"{key} Prosedür'ün kendi sözleridir; bilerek ayrılıyorsanız departs_from_procedure verin.",
            detail_en=f"{key} has the procedure's own words; to depart from them say departs_from_procedure.",
        )
    if departs and not person.may(Permission.TEMPLATES_APPROVE):
        raise ProblemError(
            "forbidden",
            detail="Prosedür'ün sözlerinden ayrılmaya yalnızca direktör karar verir.",
            detail_en="Only a director decides to depart from the procedure's words.",
        )
    saved = SavedText(
        template=TemplateKey(key), language=body.language, season=body.season, hours=body.hours, text=body.text
    )
    async with service.sessions.begin() as session:
        text_id = await texts.save(session, saved, reason=body.reason, by=person.id, at=service.clock())
        await audit.note(
            session,
            by=person.id,
            act="template.save",
            subject=f"template/{key}",
            detail={"text_id": text_id, "reason": body.reason, "departs_from_procedure": departs},
        )
        return _view(there(await texts.find(session, TemplateKey(key), text_id)))


@router.post(
    "/templates/{key}/texts/{id}/approve",
    summary="Taslağı geçerli kıl",
    response_model=TextView,
    responses=MISSING | CONFLICT,
)
async def approve(key: Key, id: Id, service: Running, person: MayApprove) -> object:
    """Bundan sonra bu sözler gider; aynı dil, dönem ve saat için geçerli olan önceki sözler kullanımdan kalkar."""
    async with service.sessions.begin() as session:
        there(await texts.find(session, TemplateKey(key), id))
        if not await texts.approve(session, id, by=person.id, at=service.clock()):
            raise ProblemError(
                "not_possible", detail="Yalnızca taslaklar onaylanır.", detail_en="only a draft can be approved"
            )
        await audit.note(
            session, by=person.id, act="template.approve", subject=f"template/{key}", detail={"text_id": id}
        )
        approved = _view(there(await texts.find(session, TemplateKey(key), id)))
    await service.policies.reload()
    return approved


@router.post(
    "/templates/{key}/texts/{id}/retire",
    summary="Sözleri kullanımdan kaldır",
    response_model=TextView,
    responses=MISSING | CONFLICT,
)
async def retire(key: Key, id: Id, body: TextRetireBody, service: Running, person: MayApprove) -> object:
    """Sözler kayıtta kalır, artık gitmez; yerini daha genel olanlar ya da politikanınkiler alır."""
    async with service.sessions.begin() as session:
        there(await texts.find(session, TemplateKey(key), id))
        if not await texts.retire(session, id, because=body.reason, by=person.id, at=service.clock()):
            raise ProblemError(
                "not_possible", detail="Bu sözler zaten kullanımdan kalkmış.", detail_en="it is retired already"
            )
        await audit.note(
            session,
            by=person.id,
            act="template.retire",
            subject=f"template/{key}",
            detail={"text_id": id, "reason": body.reason},
        )
        retired = _view(there(await texts.find(session, TemplateKey(key), id)))
    await service.policies.reload()
    return retired


@router.post(
    "/templates/{key}/preview", summary="Metni önizle", response_model=PreviewView, responses=MISSING | CONFLICT
)
async def preview(key: Key, body: PreviewBody, service: Running, person: MayRead) -> object:
    """Değişkenleri doldurulmuş hâli ve hesabımız olan platformlarda uzunluğu; hiçbir şey kaydedilmez, gönderilmez."""
    policy, template = await _template(service, key)
    words = body.text if body.text is not None else template.texts.get(body.language)
    if words is None:
        raise ProblemError(
            "not_found", detail="Bu dilde bir metin yok.", detail_en="There is no text in this language."
        )
    _check_variables(template, words)
    values = {**SAMPLES, **{name: value for name, value in policy.variables.items() if value.strip()}}
    filled = Template(article=template.article, approved=False, texts={body.language: words}).fill(
        TemplateKey(key), body.language, values
    )
    sampled = [name for name in SAMPLES if "{" + name + "}" in words and not policy.variables.get(name, "").strip()]
    how = Capability.REPLY if key in policy.reply_order else Capability.PRIVATE_MESSAGE
    return PreviewView(text=filled, samples=sampled, fits=await _fits(service, how, filled))


async def _fits(service: Service, how: Capability, text: str) -> list[Fit]:
    """The text on each platform where we have an account."""
    async with service.sessions() as session:
        accounts = {account.platform: account for account in await health.active_accounts(session)}
    fits = []
    for platform, account in sorted(accounts.items()):
        outbound = service.outbound_for(account)
        length, limit = outbound.message_length(how, text), outbound.message_length_limit(how)
        fits.append(Fit(platform=platform, how=how, length=length, limit=limit, fits=limit is None or length <= limit))
    return fits


def _check_variables(template: Template, words: str) -> None:
    """Raise ProblemError where a text has a variable that nothing could ever fill in, and say which ones there are."""
    if unknown := unknown_variables(template.article, words):
        names, known = (", ".join(some) for some in (unknown, known_variables(template.article)))
        raise wrong_field(
            "body.text",
            f"Bilinmeyen değişken: {names}. Kullanılabilenler: {known}.",
            f"no such variable: {names}; there are {known}",
        )


async def _template(service: Service, key: str) -> tuple[Policy, Template]:
    policy = (await service.policies.current()).policy
    found = policy.templates.get(TemplateKey(key))
    if found is None:
        raise ProblemError("not_found")
    return policy, found


def _view(row: Row) -> TextView:
    people = ("saved_by", "approved_by", "retired_by")
    copied = {name: row[name] for name in TextView.model_fields if name not in people}
    return TextView(**copied, **{name: person_of(row, name, f"{name}_name") for name in people})
