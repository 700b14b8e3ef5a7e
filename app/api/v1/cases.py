"""Decided messages kept as test cases, names removed; every proposed policy must get them right."""

import datetime
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason, Wording
from app.api.identity import May, Person
from app.api.looking import open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import CLOSED_FIELD, PLACEHOLDERS, Closed, PersonRef, View, person_of
from app.messages import MessageId
from app.records import audit, cases
from app.records.reading import messages
from app.records.reading.pages import Row
from app.rules.model import Label

router: APIRouter = staff_router("cases")

MayRead = Annotated[Person, Depends(May(Permission.CASES_READ))]
MaySave = Annotated[Person, Depends(May(Permission.CASES_SAVE))]


class CaseBody(Body):
    """Bir mesajın örnek olarak saklanması: önce `text` olmadan çağırın, gelen metni okuyup onaylayın."""

    model_config = starting_with({"note": ""})

    note: Annotated[
        Reason, Field(description="Neyi denediği; kayda geçer", examples=["Sert ama hakaretsiz eleştiri kalmalı"])
    ]
    text: Annotated[
        Wording | None,
        Field(
            description="Okuyup onayladığınız, adsız metin; boşsa hiçbir şey saklanmaz, öneri gösterilir",
            examples=[None],
        ),
    ] = None
    expects: Annotated[
        Literal["left", "taken_down"] | None,
        Field(
            description="`left` (kalmalı) ya da `taken_down` (gizlenmeli/kaldırılmalı); boşsa verilmiş son karar",
            examples=[None],
        ),
    ] = None
    must_find: Annotated[
        list[Label] | None,
        Field(description="Mutlaka bulunması gereken etiketler; boşsa yalnızca tehlike etiketleri", examples=[None]),
    ] = None


class CaseDraftView(View):
    """Saklanmadan önce örnek; metni okuyun, düzeltin, `text` olarak geri gönderin."""

    is_saved: Annotated[bool, Field(description="Saklandı mı", examples=[False])]
    text: Annotated[str, Field(description="Adlar ve iletişim bilgileri çıkarılmış metin", examples=["Kişi1 haksız"])]
    parent_text: Annotated[str | None, Field(description="Yanıt verdiği yorum, aynı biçimde", examples=[None])]
    replaced: Annotated[
        dict[str, int], Field(description="Türüne göre çıkarılanlar", examples=[{"name": 1, "phone": 1}])
    ]
    keeps_judgement: Annotated[
        bool, Field(description="Yürürlükteki politika bu metne de aynı kararı veriyor mu", examples=[True])
    ]
    expects: Annotated[str, Field(description="`left` ya da `taken_down`", examples=["left"])]
    must_find: Annotated[list[str], Field(description="Mutlaka bulunması gereken etiketler", examples=[[]])]


