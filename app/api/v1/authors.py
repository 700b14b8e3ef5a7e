"""What the author of a message is to the University."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.actions.not_possible import NotPossibleError
from app.api.access import Permission
from app.api.fields import Word
from app.api.identity import May, Person
from app.api.looking import there
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.v1.messages import ToDecide
from app.api.views.common import View
from app.messages import ExternalId, PlatformName
from app.records import audit, authors
from app.records.authors import AuthorKind
from app.records.reading import messages

router: APIRouter = staff_router("messages")

MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]


class AuthorBody(Body):
    """Yazarın üniversiteyle ilişkisi."""

    model_config = starting_with({"kind": "student", "source": ""})

    kind: Annotated[
        AuthorKind,
        Field(
            description=(
                "`outsider` (dışarıdan), `student` (öğrenci), `staff` (çalışan), `candidate` (aday), `alumnus` (mezun)"
            ),
            examples=["student"],
        ),
    ]
    source: Annotated[
        Word, Field(description="Nereden biliniyor; yazılmadan kaydedilmez", examples=["Profilinde yazıyor"])
    ]


class AuthorView(View):
    """Kaydedilen."""

    author_id: Annotated[str, Field(description="Yazarın platformdaki numarası", examples=["501"])]
    kind: Annotated[str, Field(description="İlişkisi", examples=["student"])]
    source: Annotated[str, Field(description="Nereden biliniyor", examples=["Profilinde yazıyor"])]


@router.put(
    "/messages/{id}/author", summary="Yazarın kim olduğunu gir", response_model=AuthorView, responses=MISSING | CONFLICT
)
async def set_author(message_id: ToDecide, body: AuthorBody, service: Running, person: MayDecide) -> object:
    """Yazarın bu platformdaki bütün mesajlarında, kaynağıyla birlikte görünür. Öncekiler kayıtta kalır."""
    async with service.sessions.begin() as session:
        row = there(await messages.find(session, person.viewer, message_id))
        if row["author_id"] is None:
            raise NotPossibleError(
                "Platform bu mesajın yazarını bildirmemiş.", "The platform did not tell who wrote this message."
            )
        await authors.note(
            session,
            PlatformName(row["platform"]),
            ExternalId(row["author_id"]),
            body.kind,
            source=body.source,
            by=person.id,
            at=service.clock(),
        )
        detail = {"kind": body.kind, "source": body.source}
        await audit.note(session, by=person.id, act="author.set", subject=f"message/{message_id}", detail=detail)
    return AuthorView(author_id=row["author_id"], kind=body.kind, source=body.source)
