"""Admission periods (6.4.1), office hours and days off: set by the directorate, every change on record."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, ValidationError

from app.api.access import Permission
from app.api.fields import ClockTime, Day, Reason, ShownTime, Word
from app.api.identity import May, Person
from app.api.paging import Listing, Paging, listing
from app.api.problems import wrong_field
from app.api.routing import CONFLICT, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import PersonRef, View, person_of
from app.decisions.calendar import Calendar, calendar_of
from app.decisions.office_hours import Weekday
from app.decisions.policy import Period
from app.decisions.queue import Hours, OwnDays
from app.records import audit, calendars
from app.records.reading import modes
from app.records.reading.pages import Row

router: APIRouter = staff_router("calendars")

MayRead = Annotated[Person, Depends(May(Permission.CALENDARS_READ))]
MayChange = Annotated[Person, Depends(May(Permission.CALENDARS_CHANGE))]
FIRST = Field(description="İlk günü", examples=["2027-07-20"])
LAST = Field(description="Son günü; bu gün de içindedir", examples=["2027-08-10"])
DAYS = Field(
    description="Çalışma günleri: `monday` (pazartesi) … `sunday` (pazar)",
    examples=[["monday", "tuesday", "wednesday", "thursday", "friday"]],
)
OPENS = Field(description="Açılış, yerel saatle", examples=["09:00:00"])
CLOSES = Field(description="Kapanış, yerel saatle", examples=["18:00:00"])
NAME = Field(description="Adı", examples=["Yılbaşı idari izni"])
FROM_TIME = Field(description="Bu saatten sonrası; 00:00 bütün gün", examples=["00:00:00"])


class PeriodBody(Body):
    """Bir tercih dönemi."""

    model_config = starting_with({"first": "<gün>", "last": "<gün>"})

    first: Annotated[Day, FIRST]
    last: Annotated[Day, LAST]


class HoursBody(Body):
    """Mesai saatleri."""

    model_config = starting_with(
        {
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "opens": "09:00:00",
            "closes": "18:00:00",
        }
    )

    days: Annotated[tuple[Weekday, ...], DAYS]
    opens: Annotated[ClockTime, OPENS]
    closes: Annotated[ClockTime, CLOSES]


class DayOffBody(Body):
    """Resmî tatiller dışında, Üniversitenin kendi tatil günleri."""

    model_config = starting_with({"name": "", "first": "<gün>", "last": "<gün>", "from_time": "00:00:00"})

    name: Annotated[Word, NAME]
    first: Annotated[Day, FIRST]
    last: Annotated[Day, LAST]
    from_time: Annotated[ClockTime, FROM_TIME] = time.min


class CalendarBody(Body):
    """Takvimin değişen bölümleri; verilmeyen olduğu gibi kalır."""

    model_config = starting_with({"reason": "", "admission_periods": []})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["2027 tercih takvimi ilan edildi"])]
    admission_periods: Annotated[
        tuple[PeriodBody, ...] | None, Field(max_length=50, description="Tercih dönemleri, tamamı")
    ] = None
    hours: Annotated[HoursBody | None, Field(description="Mesai saatleri")] = None
    days_off: Annotated[
        tuple[DayOffBody, ...] | None, Field(max_length=200, description="Üniversitenin kendi tatil günleri, tamamı")
    ] = None


class PeriodView(View):
    """Bir tercih dönemi."""

    first: Annotated[date, FIRST]
    last: Annotated[date, LAST]


class HoursView(View):
    """Mesai saatleri."""

    days: Annotated[list[str], DAYS]
    opens: Annotated[ShownTime, OPENS]
    closes: Annotated[ShownTime, CLOSES]


class DayOffView(View):
    """Üniversitenin kendi tatili."""

    name: Annotated[str, NAME]
    first: Annotated[date, FIRST]
    last: Annotated[date, LAST]
    from_time: Annotated[ShownTime, FROM_TIME]


class CalendarContent(View):
    """Takvimin içeriği."""

    admission_periods: Annotated[list[PeriodView], Field(description="Tercih dönemleri")]
    hours: Annotated[HoursView, Field(description="Mesai saatleri; resmî tatiller ayrıca bilinir")]
    days_off: Annotated[list[DayOffView], Field(description="Üniversitenin kendi tatil günleri")]


class CalendarVersion(CalendarContent):
    """Takvimin bir hâli."""

    id: Annotated[int, Field(description="Kaydın numarası", examples=[4])]
    changed_at: Annotated[datetime, Field(description="Değiştirildiği zaman", examples=["2027-01-12T09:00:00Z"])]
    changed_by: Annotated[PersonRef | None, Field(description="Değiştiren")]
    reason: Annotated[str, Field(description="Gerekçe", examples=["2027 tercih takvimi ilan edildi"])]


class CalendarView(CalendarContent):
    """Geçerli takvim."""

    is_from_policy: Annotated[
        bool, Field(description="Direktörlük henüz takvim belirlemedi; politika belgesindeki geçerli", examples=[False])
    ]
    is_admission_period: Annotated[
        bool, Field(description="Bugün tercih dönemi mi: T2 kendiliğinden gider", examples=[False])
    ]
    are_office_hours: Annotated[bool, Field(description="Şu an mesai saati mi", examples=[True])]
    changed_at: Annotated[datetime | None, Field(description="Son değişiklik", examples=["2027-01-12T09:00:00Z"])]
    changed_by: Annotated[PersonRef | None, Field(description="Son değiştiren")]
    reason: Annotated[str | None, Field(description="Son değişikliğin gerekçesi", examples=[None])]


@router.get("/calendars", summary="Takvimi göster", response_model=CalendarView)
async def show(service: Running, person: MayRead) -> object:
    """Geçerli tercih dönemleri, mesai saatleri ve tatil günleri. Acil bildirimler hiçbirini beklemez."""
    return await _standing(service)


@router.get("/calendars/history", summary="Takvimin geçmişi", response_model=Listing[CalendarVersion])
async def history(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Takvimin her hâli, yeniden eskiye: kim, ne zaman, neden değiştirdi."""
    async with service.sessions() as session:
        page = await calendars.page(session, limit=paging.limit, after=paging.after("calendars"))
    return listing(page, "calendars", _version)


