"""What an item of the queue waits for: whose advice was asked, and what about."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.views.common import PLACEHOLDERS, Closed, PersonRef, View, person_of
from app.records.reading.pages import Row


class WaitView(View):
    """Görüş için bekletilen kaydın neyi beklediği."""

    because: Annotated[str, Field(description="Neden bekletildiği", examples=["Hukuk Müşavirliği bakacak"])]
    until: Annotated[datetime, Field(description="En geç ne zaman kuyruğa döner", examples=["2026-11-24T09:00:00Z"])]
    by: Annotated[PersonRef | None, Field(description="Kim bekletti")]
    asked_person: Annotated[PersonRef | None, Field(description="Görüşü istenen kişi")]
    asked_unit: Annotated[str | None, Field(description="Görüşü istenen birim", examples=["ogrenci_isleri"])]


def wait_view(row: Row, closed: Closed | None) -> WaitView:
    """What an item waits for. Why may quote a closed message."""
    return WaitView(
        because=PLACEHOLDERS[closed] if closed is not None else row["parked_because"],
        until=row["parked_until"],
        by=person_of(row, "parked_by", "parked_by_name"),
        asked_person=person_of(row, "asked_person", "asked_person_name"),
        asked_unit=row["asked_unit"],
    )
