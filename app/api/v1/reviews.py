"""The review queue: the list, one item, deciding on it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, StringConstraints

from app.actions.by_hand import Seen
from app.api.access import Permission
from app.api.fields import BIGINT, INTEGER, Id
from app.api.identity import May, Person
from app.api.looking import note_page, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, staff_router, starting_with
from app.api.service import Running, Service
from app.api.v1.messages import OverrideView, Wanted, override_view
from app.api.views.reviews import ReviewView, review_view
from app.messages import MessageId
from app.records import audit
from app.records.reading import reviews
from app.records.reading.pages import Row

router: APIRouter = staff_router("reviews")

MayRead = Annotated[Person, Depends(May(Permission.REVIEWS_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]
# Where a page ends: priority, then id.
PLACE = (INTEGER, BIGINT)
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}$")]


async def to_work_on(id: Id, service: Running, person: MayDecide) -> Row:
    """An item on which the caller may decide: theirs to see, and open to them."""
    async with service.sessions() as session:
        return open_to_caller(there(await reviews.find(session, person.viewer, id, now=service.clock())))


ToWorkOn = Annotated[Row, Depends(to_work_on)]


class DecisionBody(Wanted):
    """Kuyruktaki bir kayıt hakkında karar."""

    model_config = starting_with({"action": "keep", "reason": "", "version": "1.1"})

    version: Annotated[Version, Field(description="Kaydın gördüğünüz hâli (`version`)", examples=["1.1"])]


@router.get("/reviews", summary="İnceleme kuyruğu", response_model=Listing[ReviewView])
async def list_reviews(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["open", "parked", "awaiting_approval", "decided"],
        Query(
            description=(
                "`open`: karar bekleyenler · `parked`: görüş bekleyenler · `awaiting_approval`: ikinci kişinin onayını "
                "bekleyenler · `decided`: karara bağlananlar"
            ),
            examples=["open"],
        ),
    ] = "open",
    asked_me: Annotated[bool, Query(description="Yalnızca sizden görüş istenenler", examples=[False])] = False,
) -> object:
    """Karar bekleyen mesajlar: önceliği yüksek olan önce, eşitlerde eski olan önce.

    Karar vermek için `POST /v1/reviews/{id}/decision`, birçok kayıt için `POST /v1/reviews/decisions` kullanın.
    """
    queue = (await service.policies.current()).policy.queue
    now = service.clock()
    async with service.sessions.begin() as session:
        page = await reviews.queue(
            session,
            person.viewer,
            state=state,
            asked=person.id if asked_me else None,
            now=now,
            limit=paging.limit,
            after=paging.after("reviews", PLACE),
        )
        await note_page(session, person, "reviews.list", page)
    return listing(page, "reviews", lambda row: review_view(row, queue, zone=service.by_hand.zone, now=now))


@router.get("/reviews/{id:int}", summary="Bir kuyruk kaydı", response_model=ReviewView, responses=MISSING)
async def show_review(id: Id, service: Running, person: MayRead) -> object:
    """Kayıt, mesajı, süresi, üzerinde çalışan; karar verirken gereken `version` ile. Bakış denetim kaydına geçer."""
    return await shown(service, person, id)


@router.post(
    "/reviews/{id}/decision",
    summary="Kayıt hakkında karar ver",
    response_model=OverrideView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def decide(item: ToWorkOn, body: DecisionBody, service: Running, person: MayDecide, response: Response) -> object:
    """`messages/{id}/override` gibi; ayrıca kayıt siz bakarken değiştiyse, başka biri karar verdiyse ya da üzerine

    aldıysa kabul edilmez: yanıt (409) kimin neye ne zaman karar verdiğini söyler.
    """
    revision, version = split(body.version)
    recorded = await service.by_hand.override(
        MessageId(item["id"]),
        body.action,
        by=person.id,
        reason=body.reason,
        text=body.text,
        revision=revision,
        seen=Seen(review_id=item["review_id"], version=version),
    )
    return await override_view(service, response, MessageId(item["id"]), body.action, recorded)


def split(version: str) -> tuple[int, int]:
    """The message's revision and the item's version of what a person saw."""
    revision, _, of_item = version.partition(".")
    return int(revision), int(of_item)


async def shown(service: Service, person: Person, review_id: int) -> ReviewView:
    """An item as the caller sees it, which is put on record."""
    now = service.clock()
    queue = (await service.policies.current()).policy.queue
    async with service.sessions.begin() as session:
        row = there(await reviews.find(session, person.viewer, review_id, now=now))
        if row["closed"] is None:
            detail = {"review": review_id}
            await audit.note(session, by=person.id, act="review.view", subject=f"message/{row['id']}", detail=detail)
    return review_view(row, queue, zone=service.by_hand.zone, now=now)