class CaseView(View):
    """Bir deneme örneği."""

    id: Annotated[int, Field(description="Örneğin numarası", examples=[3])]
    message_id: Annotated[int, Field(description="Hangi mesajdan yapıldığı", examples=[17])]
    text: Annotated[str, Field(description="Adsız metin", examples=["Kişi1 haksız"])]
    parent_text: Annotated[str | None, Field(description="Yanıt verdiği yorum", examples=[None])]
    channel: Annotated[str, Field(description="Nereden geldiği", examples=["comment"])]
    platform: Annotated[str, Field(description="Platform", examples=["instagram"])]
    account_kind: Annotated[str, Field(description="Hesabın türü", examples=["official"])]
    expects: Annotated[str, Field(description="`left` ya da `taken_down`", examples=["left"])]
    must_find: Annotated[list[str], Field(description="Mutlaka bulunması gereken etiketler", examples=[[]])]
    note: Annotated[str, Field(description="Neyi denediği", examples=["Sert ama hakaretsiz eleştiri kalmalı"])]
    created_by: Annotated[PersonRef | None, Field(description="Saklayan")]
    created_at: Annotated[datetime.datetime, Field(description="Saklandığı zaman", examples=["2026-11-23T09:00:00Z"])]
    retired_at: Annotated[
        datetime.datetime | None, Field(description="Kullanımdan kaldırıldığı zaman", examples=[None])
    ]
    retired_because: Annotated[str | None, Field(description="Neden", examples=[None])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


class RetireBody(Body):
    """Bir örneğin kullanımdan kaldırılması."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Karar sonradan değişti"])]


@router.post(
    "/messages/{id}/save-as-case",
    summary="Mesajı deneme örneği yap",
    response_model=CaseView,
    status_code=201,
    responses=MISSING | CONFLICT | {200: {"model": CaseDraftView, "description": "Henüz saklanmadı: metni onaylayın"}},
)
async def save(id: Id, body: CaseBody, service: Running, person: MaySave) -> object:
    """Karar verilmiş bir mesajı, adlar ve iletişim bilgileri çıkarılarak, her yeni politikanın sınanacağı örnek yapar.

    `text` olmadan çağrılırsa saklamaz, önerilen metni gösterir (200). Metni okuyun, kalan adları çıkarın ve `text`
    olarak gönderin (201).
    """
    async with service.sessions.begin() as session:
        found = open_to_caller(there(await messages.find(session, person.viewer, id)))
        if found["expired_at"] is not None:
            raise _cannot("Mesajın içeriği süresi dolduğu için silinmiş.", "the message's content has expired")
        if found["disposition"] is None:
            raise _cannot("Bu mesaj hakkında henüz karar yok.", "the message is not decided yet")
        await audit.note(session, by=person.id, act="message.view", subject=f"message/{id}")
    draft = await service.activation.cases.draft(MessageId(id), text=body.text)
    case = draft.case
    expects = body.expects or case.expects
    must_find = case.must_find if body.must_find is None else frozenset(body.must_find)
    if body.text is None:
        shown = CaseDraftView(
            is_saved=False,
            text=case.text,
            parent_text=case.parent_text,
            replaced=dict(draft.replaced),
            keeps_judgement=draft.keeps_judgement,
            expects=expects,
            must_find=sorted(must_find),
        )
        return Response(shown.model_dump_json(), status_code=200, media_type="application/json")
    if draft.replaced:
        kinds = ", ".join(sorted(draft.replaced))
        raise _cannot(f"Metinde hâlâ kişisel veri var: {kinds}.", f"the text still holds personal data: {kinds}")
    case = replace(case, expects=expects, must_find=must_find)
    async with service.sessions.begin() as session:
        case_id = await cases.store(session, case, note=body.note, by=person.id, at=service.clock())
        await audit.note(session, by=person.id, act="case.save", subject=f"case/{case_id}", detail={"message_id": id})
        return _view(there(await cases.find(session, person.viewer, case_id)))


@router.get("/cases", summary="Deneme örneklerini listele", response_model=Listing[CaseView])
async def list_cases(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    retired: Annotated[bool, Query(description="Kullanımdan kaldırılmış olanlar", examples=[False])] = False,
) -> object:
    """Önerilen her politika sürümünün sınandığı örnekler, yeniden eskiye."""
    async with service.sessions() as session:
        page = await cases.page(
            session, person.viewer, retired=retired, limit=paging.limit, after=paging.after("cases")
        )
    return listing(page, "cases", _view)


@router.get("/cases/{id}", summary="Bir deneme örneğini göster", response_model=CaseView, responses=MISSING)
async def show_case(id: Id, service: Running, person: MayRead) -> object:
    """Örneğin adsız metni, ne beklediği, kimin neden sakladığı; kullanımdan kaldırılmış olanlar da."""
    async with service.sessions() as session:
        return _view(there(await cases.find(session, person.viewer, id)))


@router.delete(
    "/cases/{id}", summary="Örneği kullanımdan kaldır", response_model=CaseView, responses=MISSING | CONFLICT
)
async def retire(id: Id, body: RetireBody, service: Running, person: MaySave) -> object:
    """Örnek silinmez; artık hiçbir sürüm onunla sınanmaz."""
    async with service.sessions.begin() as session:
        there(await cases.find(session, person.viewer, id))
        if not await cases.retire(session, id, because=body.reason, by=person.id, at=service.clock()):
            raise _cannot("Bu örnek zaten kullanımdan kaldırılmış.", "the case is retired already")
        await audit.note(session, by=person.id, act="case.retire", subject=f"case/{id}", detail={"reason": body.reason})
        return _view(there(await cases.find(session, person.viewer, id)))


def _cannot(turkish: str, english: str) -> ProblemError:
    return ProblemError("not_possible", detail=turkish, detail_en=english)


def _view(row: Row) -> CaseView:
    copied = {name: row[name] for name in CaseView.model_fields if name != "created_by"}
    if row["closed"] is not None:
        # Without names it still says what was said.
        hidden = ("text", "parent_text", "note", "retired_because")
        copied |= {name: PLACEHOLDERS[row["closed"]] for name in hidden if row[name] is not None}
    return CaseView(**copied, created_by=person_of(row, "created_by", "created_by_name"))