@router.put("/calendars", summary="Takvimi değiştir", response_model=CalendarView, responses=CONFLICT)
async def change(body: CalendarBody, service: Running, person: MayChange) -> object:
    """Verilen bölümleri değiştirir; önceki hâli kayıtta kalır. Bütün işçiler bir iki saniye içinde yenisini kullanır.

    Verilmiş kararlar değişmez: her karar, o günün tercih dönemi olup olmadığını kendi kaydında taşır.
    """
    policy = (await service.policies.reload()).policy
    async with service.sessions.begin() as session:
        await modes.one_at_a_time(session)
        found = await calendars.standing(session)
        before = found.calendar if found is not None else calendar_of(policy)
        calendar = _changed(before, body)
        await calendars.change(session, calendar, by=person.id, reason=body.reason, at=service.clock())
        await audit.note(
            session,
            by=person.id,
            act="calendar.change",
            subject="calendar",
            detail={"reason": body.reason, "parts": sorted(body.model_fields_set - {"reason"})},
        )
    await service.policies.reload()
    return await _standing(service)


def _changed(before: Calendar, body: CalendarBody) -> Calendar:
    """The calendar with what was given. Raises ProblemError 422 where that makes no sense."""
    try:
        return Calendar(
            admission_periods=before.admission_periods
            if body.admission_periods is None
            else tuple(Period(first=period.first, last=period.last) for period in body.admission_periods),
            hours=before.hours
            if body.hours is None
            else Hours(days=body.hours.days, opens=body.hours.opens, closes=body.hours.closes),
            days_off=before.days_off
            if body.days_off is None
            else tuple(
                OwnDays(name=off.name, first=off.first, last=off.last, from_time=off.from_time) for off in body.days_off
            ),
        )
    except ValidationError as error:
        english = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise wrong_field(
            "body",
            "Dönemler çakışmamalı; her dönem, tatil ve mesai başladıktan sonra, en çok bir yıl içinde bitmelidir.",
            english,
        ) from None


async def _standing(service: Service) -> CalendarView:
    # What every worker really goes by.
    policy = (await service.policies.current()).policy
    async with service.sessions() as session:
        row = await calendars.newest(session)
    now = service.clock()
    here = now.astimezone(service.gatherer.zone)
    return CalendarView(
        **_content(calendar_of(policy)),
        is_from_policy=row is None,
        is_admission_period=policy.is_admission_period(here.date()),
        are_office_hours=policy.queue.office_hours(service.gatherer.zone).are_on(now),
        changed_at=row["changed_at"] if row is not None else None,
        changed_by=person_of(row, "changed_by", "changed_by_name") if row is not None else None,
        reason=row["reason"] if row is not None else None,
    )


def _version(row: Row) -> CalendarVersion:
    return CalendarVersion(
        **_content(Calendar.model_validate(row["document"])),
        id=row["id"],
        changed_at=row["changed_at"],
        changed_by=person_of(row, "changed_by", "changed_by_name"),
        reason=row["reason"],
    )


def _content(calendar: Calendar) -> dict[str, object]:
    return {
        "admission_periods": [
            PeriodView(first=period.first, last=period.last) for period in calendar.admission_periods
        ],
        "hours": HoursView(days=[*calendar.hours.days], opens=calendar.hours.opens, closes=calendar.hours.closes),
        "days_off": [
            DayOffView(name=off.name, first=off.first, last=off.last, from_time=off.from_time)
            for off in calendar.days_off
        ],
    }
