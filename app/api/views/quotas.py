"""A platform's quota of calls, as people see it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.views.common import View
from app.connectors.base import Quota


class QuotaView(View):
    """Platformun uygulamamıza tanıdığı çağrı kotası; o platformdaki bütün hesaplar için ortaktır."""

    used: Annotated[int, Field(description="Harcanan birim", examples=[3120])]
    limit: Annotated[int, Field(description="Dönem için tanınan birim", examples=[10000])]
    reserved: Annotated[
        int,
        Field(description="Kalanın gizleme, silme, yanıtlama gibi işlemler için ayrılan bölümü", examples=[3480]),
    ]
    poll_pause_seconds: Annotated[
        float,
        Field(
            description="Bir hesabın yeni yorumlar için şu anda kaç saniyede bir sorulduğu; kota azaldıkça uzar",
            examples=[120.0],
        ),
    ]
    resets_at: Annotated[datetime, Field(description="Kotanın yenilendiği zaman", examples=["2026-11-24T08:00:00Z"])]
    is_closed: Annotated[
        bool,
        Field(description="Platform kotanın bittiğini söyledi mi; yenilenene dek çağrı yapılmaz", examples=[False]),
    ]

    @classmethod
    def of(cls, quota: Quota) -> "QuotaView":
        """The view of a quota."""
        return cls(
            used=quota.used,
            limit=quota.limit,
            reserved=quota.reserved,
            poll_pause_seconds=round(quota.pause.total_seconds(), 1),
            resets_at=quota.resets_at,
            is_closed=quota.is_closed,
        )
