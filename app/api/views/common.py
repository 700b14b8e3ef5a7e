"""What several answers share; every field with a Turkish description and an example."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Closed = Literal["self_harm", "not_judged"]

PLACEHOLDERS: Mapping[Closed, str] = {
    "self_harm": "İçerik yalnızca SKS ve Kurumsal İletişim Direktörlüğü'ne açıktır",
    "not_judged": "İçerik henüz değerlendirilmedi; birazdan yeniden bakın",
}

CLOSED_FIELD = Field(
    description=(
        "İçerik size kapalıysa nedeni: `self_harm` (6.4.15, yalnızca SKS ve Direktörlük görür) ya da `not_judged` "
        "(henüz değerlendirilmedi). Kapalı değilse boştur."
    ),
    examples=[None],
)


class View(BaseModel):
    """Base of everything that is answered."""

    model_config = ConfigDict(frozen=True)


class AccountRef(View):
    """Üniversitenin bir sosyal medya hesabı."""

    id: Annotated[int, Field(description="Hesabın numarası", examples=[1])]
    platform: Annotated[str, Field(description="Platform", examples=["instagram"])]
    handle: Annotated[str, Field(description="Hesabın platformdaki adı", examples=["izmirekonomiuni"])]
    kind: Annotated[
        str, Field(description="`official` (resmî), `unit` (birim) ya da `club` (kulüp)", examples=["official"])
    ]
    unit: Annotated[str | None, Field(description="Bağlı olduğu birim", examples=["kutuphane"])]


class PersonRef(View):
    """Bir çalışan."""

    id: Annotated[int, Field(description="Kişinin numarası", examples=[3])]
    name: Annotated[str | None, Field(description="Adı", examples=["Ayşe Deneme"])]


def account_of(row: Mapping[str, Any]) -> AccountRef | None:
    """The account of a row that was joined with one."""
    if row["account_id"] is None:
        return None
    return AccountRef(
        id=row["account_id"],
        platform=row["platform"],
        handle=row["account_handle"],
        kind=row["account_kind"],
        unit=row["account_unit"],
    )


def person_of(row: Mapping[str, Any], id_: str, name: str) -> PersonRef | None:
    """A person named in two columns."""
    return PersonRef(id=row[id_], name=row[name]) if row[id_] is not None else None
